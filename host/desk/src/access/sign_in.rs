//! Sign-in and sign-out of the review page.
//!
//! A failed sign-in does not reveal whether the account exists: an unknown account, a disabled one and a wrong password
//! have the same result after the same work. Each sign-in creates a new session token, which prevents session fixation.

use crate::access::browser_cookies;
use crate::access::queries::login_attempts::{Attempt, AttemptKey};
use crate::access::queries::{login_attempts, sessions};
use crate::access::users::{TOKEN_CHARS, role};
use crate::audit;
use crate::db::error::StoreError;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use crate::users;
use baton_facts::types::Timestamp;
use baton_identity::password;
use baton_model::Erasable;
use baton_model::Role;
use baton_model::client_network;
use std::net::IpAddr;

/// Maximum age of a session in seconds, even while it is in use.
pub const SESSION_SECONDS: Timestamp = sessions::MAX_AGE_SECONDS;

/// The client that signs in.
#[derive(Clone, Debug, Default)]
pub struct SignInOrigin<'a> {
    /// The client's IP address; `None` if unknown.
    pub address: Option<IpAddr>,
    /// The browser family, such as `Firefox on Linux`.
    pub agent: &'a str,
    /// The token of the session that the new one replaces.
    pub replaced_session: Option<&'a str>,
    /// The [`NewSession::known_browser`] of an earlier sign-in.
    pub known_browser: Option<&'a str>,
}

/// A user who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub id: String,
    /// The user's name, as in the audit log.
    pub name: String,
    pub role: Role,
}

/// A new session. Its token is not stored anywhere.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The value of the cookie: 52 letters and digits.
    pub token: String,
    pub user: SignedIn,
    /// The value of a cookie that shows later that the user has signed in here before.
    pub known_browser: String,
}

