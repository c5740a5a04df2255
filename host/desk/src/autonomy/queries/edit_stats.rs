//! Decisions about drafts, as calibration counts them: from readable columns, so that counting decrypts nothing and
//! decisions about erased people stay counted. Only the pairs of texts on a page are decrypted.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use crate::packages::queries::{decisions, packages};
use baton_facts::types::{Draft, Message, Timestamp};
use baton_model::decision::Decision;
use baton_model::{Erasable, MessagePart, PackageId};
use baton_quality::calibration::{DecisionSample, PackageSample};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

fn measured(row: SqliteRow) -> Result<PackageSample, sqlx::Error> {
    let decided = match row.try_get::<Option<String>, _>("kind")? {
        None => None,
        Some(kind) => Some(DecisionSample {
            request: row.try_get("request_key")?,
            kind,
            reason: row.try_get("reason")?,
            seconds: row.try_get("seconds")?,
            edited: row.try_get("edited")?,
            most_rewritten: row.try_get::<Option<&str>, _>("most_rewritten")?.and_then(MessagePart::from_name),
            changed_facts: row.try_get("changed_facts")?,
        }),
    };
    Ok(PackageSample {
        package: PackageId(row.try_get("package")?),
        campaign: row.try_get("campaign")?,
        account: row.try_get("account")?,
        signal_kind: row.try_get("signal_kind")?,
        language: row.try_get("language")?,
        angle: row.try_get("angle")?,
        prepared: row.try_get("prepared")?,
        decided,
    })
}

/// Returns the packages saved last, with the last decision about each that was not a snooze, in the order in which they
/// were prepared.
pub(crate) async fn latest(
    tx: &mut ReadTx,
    campaign: Option<&str>,
    kind: Option<&str>,
    limit: u32,
) -> Result<Vec<PackageSample>, StoreError> {
    // The latest of both come from an index, or the latest of all are read until there are enough.
    let narrowed = match (campaign, kind) {
        (Some(_), Some(_)) => "campaign = $1 AND signal_kind = $2",
        _ => "($1 IS NULL OR +campaign = $1) AND ($2 IS NULL OR +signal_kind = $2)",
    };
    let sql = format!(
        "SELECT packages.id AS package, campaign, account, signal_kind, language, angle, prepared,
                request_key, kind, reason, seconds, edited, most_rewritten, changed_facts
         FROM (SELECT rowid AS number FROM packages WHERE {narrowed} ORDER BY rowid DESC LIMIT $3)
         JOIN packages ON packages.rowid = number
         LEFT JOIN decisions ON decisions.id =
              (SELECT max(id) FROM decisions WHERE decisions.package = packages.id AND kind <> 'snooze')
         ORDER BY prepared, packages.rowid"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(campaign).bind(kind).bind(limit);
    query.try_map(measured).fetch_all(tx.connection()).await.at(tx.keys())
}

/// The texts of an edit.
pub(crate) struct EditedTexts {
    pub account_name: String,
    pub at: Timestamp,
    pub draft: Draft,
    pub sent: Message,
}

/// Returns the draft and its edited text; `Erased` if the person was erased or the retention time is over.
pub(crate) async fn texts(
    tx: &mut ReadTx,
    package: &PackageId,
    request: &str,
) -> Result<Erasable<EditedTexts>, StoreError> {
    let Some(row) = packages::get(tx, package).await? else { return Ok(Erasable::Erased) };
    let Some((at, decision)) = decisions::by_request(tx, request).await? else {
        return Ok(Erasable::Erased);
    };
    let content = row.content(tx).await?;
    Ok(match (content, decision) {
        (Erasable::Open(content), Erasable::Open(Decision::Edit { message, .. })) => Erasable::Open(EditedTexts {
            account_name: row.account_name,
            at,
            draft: content.package.draft,
            sent: message,
        }),
        _ => Erasable::Erased,
    })
}
