//! Single sign-on: the identity provider's verified address identifies the user.
//!
//! Each sign-on is bound to the browser that started it by a ticket in a cookie, valid once and for ten minutes. State,
//! nonce and verifier are derived from the ticket and the host's key, so nothing is stored before the browser returns.
//! A provider can reassign an address, so a user's first sign-on links them to the provider's permanent subject id.
//! Another subject with that address is then rejected until an admin invites the user again.

use crate::access::queries::login_attempts::Attempt;
use crate::access::queries::{login_attempts, used_login_states};
use crate::access::sign_in::{NewSession, SignInOrigin, active_user, network_of};
use crate::access::users::TOKEN_CHARS;
use crate::audit;
use crate::db::error::StoreError;
use crate::desk::{Desk, DeskResult};
use crate::error::DeskError;
use crate::users;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_facts::types::Timestamp;
use baton_identity::OidcOptions;
use baton_identity::oidc::{LoginAttempt, VerifiedIdentity};
use baton_model::Role;

/// Lifetime of a ticket in seconds.
const TICKET_SECONDS: Timestamp = 600;

/// The provider's rules for the users who can sign in.
#[derive(Clone, Copy, Debug)]
pub struct SsoAdmission<'a>(pub &'a OidcOptions);

/// The reasons why a single sign-on fails.
#[derive(Debug, thiserror::Error)]
pub enum SsoSignInError {
    /// The ticket was used before or has expired.
    #[error("this sign-in was already used or has expired")]
    TicketUsed,
    /// Too many attempts failed. The next one is allowed at this time.
    #[error("too many failed attempts")]
    TooManyAttempts(Timestamp),
    /// The provider has not verified the address.
    #[error("the identity provider has not verified the address")]
    Unverified,
    /// The address does not belong to an allowed domain.
    #[error("addresses of this domain cannot sign in")]
    DomainNotAllowed,
    /// No active user has the address.
    #[error("no active user has this address")]
    NoActiveUser,
    /// The subject id is not the user's: the provider has reassigned the address.
    #[error("the identity provider has assigned this address to another person")]
    SubjectChanged,
    /// The desk failed or refused the request.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for SsoSignInError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Desk {
    /// Creates a ticket for one sign-on, to be stored in a cookie. It consists of letters, digits and a dot.
    ///
    /// # Errors
    /// `DeskError::Store` if the system provides no random bytes.
    pub fn ticket(&self, now: Timestamp) -> DeskResult<String> {
        Ok(format!("{}.{now}", self.random(TOKEN_CHARS)?))
    }

    /// Derives the ticket's secrets. Returns `None` if the ticket is invalid or has expired.
    pub fn ticket_secrets(&self, ticket: &str, now: Timestamp) -> Option<LoginAttempt> {
        ticket_expiry(ticket).filter(|until| (now..=now.saturating_add(TICKET_SECONDS)).contains(until))?;
        let of = |kind| URL_SAFE_NO_PAD.encode(self.key_ring().tag(kind, &[ticket]));
        Some(LoginAttempt { state: of("sign-on-state"), nonce: of("sign-on-nonce"), verifier: of("sign-on-verifier") })
    }

