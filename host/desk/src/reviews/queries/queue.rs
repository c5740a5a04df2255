//! Queries of the review queue: its order, its counts, and packages whose deadline or snooze time has come.
//!
//! Pages are cut by key, so that a package decided meanwhile shifts no other across pages. A page reads only index
//! entries and the rows it shows, however long the queue is: each combination of state and assignee is a range of an
//! index in queue order, and the page merges the heads of these ranges. Triggers keep the counts in `queue_counts`.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::search_index;
use crate::packages::queries::search_index::SearchWord;
use baton_facts::types::Timestamp;
use baton_model::package_state::State;
use sqlx::{FromRow, QueryBuilder, Sqlite};
use std::collections::HashMap;

/// A row's key in queue order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueueKey {
    tier_rank: i64,
    deadline: Timestamp,
    score: i64,
    id: String,
    /// Whether the page ends before this row; otherwise it starts after it.
    before: bool,
}

impl QueueKey {
    /// Returns the key at which the next page starts after this row, or the previous one ends before it.
    pub fn of(row: &PackageRow, before: bool) -> Self {
        let (tier_rank, deadline, score) = (row.tier_rank, row.deadline, row.score.into());
        Self { tier_rank, deadline, score, id: row.id.0.clone(), before }
    }

    pub const fn is_before(&self) -> bool {
        self.before
    }

    pub fn to_text(&self) -> String {
        let before = if self.before { "b" } else { "" };
        format!("{before}{}.{}.{}.{}", self.tier_rank, self.deadline, self.score, self.id)
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let (before, text) = text.strip_prefix('b').map_or((false, text), |rest| (true, rest));
        let mut parts = text.splitn(4, '.');
        Some(Self {
            tier_rank: parts.next()?.parse().ok()?,
            deadline: parts.next()?.parse().ok()?,
            score: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
            before,
        })
    }
}

/// The conditions of a queue query.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueueConditions {
    pub campaign: Option<String>,
    pub tier: Option<String>,
    pub kind: Option<String>,
    /// Only these states; empty lists packages that wait for a person now.
    pub states: Vec<State>,
    /// Assignees to match: `None` matches unassigned packages; an empty list matches all.
    pub assignees: Vec<Option<String>>,
    /// Only packages that match every word.
    pub words: Vec<SearchWord>,
}

/// Returns a page of packages: the higher tier first, then the earlier deadline, then the better score.
pub(crate) async fn page(
    tx: &mut ReadTx,
    sought: &QueueConditions,
    place: Option<&QueueKey>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<PackageRow>, StoreError> {
    let few = match sought.words.as_slice() {
        [] => None,
        words => search_index::ids_if_few(tx, words).await?,
    };
    let mut heads: Vec<OrderColumns> = Vec::new();
    for mut query in index_ranges(sought, few.as_deref(), place, limit, now) {
        heads.extend(query.build_query_as::<OrderColumns>().fetch_all(tx.connection()).await.at(tx.keys())?);
    }
    let backwards = place.is_some_and(QueueKey::is_before);
    heads.sort_by(
        |one, other| if backwards { other.order().cmp(&one.order()) } else { one.order().cmp(&other.order()) },
    );
    heads.truncate(limit as usize);
    if backwards {
        heads.reverse();
    }
    let ids: Vec<&str> = heads.iter().map(|key| key.id.as_str()).collect();
    let rows: Vec<PackageRow> = sqlx::query_as("SELECT * FROM packages WHERE id IN (SELECT value FROM json_each($1))")
        .bind(serde_json::json!(ids).to_string())
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())?;
    let mut rows: HashMap<String, PackageRow> = rows.into_iter().map(|row| (row.id.0.clone(), row)).collect();
    Ok(heads.iter().filter_map(|key| rows.remove(&key.id)).collect())
}

/// The columns that order a package.
#[derive(Debug, FromRow)]
struct OrderColumns {
    id: String,
    tier_rank: i64,
    deadline: Timestamp,
    score: i64,
}

impl OrderColumns {
    fn order(&self) -> (i64, Timestamp, i64, &str) {
        (self.tier_rank, self.deadline, -self.score, &self.id)
    }
}

/// Builds a query for the head of each index range.
fn index_ranges(
    sought: &QueueConditions,
    few: Option<&str>,
    place: Option<&QueueKey>,
    limit: u32,
    now: Timestamp,
) -> Vec<QueryBuilder<Sqlite>> {
    let waiting = [State::Queued, State::Snoozed];
    let states = if sought.states.is_empty() { &waiting[..] } else { &sought.states };
    let anybody = [None];
    let assignees: &[Option<String>] = if sought.assignees.is_empty() { &anybody } else { &sought.assignees };
    let mut queries = Vec::with_capacity(states.len() * assignees.len());
    for state in states {
        for who in assignees {
            let mut query = QueryBuilder::new("SELECT id, tier_rank, deadline, score FROM packages ");
            // If few packages match the words, looking them up by id is the fastest.
            query.push(match (few, sought.assignees.is_empty()) {
                (Some(_), _) => "WHERE +state = ",
                (None, true) => "INDEXED BY packages_queue WHERE state = ",
                (None, false) => "INDEXED BY packages_assignee WHERE state = ",
            });
            query.push_bind(state.name());
            match (few, &sought.words) {
                (Some(ids), _) => {
                    query.push(" AND id IN (SELECT value FROM json_each(").push_bind(ids.to_owned()).push("))");
                }
                (None, words) => search_index::filter_by_words(&mut query, words),
            }
            match who {
                _ if sought.assignees.is_empty() => {}
                Some(user) => drop(query.push(" AND assignee = ").push_bind(user.clone())),
                None => drop(query.push(" AND assignee IS NULL")),
            }
            for (column, value) in
                [("campaign", &sought.campaign), ("tier", &sought.tier), ("signal_kind", &sought.kind)]
            {
                if let Some(value) = value {
                    query.push(format_args!(" AND {column} = ")).push_bind(value.clone());
                }
            }
            if sought.states.is_empty() {
                query.push(" AND deadline > ").push_bind(now);
                if *state == State::Snoozed {
                    query.push(" AND until <= ").push_bind(now);
                }
            }
            let backwards = place.is_some_and(QueueKey::is_before);
            if let Some(place) = place {
                query.push(" AND (tier_rank, deadline, -score, id) ").push(if backwards { "< (" } else { "> (" });
                query.push_bind(place.tier_rank).push(", ").push_bind(place.deadline).push(", ");
                query.push_bind(-place.score).push(", ").push_bind(place.id.clone()).push(")");
            }
            query.push(match backwards {
                false => " ORDER BY tier_rank, deadline, score DESC, id LIMIT ",
                true => " ORDER BY tier_rank DESC, deadline DESC, score, id DESC LIMIT ",
            });
            query.push_bind(limit);
            queries.push(query);
        }
    }
    queries
}

