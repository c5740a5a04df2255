//! Events since the form of a package was rendered, to explain why a decision was refused.

use super::diff::{TextChange, changes};
use crate::app_state::RequestState;
use crate::format::{DisplayTime, line};
use baton_desk::{DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::AuditEntry;

pub(super) struct PackageEvent {
    pub who: String,
    pub what: String,
    pub at: DisplayTime,
}

#[derive(Default)]
pub(super) struct ChangesSince {
    /// Oldest first.
    pub happened: Vec<PackageEvent>,
    /// Differences between the draft that was shown and the one that replaced it; empty if none did.
    pub difference: Vec<TextChange>,
}

impl ChangesSince {
    /// Loads the changes to this package after the given entry of the audit log.
    pub async fn of(
        app: &RequestState,
        package: &PackageId,
        seen: i64,
        refusal: &Refusal,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let rows = app.desk().since(package, seen).await?;
        let mut happened: Vec<PackageEvent> = rows.iter().map(|row| PackageEvent::new(row, now)).collect();
        let view = app.desk().package(package, now).await?;
        if let (Refusal::AccountPaused { .. }, Some(pause)) = (refusal, &view.paused) {
            happened.push(PackageEvent {
                who: name(&pause.who),
                what: format!("paused the account: {}", line(&pause.why)),
                at: DisplayTime::new(pause.at, now),
            });
        }
        let mut difference = Vec::new();
        if let Refusal::Stale { newer: Some(newer), .. } = refusal {
            let newer = app.desk().package(newer, now).await?;
            if let (Some(before), Some(after)) = (view.content.as_ref().open(), newer.content.as_ref().open()) {
                difference = changes(&before.package.draft.message, &after.package.draft.message);
            }
        }
        Ok(Self { happened, difference })
    }
}

impl PackageEvent {
    fn new(row: &AuditEntry, now: Timestamp) -> Self {
        Self { who: name(&row.who), what: words(&row.action), at: DisplayTime::new(row.at, now) }
    }
}

fn name(who: &str) -> String {
    if who == "baton" { "Baton".to_owned() } else { line(who) }
}

/// Describes an entry of the audit log, to follow the name of the user.
fn words(what: &str) -> String {
    let known = match what {
        "approve" => "approved the draft",
        "edit" => "approved an edited version",
        "reject" => "rejected the package",
        "snooze" => "snoozed the package",
        "redraft" => "requested another draft",
        "no-other-draft" => "requested another draft, but no other draft is possible",
        "took-back" => "undid the approval",
        "queued" => "returned the package to review",
        "superseded" => "replaced the package with a newer one",
        "expired" => "let the package expire because its reason to write was out of date",
        "withdrawn" => "withdrew the email because it can no longer be sent",
        "scheduled" | "authorised" => "passed the final check",
        "transmitting" => "started sending the email",
        "sent" => "sent the email",
        other => return line(&other.replace('-', " ")),
    };
    known.to_owned()
}
