//! Open panels in a CRM, the used tokens that opened them, and the packages of a CRM record.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use crate::packages::queries::packages::PackageRow as Package;
use baton_facts::types::Timestamp;

/// Maximum number of panels of a user. A new panel ends the oldest one above it.
const MOST: i64 = 50;

/// An open panel.
#[derive(Clone, Debug)]
pub(crate) struct PanelSessionRow {
    pub crm: String,
    pub user: String,
    /// `account`, `domain` or `contact`.
    pub kind: String,
    /// The record's id in the form that packages store; see [`contact`].
    pub record: String,
    pub theme: Option<String>,
    pub until: Timestamp,
}

/// Hashes a token. It has 260 random bits and cannot be guessed, so the hash needs no salt.
fn tag(vault: &KeyRing, token: &str) -> Tag {
    vault.tag("panel", &[token])
}

/// Returns the keyed hash that a session stores instead of a contact's id.
pub(crate) fn contact(vault: &KeyRing, id: &str) -> String {
    hex(&vault.contact_tag(id))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Marks a token as used. Returns `false` if it was used before.
pub(crate) async fn use_token(tx: &mut Tx, (crm, id): (&str, &str), until: Timestamp) -> Result<bool, StoreError> {
    let now = tx.now;
    sqlx::query("DELETE FROM panel_tokens WHERE until <= $1").bind(now).execute(tx.connection()).await.at(tx.keys())?;
    let used = sqlx::query("INSERT INTO panel_tokens (tag, until) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(tx.keys().tag("panel-token", &[crm, id]))
        .bind(until)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(used.rows_affected() == 1)
}

/// Opens a panel. Deletes expired panels and the user's oldest ones above the limit.
pub(crate) async fn begin(tx: &mut Tx, token: &str, row: &PanelSessionRow) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query("DELETE FROM panel_sessions WHERE until <= $1")
        .bind(now)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    sqlx::query(
        "INSERT INTO panel_sessions (tag, crm, user, kind, record, theme, begun, until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tag(tx.keys(), token))
    .bind(&row.crm)
    .bind(&row.user)
    .bind(&row.kind)
    .bind(&row.record)
    .bind(&row.theme)
    .bind(now)
    .bind(row.until)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    sqlx::query(
        "DELETE FROM panel_sessions WHERE user = $1 AND tag NOT IN
             (SELECT tag FROM panel_sessions WHERE user = $1 ORDER BY begun DESC, tag = $2 DESC LIMIT $3)",
    )
    .bind(&row.user)
    .bind(tag(tx.keys(), token))
    .bind(MOST)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the panel with this token, unless it has expired.
pub(crate) async fn get(tx: &mut ReadTx, token: &str, now: Timestamp) -> Result<Option<PanelSessionRow>, StoreError> {
    type Found = (String, String, String, String, Option<String>, Timestamp);
    let found: Option<Found> = sqlx::query_as(
        "SELECT crm, user, kind, record, theme, until FROM panel_sessions WHERE tag = $1 AND until > $2",
    )
    .bind(tag(tx.keys(), token))
    .bind(now)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(found.map(|(crm, user, kind, record, theme, until)| PanelSessionRow { crm, user, kind, record, theme, until }))
}

/// Lists the record's packages: first the open ones by deadline, then the others, latest first.
pub(crate) async fn packages(
    tx: &mut ReadTx,
    (kind, record): (&str, &str),
    limit: u32,
) -> Result<Vec<Package>, StoreError> {
    macro_rules! of {
        ($which:literal) => {
            concat!(
                "SELECT * FROM packages WHERE ",
                $which,
                " AND state <> 'superseded'
                 ORDER BY state NOT IN ('queued', 'snoozed'), CASE WHEN state IN ('queued', 'snoozed') THEN deadline END,
                     prepared DESC, id LIMIT $2"
            )
        };
    }
    let sql = match kind {
        "contact" => of!("contact_tag = unhex($1)"),
        "domain" => of!("account_domain = $1"),
        _ => of!("account = $1"),
    };
    sqlx::query_as(sql).bind(record).bind(limit).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Whether the package belongs to the record.
pub(crate) fn has(package: &Package, kind: &str, record: &str) -> bool {
    match kind {
        "contact" => hex(&package.target.contact_tag) == record,
        "domain" => package.target.account_domain.eq_ignore_ascii_case(record),
        _ => package.target.account == record,
    }
}
