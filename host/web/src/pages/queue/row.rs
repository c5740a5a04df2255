//! A row of the queue: the contact, why now, and the reasons for its position.

use super::filters::QueueQuery;
use super::team::Member;
use crate::auth::CurrentUser;
use crate::extract::with_query;
use crate::format::{DisplayTime, clipped, count, line, model_label, state_label, time_left};
use baton_desk::reviews::QueueRow;
use baton_facts::types::Timestamp;
use baton_model::Sealed;
use baton_model::package_state::State;
use std::collections::BTreeMap;

const DAY: Timestamp = 86_400;

/// A deadline within this many seconds is near.
const NEAR: Timestamp = 3 * DAY;

pub(super) struct QueueItem {
    pub href: String,
    /// The package id and the digest that a decision is bound to.
    pub tick: String,
    pub account: String,
    pub contact: Option<String>,
    pub title: String,
    pub why_now: String,
    pub subject: String,
    pub tier: String,
    pub model: &'static str,
    pub score: u8,
    pub touch: Option<u8>,
    pub warnings: Option<String>,
    pub reading: u32,
    pub deadline: DisplayTime,
    pub left: String,
    pub near: bool,
    pub state: Option<&'static str>,
    pub until: Option<DisplayTime>,
    /// It was sampled for a spot-check.
    pub check: bool,
    pub escalated: bool,
    /// The assignee; `None` if nobody signs in.
    pub assignee: Option<String>,
    /// The reasons for its position.
    pub reasons: Vec<String>,
}

impl QueueItem {
    pub fn new(
        row: &QueueRow,
        narrow: &QueueQuery,
        (by, team): (&CurrentUser, &BTreeMap<String, Member>),
        deciding: bool,
        now: Timestamp,
    ) -> Self {
        let some =
            |text: &Sealed<String>, limit| text.as_ref().open().map_or_else(String::new, |text| clipped(text, limit));
        let carried = narrow.carried();
        let me = by.session.as_ref().map(|session| session.user.id.as_str());
        let assignee = match row.assignee.as_deref() {
            Some(user) if Some(user) == me => Some("Yours".to_owned()),
            Some(user) => team.get(user).map(|member| member.name.clone()),
            None => me.map(|_| "Unassigned".to_owned()),
        };
        Self {
            href: with_query(&format!("/packages/{}", row.id), &[("within", carried.as_deref())]),
            tick: format!("{}:{}", row.id, row.digest),
            account: clipped(&row.account_name, 120),
            contact: row.contact.as_ref().open().map(|name| clipped(name, 120)),
            title: some(&row.title, 120),
            why_now: some(&row.why_now, 300),
            subject: some(&row.subject, 200),
            tier: line(&row.tier),
            model: model_label(row.model),
            score: row.score,
            touch: Some(row.touch_number).filter(|touch| *touch > 1),
            warnings: (row.warnings > 0).then(|| count(row.warnings, "warning")),
            reading: row.reading_seconds,
            deadline: DisplayTime::new(row.deadline, now),
            left: time_left(row.deadline, now),
            near: row.deadline.saturating_sub(now) <= NEAR,
            state: (!deciding).then(|| state_label(row.state)),
            until: row.until.filter(|until| *until > now).map(|until| DisplayTime::new(until, now)),
            check: row.check_due.is_some(),
            escalated: row.escalated.is_some() && row.state.is_open(),
            assignee,
            reasons: if deciding { reasons(row, now) } else { Vec::new() },
        }
    }
}

/// Returns the reasons for the row's position: deadline, tier, and signal age.
fn reasons(row: &QueueRow, now: Timestamp) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(due) = row.check_due {
        reasons.push(match due > now {
            true => format!("Spot-check due in {}", time_left(due, now)),
            false => "Spot-check overdue".to_owned(),
        });
    }
    if row.state == State::Snoozed {
        reasons.push("Back from snooze".to_owned());
    }
    reasons.push(match (row.tier.is_empty(), row.tier_rank) {
        (true, _) => "No tier".to_owned(),
        (false, 0) => "Top tier".to_owned(),
        (false, 1) => "Second tier".to_owned(),
        (false, 2) => "Third tier".to_owned(),
        (false, rank) => format!("Tier {}", u64::from(rank) + 1),
    });
    if let Some(due) = due(row.deadline, now) {
        reasons.push(due);
    }
    if let Sealed::Open(observed) = row.observed {
        let days = now.div_euclid(DAY).saturating_sub(observed.div_euclid(DAY));
        reasons.push(match days {
            ..=0 => "New signal today".to_owned(),
            days => format!("Signal {} old", count(days.unsigned_abs(), "day")),
        });
    }
    reasons
}

/// Returns when the package expires, if that is soon.
fn due(deadline: Timestamp, now: Timestamp) -> Option<String> {
    let days = deadline.div_euclid(DAY).saturating_sub(now.div_euclid(DAY));
    match days {
        _ if deadline <= now => Some("Expired".to_owned()),
        0 => Some("Expires today".to_owned()),
        1 => Some("Expires tomorrow".to_owned()),
        days if deadline.saturating_sub(now) <= NEAR => {
            Some(format!("Expires in {}", count(days.unsigned_abs(), "day")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_facts::policy::HandoffModel;

    /// A Tuesday, 09:00 UTC.
    const NOW: Timestamp = 1_773_133_200;

    fn row() -> QueueRow {
        QueueRow {
            id: "0123456789ab".into(),
            state: State::Queued,
            campaign: "pilot".into(),
            account: "101".into(),
            account_name: "Northbeam".into(),
            contact: Sealed::Forgotten,
            title: Sealed::Forgotten,
            why_now: Sealed::Forgotten,
            subject: Sealed::Forgotten,
            tier: "named".into(),
            tier_rank: 0,
            signal_kind: "funding".into(),
            observed: Sealed::Open(NOW - 2 * DAY),
            model: HandoffModel::ReviewAndApprove,
            score: 90,
            warnings: 0,
            touch_number: 1,
            reading_seconds: 47,
            deadline: NOW + 30 * DAY,
            until: None,
            prepared: NOW,
            assignee: None,
            escalated: None,
            check_due: None,
            digest: String::new(),
        }
    }

    #[test]
    fn a_row_gives_reasons_for_its_position() {
        let hour = 3600;
        for (row, expected) in [
            (row(), "Top tier, Signal 2 days old"),
            (QueueRow { deadline: NOW + 5 * hour, ..row() }, "Top tier, Expires today, Signal 2 days old"),
            (
                QueueRow { deadline: NOW + 20 * hour, tier_rank: 1, ..row() },
                "Second tier, Expires tomorrow, Signal 2 days old",
            ),
            (
                QueueRow { deadline: NOW + 3 * DAY, tier_rank: 3, ..row() },
                "Tier 4, Expires in 3 days, Signal 2 days old",
            ),
            (QueueRow { tier: String::new(), observed: Sealed::Forgotten, ..row() }, "No tier"),
            (QueueRow { observed: Sealed::Open(NOW - hour), ..row() }, "Top tier, New signal today"),
            (QueueRow { observed: Sealed::Open(NOW - 24 * hour), ..row() }, "Top tier, Signal 1 day old"),
            (
                QueueRow { check_due: Some(NOW + 40 * 60), state: State::Snoozed, ..row() },
                "Spot-check due in 40 minutes, Back from snooze, Top tier, Signal 2 days old",
            ),
            (QueueRow { check_due: Some(NOW), ..row() }, "Spot-check overdue, Top tier, Signal 2 days old"),
        ] {
            assert_eq!(reasons(&row, NOW).join(", "), expected);
        }
    }
}
