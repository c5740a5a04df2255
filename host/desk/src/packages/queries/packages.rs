//! Packages and their states. Their order in the review queue is in `queue.rs`.
//!
//! A state changes only through a [`Transition`], and only from the state where it starts. Of two concurrent changes,
//! the second one fails.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::db::change_log::LoggedChange;
use crate::db::encryption::{CellId, Keys, StoreResultExt as _, Tag};
use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::subject_keys::Person;
use crate::db::tx::{ReadTx, Tx};
use crate::db::{column, random_id, subject_keys};
use crate::packages::fingerprints;
use crate::packages::queries::search_index;
use crate::suppression::suppressions::Recipient;
use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::types::Timestamp;
use baton_model::package_state::{PackageState, Transition};
use baton_model::views::RoutedPackage;
use baton_model::{Erasable, PackageId};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A row of the table. Content and trace are encrypted.
#[derive(Clone, Debug)]
pub(crate) struct PackageRow {
    pub id: PackageId,
    pub campaign: String,
    pub account_name: String,
    pub target: Recipient,
    pub touch: u8,
    pub lead_signal: String,
    pub tier: String,
    pub tier_rank: i64,
    pub model: HandoffModel,
    pub score: u8,
    pub warnings: u32,
    pub reading_seconds: u32,
    pub deadline: Timestamp,
    /// The stream that its evidence counts for.
    pub stream: Option<i64>,
    /// The inspection plan that its evidence counts under.
    pub plan: Option<InspectionPlan>,
    pub state: PackageState,
    pub until: Option<Timestamp>,
    pub newer: Option<PackageId>,
    pub prepared: Timestamp,
    pub digest: String,
    pub draft_tag: Tag,
    pub subjects: String,
    pub signal_kind: String,
    /// The user assigned to decide. `None` if the package is unassigned.
    pub assignee: Option<String>,
    /// The time when it was assigned to the backup reviewer.
    pub escalated: Option<Timestamp>,
    content: Option<Vec<u8>>,
    trace_subjects: String,
    trace: Option<Vec<u8>>,
}

impl<'r> FromRow<'r, SqliteRow> for PackageRow {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let decode = |what: &str| sqlx::Error::Decode(format!("unknown {what} of a package").into());
        let state: &str = row.try_get("state")?;
        let model: &str = row.try_get("model")?;
        Ok(Self {
            id: PackageId(row.try_get("id")?),
            campaign: row.try_get("campaign")?,
            account_name: row.try_get("account_name")?,
            target: Recipient {
                account: row.try_get("account")?,
                account_domain: row.try_get("account_domain")?,
                recipient_domain: row.try_get("recipient_domain")?,
                address_tag: row.try_get("address_tag")?,
                earlier_address_tag: None,
                contact_tag: row.try_get("contact_tag")?,
            },
            touch: row.try_get("touch")?,
            lead_signal: row.try_get("lead_signal")?,
            tier: row.try_get("tier")?,
            tier_rank: row.try_get("tier_rank")?,
            model: model_named(model).ok_or_else(|| decode(&format!("model `{model}`")))?,
            score: row.try_get("score")?,
            warnings: row.try_get("warnings")?,
            reading_seconds: row.try_get("reading_seconds")?,
            deadline: row.try_get("deadline")?,
            stream: row.try_get("stream")?,
            plan: row.try_get::<Option<&str>, _>("plan")?.map(column::json).transpose()?,
            state: PackageState::from_name(state).ok_or_else(|| decode(&format!("state `{state}`")))?,
            until: row.try_get("until")?,
            newer: row.try_get::<Option<String>, _>("newer")?.map(PackageId),
            prepared: row.try_get("prepared")?,
            digest: row.try_get("digest")?,
            draft_tag: row.try_get("draft_tag")?,
            subjects: row.try_get("subjects")?,
            signal_kind: row.try_get("signal_kind")?,
            assignee: row.try_get("assignee")?,
            escalated: row.try_get("escalated")?,
            content: row.try_get("content_sealed")?,
            trace_subjects: row.try_get("trace_subjects")?,
            trace: row.try_get("trace_sealed")?,
        })
    }
}

impl PackageRow {
    /// Decrypts the package and its routing.
    pub async fn content(&self, tx: &mut ReadTx) -> Result<Erasable<RoutedPackage>, StoreError> {
        let keys = subject_keys::keys_of(tx, &self.subjects).await?;
        tx.keys().open(&keys, place("content", &self.id.0), self.content.as_deref())
    }

