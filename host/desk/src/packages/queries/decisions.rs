//! Users' decisions about packages. The result of each request is stored, so that a repeated request returns it again.

use crate::db::encryption::{CellId, KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::subject_keys;
use crate::db::tx::{ReadTx, Tx};
use crate::packages::queries::packages;
use baton_facts::quality::Grade;
use baton_facts::types::Timestamp;
use baton_model::Actor;
use baton_model::decision::{Decision, DecisionRequest, DecisionResult, RejectReason};
use baton_model::package_state::PackageState;
use baton_model::views::DecisionView;
use baton_model::{Erasable, MessagePart, PackageId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The encrypted part of a decision.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DecisionContent {
    pub decision: Decision,
    pub grade: Option<Grade>,
}

/// The stored result of a request.
pub(crate) struct AnsweredRequest {
    pub request_tag: Tag,
    pub decided: DecisionResult,
}

/// Adds a decision with its result.
pub(crate) async fn add(
    tx: &mut Tx,
    package: &packages::PackageRow,
    request: &DecisionRequest,
    decided: &DecisionResult,
) -> Result<(), StoreError> {
    let now = tx.now;
    let keys = packages::keys(tx, package).await?;
    let content = DecisionContent { decision: request.decision.clone(), grade: decided.grade.clone() };
    let sealed = tx.keys().encrypt_record(&keys, place(&request.key), &content)?;
    // The governor is not trusted: unencrypted columns have only known parts and the number of changed facts.
    let grade = decided.grade.as_ref();
    sqlx::query(
        "INSERT INTO decisions (package, request_key, request_tag, who, at, kind, reason, seconds, state, outbox,
             subjects, content_sealed, edited, most_rewritten, changed_facts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(&package.id.0)
    .bind(&request.key)
    .bind(request_tag(tx.keys(), tx.actor(), request))
    .bind(tx.actor().name().to_owned())
    .bind(now)
    .bind(counted_kind(&request.decision))
    .bind(reason(&request.decision))
    .bind(request.seconds)
    .bind(decided.state.name())
    .bind(decided.outbox.as_ref())
    .bind(&keys.subjects)
    .bind(sealed)
    .bind(grade.map(|grade| grade.edited.min(10_000)))
    .bind(grade.and_then(|grade| grade.most_rewritten).map(|part| MessagePart::from(part).name()))
    .bind(grade.map(|grade| u32::try_from(grade.changed_facts.len()).unwrap_or(u32::MAX)))
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the result of an earlier request with this key.
pub(crate) async fn answered(tx: &mut ReadTx, key: &str) -> Result<Option<AnsweredRequest>, StoreError> {
    type Row = (String, Vec<u8>, String, Option<String>, String, Option<Vec<u8>>, Option<String>);
    let row: Option<Row> = sqlx::query_as(
        "SELECT package, request_tag, decisions.state, outbox, decisions.subjects, decisions.content_sealed, newer
         FROM decisions JOIN packages ON packages.id = package WHERE request_key = $1",
    )
    .bind(key)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())?;
    let Some((package, request_tag, state, outbox, subjects, sealed, newer)) = row else { return Ok(None) };
    let keys = subject_keys::keys_of(tx, &subjects).await?;
    let content: Erasable<DecisionContent> = tx.keys().open(&keys, place(key), sealed.as_deref())?;
    let state = PackageState::from_name(&state).unwrap_or(PackageState::Queued);
    let decided = DecisionResult {
        package: PackageId(package),
        // Only a request for another draft supersedes the package.
        newer: newer.filter(|_| state == PackageState::Superseded).map(PackageId),
        state,
        outbox,
        grade: content.open().and_then(|content| content.grade),
        repeated: true,
        seeded_defect: None,
    };
    Ok(Some(AnsweredRequest { request_tag, decided }))
}

/// Returns the time and content of the decision with this request key.
pub(crate) async fn by_request(
    tx: &mut ReadTx,
    key: &str,
) -> Result<Option<(Timestamp, Erasable<Decision>)>, StoreError> {
    let row: Option<(Timestamp, String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT at, subjects, content_sealed FROM decisions WHERE request_key = $1")
            .bind(key)
            .fetch_optional(tx.connection())
            .await
            .at(tx.keys())?;
    let Some((at, subjects, sealed)) = row else { return Ok(None) };
    let keys = subject_keys::keys_of(tx, &subjects).await?;
    let content: Erasable<DecisionContent> = tx.keys().open(&keys, place(key), sealed.as_deref())?;
    Ok(Some((at, content.map(|content| content.decision))))
}

/// Whether a user has approved the package before, with or without edits.
pub(crate) async fn is_approved_before(tx: &mut ReadTx, package: &PackageId) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM decisions WHERE package = $1 AND kind IN ('approve', 'edit'))")
        .bind(&package.0)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Lists the decisions about a package, oldest first.
pub(crate) async fn list_of_package(tx: &mut ReadTx, package: &PackageId) -> Result<Vec<DecisionView>, StoreError> {
    let rows: Vec<DecisionColumns> = sqlx::query_as(
        "SELECT request_key, who, at, kind, reason, seconds, subjects, content_sealed FROM decisions
         WHERE package = $1 ORDER BY id",
    )
    .bind(&package.0)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    views(tx, rows, place).await
}

/// The columns of a decision in the order of the query: key, actor, time, kind, reason, seconds, subjects, content.
pub(crate) type DecisionColumns =
    (String, String, Timestamp, String, Option<String>, Option<u32>, String, Option<Vec<u8>>);

/// Decrypts these rows. `place` returns the location of the encrypted content of a request key.
pub(crate) async fn views(
    tx: &mut ReadTx,
    rows: Vec<DecisionColumns>,
    place: fn(&str) -> CellId<'_>,
) -> Result<Vec<DecisionView>, StoreError> {
    let mut decisions = Vec::with_capacity(rows.len());
    for (key, who, at, kind, reason, seconds, subjects, sealed) in rows {
        let keys = subject_keys::keys_of(tx, &subjects).await?;
        let content: Erasable<DecisionContent> = tx.keys().open(&keys, place(&key), sealed.as_deref())?;
        let (decision, grade) = match content {
            Erasable::Open(content) => (Erasable::Open(content.decision), Erasable::Open(content.grade)),
            Erasable::Erased => (Erasable::Erased, Erasable::Erased),
        };
        let reason = reason.and_then(|name| RejectReason::ALL.into_iter().find(|reason| reason.name() == name));
        let kind = decision.as_ref().open().map_or(kind, |decision: &Decision| decision.kind().to_owned());
        decisions.push(DecisionView { who, at, kind, reason, seconds, decision, grade });
    }
    Ok(decisions)
}

/// Returns the stored name of the reason for a rejection.
pub(crate) const fn reason(decision: &Decision) -> Option<&'static str> {
    match decision {
        Decision::Reject { reason, .. } => Some(reason.name()),
        Decision::Redraft { .. } => Some(RejectReason::Draft.name()),
        _ => None,
    }
}

/// Returns the kind that a decision is counted as. A request for another draft counts as a rejection of this one.
pub(crate) const fn counted_kind(decision: &Decision) -> &'static str {
    match decision {
        Decision::Redraft { .. } => "reject",
        other => other.kind(),
    }
}

/// Hashes a request, to detect whether a repeated key belongs to the same request. The review time is not included.
pub(crate) fn request_tag(vault: &KeyRing, actor: &Actor, request: &DecisionRequest) -> Tag {
    let decision = serde_json::to_string(&request.decision).unwrap_or_default();
    let mut parts = vec![actor.name(), &request.package.0, &request.shown, &decision];
    let not_before = request.not_before.map(|at| at.to_string());
    parts.extend(not_before.as_deref());
    vault.tag("request", &parts)
}

const fn place(row: &str) -> CellId<'_> {
    CellId { table: "decisions", column: "content", row }
}
