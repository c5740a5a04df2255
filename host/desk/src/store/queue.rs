//! The queue: the order in which packages are looked at, and those whose time has come.
//!
//! Pages are cut by key, never by number, so a package decided meanwhile moves no other to a page that was passed.

use super::error::StoreError;
use super::packages::Row;
use super::seal::{At as _, Vault};
use crate::desk::QueueFilter;
use baton_facts::policy::InspectionPlan;
use baton_facts::types::Timestamp;
use sqlx::SqliteConnection;

/// A row's key in the order of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueuePlace {
    tier_rank: i64,
    deadline: Timestamp,
    score: i64,
    id: String,
}

impl QueuePlace {
    /// Where the next page starts after this row.
    pub fn of(row: &Row) -> Self {
        Self { tier_rank: row.tier_rank, deadline: row.deadline, score: row.score.into(), id: row.id.0.clone() }
    }

    pub fn to_text(&self) -> String {
        format!("{}.{}.{}.{}", self.tier_rank, self.deadline, self.score, self.id)
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        Some(Self {
            tier_rank: parts.next()?.parse().ok()?,
            deadline: parts.next()?.parse().ok()?,
            score: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
        })
    }
}

/// A page of packages: the higher tier first, then what goes stale first, then the better score.
pub(crate) async fn page(
    connection: &mut SqliteConnection,
    vault: &Vault,
    filter: &QueueFilter,
    after: Option<&QueuePlace>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Row>, StoreError> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.name()).collect();
    let first = QueuePlace { tier_rank: -1, deadline: i64::MIN, score: 0, id: String::new() };
    let after = after.unwrap_or(&first);
    sqlx::query_as(
        "SELECT * FROM packages
         WHERE ($1 IS NULL OR campaign = $1)
           AND CASE WHEN $2 = '[]' THEN deadline > $3 AND (state = 'queued' OR (state = 'snoozed' AND until <= $3))
                    ELSE state IN (SELECT value FROM json_each($2)) END
           AND (tier_rank, deadline, -score, id) > ($4, $5, -$6, $7)
         ORDER BY tier_rank, deadline, score DESC, id LIMIT $8",
    )
    .bind(filter.campaign.as_ref())
    .bind(serde_json::json!(states).to_string())
    .bind(now)
    .bind(after.tier_rank)
    .bind(after.deadline)
    .bind(after.score)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(connection)
    .await
    .at(vault)
}

/// Queued packages whose model lets them go, in the order of the queue, each with its plan. What was drawn for a check
/// waits for that, and what is behind a planted one for a person.
pub(crate) async fn automatic(
    connection: &mut SqliteConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<Vec<(Row, InspectionPlan)>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM packages WHERE state = 'queued' AND deadline > $1 AND stream IS NOT NULL AND plan IS NOT NULL
           AND model IN ('send-then-spot-check', 'automatic') AND warnings = 0
           AND NOT EXISTS (SELECT 1 FROM checks WHERE checks.package = packages.id)
           AND NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.package = packages.id)
           AND NOT EXISTS (SELECT 1 FROM planted WHERE planted.original = packages.id AND planted.ended IS NULL)
         ORDER BY tier_rank, deadline, score DESC, id LIMIT 1000",
    )
    .bind(now)
    .fetch_all(connection)
    .await
    .at(vault)?;
    Ok(rows.into_iter().filter_map(|row| row.plan.clone().map(|plan| (row, plan))).collect())
}

/// How many wait for a person now.
pub(crate) async fn waiting(
    connection: &mut SqliteConnection,
    vault: &Vault,
    campaign: Option<&str>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM packages
         WHERE ($1 IS NULL OR campaign = $1) AND deadline > $2
           AND (state = 'queued' OR (state = 'snoozed' AND until <= $2))",
    )
    .bind(campaign)
    .bind(now)
    .fetch_one(connection)
    .await
    .at(vault)?;
    Ok(count.unsigned_abs())
}

/// Packages in that state whose time has come: stale ones, or snoozed ones that come back.
pub(crate) async fn overdue(
    connection: &mut SqliteConnection,
    vault: &Vault,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM packages WHERE state IN ('queued', 'snoozed')
           AND (deadline <= $1 OR (state = 'snoozed' AND until <= $1)) ORDER BY deadline, id LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(connection)
    .await
    .at(vault)
}