    /// Decrypts the checks of the preparation.
    pub async fn trace(&self, tx: &mut ReadTx) -> Result<Erasable<Vec<Check>>, StoreError> {
        let keys = subject_keys::keys_of(tx, &self.trace_subjects).await?;
        tx.keys().open(&keys, place("trace", &self.id.0), self.trace.as_deref())
    }
}

/// A package to be added.
pub(crate) struct NewPackage<'a> {
    pub content: &'a RoutedPackage,
    pub trace: &'a [Check],
    pub campaign: &'a str,
    /// The position of its tier among the campaign's tiers.
    pub tier_rank: usize,
    /// Everybody whose personal data may be in the trace.
    pub people: &'a BTreeSet<Person<'a>>,
    pub state: PackageState,
    pub until: Option<Timestamp>,
    /// The stream that its evidence counts for, and the plan it counts under.
    pub stream: Option<(i64, &'a InspectionPlan)>,
    pub assignee: Option<&'a str>,
    pub now: Timestamp,
}

/// Counts the checks that did not pass.
pub(crate) fn warnings(package: &HandoffPackage) -> u32 {
    let warnings = package.checks.iter().filter(|check| check.verdict != Verdict::Pass).count();
    u32::try_from(warnings).unwrap_or(u32::MAX)
}

/// Adds a package. Returns `None` if its contact was erased.
pub(crate) async fn add(tx: &mut Tx, new: &NewPackage<'_>) -> Result<Option<PackageId>, StoreError> {
    let package = &new.content.package;
    let own = BTreeSet::from([super::recordings::of_package(package)]);
    let keys = subject_keys::keys_for(tx, &own, new.now).await?;
    let trace_keys = subject_keys::keys_for(tx, new.people, new.now).await?;
    let id =
        PackageId(random_id::random(12).map_err(|error| tx.keys().error(StoreErrorKind::Other(error.to_string())))?);
    let Some(content) = tx.keys().encrypt_record(&keys, place("content", &id.0), new.content)? else { return Ok(None) };
    let trace = tx.keys().encrypt_record(&trace_keys, place("trace", &id.0), &new.trace)?;
    let plan = new.stream.map(|(_, plan)| column::text(tx.keys(), plan)).transpose()?;
    let target = fingerprints::target(tx.keys(), package);
    sqlx::query(
        "INSERT INTO packages (id, campaign, account, account_name, contact_tag, address_tag, recipient_domain,
             account_domain, touch, lead_signal, signal_kind, tier, tier_rank, model, score, warnings, reading_seconds,
             deadline, state, until, prepared, moved, digest, draft_tag, subjects, content_sealed, trace_subjects,
             trace_sealed, stream, plan, language, angle, assignee)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21,
             $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
    )
    .bind(&id.0)
    .bind(new.campaign)
    .bind(&target.account)
    .bind(&package.account.name)
    .bind(&target.contact_tag)
    .bind(&target.address_tag)
    .bind(&target.recipient_domain)
    .bind(&target.account_domain)
    .bind(package.touch_number)
    .bind(fingerprints::lead_signal(package))
    .bind(package.signals.first().map_or("", |ranked| &ranked.signal.kind))
    .bind(new.content.routing.tier.as_deref().unwrap_or_default())
    .bind(i64::try_from(new.tier_rank).unwrap_or(i64::MAX))
    .bind(model_name(new.content.routing.model))
    .bind(package.score)
    .bind(warnings(package))
    .bind(package.reading_seconds)
    .bind(package.fresh_until)
    .bind(new.state.name())
    .bind(new.until)
    .bind(new.now)
    .bind(fingerprints::digest(tx.keys(), new.content))
    .bind(fingerprints::draft_tag(tx.keys(), package))
    .bind(&keys.subjects)
    .bind(content)
    .bind(&trace_keys.subjects)
    .bind(trace)
    .bind(new.stream.map(|(stream, _)| stream))
    .bind(plan)
    .bind(&package.angle.language)
    .bind(&package.angle.version)
    .bind(new.assignee)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    search_index::add(tx, &id, package).await?;
    Ok(Some(id))
}