    /// Uses up the ticket, before the provider's response is fetched. Until the sign-on succeeds, it counts as a failed
    /// attempt of the client's address.
    ///
    /// # Errors
    /// [`SsoSignInError::TicketUsed`], [`SsoSignInError::TooManyAttempts`], or [`SsoSignInError::Desk`] if the store fails.
    pub async fn use_ticket(
        &self,
        ticket: &str,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<(), SsoSignInError> {
        let Some(until) = ticket_expiry(ticket) else { return Err(SsoSignInError::TicketUsed) };
        let mut tx = self.begin(now).await?;
        let address = login_attempts::address(tx.keys(), &network_of(place.address));
        if let Attempt::BlockedUntil(until) = login_attempts::record(&mut tx, &[address], now).await? {
            return Err(SsoSignInError::TooManyAttempts(until));
        }
        let first = used_login_states::mark_used(&mut tx, ticket, until.max(now)).await?;
        tx.commit().await?;
        if first { Ok(()) } else { Err(SsoSignInError::TicketUsed) }
    }

    /// Signs in the user whom the provider has authenticated.
    ///
    /// # Errors
    /// [`SsoSignInError`] if the user cannot sign in or the store fails.
    pub async fn sign_in_with_sso(
        &self,
        vouched: &VerifiedIdentity,
        admission: SsoAdmission<'_>,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<NewSession, SsoSignInError> {
        let email = vouched.email.trim().to_lowercase();
        if !vouched.verified {
            return self.log_rejected_sso(None, "the address is not verified", SsoSignInError::Unverified, now).await;
        }
        if !email.rsplit_once('@').is_some_and(|(_, domain)| admission.0.allows_domain(domain)) {
            return self
                .log_rejected_sso(None, "the domain is not allowed", SsoSignInError::DomainNotAllowed, now)
                .await;
        }
        let mut tx = self.read().await?;
        let known = users::with_email(&mut tx, &email).await?.is_some();
        drop(tx);
        if !known && admission.0.role_for_new.is_some() {
            self.add_sso_user(&email, vouched.name.as_deref(), now).await?;
        }
        let mut tx = self.begin(now).await?;
        let Some(row) = users::with_email(&mut tx, &email).await? else {
            drop(tx);
            return self.log_rejected_sso(None, "no user has this address", SsoSignInError::NoActiveUser, now).await;
        };
        let Some(user) = active_user(&row) else {
            drop(tx);
            return self
                .log_rejected_sso(Some(&row.id), "the user cannot sign in", SsoSignInError::NoActiveUser, now)
                .await;
        };
        if !users::link_subject(&mut tx, &user.id, &vouched.issuer, &vouched.subject).await? {
            drop(tx);
            let what = "the identity provider has assigned the address to another person";
            return self.log_rejected_sso(Some(&user.id), what, SsoSignInError::SubjectChanged, now).await;
        }
        let (account, address) = (
            login_attempts::account(tx.keys(), &email),
            login_attempts::address(tx.keys(), &network_of(place.address)),
        );
        login_attempts::reset_after_success(&mut tx, &[account, address]).await?;
        let token = self.begin_session(&mut tx, &user, place, "by single sign-on").await?;
        tx.commit().await?;
        Ok(self.new_session(token, user, now))
    }

    /// Logs a rejected sign-on, with the user's id but never with an address.
    async fn log_rejected_sso(
        &self,
        user: Option<&str>,
        what: &str,
        why: SsoSignInError,
        now: Timestamp,
    ) -> Result<NewSession, SsoSignInError> {
        let mut tx = self.begin(now).await?;
        let detail = match user {
            Some(id) => format!("{id}: by single sign-on: {what}"),
            None => format!("by single sign-on: {what}"),
        };
        audit::note(&mut tx, audit::DESK, "sign-in-refused", None, &detail).await?;
        tx.commit().await?;
        Err(why)
    }

    /// Adds a user whom the provider has authenticated. If the name is taken, adds the address to it.
    async fn add_sso_user(&self, email: &str, name: Option<&str>, now: Timestamp) -> Result<(), SsoSignInError> {
        let local = email.split('@').next().unwrap_or(email);
        let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(local);
        for name in [name.to_owned(), format!("{name} ({email})"), email.to_owned()] {
            match self.add_user_from_sso(&name, email, Role::Sdr, now).await {
                Ok(()) => return Ok(()),
                // The name may be taken or invalid. An erased person is refused with every name.
                Err(DeskError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Returns the time when the ticket expires.
fn ticket_expiry(ticket: &str) -> Option<Timestamp> {
    let (random, begun) = ticket.split_once('.')?;
    let sound = random.len() == TOKEN_CHARS && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let begun: Timestamp = begun.parse().ok()?;
    sound.then(|| begun.saturating_add(TICKET_SECONDS))
}
