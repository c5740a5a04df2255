//! The queue: the order in which packages are looked at, and those whose time has come.
//!
//! Pages are cut by key, never by number, so a package decided meanwhile moves no other to a page that was passed. However
//! long the queue is, a page reads entries of an index and the rows that it shows: each state, and each of the people
//! whose packages are asked for, is a stretch of an index in the queue's own order, and a page is the first of their
//! heads. How many there are is counted as packages move, in `queue_counts`.

use crate::db::encryption::At as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use crate::packages::queries::packages::Row;
use crate::packages::queries::search_index;
use crate::packages::queries::search_index::Word;
use baton_facts::types::Timestamp;
use baton_model::package_state::State;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite};
use std::collections::HashMap;

/// A row's key in the order of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueuePlace {
    tier_rank: i64,
    deadline: Timestamp,
    score: i64,
    id: String,
    /// The page ends before this row; otherwise it starts after it.
    before: bool,
}

impl QueuePlace {
    /// Where the next page starts after this row, or the one before ends.
    pub fn of(row: &Row, before: bool) -> Self {
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

/// Which packages to list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sought {
    pub campaign: Option<String>,
    pub tier: Option<String>,
    pub kind: Option<String>,
    /// In these states; none means what waits for a person now.
    pub states: Vec<State>,
    /// Of these users, of nobody where one is none; of anybody where there is none at all.
    pub whose: Vec<Option<String>>,
    /// With all of these words.
    pub words: Vec<Word>,
}

/// A page of packages: the higher tier first, then what goes stale first, then the better score.
pub(crate) async fn page(
    tx: &mut ReadTx,
    sought: &Sought,
    place: Option<&QueuePlace>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Row>, StoreError> {
    let few = match sought.words.as_slice() {
        [] => None,
        words => search_index::few(tx, words).await?,
    };
    let mut heads: Vec<Key> = Vec::new();
    for mut query in stretches(sought, few.as_deref(), place, limit, now) {
        heads.extend(query.build_query_as::<Key>().fetch_all(tx.connection()).await.at(tx.keys())?);
    }
    let backwards = place.is_some_and(QueuePlace::is_before);
    heads.sort_by(
        |one, other| if backwards { other.order().cmp(&one.order()) } else { one.order().cmp(&other.order()) },
    );
    heads.truncate(limit as usize);
    if backwards {
        heads.reverse();
    }
    let ids: Vec<&str> = heads.iter().map(|key| key.id.as_str()).collect();
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM packages WHERE id IN (SELECT value FROM json_each($1))")
        .bind(serde_json::json!(ids).to_string())
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())?;
    let mut rows: HashMap<String, Row> = rows.into_iter().map(|row| (row.id.0.clone(), row)).collect();
    Ok(heads.iter().filter_map(|key| rows.remove(&key.id)).collect())
}

/// What a package is ordered by.
#[derive(Debug)]
struct Key {
    id: String,
    tier_rank: i64,
    deadline: Timestamp,
    score: i64,
}

impl<'r> FromRow<'r, SqliteRow> for Key {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            tier_rank: row.try_get("tier_rank")?,
            deadline: row.try_get("deadline")?,
            score: row.try_get("score")?,
        })
    }
}

impl Key {
    fn order(&self) -> (i64, Timestamp, i64, &str) {
        (self.tier_rank, self.deadline, -self.score, &self.id)
    }
}

