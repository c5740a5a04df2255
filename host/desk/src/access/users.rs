//! Users of the review page: adding and inviting them, their roles and passwords, and disabling them.
//!
//! A user's name is unique and never changes, because the audit log identifies users by it. Users choose their password
//! themselves with an invitation.

use crate::access::queries::{assignees, sessions};
use crate::audit;
use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::users;
use baton_facts::types::Timestamp;
use baton_identity::password;
use baton_model::{Erasable, Role};
use serde::Serialize;

/// Lifetime of an invitation in seconds: three days.
pub const INVITATION_SECONDS: Timestamp = 3 * 86_400;

/// Maximum lengths of a name and an address, in bytes. The name is stored with every decision and audit entry.
const LONGEST_NAME: usize = 120;
const LONGEST_EMAIL: usize = 254;

/// Number of characters in a user's id: 60 bits.
const USER_ID_CHARS: usize = 12;

/// Number of characters in a token: 260 bits.
pub(crate) const TOKEN_CHARS: usize = 52;

/// A user, as listed to admins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct UserView {
    pub id: String,
    /// First and last name, as in the audit log.
    pub name: Erasable<String>,
    /// The sign-in address, in lower case.
    pub email: Erasable<String>,
    pub role: Role,
    pub created: Timestamp,
    /// The time since when the user is disabled.
    pub disabled: Option<Timestamp>,
    /// Whether the user has a password.
    pub has_password: bool,
    /// The expiry of an open invitation.
    pub invited_until: Option<Timestamp>,
}

impl From<users::UserRow> for UserView {
    fn from(row: users::UserRow) -> Self {
        Self {
            role: role(&row),
            name: row.identity.as_ref().map(|named| named.name.clone()),
            email: row.identity.map(|named| named.email),
            id: row.id,
            created: row.created,
            disabled: row.disabled,
            has_password: row.password.is_some(),
            invited_until: row.invited_until,
        }
    }
}

/// A new invitation. Its token is not stored anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Invitation {
    pub user: UserView,
    /// The last part of the link: 52 letters and digits.
    pub token: String,
    /// The expiry of the invitation.
    pub until: Timestamp,
}

