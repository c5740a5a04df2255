//! Tokens of the API: programs that ask in a name of their own, with a role like a user's.
//!
//! A token may ask on behalf of one user. Then it sees and may at most what that user does, and is good for as long as
//! they may sign in.
//!
//! A token is shown once. It is 260 random bits, so there is no guessing it and no limit on tries.

use crate::access::queries::{tokens, users};
use crate::access::sign_in;
use crate::access::sign_in::SignedIn;
use crate::access::users::TOKEN;
use crate::audit;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use baton_facts::types::Timestamp;
use baton_model::Role;
use serde::Serialize;

/// What a token begins with, so that scanners for leaked secrets know one.
pub const TOKEN_PREFIX: &str = "baton_";

/// The longest name of a token, in bytes.
const LONGEST: usize = 60;

/// A token, without what makes it one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TokenView {
    /// As the trail has it, after `token `.
    pub name: String,
    /// What it may do at most.
    pub role: Role,
    /// The id of the user on whose behalf it asks.
    pub of_user: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When it was last used, to within five minutes.
    pub used: Option<Timestamp>,
}

impl From<tokens::TokenRow> for TokenView {
    fn from(row: tokens::TokenRow) -> Self {
        let role = Role::named(&row.role).unwrap_or(Role::Sdr);
        let tokens::TokenRow { name, of_user, created, expires, revoked, used, .. } = row;
        Self { name, role, of_user, created, expires, revoked, used }
    }
}

/// Who asks with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiClient {
    /// The token's name.
    pub name: String,
    /// As the trail has it: `token hubspot`, or `token dialler for Ana Souza`.
    pub who: String,
    /// What it may do.
    pub role: Role,
    /// The id of the user on whose behalf it asks.
    pub of_user: Option<String>,
}

/// A token to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// 1 to 60 letters, digits, hyphens, dots and underscores, never used before.
    pub name: &'a str,
    /// What it may do at most.
    pub role: Role,
    /// The address of the user on whose behalf it asks.
    pub of_user: Option<&'a str>,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}

impl Desk {
    /// Makes a token; the text with which it is used is given this once.
    ///
    /// # Errors
    /// Where the name is not one or was ever given, there is no such user, the moment has passed, or the store fails.
    pub async fn add_token(&self, new: &NewToken<'_>, now: Timestamp) -> DeskResult<(TokenView, String)> {
        let who = self.actor.name();
        let NewToken { name, role, of_user, expires } = *new;
        let invalid = |what: &str| Err(Refusal::Invalid(what.into()).into());
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(plain) {
            return invalid("a token's name is 1 to 60 letters, digits, hyphens, dots and underscores");
        }
        if expires.is_some_and(|expires| expires <= now) {
            return invalid("a token ends later than now");
        }
        let token = format!("{TOKEN_PREFIX}{}", self.random(TOKEN)?);
        let mut tx = self.begin(now).await?;
        let of_user = match of_user {
            None => None,
            Some(email) => match users::with_email(&mut tx, &email.trim().to_lowercase()).await? {
                Some(user) if sign_in::may(&user).is_some() => Some(user.id),
                _ => return invalid("there is no such user, or they may not sign in"),
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
            return invalid("a token has, or had, this name: the trail tells them by it");
        }
        let behalf = row.of_user.as_ref().map_or_else(String::new, |user| format!(" for {user}"));
        let what = format!("{name} as {role}{behalf}");
        audit::note(&mut tx, who, "token-added", None, &what).await?;
        tx.commit().await?;
        Ok((row.into(), token))
    }

    /// Every token that ever was, oldest first.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn tokens(&self) -> DeskResult<Vec<TokenView>> {
        let mut tx = self.read().await?;
        Ok(tokens::all(&mut tx).await?.into_iter().map(TokenView::from).collect())
    }

    /// Makes a token worthless, from the next request on.
    ///
    /// # Errors
    /// Where no token of that name is good, or the store fails.
    pub async fn revoke_token(&self, name: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        if !tokens::revoke(&mut tx, name).await? {
            return Err(Refusal::Invalid("there is no token of this name that is still good".into()).into());
        }
        audit::note(&mut tx, who, "token-revoked", None, name).await?;
        Ok(tx.commit().await?)
    }

    /// Who asks with this token; none where it is not, or no longer, good.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn program(&self, token: &str, now: Timestamp) -> DeskResult<Option<ApiClient>> {
        if token.len() != TOKEN_PREFIX.len() + TOKEN || !token.starts_with(TOKEN_PREFIX) {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let found = tokens::good(&mut tx, token, now).await?;
        let Some((row, unnoted)) = found else { return Ok(None) };
        let user = match &row.of_user {
            None => None,
            Some(id) => {
                let found = users::get(&mut tx, id).await?;
                let Some(user) = found.as_ref().and_then(sign_in::may) else { return Ok(None) };
                Some(user)
            }
        };
        drop(tx);
        if unnoted {
            let mut tx = self.begin(now).await?;
            tokens::used(&mut tx, &row.name).await?;
            tx.commit().await?;
        }
        let token = TokenView::from(row);
        let name = token.name;
        Ok(Some(match user {
            None => ApiClient { who: format!("token {name}"), role: token.role, of_user: None, name },
            Some(SignedIn { id, name: user, role }) => {
                let who = format!("token {name} for {user}");
                ApiClient { who, role: token.role.min(role), of_user: Some(id), name }
            }
        }))
    }
}
