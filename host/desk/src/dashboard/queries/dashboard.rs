//! The counts of the dashboard, and the rows behind each count.
//!
//! Nothing is decrypted: only kinds, company names, states and times are read. Large tables are counted bin by bin,
//! each a range of an index; small ones by quarter of an hour, since the days of every time zone begin at one. A count
//! and its list share one condition, so that they agree. A seeded defect is in none of these tables; while it is in
//! front of a package, the list links to it.

use crate::db::column;
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use baton_facts::types::Timestamp;
use baton_model::package_state::State;
use sqlx::query::QueryAs;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{FromRow, Sqlite};

/// The campaign, or all, and the times, the end excluded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CampaignPeriod<'a> {
    pub campaign: Option<&'a str>,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// A count in a bin or quarter of an hour: its start, the kind, the number.
pub(crate) type BinCount = (Timestamp, String, i64);

/// The result of a check: its verdict, late or not; without one, missed or open.
macro_rules! outcome {
    () => {
        "CASE WHEN checks.finding IS NOT NULL THEN checks.finding WHEN checks.missed IS NOT NULL THEN 'missed'
              ELSE 'open' END"
    };
}

/// Bin by bin and state by state, since grouping all of them would sort all of them. $2 has the bins: a JSON list of
/// starts and ends; $3 the states.
const PACKAGES: &str = "SELECT bin.value ->> 0, state.value,
         (SELECT count(*) FROM packages
          WHERE lower(packages.state) = state.value AND prepared >= bin.value ->> 0 AND prepared < bin.value ->> 1
              AND ($1 IS NULL OR campaign = $1))
     FROM json_each($2) AS bin, json_each($3) AS state";
const DECISIONS: &str = "SELECT bin.value ->> 0, 'decision',
         (SELECT count(*) FROM decisions WHERE at >= bin.value ->> 0 AND at < bin.value ->> 1 AND kind <> 'snooze'
              AND ($1 IS NULL OR of_campaign = $1))
     FROM json_each($2) AS bin";
const CHECKS: &str = concat!(
    "SELECT checks.drawn / 900 * 900, ",
    outcome!(),
    ", count(*) FROM checks JOIN streams ON streams.id = checks.stream
     WHERE checks.drawn >= $2 AND checks.drawn < $3 AND ($1 IS NULL OR streams.campaign = $1) GROUP BY 1, 2"
);
const VERDICTS: &str = "SELECT checks.at / 900 * 900, 'check', count(*)
     FROM checks JOIN streams ON streams.id = checks.stream
     WHERE checks.at >= $2 AND checks.at < $3 AND NOT checks.held AND ($1 IS NULL OR streams.campaign = $1) GROUP BY 1";

/// Steps from name to name along the index, with each reviewer's times.
const TIMES: &str = "WITH RECURSIVE people(who) AS (
         SELECT min(who) FROM decisions
         UNION ALL SELECT (SELECT min(who) FROM decisions WHERE who > people.who) FROM people WHERE who IS NOT NULL)
     SELECT who,
         (SELECT json_group_array(seconds) FROM decisions
          WHERE decisions.who = people.who AND at >= $2 AND at < $3 AND kind <> 'snooze' AND seconds IS NOT NULL
              AND ($1 IS NULL OR of_campaign = $1))
     FROM people WHERE who IS NOT NULL";
/// Steps from kind to kind, and from angle version to version, along the index, with the counts of each.
const RATES: &str = "WITH RECURSIVE kinds(kind) AS (
         SELECT min(of_kind) FROM decisions
         UNION ALL
         SELECT (SELECT min(of_kind) FROM decisions WHERE of_kind > kinds.kind) FROM kinds WHERE kind IS NOT NULL),
     versions(kind, angle) AS (
         SELECT kind, (SELECT min(of_angle) FROM decisions WHERE of_kind = kinds.kind)
         FROM kinds WHERE kind IS NOT NULL
         UNION ALL
         SELECT kind, (SELECT min(of_angle) FROM decisions
                       WHERE of_kind = versions.kind AND of_angle > versions.angle)
         FROM versions WHERE angle IS NOT NULL)
     SELECT versions.kind, angle, made.value,
         (SELECT count(*) FROM decisions
          WHERE of_kind = versions.kind AND of_angle = versions.angle AND decisions.kind = made.value
              AND at >= $2 AND at < $3 AND ($1 IS NULL OR of_campaign = $1))
     FROM versions, json_each($4) AS made WHERE angle IS NOT NULL";
