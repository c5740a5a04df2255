//! The outcome of the last run for each account, and the accounts that a run has to work on.

use crate::db::encryption::{CellId, Keys, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::subject_keys;
use crate::db::tx::{ReadTx, Tx};
use crate::packages::queries::packages;
use baton_facts::types::Timestamp;
use baton_model::package_state::{AccountState, PackageState};
use baton_model::views::AccountStatus;
use baton_model::{Erasable, PackageId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

/// An account with its package, if there is one, as it is shown.
macro_rules! standing {
    ($which:literal) => {
        concat!(
            "SELECT accounts.campaign, accounts.account, accounts.name, accounts.domain, accounts.state,
                    accounts.reason, accounts.look_again, accounts.prospect, accounts.looked,
                    coalesce(seeded_defects.id, accounts.package) AS package,
                    packages.state AS package_state, packages.tier, packages.model, packages.score
             FROM accounts LEFT JOIN packages ON packages.id = accounts.package
                 LEFT JOIN seeded_defects ON seeded_defects.original = packages.id AND seeded_defects.ended IS NULL WHERE ",
            $which
        )
    };
}

/// The outcome of a run for an account.
pub(crate) struct NewAccountOutcome<'a> {
    pub campaign: &'a str,
    pub account: &'a str,
    pub name: &'a str,
    pub domain: &'a str,
    pub package: Option<&'a PackageId>,
    pub state: AccountState,
    pub reason: Option<&'a str>,
    pub prospect: Option<u8>,
    pub look_again: Option<Timestamp>,
    pub fingerprint: &'a Tag,
    pub run: Option<i64>,
    pub now: Timestamp,
}

/// Saves the outcome over that of the run before.
pub(crate) async fn put(
    tx: &mut Tx,
    look: &NewAccountOutcome<'_>,
    keys: &Keys,
    content: &impl Serialize,
) -> Result<(), StoreError> {
    let sealed = tx.keys().encrypt_record(keys, place(&row(look.campaign, look.account)), content)?;
    sqlx::query(
        "INSERT INTO accounts (campaign, account, name, state, reason, prospect, look_again, fingerprint, run, looked,
             subjects, content_sealed, domain, package)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (campaign, account) DO UPDATE SET name = excluded.name, state = excluded.state,
             domain = excluded.domain, package = excluded.package,
             reason = excluded.reason, prospect = excluded.prospect, look_again = excluded.look_again,
             fingerprint = excluded.fingerprint, run = excluded.run, looked = excluded.looked,
             subjects = excluded.subjects, content_sealed = excluded.content_sealed",
    )
    .bind(look.campaign)
    .bind(look.account)
    .bind(look.name)
    .bind(look.state.name())
    .bind(look.reason)
    .bind(look.prospect)
    .bind(look.look_again)
    .bind(look.fingerprint)
    .bind(look.run)
    .bind(look.now)
    .bind(&keys.subjects)
    .bind(sealed)
    .bind(look.domain)
    .bind(look.package.map(|id| &id.0))
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Makes the account due at the campaign's next run, whatever the run finds.
pub(crate) async fn forget_fingerprint(tx: &mut Tx, campaign: &str, account: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE accounts SET fingerprint = x'' WHERE campaign = $1 AND account = $2")
        .bind(campaign)
        .bind(account)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Returns the outcome as it was saved; `Erased` as well if no run worked on the account.
pub(crate) async fn saved_outcome<T: DeserializeOwned>(
    tx: &mut ReadTx,
    campaign: &str,
    account: &str,
) -> Result<Erasable<T>, StoreError> {
    let found: Option<(String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT subjects, content_sealed FROM accounts WHERE campaign = $1 AND account = $2")
            .bind(campaign)
            .bind(account)
            .fetch_optional(tx.connection())
            .await
            .at(tx.keys())?;
    let Some((subjects, sealed)) = found else { return Ok(Erasable::Erased) };
    let keys = subject_keys::keys_of(tx, &subjects).await?;
    tx.keys().open(&keys, place(&row(campaign, account)), sealed.as_deref())
}

/// Returns whether a run has seen an account with this id, in any campaign.
pub(crate) async fn exists(tx: &mut ReadTx, account: &str) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts WHERE account = $1)")
        .bind(account)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the account's status, if a run worked on it.
pub(crate) async fn one(tx: &mut ReadTx, campaign: &str, account: &str) -> Result<Option<AccountStatus>, StoreError> {
    let sql = standing!("accounts.campaign = $1 AND accounts.account = $2");
    sqlx::query(sql)
        .bind(campaign)
        .bind(account)
        .try_map(account_row)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the status of the campaign's accounts after that id.
pub(crate) async fn page(
    tx: &mut ReadTx,
    campaign: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<AccountStatus>, StoreError> {
    let sql = standing!("accounts.campaign = $1 AND accounts.account > $2 ORDER BY accounts.account LIMIT $3");
    sqlx::query(sql)
        .bind(campaign)
        .bind(after)
        .bind(limit)
        .try_map(account_row)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the campaigns that have been run.
pub(crate) async fn campaigns(tx: &mut ReadTx) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar("SELECT DISTINCT campaign FROM accounts ORDER BY campaign")
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

fn account_row(row: SqliteRow) -> Result<AccountStatus, sqlx::Error> {
    let state: &str = row.try_get("state")?;
    let package_state: Option<&str> = row.try_get("package_state")?;
    let model: Option<&str> = row.try_get("model")?;
    Ok(AccountStatus {
        campaign: row.try_get("campaign")?,
        account: row.try_get("account")?,
        name: row.try_get("name")?,
        domain: row.try_get("domain")?,
        // A state that the table's check excludes makes the account due again.
        state: AccountState::from_name(state).unwrap_or(AccountState::Failed),
        reason: row.try_get("reason")?,
        next_run_at: row.try_get("look_again")?,
        prospect: row.try_get("prospect")?,
        processed_at: row.try_get("looked")?,
        package: row.try_get::<Option<String>, _>("package")?.map(PackageId),
        package_state: package_state.and_then(PackageState::from_name),
        tier: row.try_get("tier")?,
        model: model.and_then(packages::model_named),
        score: row.try_get("score")?,
    })
}

/// The facts that decide whether an account is due.
pub(crate) struct KnownAccount {
    pub state: AccountState,
    pub look_again: Option<Timestamp>,
    pub fingerprint: Tag,
    /// The reason for holding or disqualifying it.
    pub reason: Option<String>,
    /// The states of its packages in this campaign.
    pub packages: Vec<PackageState>,
    /// The state of its current package.
    pub latest: Option<PackageState>,
    /// Whether every sequence at the account is paused.
    pub paused: bool,
}

/// Returns these facts for every account of a campaign.
pub(crate) async fn known(tx: &mut ReadTx, campaign: &str) -> Result<HashMap<String, KnownAccount>, StoreError> {
    type Row = (String, String, Option<String>, Option<Timestamp>, Vec<u8>, bool, Option<String>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT account, state, reason, look_again, fingerprint,
                EXISTS (SELECT 1 FROM pauses WHERE pauses.account = accounts.account),
                (SELECT group_concat(DISTINCT packages.state) FROM packages
                 WHERE packages.campaign = accounts.campaign AND packages.account = accounts.account),
                (SELECT packages.state FROM packages WHERE packages.id = accounts.package)
         FROM accounts WHERE campaign = $1",
    )
    .bind(campaign)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    let known = |(account, state, reason, look_again, fingerprint, paused, packages, latest): Row| {
        let packages = packages.iter().flat_map(|names| names.split(',')).filter_map(PackageState::from_name).collect();
        // A state that the table's check excludes makes the account due again.
        let state = AccountState::from_name(&state).unwrap_or(AccountState::Failed);
        let latest = latest.as_deref().and_then(PackageState::from_name);
        (account, KnownAccount { state, reason, look_again, fingerprint, packages, latest, paused })
    };
    Ok(rows.into_iter().map(known).collect())
}

/// Records the start of a run. Returns its number.
pub(crate) async fn start_run(tx: &mut Tx, campaign: &str) -> Result<i64, StoreError> {
    let now = tx.now;
    sqlx::query_scalar("INSERT INTO runs (campaign, started) VALUES ($1, $2) RETURNING id")
        .bind(campaign)
        .bind(now)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Counts one account of a run.
pub(crate) async fn count(tx: &mut Tx, run: i64, state: AccountState) -> Result<(), StoreError> {
    let sql = match state {
        AccountState::Ready => "UPDATE runs SET ready = ready + 1 WHERE id = $1",
        AccountState::Held => "UPDATE runs SET held = held + 1 WHERE id = $1",
        AccountState::Disqualified => "UPDATE runs SET disqualified = disqualified + 1 WHERE id = $1",
        AccountState::Failed => "UPDATE runs SET failed = failed + 1 WHERE id = $1",
    };
    sqlx::query(sql).bind(run).execute(tx.connection()).await.at(tx.keys())?;
    Ok(())
}

/// Records that a run is complete.
pub(crate) async fn finish_run(tx: &mut Tx, run: i64) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query("UPDATE runs SET finished = $1 WHERE id = $2")
        .bind(now)
        .bind(run)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

fn row(campaign: &str, account: &str) -> String {
    format!("{campaign}\0{account}")
}

const fn place(row: &str) -> CellId<'_> {
    CellId { table: "accounts", column: "content", row }
}
