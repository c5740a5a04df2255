//! Signing in and out on the review page.
//!
//! Who may not sign in learns that and nothing else: an account that is not there, one that is disabled and a wrong
//! password get the same answer after the same work. A session has a token of its own from the moment of signing in, so
//! none that somebody planted before is worth anything.

use crate::access::queries::login_attempts::Attempt;
use crate::access::queries::{login_attempts, sessions, users};
use crate::access::users::{TOKEN, role};
use crate::audit;
use crate::db::error::StoreError;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_identity::password;
use baton_model::Role;
use baton_model::Sealed;
use std::net::{IpAddr, Ipv6Addr};

/// Seconds after which a session is over however much it is used.
pub const SESSION_SECONDS: Timestamp = sessions::LONGEST;

/// Where somebody signs in.
#[derive(Clone, Debug, Default)]
pub struct SignInOrigin<'a> {
    /// The address that the request came from; none where it is not known.
    pub address: Option<IpAddr>,
    /// The family of the browser: `Firefox on Linux`.
    pub agent: &'a str,
    /// The token of a session that this one takes the place of.
    pub before: Option<&'a str>,
}

/// Somebody who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The user's id.
    pub id: String,
    /// The user's name, as the trail has it.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// A session as it was just begun: its token is nowhere else.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Goes into the cookie; 52 letters and digits.
    pub token: String,
    /// Whose it is.
    pub user: SignedIn,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The address and the password are not those of somebody who may.
    #[error("nobody may sign in with this address and this password")]
    Wrong,
    /// Too many tries failed: no further one counts before this moment.
    #[error("too many tries failed")]
    Wait(Timestamp),
    /// The desk failed or refused.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Desk {
    /// Signs somebody in by their address and password.
    ///
    /// # Errors
    /// [`NotSignedIn`]; nothing tells whether there is such a user.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<NewSession, SignInError> {
        let (account, address) = (
            login_attempts::account(self.vault(), email),
            login_attempts::address(self.vault(), &network(place.address)),
        );
        let both = [account, address];
        let mut tx = self.begin(now).await?;
        let taken = login_attempts::take(&mut tx, &both, now).await?;
        tx.commit().await?;
        let failed = match taken {
            Attempt::Yes(failed) => failed,
            Attempt::NotBefore(until) => return Err(SignInError::Wait(until)),
        };
        let mut tx = self.read().await?;
        let found = users::with_email(&mut tx, email).await?;
        drop(tx);
        let kept = found.as_ref().and_then(|user| user.password.clone());
        let fits = password::fits(self.secret(), password, kept).await;

        let [account, address] = both;
        let mut tx = self.begin(now).await?;
        // Again, for much can happen while a password is hashed.
        let user = match &found {
            Some(user) => users::get(&mut tx, &user.id).await?,
            None => None,
        };
        let same = |user: &users::UserRow| user.password == found.as_ref().and_then(|found| found.password.clone());
        let Some(user) = user.filter(|row| fits && same(row)).and_then(|row| may(&row)) else {
            // Only of somebody who is there, and no more often than the limit lets it come: the trail is for good.
            if let Some(found) = found
                && failed > account.free
            {
                let what = format!("{}: {failed} tries failed", found.id);
                audit::note(&mut tx, audit::DESK, "sign-in-refused", None, &what).await?;
                tx.commit().await?;
            }
            return Err(SignInError::Wrong);
        };
        login_attempts::forgive(&mut tx, &account, &address).await?;
        let token = self.begin_session(&mut tx, &user, place, "by password").await?;
        tx.commit().await?;
        Ok(NewSession { token, user })
    }

    /// Whom an invitation is for: the address that they will sign in with. None where it was used or has lapsed.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn invited(&self, token: &str, now: Timestamp) -> DeskResult<Option<(SignedIn, String)>> {
        let mut tx = self.read().await?;
        let row = users::invited(&mut tx, token, now).await?;
        Ok(row.and_then(|row| Some((may(&row)?, row.named.open()?.email))))
    }

    /// Uses an invitation up: the user has this password from now on, and is signed in.
    ///
    /// # Errors
    /// [`NotSignedIn::Wrong`] where it was used or has lapsed, a refusal where the password is not one to choose.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: &str,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<NewSession, SignInError> {
        let mut tx = self.read().await?;
        let row = users::invited(&mut tx, token, now).await?;
        drop(tx);
        let Some(row) = row.filter(|row| may(row).is_some()) else { return Err(SignInError::Wrong) };
        let hash = self.chosen(&row, password).await?;
        let mut tx = self.begin(now).await?;
        // Used by somebody else meanwhile, it is used.
        let row = users::invited(&mut tx, token, now).await?;
        let Some(user) = row.and_then(|row| may(&row)) else { return Err(SignInError::Wrong) };
        users::set_password(&mut tx, &user.id, &hash).await?;
        sessions::end_all(&mut tx, &user.id).await?;
        audit::note(&mut tx, &user.name, "password-chosen", None, &user.id).await?;
        let session = self.begin_session(&mut tx, &user, place, "by invitation").await?;
        tx.commit().await?;
        Ok(NewSession { token: session, user })
    }

    /// Whose session it is; none where it is over, or the user may not sign in any more.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn signed_in(&self, token: &str, now: Timestamp) -> DeskResult<Option<SignedIn>> {
        if token.len() != TOKEN {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let Some((id, unnoted)) = sessions::user_of(&mut tx, token, now).await? else {
            return Ok(None);
        };
        let row = users::get(&mut tx, &id).await?;
        drop(tx);
        let user = row.and_then(|row| may(&row));
        if user.is_some() && unnoted {
            let mut tx = self.begin(now).await?;
            sessions::seen(&mut tx, token).await?;
            tx.commit().await?;
        }
        Ok(user)
    }

    /// Ends this session, or all that the user has.
    ///
    /// # Errors
    /// Where the store fails.
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

    /// Begins a session; `how` says for the trail what was shown to begin it.
    pub(crate) async fn begin_session(
        &self,
        tx: &mut Tx,
        user: &SignedIn,
        place: &SignInOrigin<'_>,
        how: &str,
    ) -> DeskResult<String> {
        let token = self.random(TOKEN)?;
        if let Some(before) = place.before {
            sessions::end(tx, before).await?;
        }
        sessions::begin(tx, &token, &user.id, place.agent).await?;
        let detail = if place.agent.is_empty() { how.to_owned() } else { format!("{how}, {}", place.agent) };
        audit::note(tx, &user.name, "signed-in", None, &detail).await?;
        Ok(token)
    }
}

/// Who the user is, where they may sign in.
pub(crate) fn may(row: &users::UserRow) -> Option<SignedIn> {
    match &row.named {
        Sealed::Open(named) if row.disabled.is_none() => {
            Some(SignedIn { id: row.id.clone(), name: named.name.clone(), role: role(row) })
        }
        _ => None,
    }
}

/// The part of an address that one household or office has for itself: all of IPv4, 64 bits of IPv6 (RFC 6177).
pub(crate) fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    }
}

impl From<Refusal> for SignInError {
    fn from(refusal: Refusal) -> Self {
        Self::Desk(refusal.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_count_as_one() {
        for (address, expected) in [
            (Some("192.0.2.7"), "192.0.2.7"),
            (Some("::ffff:192.0.2.7"), "192.0.2.7"),
            (Some("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::"),
            (None, "unknown"),
        ] {
            assert_eq!(network(address.map(|address| address.parse().unwrap())), expected);
        }
    }
}
