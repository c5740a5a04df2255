//! Single sign-on: whoever the identity provider vouches for is signed in as the user with that address.
//!
//! A way to the provider and back is bound to the browser that began it: its ticket is in a cookie of that browser, and
//! what goes to the provider and comes back is derived from the ticket under the host's key, so that nothing of it is
//! kept before somebody comes back. A ticket is good for ten minutes and for one try.
//!
//! An address can go to somebody else at the provider. So the first time that it vouches for a user, what it calls them
//! for good is tied to them; whoever has another such name is not that user, until an admin invites the user anew.

use crate::access::queries::login_attempts::Attempt;
use crate::access::queries::{login_attempts, used_login_states, users};
use crate::access::sign_in::{NewSession, SignInOrigin, may, network};
use crate::access::users::TOKEN;
use crate::audit;
use crate::db::error::StoreError;
use crate::desk::{Desk, DeskResult};
use crate::error::DeskError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_facts::types::Timestamp;
use baton_identity::Oidc;
use baton_identity::oidc::{Secrets, Vouched};
use baton_model::Role;

/// Seconds for which a ticket is good.
const GOOD_FOR: Timestamp = 600;

/// For whom the provider is believed.
#[derive(Clone, Copy, Debug)]
pub struct SsoAdmission<'a>(pub &'a Oidc);

/// Why somebody for whom the provider vouches is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SsoSignInError {
    /// The way was gone before, or too long ago.
    #[error("this way to sign in was used or has lapsed")]
    Spent,
    /// Too many tries failed: no further one counts before this moment.
    #[error("too many tries failed")]
    Wait(Timestamp),
    /// The provider has not made sure that the address is theirs.
    #[error("the identity provider has not verified the address")]
    Unverified,
    /// The address is of no domain that is believed.
    #[error("addresses of this domain may not sign in")]
    Domain,
    /// No user has the address, or the user may not sign in.
    #[error("nobody may sign in with this address")]
    Nobody,
    /// The provider calls the user by another name for good: somebody else has the address now.
    #[error("the address is somebody else's at the identity provider than before")]
    Other,
    /// The desk failed or refused.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for SsoSignInError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Desk {
    /// A ticket for one way to the identity provider and back; it goes into a cookie. Letters, digits and a dot.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn ticket(&self, now: Timestamp) -> DeskResult<String> {
        Ok(format!("{}.{now}", self.random(TOKEN)?))
    }

    /// What belongs to the ticket; none where it is no ticket or not good any more.
    pub fn secrets_of(&self, ticket: &str, now: Timestamp) -> Option<Secrets> {
        lapses(ticket).filter(|until| (now..=now.saturating_add(GOOD_FOR)).contains(until))?;
        let of = |kind| URL_SAFE_NO_PAD.encode(self.vault().tag(kind, &[ticket]));
        Some(Secrets { state: of("sign-on-state"), nonce: of("sign-on-nonce"), verifier: of("sign-on-verifier") })
    }

    /// Spends the ticket, before the provider is asked what it says. The try counts as failed for where it comes from
    /// until somebody is signed in by it.
    ///
    /// # Errors
    /// [`NotVouched::Spent`], [`NotVouched::Wait`], or where the store fails.
    pub async fn spend_ticket(
        &self,
        ticket: &str,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<(), SsoSignInError> {
        let Some(until) = lapses(ticket) else { return Err(SsoSignInError::Spent) };
        let mut tx = self.begin(now).await?;
        let address = login_attempts::address(tx.keys(), &network(place.address));
        if let Attempt::NotBefore(until) = login_attempts::take(&mut tx, &[address], now).await? {
            return Err(SsoSignInError::Wait(until));
        }
        let first = used_login_states::spend(&mut tx, ticket, until.max(now)).await?;
        tx.commit().await?;
        if first { Ok(()) } else { Err(SsoSignInError::Spent) }
    }

    /// Signs in whom the provider vouches for.
    ///
    /// # Errors
    /// [`NotVouched`].
    pub async fn sign_in_vouched(
        &self,
        vouched: &Vouched,
        admission: SsoAdmission<'_>,
        place: &SignInOrigin<'_>,
        now: Timestamp,
    ) -> Result<NewSession, SsoSignInError> {
        let email = vouched.email.trim().to_lowercase();
        if !vouched.verified {
            return self.turned_away(None, "the address is not verified", SsoSignInError::Unverified, now).await;
        }
        if !email.rsplit_once('@').is_some_and(|(_, domain)| admission.0.takes(domain)) {
            return self.turned_away(None, "the address is of another domain", SsoSignInError::Domain, now).await;
        }
        let mut tx = self.read().await?;
        let known = users::with_email(&mut tx, &email).await?.is_some();
        drop(tx);
        if !known && admission.0.role_for_new.is_some() {
            self.welcome(&email, vouched.name.as_deref(), now).await?;
        }
        let mut tx = self.begin(now).await?;
        let Some(row) = users::with_email(&mut tx, &email).await? else {
            drop(tx);
            return self.turned_away(None, "no user has the address", SsoSignInError::Nobody, now).await;
        };
        let Some(user) = may(&row) else {
            drop(tx);
            return self.turned_away(Some(&row.id), "may not sign in", SsoSignInError::Nobody, now).await;
        };
        if !users::tie(&mut tx, &user.id, &vouched.issuer, &vouched.subject).await? {
            drop(tx);
            let what = "the identity provider means somebody else by the address";
            return self.turned_away(Some(&user.id), what, SsoSignInError::Other, now).await;
        }
        let (account, address) =
            (login_attempts::account(tx.keys(), &email), login_attempts::address(tx.keys(), &network(place.address)));
        login_attempts::forgive(&mut tx, &account, &address).await?;
        let token = self.begin_session(&mut tx, &user, place, "by single sign-on").await?;
        tx.commit().await?;
        Ok(NewSession { token, user })
    }

    /// Notes that somebody for whom the provider vouched was turned away: by a user's id, never by an address.
    async fn turned_away(
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

    /// Adds somebody for whom the provider vouched. Where another user has their name, their address tells them apart.
    async fn welcome(&self, email: &str, name: Option<&str>, now: Timestamp) -> Result<(), SsoSignInError> {
        let local = email.split('@').next().unwrap_or(email);
        let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(local);
        for name in [name.to_owned(), format!("{name} ({email})"), email.to_owned()] {
            match self.joined(&name, email, Role::Sdr, now).await {
                Ok(()) => return Ok(()),
                // The name may be taken, or none that a user can have; whoever asked to be forgotten is refused each time.
                Err(DeskError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// When the ticket lapses.
fn lapses(ticket: &str) -> Option<Timestamp> {
    let (random, begun) = ticket.split_once('.')?;
    let sound = random.len() == TOKEN && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let begun: Timestamp = begun.parse().ok()?;
    sound.then(|| begun.saturating_add(GOOD_FOR))
}
