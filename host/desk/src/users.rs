//! Users. Names and addresses are encrypted with the person's key and looked up by keyed hashes. A password is stored
//! as its Argon2id hash, an invitation as a keyed hash of its token.

use crate::db::encryption::{CellId, KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::subject_keys;
use crate::db::subject_keys::Person;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;
use baton_model::Erasable;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use std::collections::BTreeSet;

/// The encrypted part of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserName {
    pub name: String,
    /// In lower case.
    pub email: String,
}

/// A user, decrypted.
#[derive(Clone, Debug)]
pub(crate) struct UserRow {
    pub id: String,
    /// `sdr`, `lead` or `admin`.
    pub role: String,
    pub password: Option<String>,
    pub created: Timestamp,
    pub disabled: Option<Timestamp>,
    pub invited_until: Option<Timestamp>,
    /// `Erased` if the person was erased. Such a user cannot sign in.
    pub identity: Erasable<UserName>,
}

/// A row of the table.
#[derive(FromRow)]
struct EncryptedUserRow {
    id: String,
    role: String,
    password: Option<String>,
    created: Timestamp,
    disabled: Option<Timestamp>,
    invited_until: Option<Timestamp>,
    subjects: String,
    content_sealed: Option<Vec<u8>>,
}

pub(crate) fn email_tag(vault: &KeyRing, email: &str) -> Tag {
    vault.tag("user-email", &[&email.trim().to_lowercase()])
}

pub(crate) fn name_tag(vault: &KeyRing, name: &str) -> Tag {
    vault.tag("user-name", &[&name.trim().to_lowercase()])
}

pub(crate) fn invitation_tag(vault: &KeyRing, token: &str) -> Tag {
    vault.tag("invitation", &[token])
}

/// Adds a user without a password. Returns `false` if the person was erased, or the name or the address is taken.
pub(crate) async fn add(
    tx: &mut Tx,
    id: &str,
    named: &UserName,
    role: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let person = Person::with_address(&named.email);
    let keys = subject_keys::keys_for(tx, &BTreeSet::from([person]), now).await?;
    let place = CellId { table: "users", column: "content_sealed", row: id };
    let Some(sealed) = tx.keys().encrypt_record(&keys, place, named)? else { return Ok(false) };
    let added = sqlx::query(
        "INSERT INTO users (id, email_tag, name_tag, role, created, subjects, content_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(email_tag(tx.keys(), &named.email))
    .bind(name_tag(tx.keys(), &named.name))
    .bind(role)
    .bind(now)
    .bind(&keys.subjects)
    .bind(sealed)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(added.rows_affected() == 1)
}

/// Whether there is a user, enabled or disabled.
pub(crate) async fn any(tx: &mut ReadTx) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users)").fetch_one(tx.connection()).await.at(tx.keys())
}

/// Lists all users in the order in which they were added.
pub(crate) async fn all(tx: &mut ReadTx) -> Result<Vec<UserRow>, StoreError> {
    let query = sqlx::query_as("SELECT * FROM users ORDER BY created, rowid");
    let found: Vec<EncryptedUserRow> = query.fetch_all(tx.connection()).await.at(tx.keys())?;
    let mut rows = Vec::with_capacity(found.len());
    for raw in found {
        rows.push(decrypt(tx, raw).await?);
    }
    Ok(rows)
}

pub(crate) async fn get(tx: &mut ReadTx, id: &str) -> Result<Option<UserRow>, StoreError> {
    let query = sqlx::query_as("SELECT * FROM users WHERE id = $1").bind(id);
    let found: Option<EncryptedUserRow> = query.fetch_optional(tx.connection()).await.at(tx.keys())?;
    decrypt_optional(tx, found).await
}

pub(crate) async fn with_email(tx: &mut ReadTx, email: &str) -> Result<Option<UserRow>, StoreError> {
    let query = sqlx::query_as("SELECT * FROM users WHERE email_tag = $1").bind(email_tag(tx.keys(), email));
    let found: Option<EncryptedUserRow> = query.fetch_optional(tx.connection()).await.at(tx.keys())?;
    decrypt_optional(tx, found).await
}

