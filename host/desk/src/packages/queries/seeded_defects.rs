//! Seeded defects: copies of packages with a deliberate defect, each shown instead of its original until it is decided.
//!
//! They have a table of their own. The outbox, the streams' evidence, the spot-checks and the recordings refer only to
//! packages, so a seeded defect can neither be sent nor count as evidence.

use crate::db::encryption::{CellId, StoreResultExt as _};
use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::tx::{ReadTx, Tx};
use crate::db::{random_id, subject_keys};
use crate::packages::fingerprints;
use crate::packages::queries::decisions::AnsweredRequest;
use crate::packages::queries::{decisions, packages};
use baton_facts::types::Timestamp;
use baton_model::decision::{DecisionRequest, DecisionResult};
use baton_model::defect::Defect;
use baton_model::package_state::PackageState;
use baton_model::views::{DecisionView, SeededDefect, SeededDefectResult};
use baton_model::{Erasable, PackageId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

/// The encrypted part of a seeded defect.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SeededContent {
    /// The original's content with the defective draft.
    pub content: baton_model::views::RoutedPackage,
    pub defect: Defect,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub(crate) struct SeededDefectRow {
    pub id: PackageId,
    pub original: PackageId,
    pub digest: String,
    /// `None` while it is open: it then has the state of its original.
    pub state: Option<PackageState>,
    /// `None` if there is no decision, or if the decision does not show whether the defect was noticed.
    pub result: Option<SeededDefectResult>,
    pub subjects: String,
    content: Option<Vec<u8>>,
}

impl<'r> FromRow<'r, SqliteRow> for SeededDefectRow {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let result: Option<&str> = row.try_get("result")?;
        Ok(Self {
            id: PackageId(row.try_get("id")?),
            original: PackageId(row.try_get("original")?),
            digest: row.try_get("digest")?,
            state: row.try_get::<Option<&str>, _>("state")?.and_then(PackageState::from_name),
            result: result.and_then(SeededDefectResult::from_name),
            subjects: row.try_get("subjects")?,
            content: row.try_get("content_sealed")?,
        })
    }
}

impl SeededDefectRow {
    /// Decrypts the content and the defect.
    pub async fn content(&self, tx: &mut ReadTx) -> Result<Erasable<SeededContent>, StoreError> {
        let keys = subject_keys::keys_of(tx, &self.subjects).await?;
        tx.keys().open(&keys, place("planted", "content", &self.id.0), self.content.as_deref())
    }

    /// Returns the original, the result and the defect after it has ended.
    pub async fn revealed(&self, tx: &mut ReadTx) -> Result<Option<SeededDefect>, StoreError> {
        if self.state.is_none() {
            return Ok(None);
        }
        let defect = self.content(tx).await?.open().map(|content| content.defect);
        Ok(Some(SeededDefect { original: self.original.clone(), result: self.result, defect }))
    }
}

