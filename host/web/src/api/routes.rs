//! The routes of the API, with their permissions and descriptions.

use super::outbox::{ReasonBody, SendingStatus};
use super::packages::{AssignBody, DecisionBody, InspectBody, UndoBody, VerdictBody};
use super::suppressions::{SuppressionBody, SuppressionResult};
use super::{outbox, packages, query, replies, streams, suppressions};
use crate::operation::Operation;
use crate::route_table::{LEAD, RouteTable, SDR};
use baton_desk::autonomy::{EvidenceView, SpotCheckView, StreamDetail, StreamView};
use baton_desk::replies::ReplyView;
use baton_desk::reviews::{Assignment, QueuePage};
use baton_facts::packages::Check;
use baton_model::decision::Decided;
use baton_model::views::{AuditRow, OutboxView, PackageView, Page};
use baton_quality::calibration::Calibration;
use serde_json::json;

/// Adds the routes of the API to the table.
pub(crate) fn add(table: RouteTable) -> RouteTable {
    let table = package_routes(table);
    let table = outbox_routes(table);
    let table = stream_routes(table);
    table
        .get("/api/v1/replies", SDR, replies::list)
        .describe(
            Operation::new::<Page<ReplyView>>(
                "listReplies",
                "Lists prospects who replied and whom no user has taken over, or those taken over; newest first.",
            )
            .query(replies::LIST_QUERY),
        )
        .post("/api/v1/replies/{id}/take", SDR, replies::take)
        .describe(Operation::new::<ReplyView>(
            "takeOver",
            "Records that a user has taken the relationship over. Nothing is sent, and the account stays paused. \
             Repeating the request has no effect.",
        ))
        .post("/api/v1/replies/{id}/not-yet", SDR, replies::not_yet)
        .describe(Operation::new::<ReplyView>(
            "undoTakeOver",
            "Reverses a takeover. Repeating the request has no effect.",
        ))
        .post("/api/v1/suppressions", LEAD, suppressions::suppress)
        .describe(
            Operation::new::<SuppressionResult>(
                "suppress",
                "Suppresses an address, a domain or an account, and withdraws messages that have not been sent.",
            )
            .body::<SuppressionBody>(json!({ "scope": "domain", "reason": "listed", "value": "acme.example" })),
        )
}

fn package_routes(table: RouteTable) -> RouteTable {
    let message = json!({ "to": "ana@acme.example", "subject": "SUBJECT", "body": "TEXT" });
    table
        .get("/api/v1/packages", SDR, packages::list)
        .describe(
            Operation::new::<QueuePage>(
                "listPackages",
                "Lists packages that wait for a decision, the most urgent first; with `state`, packages in those states.",
            )
            .query(packages::LIST_QUERY),
        )
        .get("/api/v1/packages/{id}", SDR, packages::one)
        .describe(Operation::new::<PackageView>(
            "showPackage",
            "Returns a package in full. The audit log records the view.",
        ))
        .get("/api/v1/packages/{id}/trail", SDR, packages::trail)
        .describe(
            Operation::new::<Page<AuditRow>>("showAuditLog", "Lists the audit log of a package.").query(query::PAGING),
        )
        .post("/api/v1/packages/{id}/decisions", SDR, packages::decide)
        .describe(
            Operation::new::<Decided>(
                "decide",
                "Approves, edits, rejects or snoozes the package as it was shown, or requests another draft. Approved \
                 messages are released.",
            )
            .with_key()
            .body::<DecisionBody>(json!({ "shown": "DIGEST", "decision": { "decision": "approve" } })),
        )
        .post("/api/v1/packages/{id}/undo", SDR, packages::undo)
        .describe(
            Operation::new::<PackageView>(
                "undo",
                "Undoes an approval before the message is sent: the package returns to the queue. Repeating the \
                 request has no effect.",
            )
            .body::<UndoBody>(json!({ "outbox": "ENTRY" })),
        )
        .post("/api/v1/packages/{id}/assign", LEAD, packages::assign)
        .describe(
            Operation::new::<Assignment>("assign", "Assigns the package to a user, or removes the assignee.")
                .body::<AssignBody>(json!({ "to": "USER" })),
        )
        .post("/api/v1/packages/{id}/inspect", SDR, packages::inspect)
        .describe(
            Operation::new::<Vec<Check>>("inspect", "Returns the checks on a text for this package. Changes nothing.")
                .body::<InspectBody>(json!({ "message": message })),
        )
        .post("/api/v1/packages/{id}/verdict", SDR, packages::verdict)
        .describe(
            Operation::new::<PackageView>(
                "giveVerdict",
                "Records the verdict of a spot-check and returns the package.",
            )
            .with_key()
            .body::<VerdictBody>(json!({ "shown": "DIGEST", "finding": "conforming" })),
        )
        .get("/api/v1/checks", SDR, packages::checks)
        .describe(Operation::new::<Vec<SpotCheckView>>(
            "listChecks",
            "Lists the messages that wait for a spot-check.",
        ))
}

