//! Who may sign in on the review page: adding people, their roles, their passwords, and letting them go.
//!
//! A user is told by a name that is theirs alone and never changes, for the trail has it. Nobody but the user knows
//! their password: an invitation lets them choose one.

use crate::access::queries::{assignees, sessions, users};
use crate::audit;
use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use baton_facts::types::Timestamp;
use baton_identity::password;
use baton_model::{Role, Sealed};
use serde::Serialize;

/// Seconds for which an invitation is good: three days.
pub const INVITATION_SECONDS: Timestamp = 3 * 86_400;

/// The longest name and address, in bytes: both go into the trail and into every decision.
const LONGEST_NAME: usize = 120;
const LONGEST_EMAIL: usize = 254;

/// Characters of a user's id: 60 bits.
const ID: usize = 12;

/// Characters of a token: 260 bits.
pub(crate) const TOKEN: usize = 52;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct UserView {
    /// 12 characters.
    pub id: String,
    /// First and last name, as the trail has it.
    pub name: Sealed<String>,
    /// The address to sign in with, in lower case.
    pub email: Sealed<String>,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub created: Timestamp,
    /// Since when they cannot sign in.
    pub disabled: Option<Timestamp>,
    /// They have chosen a password.
    pub has_password: bool,
    /// Until when an invitation is open.
    pub invited_until: Option<Timestamp>,
}

impl From<users::UserRow> for UserView {
    fn from(row: users::UserRow) -> Self {
        Self {
            role: role(&row),
            name: row.named.as_ref().map(|named| named.name.clone()),
            email: row.named.map(|named| named.email),
            id: row.id,
            created: row.created,
            disabled: row.disabled,
            has_password: row.password.is_some(),
            invited_until: row.invited_until,
        }
    }
}

/// An invitation as it was just made: its token is nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Invitation {
    /// For whom.
    pub user: UserView,
    /// Ends the link; 52 letters and digits.
    pub token: String,
    /// When it lapses.
    pub until: Timestamp,
}