/// A query for the head of each stretch of the index.
fn stretches(
    sought: &Sought,
    few: Option<&str>,
    place: Option<&QueuePlace>,
    limit: u32,
    now: Timestamp,
) -> Vec<QueryBuilder<Sqlite>> {
    let waiting = [State::Queued, State::Snoozed];
    let states = if sought.states.is_empty() { &waiting[..] } else { &sought.states };
    let anybody = [None];
    let whose: &[Option<String>] = if sought.whose.is_empty() { &anybody } else { &sought.whose };
    let mut queries = Vec::with_capacity(states.len() * whose.len());
    for state in states {
        for who in whose {
            let mut query = QueryBuilder::new("SELECT id, tier_rank, deadline, score FROM packages ");
            // Where few packages have the words that are looked for, their ids are the quickest way to them.
            query.push(match (few, sought.whose.is_empty()) {
                (Some(_), _) => "WHERE +state = ",
                (None, true) => "INDEXED BY packages_queue WHERE state = ",
                (None, false) => "INDEXED BY packages_assignee WHERE state = ",
            });
            query.push_bind(state.name());
            match (few, &sought.words) {
                (Some(ids), _) => {
                    query.push(" AND id IN (SELECT value FROM json_each(").push_bind(ids.to_owned()).push("))");
                }
                (None, words) => search_index::narrow(&mut query, words),
            }
            match who {
                _ if sought.whose.is_empty() => {}
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
            let backwards = place.is_some_and(QueuePlace::is_before);
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

/// How many packages there are of one sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub state: String,
    /// Empty where there is none.
    pub assignee: String,
    pub campaign: String,
    pub tier: String,
    pub tier_rank: i64,
    pub signal_kind: String,
    pub packages: i64,
}

impl<'r> FromRow<'r, SqliteRow> for Counted {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            state: row.try_get("state")?,
            assignee: row.try_get("assignee")?,
            campaign: row.try_get("campaign")?,
            tier: row.try_get("tier")?,
            tier_rank: row.try_get("tier_rank")?,
            signal_kind: row.try_get("signal_kind")?,
            packages: row.try_get("packages")?,
        })
    }
}

/// How many there are of each sort, by the state they are in.
pub(crate) async fn counts(tx: &mut ReadTx) -> Result<Vec<Counted>, StoreError> {
    sqlx::query_as("SELECT * FROM queue_counts WHERE packages > 0").fetch_all(tx.connection()).await.at(tx.keys())
}

/// How many are of a sort that time has moved and upkeep has not: queued ones that are stale by now, and snoozed ones
/// that have come back.
pub(crate) async fn moved_by_time(tx: &mut ReadTx, now: Timestamp) -> Result<Vec<Counted>, StoreError> {
    sqlx::query_as(MOVED_BY_TIME).bind(now).fetch_all(tx.connection()).await.at(tx.keys())
}

const MOVED_BY_TIME: &str = "SELECT 'queued' AS state, coalesce(assignee, '') AS assignee, campaign, tier, tier_rank,
        signal_kind, count(*) AS packages
    FROM packages INDEXED BY packages_stale WHERE state = 'queued' AND deadline <= $1 GROUP BY 2, 3, 4, 5, 6
    UNION ALL
    SELECT 'snoozed', coalesce(assignee, ''), campaign, tier, tier_rank, signal_kind, count(*)
    FROM packages INDEXED BY packages_snoozed WHERE state = 'snoozed' AND until <= $1 AND deadline > $1
    GROUP BY 2, 3, 4, 5, 6";

/// Packages whose time has come: stale ones, or snoozed ones that come back.
pub(crate) async fn overdue(tx: &mut ReadTx, now: Timestamp, limit: u32) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(OVERDUE).bind(now).bind(limit).fetch_all(tx.connection()).await.at(tx.keys())
}

const OVERDUE: &str = "SELECT * FROM packages
    WHERE id IN (SELECT id FROM packages INDEXED BY packages_stale WHERE state = 'queued' AND deadline <= $1
                 UNION ALL
                 SELECT id FROM packages INDEXED BY packages_snoozed WHERE state = 'snoozed' AND until <= $1
                 UNION ALL
                 SELECT id FROM packages INDEXED BY packages_snoozed WHERE state = 'snoozed' AND deadline <= $1)
    ORDER BY deadline, id LIMIT $2";

/// Packages that wait for a decision and have a quarter of their time left, a day at the most, each once and none that is
/// this user's.
pub(crate) async fn near(tx: &mut ReadTx, backup: &str, now: Timestamp, limit: u32) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(NEAR).bind(now).bind(backup).bind(limit).fetch_all(tx.connection()).await.at(tx.keys())
}

const NEAR: &str = "SELECT * FROM packages
    WHERE id IN (SELECT id FROM packages INDEXED BY packages_stale
                 WHERE state = 'queued' AND deadline > $1 AND deadline <= $1 + 86400
                   AND deadline - min(86400, (deadline - prepared) / 4) <= $1
                   AND escalated IS NULL AND assignee IS NOT $2)
    ORDER BY deadline, id LIMIT $3";

/// The packages of checks without a verdict that have a quarter of their time left, a day at the most, or none; the same
/// way.
pub(crate) async fn checks_near(
    tx: &mut ReadTx,
    backup: &str,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
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
