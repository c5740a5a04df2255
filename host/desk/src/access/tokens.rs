//! API tokens, each for a program with its own name and role.
//!
//! A token can act on behalf of one user. Its permissions are then at most those of the user, and it works only while
//! the user can sign in. A token is shown once. It has 260 random bits, so attempts to guess it need no limit.

use crate::access::queries::tokens;
use crate::access::sign_in;
use crate::access::sign_in::SignedIn;
use crate::access::users::TOKEN_CHARS;
use crate::audit;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::users;
use baton_facts::types::Timestamp;
use baton_model::Role;
use serde::Serialize;

/// The prefix of every token, by which scanners for leaked secrets recognize one.
pub const TOKEN_PREFIX: &str = "baton_";

/// Maximum length of a token's name, in bytes.
const MAX_NAME_BYTES: usize = 60;

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TokenView {
    /// The name, which follows `token ` in the audit log.
    pub name: String,
    /// The token's maximum permissions.
    pub role: Role,
    /// The id of the user on whose behalf the program acts.
    pub of_user: Option<String>,
    pub created: Timestamp,
    /// The time when the token expires.
    pub expires: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    /// The time of the last use, to within five minutes.
    pub used: Option<Timestamp>,
}

impl From<tokens::TokenRow> for TokenView {
    fn from(row: tokens::TokenRow) -> Self {
        let role = Role::from_name(&row.role).unwrap_or(Role::Sdr);
        let tokens::TokenRow { name, of_user, created, expires, revoked, used, .. } = row;
        Self { name, role, of_user, created, expires, revoked, used }
    }
}

/// A program that authenticates with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiClient {
    /// The token's name.
    pub name: String,
    /// The name in the audit log: `token hubspot`, or `token dialler for Ana Souza`.
    pub who: String,
    /// The effective permissions: the token's, limited by those of the user.
    pub role: Role,
    /// The id of the user on whose behalf the program acts.
    pub of_user: Option<String>,
}

/// The properties of a token to be created.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// 1 to 60 letters, digits, hyphens, dots and underscores, not used before.
    pub name: &'a str,
    /// The token's maximum permissions.
    pub role: Role,
    /// The address of the user on whose behalf the program acts.
    pub of_user: Option<&'a str>,
    /// The time when the token expires.
    pub expires: Option<Timestamp>,
}

impl Desk {
    /// Creates a token. Returns its secret, which cannot be read again later.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if the name is invalid or was used before, no active user has the address, or the expiry is
    /// in the past; or `DeskError::Store`.
    pub async fn add_token(&self, new: &NewToken<'_>, now: Timestamp) -> DeskResult<(TokenView, String)> {
        let who = self.actor.name();
        let NewToken { name, role, of_user, expires } = *new;
        let invalid = |what: &str| Err(Refusal::Invalid(what.into()).into());
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
        if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.chars().all(plain) {
            return invalid("a token name must be 1 to 60 letters, digits, hyphens, dots and underscores");
        }
        if expires.is_some_and(|expires| expires <= now) {
            return invalid("a token must expire in the future");
        }
        let token = format!("{TOKEN_PREFIX}{}", self.random(TOKEN_CHARS)?);
        let mut tx = self.begin(now).await?;
        let of_user = match of_user {
            None => None,
            Some(email) => match users::with_email(&mut tx, &email.trim().to_lowercase()).await? {
                Some(user) if sign_in::active_user(&user).is_some() => Some(user.id),
                _ => return invalid("no active user has this address"),
            },
        };
        let row = tokens::TokenRow {
            name: name.into(),
            role: role.name().into(),
            of_user,
            created: now,
            expires,
            revoked: None,
            used: None,
        };
        if !tokens::add(&mut tx, &row, &token).await? {
            return invalid("this token name is or was in use: the audit log identifies tokens by name");
        }
        let behalf = row.of_user.as_ref().map_or_else(String::new, |user| format!(" for {user}"));
        let what = format!("{name} as {role}{behalf}");
        audit::note(&mut tx, who, "token-added", None, &what).await?;
        tx.commit().await?;
        Ok((row.into(), token))
    }

    /// Lists all tokens, including expired and revoked ones, oldest first.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn tokens(&self) -> DeskResult<Vec<TokenView>> {
        let mut tx = self.read().await?;
        Ok(tokens::all(&mut tx).await?.into_iter().map(TokenView::from).collect())
    }

    /// Revokes a token, from the next request on.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if no unrevoked token has this name, or `DeskError::Store`.
    pub async fn revoke_token(&self, name: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        if !tokens::revoke(&mut tx, name).await? {
            return Err(Refusal::Invalid("no active token has this name".into()).into());
        }
        audit::note(&mut tx, who, "token-revoked", None, name).await?;
        Ok(tx.commit().await?)
    }

    /// Returns the program that has this token. `None` if the token is unknown, expired or revoked, or if its user
    /// cannot sign in.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn api_client(&self, token: &str, now: Timestamp) -> DeskResult<Option<ApiClient>> {
        if token.len() != TOKEN_PREFIX.len() + TOKEN_CHARS || !token.starts_with(TOKEN_PREFIX) {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let found = tokens::active(&mut tx, token, now).await?;
        let Some((row, unnoted)) = found else { return Ok(None) };
        let user = match &row.of_user {
            None => None,
            Some(id) => {
                let found = users::get(&mut tx, id).await?;
                let Some(user) = found.as_ref().and_then(sign_in::active_user) else { return Ok(None) };
                Some(user)
            }
        };
        drop(tx);
        if unnoted {
            let mut tx = self.begin(now).await?;
            tokens::update_last_use(&mut tx, &row.name).await?;
            tx.commit().await?;
        }
        let token = TokenView::from(row);
        let name = token.name;
        Ok(Some(match user {
            None => ApiClient { who: program_name(&name, None), role: token.role, of_user: None, name },
            Some(SignedIn { id, name: user, role }) => {
                let who = program_name(&name, Some(&user));
                ApiClient { who, role: token.role.min(role), of_user: Some(id), name }
            }
        }))
    }
}

/// Returns the name in the audit log of a program with the token of this name, which may act for this user.
pub(crate) fn program_name(token: &str, user: Option<&str>) -> String {
    match user {
        None => format!("token {token}"),
        Some(user) => format!("token {token} for {user}"),
    }
}