/// The reasons why a sign-in fails.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No active user has this address and this password.
    #[error("wrong address or password")]
    WrongCredentials,
    /// Too many attempts failed. The next one is allowed at this time.
    #[error("too many failed attempts")]
    TooManyAttempts(Timestamp),
    /// The desk failed or refused the request.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Desk {
    /// Signs a user in with their email address and password.
    ///
    /// # Errors
    /// [`SignInError`], which does not reveal whether the user exists.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<NewSession, SignInError> {
        let mut tx = self.read().await?;
        let found = users::with_email(&mut tx, email).await?;
        drop(tx);
        let counted = self.counted_attempts(email, found.as_ref(), place, now);
        let mut tx = self.begin(now).await?;
        let taken = login_attempts::record(&mut tx, &counted, now).await?;
        tx.commit().await?;
        let failed = match taken {
            Attempt::Allowed(failed) => failed,
            Attempt::BlockedUntil(until) => return Err(SignInError::TooManyAttempts(until)),
        };
        let kept = found.as_ref().and_then(|user| user.password.clone());
        let fits = password::verify(self.password_secret(), password, kept).await;

        let mut tx = self.begin(now).await?;
        // The user may have changed while the password was hashed.
        let user = match &found {
            Some(user) => users::get(&mut tx, &user.id).await?,
            None => None,
        };
        let same = |user: &users::UserRow| user.password == found.as_ref().and_then(|found| found.password.clone());
        let Some(user) = user.filter(|row| fits && same(row)).and_then(|row| active_user(&row)) else {
            // Entries of the audit log are permanent, so only failures of existing users above the limit are logged.
            if let Some(found) = found
                && counted.first().is_some_and(|key| failed > key.free_failures)
            {
                let what = format!("{}: {failed} failed attempts", found.id);
                audit::note(&mut tx, audit::DESK, "sign-in-refused", None, &what).await?;
                tx.commit().await?;
            }
            return Err(SignInError::WrongCredentials);
        };
        login_attempts::reset_after_success(&mut tx, &counted).await?;
        let token = self.begin_session(&mut tx, &user, place, "by password").await?;
        tx.commit().await?;
        Ok(self.new_session(token, user, now))
    }

    /// Returns the invited user and the address that they will sign in with. `None` if the invitation was used or has
    /// expired.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn invited_user(&self, token: &str, now: Timestamp) -> DeskResult<Option<(SignedIn, String)>> {
        let mut tx = self.read().await?;
        let row = users::with_invitation(&mut tx, token, now).await?;
        Ok(row.and_then(|row| Some((active_user(&row)?, row.identity.open()?.email))))
    }

    /// Accepts an invitation: sets the user's password and signs them in.
    ///
    /// # Errors
    /// [`SignInError::WrongCredentials`] if the invitation was used or has expired, [`Refusal::Invalid`] if the password is not
    /// allowed, or `DeskError::Store`.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: &str,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<NewSession, SignInError> {
        let mut tx = self.read().await?;
        let row = users::with_invitation(&mut tx, token, now).await?;
        drop(tx);
        let Some(row) = row.filter(|row| active_user(row).is_some()) else { return Err(SignInError::WrongCredentials) };
        let hash = self.hash_new_password(&row, password).await?;
        let mut tx = self.begin(now).await?;
        // The invitation may have been used in the meantime.
        let row = users::with_invitation(&mut tx, token, now).await?;
        let Some(user) = row.and_then(|row| active_user(&row)) else { return Err(SignInError::WrongCredentials) };
        users::set_password(&mut tx, &user.id, &hash).await?;
        sessions::end_all(&mut tx, &user.id).await?;
        audit::note(&mut tx, &user.name, "password-chosen", None, &user.id).await?;
        let session = self.begin_session(&mut tx, &user, place, "by invitation").await?;
        tx.commit().await?;
        Ok(self.new_session(session, user, now))
    }

    /// Returns the user of a session. `None` if the session is over or the user can no longer sign in.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn session_user(&self, token: &str, now: Timestamp) -> DeskResult<Option<SignedIn>> {
        if token.len() != TOKEN_CHARS {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let Some((id, unnoted)) = sessions::user_of(&mut tx, token, now).await? else {
            return Ok(None);
        };
        let row = users::get(&mut tx, &id).await?;
        drop(tx);
        let user = row.and_then(|row| active_user(&row));
        if user.is_some() && unnoted {
            let mut tx = self.begin(now).await?;
            sessions::update_last_use(&mut tx, token).await?;
            tx.commit().await?;
        }
        Ok(user)
    }

    /// Ends this session, or all sessions of the user.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn sign_out(&self, user: &SignedIn, token: &str, everywhere: bool, now: Timestamp) -> DeskResult<()> {
        let mut tx = self.begin(now).await?;
        let ended = if everywhere {
            sessions::end_all(&mut tx, &user.id).await?
        } else {
            u64::from(sessions::end(&mut tx, token).await?)
        };
        let what = if everywhere { "everywhere" } else { "" };
        if ended > 0 {
            audit::note(&mut tx, &user.name, "signed-out", None, what).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Returns the counts that an attempt belongs to. In a known browser of the user only its own count decides, which
    /// nobody else can raise.
    fn counted_attempts(
        &self,
        email: &str,
        found: Option<&users::UserRow>,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Vec<AttemptKey> {
        let (keys, network) = (self.key_ring(), network_of(place.address));
        let known = found.zip(place.known_browser);
        match known.filter(|(user, cookie)| browser_cookies::is_known_browser(keys, &user.id, cookie, now)) {
            Some((_, cookie)) => vec![login_attempts::browser(keys, cookie)],
            None => vec![
                login_attempts::account_from(keys, email, &network),
                login_attempts::account(keys, email),
                login_attempts::address(keys, &network),
            ],
        }
    }

    /// Returns the session with the cookie that makes its browser a known one.
    pub(crate) fn new_session(&self, token: String, user: SignedIn, now: Timestamp) -> NewSession {
        let known_browser = browser_cookies::known_browser(self.key_ring(), &user.id, now);
        NewSession { token, user, known_browser }
    }

    /// Begins a session. `how` is the authentication method, for the audit log.
    pub(crate) async fn begin_session(
        &self,
        tx: &mut Tx,
        user: &SignedIn,
        place: &SignInOrigin<'_>,
        how: &str,
    ) -> DeskResult<String> {
        let token = self.random(TOKEN_CHARS)?;
        if let Some(before) = place.replaced_session {
            sessions::end(tx, before).await?;
        }
        sessions::begin(tx, &token, &user.id, place.agent).await?;
        let detail = if place.agent.is_empty() { how.to_owned() } else { format!("{how}, {}", place.agent) };
        audit::note(tx, &user.name, "signed-in", None, &detail).await?;
        Ok(token)
    }
}

/// Returns the user if they can sign in.
pub(crate) fn active_user(row: &users::UserRow) -> Option<SignedIn> {
    match &row.identity {
        Erasable::Open(named) if row.disabled.is_none() => {
            Some(SignedIn { id: row.id.clone(), name: named.name.clone(), role: role(row) })
        }
        _ => None,
    }
}

/// Returns the network of a client, for the limit of attempts.
pub(crate) fn network_of(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| client_network(address).to_string())
}

impl From<Refusal> for SignInError {
    fn from(refusal: Refusal) -> Self {
        Self::Desk(refusal.into())
    }
}