const OF_STREAMS: &str = "SELECT id,
         (SELECT count(*) FROM packages WHERE stream = streams.id AND prepared >= $2 AND prepared < $3)
     FROM streams WHERE $1 IS NULL OR campaign = $1";

/// Returns packages by the bin of their preparation and their state. Bins begin at these edges, in order.
pub(crate) async fn packages(
    tx: &mut ReadTx,
    within: CampaignPeriod<'_>,
    edges: &[Timestamp],
) -> Result<Vec<BinCount>, StoreError> {
    let states = serde_json::json!(State::ALL.iter().map(|state| state.name()).collect::<Vec<_>>()).to_string();
    let query = sqlx::query_as(PACKAGES).bind(within.campaign).bind(bins(within, edges)).bind(states);
    query.fetch_all(tx.connection()).await.at(tx.keys())
}

fn bins(within: CampaignPeriod<'_>, edges: &[Timestamp]) -> String {
    let ends = edges.iter().skip(1).chain([&within.to]);
    serde_json::json!(edges.iter().zip(ends).collect::<Vec<_>>()).to_string()
}

/// Returns checks by the time of their sampling and their result.
pub(crate) async fn checks(tx: &mut ReadTx, within: CampaignPeriod<'_>) -> Result<Vec<BinCount>, StoreError> {
    bind_period(CHECKS, within).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Returns the work of reviewers by its time: decisions without snoozes, and verdicts on released messages. Bins begin
/// at these edges, in order.
pub(crate) async fn reviews(
    tx: &mut ReadTx,
    within: CampaignPeriod<'_>,
    edges: &[Timestamp],
) -> Result<Vec<BinCount>, StoreError> {
    let query = sqlx::query_as(DECISIONS).bind(within.campaign).bind(bins(within, edges));
    let mut found: Vec<BinCount> = query.fetch_all(tx.connection()).await.at(tx.keys())?;
    found.extend(bind_period::<BinCount>(VERDICTS, within).fetch_all(tx.connection()).await.at(tx.keys())?);
    Ok(found)
}

/// Returns the reviewers in order, with the seconds of each decision. Decisions with an unknown time are left out.
pub(crate) async fn times(tx: &mut ReadTx, within: CampaignPeriod<'_>) -> Result<Vec<(String, Vec<u32>)>, StoreError> {
    let rows: Vec<(String, String)> = bind_period(TIMES, within).fetch_all(tx.connection()).await.at(tx.keys())?;
    rows.into_iter().map(|(who, seconds)| Ok((who, column::json(&seconds).at(tx.keys())?))).collect()
}

/// Returns the number of decisions by kind of signal, angle's version and kind of decision, zeros included.
pub(crate) async fn rates(
    tx: &mut ReadTx,
    within: CampaignPeriod<'_>,
    made: &[&str],
) -> Result<Vec<(String, String, String, i64)>, StoreError> {
    let made = serde_json::json!(made).to_string();
    bind_period(RATES, within).bind(made).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Returns the number of prepared packages of each stream, zeros included.
pub(crate) async fn of_streams(tx: &mut ReadTx, within: CampaignPeriod<'_>) -> Result<Vec<(i64, i64)>, StoreError> {
    bind_period(OF_STREAMS, within).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Returns the outcomes of the last run: the state, the reason if there is one, the number of accounts.
pub(crate) async fn accounts(
    tx: &mut ReadTx,
    campaign: Option<&str>,
) -> Result<Vec<(String, Option<String>, i64)>, StoreError> {
    sqlx::query_as(
        // First by campaign as well, in the order of the index, so that nothing large is sorted.
        "SELECT state, reason, sum(some) FROM
             (SELECT campaign, state, reason, count(*) AS some FROM accounts WHERE ($1 IS NULL OR campaign = $1)
              GROUP BY 1, 2, 3)
         GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2",
    )
    .bind(campaign)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the end of the last complete run of the campaign, or of any.
pub(crate) async fn last_run(tx: &mut ReadTx, campaign: Option<&str>) -> Result<Option<Timestamp>, StoreError> {
    sqlx::query_scalar("SELECT max(finished) FROM runs WHERE $1 IS NULL OR campaign = $1")
        .bind(campaign)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

fn bind_period<'q, T: for<'r> FromRow<'r, SqliteRow>>(
    query: &'static str,
    within: CampaignPeriod<'q>,
) -> QueryAs<'q, Sqlite, T, SqliteArguments> {
    sqlx::query_as(query).bind(within.campaign).bind(within.from).bind(within.to)
}

/// The source of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowSource {
    /// Packages, by the time of preparation.
    Packages,
    /// Decisions without snoozes, by their time.
    Decisions,
    /// Checks, by the time of sampling.
    Checks,
    /// Verdicts on released messages, by their time.
    Verdicts,
    /// Accounts, whatever the time of their run.
    Accounts,
}

/// The conditions of a list; `None` leaves one out.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowFilter {
    /// One of these states, kinds of decision or results of checks.
    pub among: Option<Vec<&'static str>>,
    pub who: Option<String>,
    pub kind: Option<String>,
    pub angle: Option<String>,
    pub stream: Option<i64>,
    /// A known review time from the first to below the second.
    pub seconds: Option<(u32, u32)>,
    /// An account's reason; empty for those without one.
    pub reason: Option<String>,
}

/// One row of a list.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct CountedRow {
    /// The order within a timestamp.
    pub number: i64,
    #[sqlx(rename = "moment")]
    pub at: Timestamp,
    pub package: Option<String>,
    pub campaign: String,
    pub account: String,
    pub account_name: String,
    #[sqlx(rename = "signal_kind")]
    pub kind: Option<String>,
    pub angle: Option<String>,
    pub what: String,
    pub who: Option<String>,
    pub seconds: Option<u32>,
    pub reason: Option<String>,
}