pub(crate) async fn get(tx: &mut ReadTx, id: &PackageId) -> Result<Option<PackageRow>, StoreError> {
    sqlx::query_as("SELECT * FROM packages WHERE id = $1")
        .bind(&id.0)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Lists up to two ids with this prefix, to find out whether the prefix is unique.
pub(crate) async fn with_prefix(tx: &mut ReadTx, start: &str) -> Result<Vec<PackageId>, StoreError> {
    let ids: Vec<String> =
        // A package that is hidden by a seeded defect must not be found.
        sqlx::query_scalar(
            "SELECT id FROM (
                 SELECT id FROM packages
                 WHERE NOT EXISTS (SELECT 1 FROM seeded_defects WHERE original = packages.id AND ended IS NULL)
                 UNION ALL SELECT id FROM seeded_defects)
             WHERE substr(id, 1, length($1)) = $1 ORDER BY id LIMIT 2",
        )
        .bind(start)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(ids.into_iter().map(PackageId).collect())
}

/// Returns the package of this touch that is open, approved or sent, or else the latest one.
pub(crate) async fn of_touch(
    tx: &mut ReadTx,
    campaign: &str,
    package: &HandoffPackage,
) -> Result<Option<PackageRow>, StoreError> {
    let target = fingerprints::target(tx.keys(), package);
    sqlx::query_as(
        "SELECT * FROM packages WHERE campaign = $1 AND account = $2 AND contact_tag = $3 AND touch = $4
         ORDER BY state IN ('rejected', 'expired', 'superseded', 'withdrawn', 'failed'), prepared DESC, rowid DESC
         LIMIT 1",
    )
    .bind(campaign)
    .bind(&target.account)
    .bind(&target.contact_tag)
    .bind(package.touch_number)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Lists the undecided packages of this account and campaign.
pub(crate) async fn open_at(tx: &mut ReadTx, campaign: &str, account: &str) -> Result<Vec<PackageRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM packages WHERE campaign = $1 AND account = $2 AND state IN ('queued', 'snoozed') ORDER BY id",
    )
    .bind(campaign)
    .bind(account)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Whether another message to the same person was approved since this package was prepared.
pub(crate) async fn is_approved_since(tx: &mut ReadTx, row: &PackageRow) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM packages
                        WHERE (address_tag = $1 OR contact_tag = $2) AND id <> $3 AND moved >= $4
                          AND state IN ('approved', 'scheduled', 'transmitting', 'sent', 'delivery-unknown'))",
    )
    .bind(&row.target.address_tag)
    .bind(&row.target.contact_tag)
    .bind(&row.id.0)
    .bind(row.prepared)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}

/// Makes a state transition. Returns `false` if the package is no longer in the state where the transition starts, or
/// the cause does not cover the package.
pub(crate) async fn apply_transition(
    tx: &mut Tx,
    id: &PackageId,
    step: Transition,
    until: Option<Timestamp>,
    cause: ChangeCause<'_>,
) -> Result<bool, StoreError> {
    if !cause.covers(id) {
        return Ok(false);
    }
    if ends_permission_to_send(step) {
        tx.log_change(LoggedChange::Withdrawn);
    }
    let now = tx.now;
    let done = sqlx::query("UPDATE packages SET state = $1, until = $2, moved = $3 WHERE id = $4 AND state = $5")
        .bind(step.to().name())
        .bind(until)
        .bind(now)
        .bind(&id.0)
        .bind(step.from().name())
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Whether an approved message is not to be sent any more.
const fn ends_permission_to_send(step: Transition) -> bool {
    matches!(step.from(), PackageState::Approved | PackageState::Scheduled)
        && matches!(step.to(), PackageState::Withdrawn | PackageState::Queued | PackageState::Failed)
}

/// Records the package that replaces this one.
pub(crate) async fn set_newer(tx: &mut Tx, id: &PackageId, newer: &PackageId) -> Result<(), StoreError> {
    sqlx::query("UPDATE packages SET newer = $1 WHERE id = $2")
        .bind(&newer.0)
        .bind(&id.0)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Lists packages after this row, in the order in which they were added.
pub(crate) async fn after(tx: &mut ReadTx, rowid: i64, limit: u32) -> Result<Vec<(i64, PackageRow)>, StoreError> {
    let rows: Vec<SqliteRow> =
        sqlx::query("SELECT rowid AS number, * FROM packages WHERE rowid > $1 ORDER BY rowid LIMIT $2")
            .bind(rowid)
            .bind(limit)
            .fetch_all(tx.connection())
            .await
            .at(tx.keys())?;
    rows.iter()
        .map(|row| Ok((row.try_get("number")?, PackageRow::from_row(row)?)))
        .collect::<Result<_, _>>()
        .at(tx.keys())
}

/// Lists the unsent packages for a person with one of these tags, this domain or this account.
pub(crate) async fn unsent_for(
    tx: &mut ReadTx,
    tags: &BTreeSet<Tag>,
    domain: Option<&str>,
    account: Option<&str>,
) -> Result<Vec<PackageRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM packages WHERE state IN ('queued', 'snoozed', 'approved', 'scheduled')
           AND (account = $1
                OR hex(address_tag) IN (SELECT value FROM json_each($2))
                OR hex(contact_tag) IN (SELECT value FROM json_each($2))
                OR recipient_domain = $3 OR account_domain = $3
                OR substr(recipient_domain, -length($3) - 1) = '.' || $3
                OR substr(account_domain, -length($3) - 1) = '.' || $3)",
    )
    .bind(account)
    .bind(hex_list(tags))
    .bind(domain)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Lists the packages for people with one of these hashes, oldest first.
pub(crate) async fn of_people(tx: &mut ReadTx, tags: &BTreeSet<Tag>) -> Result<Vec<PackageRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM packages WHERE hex(address_tag) IN (SELECT value FROM json_each($1))
            OR hex(contact_tag) IN (SELECT value FROM json_each($1)) ORDER BY prepared, id",
    )
    .bind(hex_list(tags))
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the hashes as a JSON array, each as SQLite's `hex` writes it.
pub(crate) fn hex_list(tags: &BTreeSet<Tag>) -> String {
    serde_json::json!(tags.iter().map(hex::encode_upper).collect::<Vec<_>>()).to_string()
}