/// Adds a seeded defect in front of this package. Returns `None` if its contact was erased.
pub(crate) async fn add(
    tx: &mut Tx,
    original: &packages::PackageRow,
    content: &SeededContent,
    aside: Timestamp,
) -> Result<Option<PackageId>, StoreError> {
    let now = tx.now;
    let id =
        PackageId(random_id::random(12).map_err(|error| tx.keys().error(StoreErrorKind::Other(error.to_string())))?);
    let keys = packages::keys(tx, original).await?;
    let Some(sealed) = tx.keys().encrypt_record(&keys, place("planted", "content", &id.0), content)? else {
        return Ok(None);
    };
    sqlx::query(
        "INSERT INTO seeded_defects (id, original, kind, seeded, aside, digest, subjects, content_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&id.0)
    .bind(&original.id.0)
    .bind(content.defect.kind.name())
    .bind(now)
    .bind(aside)
    .bind(fingerprints::digest(tx.keys(), &content.content))
    .bind(&keys.subjects)
    .bind(sealed)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(Some(id))
}

/// Returns the seeded defect with this id.
pub(crate) async fn get(tx: &mut ReadTx, id: &PackageId) -> Result<Option<SeededDefectRow>, StoreError> {
    sqlx::query_as("SELECT * FROM seeded_defects WHERE id = $1")
        .bind(&id.0)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the open seeded defect in front of this package.
pub(crate) async fn open_for(tx: &mut ReadTx, original: &PackageId) -> Result<Option<SeededDefectRow>, StoreError> {
    sqlx::query_as("SELECT * FROM seeded_defects WHERE original = $1 AND ended IS NULL")
        .bind(&original.0)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Counts the open seeded defects, in this campaign or in all. Each hides one package.
pub(crate) async fn count_open(tx: &mut ReadTx, campaign: Option<&str>) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM seeded_defects JOIN packages ON packages.id = seeded_defects.original
         WHERE seeded_defects.ended IS NULL AND ($1 IS NULL OR packages.campaign = $1)",
    )
    .bind(campaign)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(count.unsigned_abs())
}

/// Ends a seeded defect with a user's decision. Returns `false` if it had already ended.
pub(crate) async fn end(
    tx: &mut Tx,
    id: &PackageId,
    (state, result): (PackageState, Option<SeededDefectResult>),
    who: &str,
) -> Result<bool, StoreError> {
    let now = tx.now;
    let done = sqlx::query(
        "UPDATE seeded_defects SET state = $1, result = $2, who = $3, ended = $4 WHERE id = $5 AND ended IS NULL",
    )
    .bind(state.name())
    .bind(result.map_or("neither", SeededDefectResult::name))
    .bind(who)
    .bind(now)
    .bind(&id.0)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Ends the seeded defects whose original has a deadline soon, so that it can be reviewed. Returns their number.
pub(crate) async fn end_before_deadline(tx: &mut Tx) -> Result<u64, StoreError> {
    let now = tx.now;
    let done = sqlx::query(
        "UPDATE seeded_defects SET state = 'superseded', result = 'undecided', ended = $1 WHERE ended IS NULL AND aside <= $1",
    )
    .bind(now)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected())
}

/// Adds a decision about a seeded defect.
pub(crate) async fn decide(
    tx: &mut Tx,
    planted: &SeededDefectRow,
    request: &DecisionRequest,
    decided: &DecisionResult,
) -> Result<(), StoreError> {
    let now = tx.now;
    let keys = subject_keys::keys_of(tx, &planted.subjects).await?;
    let content = decisions::DecisionContent { decision: request.decision.clone(), grade: decided.grade.clone() };
    let sealed = tx.keys().encrypt_record(&keys, decision_place(&request.key), &content)?;
    sqlx::query(
        "INSERT INTO seeded_defect_decisions (seeded_defect, request_key, request_tag, who, at, kind, reason, seconds, state,
             subjects, content_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&planted.id.0)
    .bind(&request.key)
    .bind(decisions::request_tag(tx.keys(), tx.actor(), request))
    .bind(tx.actor().name().to_owned())
    .bind(now)
    .bind(decisions::counted_kind(&request.decision))
    .bind(decisions::reason(&request.decision))
    .bind(request.seconds)
    .bind(decided.state.name())
    .bind(&keys.subjects)
    .bind(sealed)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the result of an earlier request with this key, if it was about a seeded defect.
pub(crate) async fn answered(tx: &mut ReadTx, key: &str) -> Result<Option<AnsweredRequest>, StoreError> {
    type Found = (String, Vec<u8>, String, String, Option<Vec<u8>>);
    let found: Option<Found> = sqlx::query_as(
        "SELECT seeded_defect, request_tag, state, subjects, content_sealed FROM seeded_defect_decisions WHERE request_key = $1",
    )
    .bind(key)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())?;
    let Some((id, request_tag, state, subjects, sealed)) = found else { return Ok(None) };
    let package = PackageId(id);
    let keys = subject_keys::keys_of(tx, &subjects).await?;
    let content: Erasable<decisions::DecisionContent> =
        tx.keys().open(&keys, decision_place(key), sealed.as_deref())?;
    let state = PackageState::from_name(&state).unwrap_or(PackageState::Withdrawn);
    // A snooze does not reveal the defect.
    let planted = match get(tx, &package).await? {
        Some(row) if !state.is_open() => row.revealed(tx).await?,
        _ => None,
    };
    let grade = content.open().and_then(|content| content.grade);
    let decided =
        DecisionResult { package, state, outbox: None, grade, repeated: true, newer: None, seeded_defect: planted };
    Ok(Some(AnsweredRequest { request_tag, decided }))
}

/// Lists the decisions about a seeded defect, oldest first.
pub(crate) async fn decisions(tx: &mut ReadTx, planted: &PackageId) -> Result<Vec<DecisionView>, StoreError> {
    let rows: Vec<decisions::DecisionColumns> = sqlx::query_as(
        "SELECT request_key, who, at, kind, reason, seconds, subjects, content_sealed FROM seeded_defect_decisions
         WHERE seeded_defect = $1 ORDER BY id",
    )
    .bind(&planted.0)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    decisions::views(tx, rows, decision_place).await
}

/// Counts the seeded defects found and missed up to now, by this user or by all.
pub(crate) async fn count_results(
    tx: &mut ReadTx,
    who: Option<&str>,
    now: Timestamp,
) -> Result<(u32, u32), StoreError> {
    sqlx::query_as(
        "SELECT coalesce(sum(result = 'found'), 0), coalesce(sum(result = 'missed'), 0) FROM seeded_defects
         WHERE ended <= $1 AND ($2 IS NULL OR who = $2)",
    )
    .bind(now)
    .bind(who)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}

const fn decision_place(row: &str) -> CellId<'_> {
    place("planted_decisions", "content", row)
}

const fn place<'a>(table: &'static str, column: &'static str, row: &'a str) -> CellId<'a> {
    CellId { table, column, row }
}