/// The number of packages in one group of the queue.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct GroupCount {
    pub state: String,
    /// Empty if nobody is assigned.
    pub assignee: String,
    pub campaign: String,
    pub tier: String,
    pub tier_rank: i64,
    pub signal_kind: String,
    pub packages: i64,
}

/// Returns the counts of each group, by stored state.
pub(crate) async fn counts(tx: &mut ReadTx) -> Result<Vec<GroupCount>, StoreError> {
    sqlx::query_as("SELECT * FROM queue_counts WHERE packages > 0").fetch_all(tx.connection()).await.at(tx.keys())
}

/// Counts, per group, the packages whose effective state differs from the stored one because maintenance has not run
/// yet: queued ones that have expired, and snoozed ones whose time has come.
pub(crate) async fn moved_by_time(tx: &mut ReadTx, now: Timestamp) -> Result<Vec<GroupCount>, StoreError> {
    sqlx::query_as(MOVED_BY_TIME).bind(now).fetch_all(tx.connection()).await.at(tx.keys())
}

const MOVED_BY_TIME: &str = "SELECT 'queued' AS state, coalesce(assignee, '') AS assignee, campaign, tier, tier_rank,
        signal_kind, count(*) AS packages
    FROM packages INDEXED BY packages_stale WHERE state = 'queued' AND deadline <= $1 GROUP BY 2, 3, 4, 5, 6
    UNION ALL
    SELECT 'snoozed', coalesce(assignee, ''), campaign, tier, tier_rank, signal_kind, count(*)
    FROM packages INDEXED BY packages_snoozed WHERE state = 'snoozed' AND until <= $1 AND deadline > $1
    GROUP BY 2, 3, 4, 5, 6";

/// Returns expired packages, and snoozed ones that are due.
pub(crate) async fn overdue(tx: &mut ReadTx, now: Timestamp, limit: u32) -> Result<Vec<PackageRow>, StoreError> {
    sqlx::query_as(OVERDUE).bind(now).bind(limit).fetch_all(tx.connection()).await.at(tx.keys())
}

const OVERDUE: &str = "SELECT * FROM packages
    WHERE id IN (SELECT id FROM packages INDEXED BY packages_stale WHERE state = 'queued' AND deadline <= $1
                 UNION ALL
                 SELECT id FROM packages INDEXED BY packages_snoozed WHERE state = 'snoozed' AND until <= $1
                 UNION ALL
                 SELECT id FROM packages INDEXED BY packages_snoozed WHERE state = 'snoozed' AND deadline <= $1)
    ORDER BY deadline, id LIMIT $2";

/// Returns undecided packages with at most a quarter of their time left, one day at most, that are not assigned to
/// `backup` and were never escalated.
pub(crate) async fn near(
    tx: &mut ReadTx,
    backup: &str,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<PackageRow>, StoreError> {
    sqlx::query_as(NEAR).bind(now).bind(backup).bind(limit).fetch_all(tx.connection()).await.at(tx.keys())
}

const NEAR: &str = "SELECT * FROM packages
    WHERE id IN (SELECT id FROM packages INDEXED BY packages_stale
                 WHERE state = 'queued' AND deadline > $1 AND deadline <= $1 + 86400
                   AND deadline - min(86400, (deadline - prepared) / 4) <= $1
                   AND escalated IS NULL AND assignee IS NOT $2)
    ORDER BY deadline, id LIMIT $3";

/// Returns the packages of pending spot-checks with at most a quarter of their time left, one day at most, under the
/// same conditions.
pub(crate) async fn checks_near(
    tx: &mut ReadTx,
    backup: &str,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<PackageRow>, StoreError> {
    sqlx::query_as(CHECKS_NEAR).bind(now).bind(backup).bind(limit).fetch_all(tx.connection()).await.at(tx.keys())
}

const CHECKS_NEAR: &str = "SELECT packages.* FROM checks CROSS JOIN packages ON packages.id = checks.package
    WHERE checks.finding IS NULL AND checks.due <= $1 + 86400
      AND checks.due - min(86400, (checks.due - checks.drawn) / 4) <= $1
      AND packages.state IN ('approved', 'authorised', 'transmitting', 'sent', 'in-doubt', 'expired')
      AND packages.escalated IS NULL AND packages.assignee IS NOT $2
    ORDER BY checks.due, checks.package LIMIT $3";

#[cfg(test)]
mod tests;