/// Deletes the contents of packages that were sent or closed before this time. Their rows and all counts remain.
pub(crate) async fn delete_contents(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "UPDATE packages SET content_sealed = NULL, trace_sealed = NULL
         WHERE state IN ('sent', 'failed', 'rejected', 'expired', 'superseded', 'withdrawn') AND moved < $1
           AND content_sealed IS NOT NULL",
    )
    .bind(before)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    for sql in [
        "UPDATE decisions SET content_sealed = NULL
         WHERE content_sealed IS NOT NULL AND package IN (SELECT id FROM packages WHERE content_sealed IS NULL)",
        "DELETE FROM package_names WHERE package IN (SELECT id FROM packages WHERE content_sealed IS NULL)",
        "UPDATE seeded_defects SET content_sealed = NULL
         WHERE content_sealed IS NOT NULL AND original IN (SELECT id FROM packages WHERE content_sealed IS NULL)",
        "UPDATE seeded_defect_decisions SET content_sealed = NULL
         WHERE content_sealed IS NOT NULL AND seeded_defect IN (SELECT id FROM seeded_defects WHERE content_sealed IS NULL)",
        "UPDATE outbox SET content_sealed = NULL, why_sealed = NULL
         WHERE content_sealed IS NOT NULL AND package IN (SELECT id FROM packages WHERE content_sealed IS NULL)",
        "UPDATE replies SET content_sealed = NULL
         WHERE content_sealed IS NOT NULL AND package IN (SELECT id FROM packages WHERE content_sealed IS NULL)",
        "UPDATE checks SET why_sealed = NULL
         WHERE why_sealed IS NOT NULL AND package IN (SELECT id FROM packages WHERE content_sealed IS NULL)",
    ] {
        sqlx::query(sql).execute(tx.connection()).await.at(tx.keys())?;
    }
    Ok(done.rows_affected())
}

/// Records a state transition in the audit log.
pub(crate) async fn note_step(
    tx: &mut Tx,
    id: &PackageId,
    step: Transition,
    cause: ChangeCause<'_>,
) -> Result<(), StoreError> {
    let actor = Arc::clone(tx.actor());
    let why = cause.reason().map_or_else(String::new, |why| format!(": {why}"));
    audit::note(tx, cause.name(&actor), step.to().name(), Some(id), &format!("was {}{why}", step.from())).await
}

/// Returns the keys of the package's content and decisions.
pub(crate) async fn keys(tx: &mut ReadTx, row: &PackageRow) -> Result<Keys, StoreError> {
    subject_keys::keys_of(tx, &row.subjects).await
}

const fn place<'a>(column: &'static str, row: &'a str) -> CellId<'a> {
    CellId { table: "packages", column, row }
}

pub(crate) const fn model_name(model: HandoffModel) -> &'static str {
    match model {
        HandoffModel::ReviewAndApprove => "review-and-approve",
        HandoffModel::SendThenSpotCheck => "send-then-spot-check",
        HandoffModel::Automatic => "automatic",
    }
}

pub(crate) fn model_named(name: &str) -> Option<HandoffModel> {
    [HandoffModel::ReviewAndApprove, HandoffModel::SendThenSpotCheck, HandoffModel::Automatic]
        .into_iter()
        .find(|model| model_name(*model) == name)
}
