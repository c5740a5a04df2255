//! What happened to a package since a form about it was made: the answer to "why does my decision not count?"

use super::difference::{Change, changes};
use crate::app_state::AppState;
use crate::show::{Moment, line};
use baton_desk::{DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::AuditRow;

/// Who did what, and when.
pub(super) struct Happened {
    pub who: String,
    pub what: String,
    pub at: Moment,
}

/// What is different by now.
#[derive(Default)]
pub(super) struct Since {
    /// Oldest first.
    pub happened: Vec<Happened>,
    /// The draft that was shown beside the one that took its place; empty where none did.
    pub difference: Vec<Change>,
}

impl Since {
    /// Of this package, after that line of the trail.
    pub async fn of(
        app: &AppState,
        package: &PackageId,
        seen: i64,
        refusal: &Refusal,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let rows = app.desk().since(package, seen).await?;
        let mut happened: Vec<Happened> = rows.iter().map(|row| Happened::new(row, now)).collect();
        let view = app.desk().package(package, now).await?;
        if let (Refusal::Resting { .. }, Some(pause)) = (refusal, &view.paused) {
            happened.push(Happened {
                who: name(&pause.who),
                what: format!("let everything at the account rest: {}", line(&pause.why)),
                at: Moment::new(pause.at, now),
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

impl Happened {
    fn new(row: &AuditRow, now: Timestamp) -> Self {
        Self { who: name(&row.who), what: words(&row.what), at: Moment::new(row.at, now) }
    }
}

fn name(who: &str) -> String {
    if who == "baton" { "Baton".to_owned() } else { line(who) }
}

/// A line of the trail, after the name of who did it.
fn words(what: &str) -> String {
    let known = match what {
        "approve" => "approved the draft",
        "edit" => "approved a text of their own",
        "reject" => "rejected it",
        "snooze" => "snoozed it",
        "redraft" => "asked for another draft",
        "no-other-draft" => "asked for another draft, and there was none",
        "took-back" => "took the approval back",
        "queued" => "brought it back to review",
        "superseded" => "put a newer package in its place",
        "expired" => "let it expire: its reason to write went stale",
        "withdrawn" => "took it back: it may not leave any more",
        "authorised" => "let it pass the final check",
        "transmitting" => "began to transmit it",
        "sent" => "sent it",
        other => return line(&other.replace('-', " ")),
    };
    known.to_owned()
}