impl Desk {
    /// Whether any user was added. From then on, sign-in is required.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn has_users(&self) -> DeskResult<bool> {
        let mut tx = self.read().await?;
        Ok(users::any(&mut tx).await?)
    }

    /// Lists all users, including disabled ones, in the order in which they were added.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn users(&self) -> DeskResult<Vec<UserView>> {
        let mut tx = self.read().await?;
        Ok(users::all(&mut tx).await?.into_iter().map(UserView::from).collect())
    }

    /// Adds a user and invites them to choose a password.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if the name or the address is invalid or taken, or the person was erased; or
    /// `DeskError::Store`.
    pub async fn add_user(&self, email: &str, name: &str, role: Role, now: Timestamp) -> DeskResult<Invitation> {
        let who = self.actor.name();
        self.insert_user(who, email, name, role, now).await?;
        self.invite(email, now).await
    }

    /// Adds a user after their first single sign-on. They need no invitation.
    pub(crate) async fn add_user_from_sso(
        &self,
        name: &str,
        email: &str,
        role: Role,
        now: Timestamp,
    ) -> DeskResult<()> {
        self.insert_user(audit::DESK, email, name, role, now).await
    }

    async fn insert_user(&self, who: &str, email: &str, name: &str, role: Role, now: Timestamp) -> DeskResult<()> {
        let (name, email) = (name.trim(), email.trim().to_lowercase());
        let invalid = |what: &str| Err(Refusal::Invalid(what.into()).into());
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return invalid("a name must be one line of 1 to 120 bytes");
        }
        if name.eq_ignore_ascii_case(audit::DESK) {
            return invalid("this name is reserved: Baton's own actions have it in the audit log");
        }
        if !is_address(&email) {
            return invalid("that is not an email address");
        }
        let id = self.random(USER_ID_CHARS)?;
        let named = users::UserName { name: name.to_owned(), email };
        let mut tx = self.begin(now).await?;
        if !users::add(&mut tx, &id, &named, role.name(), now).await? {
            return invalid("a user already has this name or this address, or the person was erased");
        }
        let what = format!("{id} as {role}");
        audit::note(&mut tx, who, "user-added", None, &what).await?;
        Ok(tx.commit().await?)
    }

    /// Invites a user to choose a password, for the first time or again. Replaces an earlier invitation. An existing
    /// password works until the user chooses a new one. Also removes the link to the identity provider's subject id.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if there is no such user or they are disabled, or `DeskError::Store`.
    pub async fn invite(&self, email: &str, now: Timestamp) -> DeskResult<Invitation> {
        let who = self.actor.name();
        let (token, until) = (self.random(TOKEN_CHARS)?, now.saturating_add(INVITATION_SECONDS));
        let mut tx = self.begin(now).await?;
        let mut user = self.user(&mut tx, email).await?;
        if user.disabled.is_some() {
            return Err(Refusal::Invalid("this user is disabled".into()).into());
        }
        users::set_invitation(&mut tx, &user.id, Some((&token, until))).await?;
        users::unlink_subject(&mut tx, &user.id).await?;
        audit::note(&mut tx, who, "user-invited", None, &user.id).await?;
        tx.commit().await?;
        user.invited_until = Some(until);
        Ok(Invitation { user: user.into(), token, until })
    }

    /// Sets a user's password and ends all their sessions.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if there is no such user or the password is not allowed, [`Refusal::PersonErased`], or
    /// `DeskError::Store`.
    pub async fn set_password(&self, email: &str, password: &str, now: Timestamp) -> DeskResult<UserView> {
        let who = self.actor.name();
        let mut tx = self.read().await?;
        let user = self.user(&mut tx, email).await?;
        drop(tx);
        let hash = self.hash_new_password(&user, password).await?;
        let mut tx = self.begin(now).await?;
        users::set_password(&mut tx, &user.id, &hash).await?;
        self.commit_user_change(tx, who, "password-set", &user.id, true).await?;
        Ok(UserView { has_password: true, invited_until: None, ..user.into() })
    }

    /// Disables a user, which ends all their sessions and unassigns their open packages, or enables them again.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if there is no such user or they are the last admin, or `DeskError::Store`.
    pub async fn disable_user(&self, email: &str, disabled: bool, now: Timestamp) -> DeskResult<UserView> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let user = self.user(&mut tx, email).await?;
        if disabled {
            self.check_not_last_admin(&mut tx, &user).await?;
        }
        let since = disabled.then(|| user.disabled.unwrap_or(now));
        users::set_disabled(&mut tx, &user.id, since).await?;
        if disabled {
            assignees::release(&mut tx, &user.id).await?;
        }
        let what = if disabled { "user-disabled" } else { "user-enabled" };
        self.commit_user_change(tx, who, what, &user.id, disabled).await?;
        Ok(UserView { disabled: since, invited_until: None, ..user.into() })
    }

    /// Changes a user's role, from their next request on.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if there is no such user or they are the last admin, or `DeskError::Store`.
    pub async fn set_role(&self, email: &str, role: Role, now: Timestamp) -> DeskResult<UserView> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let user = self.user(&mut tx, email).await?;
        if role != Role::Admin {
            self.check_not_last_admin(&mut tx, &user).await?;
        }
        users::set_role(&mut tx, &user.id, role.name()).await?;
        let what = format!("{} as {role}", user.id);
        self.commit_user_change(tx, who, "user-role", &what, false).await?;
        Ok(UserView { role, ..user.into() })
    }

    /// Checks the password that this user chose, and returns its hash.
    pub(crate) async fn hash_new_password(&self, user: &users::UserRow, password: &str) -> DeskResult<String> {
        let Erasable::Open(named) = &user.identity else { return Err(Refusal::PersonErased.into()) };
        if let Some(why) = password::rejection_reason(password, &named.name, &named.email) {
            return Err(Refusal::Invalid(why.into()).into());
        }
        let hash = password::hash_password(self.password_secret(), password).await;
        Ok(hash.map_err(|what| self.failed(what))?)
    }

    /// Returns the secret for password hashes, which is derived from the host's key and is not in the store.
    pub(crate) fn password_secret(&self) -> Vec<u8> {
        self.key_ring().tag("password", &[])
    }

    pub(crate) fn random(&self, characters: usize) -> Result<String, StoreError> {
        let random = crate::db::random_id::random(characters);
        random.map_err(|error| self.failed(format!("cannot get random bytes from the system: {error}")))
    }

    fn failed(&self, what: String) -> StoreError {
        self.key_ring().error(StoreErrorKind::Other(what))
    }

    /// Returns a refusal if this user is the last admin who can sign in.
    async fn check_not_last_admin(&self, tx: &mut ReadTx, user: &users::UserRow) -> DeskResult<()> {
        let admin = |row: &users::UserRow| {
            role(row) == Role::Admin && row.disabled.is_none() && matches!(row.identity, Erasable::Open(_))
        };
        if !admin(user) {
            return Ok(());
        }
        let all = users::all(tx).await?;
        if all.iter().any(|other| other.id != user.id && admin(other)) {
            return Ok(());
        }
        Err(Refusal::Invalid("this is the last admin who can sign in: make another user an admin first".into()).into())
    }

    async fn user(&self, tx: &mut ReadTx, email: &str) -> DeskResult<users::UserRow> {
        let user = users::with_email(tx, email).await?;
        Ok(user.ok_or_else(|| Refusal::Invalid("no user has this address".into()))?)
    }

    /// Logs the change, ends the user's sessions if `ends` is set, and commits.
    async fn commit_user_change(&self, mut tx: Tx, who: &str, what: &str, detail: &str, ends: bool) -> DeskResult<()> {
        if ends {
            let id = detail.split(' ').next().unwrap_or_default();
            sessions::end_all(&mut tx, id).await?;
        }
        audit::note(&mut tx, who, what, None, detail).await?;
        Ok(tx.commit().await?)
    }
}

/// Returns the user's role. An unknown role has the least permissions.
pub(crate) fn role(row: &users::UserRow) -> Role {
    Role::from_name(&row.role).unwrap_or(Role::Sdr)
}

fn is_address(text: &str) -> bool {
    text.len() <= LONGEST_EMAIL
        && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        && text.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
        })
}