impl Desk {
    /// Whether anybody was ever added: from then on everybody signs in.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn has_users(&self) -> DeskResult<bool> {
        let mut tx = self.read().await?;
        Ok(users::any(&mut tx).await?)
    }

    /// Everybody who was ever added, in that order.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn users(&self) -> DeskResult<Vec<UserView>> {
        let mut tx = self.read().await?;
        Ok(users::all(&mut tx).await?.into_iter().map(UserView::from).collect())
    }

    /// Adds a user and invites them to choose a password.
    ///
    /// # Errors
    /// Where the name or the address is not one or is taken, the person asked to be forgotten, or the store fails.
    pub async fn add_user(&self, email: &str, name: &str, role: Role, now: Timestamp) -> DeskResult<Invitation> {
        let who = self.actor.name();
        self.added(who, email, name, role, now).await?;
        self.invite(email, now).await
    }

    /// Adds somebody who came by themselves: the identity provider vouches for them, so there is nothing to invite to.
    pub(crate) async fn joined(&self, name: &str, email: &str, role: Role, now: Timestamp) -> DeskResult<()> {
        self.added(audit::DESK, email, name, role, now).await
    }

    async fn added(&self, who: &str, email: &str, name: &str, role: Role, now: Timestamp) -> DeskResult<()> {
        let (name, email) = (name.trim(), email.trim().to_lowercase());
        let invalid = |what: &str| Err(Refusal::Invalid(what.into()).into());
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return invalid("a name is one line of 1 to 120 bytes");
        }
        if name.eq_ignore_ascii_case(audit::DESK) {
            return invalid("that is what the desk calls itself in the trail");
        }
        if !is_address(&email) {
            return invalid("that is not an email address");
        }
        let id = self.random(ID)?;
        let named = users::UserName { name: name.to_owned(), email };
        let mut tx = self.begin(now).await?;
        if !users::add(&mut tx, &id, &named, role.name(), now).await? {
            return invalid("a user has this name or this address already, or asked to be forgotten");
        }
        let what = format!("{id} as {role}");
        audit::note(&mut tx, who, "user-added", None, &what).await?;
        Ok(tx.commit().await?)
    }

    /// Invites a user to choose a password, for the first time or anew. An earlier invitation lapses; the password
    /// there is stays until another one is chosen. Whom the identity provider meant by them is open again.
    ///
    /// # Errors
    /// Where there is no such user, they are disabled or forgotten, or the store fails.
    pub async fn invite(&self, email: &str, now: Timestamp) -> DeskResult<Invitation> {
        let who = self.actor.name();
        let (token, until) = (self.random(TOKEN)?, now.saturating_add(INVITATION_SECONDS));
        let mut tx = self.begin(now).await?;
        let mut user = self.user(&mut tx, email).await?;
        if user.disabled.is_some() {
            return Err(Refusal::Invalid("this user is disabled".into()).into());
        }
        users::set_invitation(&mut tx, &user.id, Some((&token, until))).await?;
        users::untie(&mut tx, &user.id).await?;
        audit::note(&mut tx, who, "user-invited", None, &user.id).await?;
        tx.commit().await?;
        user.invited_until = Some(until);
        Ok(Invitation { user: user.into(), token, until })
    }

    /// Sets a user's password. Whoever is signed in as them is signed out.
    ///
    /// # Errors
    /// Where there is no such user, the password is not one that may be chosen, or the store fails.
    pub async fn set_password(&self, email: &str, password: &str, now: Timestamp) -> DeskResult<UserView> {
        let who = self.actor.name();
        let mut tx = self.read().await?;
        let user = self.user(&mut tx, email).await?;
        drop(tx);
        let hash = self.chosen(&user, password).await?;
        let mut tx = self.begin(now).await?;
        users::set_password(&mut tx, &user.id, &hash).await?;
        self.changed(tx, who, "password-set", &user.id, true).await?;
        Ok(UserView { has_password: true, invited_until: None, ..user.into() })
    }

    /// Takes a user's right to sign in, with whatever they are signed in on, or gives it back.
    ///
    /// # Errors
    /// Where there is no such user, they are the last admin, or the store fails.
    pub async fn disable_user(&self, email: &str, disabled: bool, now: Timestamp) -> DeskResult<UserView> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let user = self.user(&mut tx, email).await?;
        if disabled {
            self.another_admin(&mut tx, &user).await?;
        }
        let since = disabled.then(|| user.disabled.unwrap_or(now));
        users::set_disabled(&mut tx, &user.id, since).await?;
        if disabled {
            assignees::release(&mut tx, &user.id).await?;
        }
        let what = if disabled { "user-disabled" } else { "user-enabled" };
        self.changed(tx, who, what, &user.id, disabled).await?;
        Ok(UserView { disabled: since, invited_until: None, ..user.into() })
    }

    /// Gives a user another role, from their next request on.
    ///
    /// # Errors
    /// Where there is no such user, they are the last admin, or the store fails.
    pub async fn set_role(&self, email: &str, role: Role, now: Timestamp) -> DeskResult<UserView> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let user = self.user(&mut tx, email).await?;
        if role != Role::Admin {
            self.another_admin(&mut tx, &user).await?;
        }
        users::set_role(&mut tx, &user.id, role.name()).await?;
        let what = format!("{} as {role}", user.id);
        self.changed(tx, who, "user-role", &what, false).await?;
        Ok(UserView { role, ..user.into() })
    }

    /// What is to be kept of a password that this user chose.
    pub(crate) async fn chosen(&self, user: &users::UserRow, password: &str) -> DeskResult<String> {
        let Sealed::Open(named) = &user.named else { return Err(Refusal::PersonErased.into()) };
        if let Some(why) = password::refused(password, &named.name, &named.email) {
            return Err(Refusal::Invalid(why.into()).into());
        }
        let hash = password::hashed(self.secret(), password).await;
        Ok(hash.map_err(|what| self.failed(what))?)
    }

    /// What passwords are hashed under: it is derived from the host's key, which is not in the store.
    pub(crate) fn secret(&self) -> Vec<u8> {
        self.vault().tag("password", &[])
    }

    pub(crate) fn random(&self, characters: usize) -> Result<String, StoreError> {
        let random = crate::db::random_id::random(characters);
        random.map_err(|error| self.failed(format!("the system has no randomness: {error}")))
    }

    fn failed(&self, what: String) -> StoreError {
        self.vault().error(StoreErrorKind::Other(what))
    }

    /// Refuses to go on where this user is the last admin who can sign in.
    async fn another_admin(&self, tx: &mut ReadTx, user: &users::UserRow) -> DeskResult<()> {
        let admin = |row: &users::UserRow| {
            role(row) == Role::Admin && row.disabled.is_none() && matches!(row.named, Sealed::Open(_))
        };
        if !admin(user) {
            return Ok(());
        }
        let all = users::all(tx).await?;
        if all.iter().any(|other| other.id != user.id && admin(other)) {
            return Ok(());
        }
        Err(Refusal::Invalid("this is the last admin who can sign in: make somebody else an admin first".into()).into())
    }

    async fn user(&self, tx: &mut ReadTx, email: &str) -> DeskResult<users::UserRow> {
        let user = users::with_email(tx, email).await?;
        Ok(user.ok_or_else(|| Refusal::Invalid("there is no user with this address".into()))?)
    }

    /// Notes the change, ends the user's sessions where that goes with it, and makes it count.
    async fn changed(&self, mut tx: Tx, who: &str, what: &str, detail: &str, ends: bool) -> DeskResult<()> {
        if ends {
            let id = detail.split(' ').next().unwrap_or_default();
            sessions::end_all(&mut tx, id).await?;
        }
        audit::note(&mut tx, who, what, None, detail).await?;
        Ok(tx.commit().await?)
    }
}

/// A role that this program does not know may do the least.
pub(crate) fn role(row: &users::UserRow) -> Role {
    Role::named(&row.role).unwrap_or(Role::Sdr)
}

fn is_address(text: &str) -> bool {
    text.len() <= LONGEST_EMAIL
        && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        && text.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
        })
}