fn outbox_routes(table: RouteTable) -> RouteTable {
    table
        .get("/api/v1/outbox", SDR, outbox::list)
        .describe(
            Operation::new::<Page<OutboxView>>("listOutbox", "Lists approved messages, the latest approval first.")
                .query(query::PAGING),
        )
        .get("/api/v1/outbox/{id}", SDR, outbox::one)
        .describe(Operation::new::<OutboxView>(
            "showEntry",
            "Returns an outbox entry with its exact text. The audit log records the view.",
        ))
        .post("/api/v1/outbox/{id}/withdraw", SDR, outbox::withdraw)
        .describe(Operation::new::<OutboxView>(
            "withdraw",
            "Withdraws a message that has not been sent. Repeating the request has no effect.",
        ))
        .get("/api/v1/sending", SDR, outbox::sending)
        .describe(Operation::new::<SendingStatus>("showSending", "Returns whether sending is stopped."))
        .post("/api/v1/sending/stop", SDR, outbox::stop)
        .describe(
            Operation::new::<SendingStatus>("stopSending", "Stops all sending.")
                .body::<ReasonBody>(json!({ "why": "the wording is wrong" })),
        )
        .post("/api/v1/sending/resume", LEAD, outbox::resume)
        .describe(Operation::new::<SendingStatus>("resumeSending", "Resumes sending."))
}

fn stream_routes(table: RouteTable) -> RouteTable {
    table
        .get("/api/v1/streams", SDR, streams::list)
        .describe(
            Operation::new::<Vec<StreamView>>(
                "listStreams",
                "Lists the streams with what their evidence permits, and why.",
            )
            .query(streams::CAMPAIGN_QUERY),
        )
        .get("/api/v1/streams/{id}", SDR, streams::one)
        .describe(Operation::new::<StreamDetail>("showStream", "Returns a stream in full."))
        .get("/api/v1/streams/{id}/evidence", SDR, streams::evidence)
        .describe(
            Operation::new::<Page<EvidenceView>>("listEvidence", "Lists the evidence of a stream, newest first.")
                .query(query::PAGING),
        )
        .post("/api/v1/streams/{id}/stop", SDR, streams::stop)
        .describe(
            Operation::new::<StreamDetail>(
                "stopStream",
                "Stops auto-send in the stream: every message needs a decision from now on.",
            )
            .body::<ReasonBody>(json!({ "why": "the pitch is out of date" })),
        )
        .post("/api/v1/streams/{id}/resume", LEAD, streams::resume)
        .describe(
            Operation::new::<StreamDetail>(
                "resumeStream",
                "Ends a stop by a user. The stream still needs the evidence that its sampling plan requires.",
            )
            .body::<ReasonBody>(json!({ "why": "the pitch is updated" })),
        )
        .get("/api/v1/calibration", SDR, streams::calibration)
        .describe(
            Operation::new::<Vec<Calibration>>(
                "showCalibration",
                "Returns how often users rewrite or reject drafts, by kind of signal.",
            )
            .query(streams::CAMPAIGN_QUERY),
        )
}