/// Returns the user with this invitation, unless it has expired.
pub(crate) async fn with_invitation(
    tx: &mut ReadTx,
    token: &str,
    now: Timestamp,
) -> Result<Option<UserRow>, StoreError> {
    let query = sqlx::query_as("SELECT * FROM users WHERE invitation_tag = $1 AND invited_until > $2");
    let query = query.bind(invitation_tag(tx.keys(), token)).bind(now);
    let found: Option<EncryptedUserRow> = query.fetch_optional(tx.connection()).await.at(tx.keys())?;
    decrypt_optional(tx, found).await
}

/// Sets or deletes the invitation.
pub(crate) async fn set_invitation(
    tx: &mut Tx,
    id: &str,
    invitation: Option<(&str, Timestamp)>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET invitation_tag = $1, invited_until = $2 WHERE id = $3")
        .bind(invitation.map(|(token, _)| invitation_tag(tx.keys(), token)))
        .bind(invitation.map(|(_, until)| until))
        .bind(id)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Sets the password and deletes an open invitation.
pub(crate) async fn set_password(tx: &mut Tx, id: &str, hash: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET password = $1, invitation_tag = NULL, invited_until = NULL WHERE id = $2")
        .bind(hash)
        .bind(id)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Links the user to the provider's permanent subject id if they have no link yet. Returns `false` if the user has a
/// link to another subject id, or another user has one to this id.
pub(crate) async fn link_subject(tx: &mut Tx, id: &str, issuer: &str, subject: &str) -> Result<bool, StoreError> {
    let tag = tx.keys().tag("vouched", &[issuer, subject]);
    let tied = sqlx::query(
        "UPDATE users SET vouched_tag = $1
         WHERE id = $2 AND (vouched_tag = $1
             OR (vouched_tag IS NULL AND NOT EXISTS (SELECT 1 FROM users WHERE vouched_tag = $1)))",
    )
    .bind(tag)
    .bind(id)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(tied.rows_affected() == 1)
}

/// Removes the link, so that the next sign-on with the user's address creates a new one.
pub(crate) async fn unlink_subject(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    let open = sqlx::query("UPDATE users SET vouched_tag = NULL WHERE id = $1").bind(id);
    open.execute(tx.connection()).await.at(tx.keys())?;
    Ok(())
}

pub(crate) async fn set_role(tx: &mut Tx, id: &str, role: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET role = $1 WHERE id = $2")
        .bind(role)
        .bind(id)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Disables or enables the user. Deletes an open invitation.
pub(crate) async fn set_disabled(tx: &mut Tx, id: &str, disabled: Option<Timestamp>) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET disabled = $1, invitation_tag = NULL, invited_until = NULL WHERE id = $2")
        .bind(disabled)
        .bind(id)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

async fn decrypt_optional(tx: &mut ReadTx, found: Option<EncryptedUserRow>) -> Result<Option<UserRow>, StoreError> {
    match found {
        Some(raw) => decrypt(tx, raw).await.map(Some),
        None => Ok(None),
    }
}

async fn decrypt(tx: &mut ReadTx, raw: EncryptedUserRow) -> Result<UserRow, StoreError> {
    let keys = subject_keys::keys_of(tx, &raw.subjects).await?;
    let place = CellId { table: "users", column: "content_sealed", row: &raw.id };
    let named = tx.keys().open(&keys, place, raw.content_sealed.as_deref())?;
    Ok(UserRow {
        identity: named,
        id: raw.id,
        role: raw.role,
        password: raw.password,
        created: raw.created,
        disabled: raw.disabled,
        invited_until: raw.invited_until,
    })
}

/// Returns whether a user has this name or address, in any case.
pub(crate) async fn is_name_of_user(tx: &mut ReadTx, name: &str) -> Result<bool, StoreError> {
    let name = name.trim().to_lowercase();
    let is = |of: &str| of.trim().to_lowercase() == name;
    let users = all(tx).await?;
    Ok(users.into_iter().filter_map(|row| row.identity.open()).any(|of| is(&of.name) || is(&of.email)))
}