/// A list's parts as SQL: the table, the condition, the time, and the columns that are not the package's own.
struct ListSql {
    from: &'static str,
    moment: &'static str,
    number: &'static str,
    condition: &'static str,
    columns: &'static str,
}

/// Each condition takes every parameter: $1 the campaign, $2 and $3 the times, $4 one of these as JSON, $5 the
/// reviewer, $6 the kind of signal, $7 the angle, $8 the stream, $9 and $10 the seconds, $11 the reason.
const fn parts(source: RowSource) -> ListSql {
    match source {
        RowSource::Packages => ListSql {
            from: "packages",
            moment: "packages.prepared",
            number: "packages.rowid",
            condition: "packages.prepared >= $2 AND packages.prepared < $3 AND ($1 IS NULL OR packages.campaign = $1)
                AND ($4 IS NULL OR packages.state IN (SELECT value FROM json_each($4)))
                AND ($8 IS NULL OR packages.stream = $8)",
            columns: "packages.state AS what, NULL AS who, NULL AS seconds, NULL AS reason",
        },
        RowSource::Decisions => ListSql {
            from: "decisions JOIN packages ON packages.id = decisions.package",
            moment: "decisions.at",
            number: "decisions.id",
            condition: "decisions.at >= $2 AND decisions.at < $3 AND decisions.kind <> 'snooze'
                AND ($1 IS NULL OR decisions.of_campaign = $1)
                AND ($4 IS NULL OR decisions.kind IN (SELECT value FROM json_each($4)))
                AND ($5 IS NULL OR decisions.who = $5) AND ($6 IS NULL OR decisions.of_kind = $6)
                AND ($7 IS NULL OR decisions.of_angle = $7)
                AND ($9 IS NULL OR (decisions.seconds >= $9 AND decisions.seconds < $10))",
            columns: "decisions.kind AS what, decisions.who AS who, decisions.seconds AS seconds,
                decisions.reason AS reason",
        },
        RowSource::Checks => ListSql {
            from: "checks JOIN streams ON streams.id = checks.stream JOIN packages ON packages.id = checks.package",
            moment: "checks.drawn",
            number: "checks.rowid",
            condition: concat!(
                "checks.drawn >= $2 AND checks.drawn < $3 AND ($1 IS NULL OR streams.campaign = $1)
                 AND ($8 IS NULL OR checks.stream = $8) AND ($4 IS NULL OR ",
                outcome!(),
                " IN (SELECT value FROM json_each($4)))"
            ),
            columns: concat!(outcome!(), " AS what, checks.who AS who, checks.seconds AS seconds, NULL AS reason"),
        },
        RowSource::Verdicts => ListSql {
            from: "checks JOIN streams ON streams.id = checks.stream JOIN packages ON packages.id = checks.package",
            moment: "checks.at",
            number: "checks.rowid",
            condition: "checks.at >= $2 AND checks.at < $3 AND NOT checks.held
                AND ($1 IS NULL OR streams.campaign = $1)",
            columns: "checks.finding AS what, checks.who AS who, checks.seconds AS seconds, NULL AS reason",
        },
        RowSource::Accounts => ListSql {
            from: "accounts",
            // In the order in which the accounts were first run: the time of the last run says nothing about them.
            moment: "",
            number: "accounts.rowid",
            condition: "($1 IS NULL OR accounts.campaign = $1)
                AND ($4 IS NULL OR accounts.state IN (SELECT value FROM json_each($4)))
                AND ($11 IS NULL OR coalesce(accounts.reason, '') = $11)",
            columns: "",
        },
    }
}

/// Returns the number of rows of a list.
pub(crate) async fn count(
    tx: &mut ReadTx,
    source: RowSource,
    within: CampaignPeriod<'_>,
    narrow: &RowFilter,
) -> Result<u64, StoreError> {
    let parts = parts(source);
    // A decision has the columns that it is counted by: its package is not read.
    let from = if source == RowSource::Decisions { "decisions" } else { parts.from };
    let sql = format!("SELECT count(*) FROM {from} WHERE {}", parts.condition);
    let (count,): (i64,) = bind_filter(sql, within, narrow).fetch_one(tx.connection()).await.at(tx.keys())?;
    Ok(count.unsigned_abs())
}

/// Returns a page of a list, latest first, after this key.
pub(crate) async fn page(
    tx: &mut ReadTx,
    source: RowSource,
    (within, narrow): (CampaignPeriod<'_>, &RowFilter),
    after: Option<(Timestamp, i64)>,
    limit: u32,
) -> Result<Vec<CountedRow>, StoreError> {
    let ListSql { from, moment, number, condition, columns } = parts(source);
    let columns = match source {
        RowSource::Accounts => "accounts.campaign, accounts.account, accounts.name AS account_name,
             accounts.looked AS moment, NULL AS signal_kind, NULL AS angle, accounts.state AS what, NULL AS who,
             NULL AS seconds, accounts.reason AS reason,
             coalesce((SELECT planted.id FROM planted WHERE planted.original = accounts.package
                       AND planted.ended IS NULL), accounts.package) AS package"
            .to_owned(),
        _ => format!(
            "packages.campaign, packages.account, packages.account_name, {moment} AS moment, packages.signal_kind,
             packages.angle, {columns},
             coalesce((SELECT planted.id FROM planted WHERE planted.original = packages.id AND planted.ended IS NULL),
                      packages.id) AS package"
        ),
    };
    let (key, order) = match source {
        RowSource::Accounts => (format!("{number} < $13"), format!("{number} DESC")),
        _ => (format!("({moment}, {number}) < ($12, $13)"), format!("{moment} DESC, {number} DESC")),
    };
    let sql = format!(
        "SELECT {number} AS number, {columns} FROM {from} WHERE {condition} AND {key} ORDER BY {order} LIMIT $14"
    );
    let (at, last) = after.unwrap_or((i64::MAX, i64::MAX));
    bind_filter(sql, within, narrow).bind(at).bind(last).bind(limit).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Binds the parameters. The SQL is assembled from texts of this file alone, so it contains no user input.
fn bind_filter<'q, T: for<'r> FromRow<'r, SqliteRow>>(
    sql: String,
    within: CampaignPeriod<'q>,
    narrow: &'q RowFilter,
) -> QueryAs<'q, Sqlite, T, SqliteArguments> {
    let among = narrow.among.as_ref().map(|names| serde_json::json!(names).to_string());
    sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(within.campaign)
        .bind(within.from)
        .bind(within.to)
        .bind(among)
        .bind(narrow.who.as_deref())
        .bind(narrow.kind.as_deref())
        .bind(narrow.angle.as_deref())
        .bind(narrow.stream)
        .bind(narrow.seconds.map(|(from, _)| from))
        .bind(narrow.seconds.map(|(_, to)| to))
        .bind(narrow.reason.as_deref())
}

#[cfg(test)]
mod tests;
