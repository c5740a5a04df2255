//! A row of the queue: who, why now, and why it stands where it does.

use super::{Member, Narrow};
use crate::auth::CurrentUser;
use crate::extract::with_query;
use crate::show::{Moment, ahead, clipped, count, line, model, state};
use baton_desk::desk::QueueRow;
use baton_facts::types::Timestamp;
use baton_model::Sealed;
use baton_model::package_state::State;
use std::collections::BTreeMap;

const DAY: Timestamp = 86_400;

/// A deadline within so many seconds is near.
const NEAR: Timestamp = 3 * DAY;

pub(super) struct Row {
    pub href: String,
    /// The package with the digest of what a decision about it is bound to.
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
    pub deadline: Moment,
    pub left: String,
    pub near: bool,
    pub state: Option<&'static str>,
    pub until: Option<Moment>,
    /// It was drawn for a check.
    pub check: bool,
    pub escalated: bool,
    /// Whose it is, where there is anybody it could be.
    pub whose: Option<String>,
    /// Why it stands where it does.
    pub reasons: Vec<String>,
}

impl Row {
    pub fn new(
        row: &QueueRow,
        narrow: &Narrow,
        (by, team): (&CurrentUser, &BTreeMap<String, Member>),
        deciding: bool,
        now: Timestamp,
    ) -> Self {
        let some =
            |text: &Sealed<String>, limit| text.as_ref().open().map_or_else(String::new, |text| clipped(text, limit));
        let carried = narrow.carried();
        let me = by.session.as_ref().map(|session| session.user.id.as_str());
        let whose = match row.assignee.as_deref() {
            Some(user) if Some(user) == me => Some("yours".to_owned()),
            Some(user) => team.get(user).map(|member| member.name.clone()),
            None => me.map(|_| "nobody’s".to_owned()),
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
            model: model(row.model),
            score: row.score,
            touch: Some(row.touch_number).filter(|touch| *touch > 1),
            warnings: (row.warnings > 0).then(|| count(row.warnings, "warning")),
            reading: row.reading_seconds,
            deadline: Moment::new(row.deadline, now),
            left: ahead(row.deadline, now),
            near: row.deadline.saturating_sub(now) <= NEAR,
            state: (!deciding).then(|| state(row.state)),
            until: row.until.filter(|until| *until > now).map(|until| Moment::new(until, now)),
            check: row.check_due.is_some(),
            escalated: row.escalated.is_some() && row.state.is_open(),
            whose,
            reasons: if deciding { reasons(row, now) } else { Vec::new() },
        }
    }
}

/// What the queue is ordered by, in words, and what is special about this one.
fn reasons(row: &QueueRow, now: Timestamp) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(due) = row.check_due {
        reasons.push(match due > now {
            true => format!("spot-check, due in {}", ahead(due, now)),
            false => "spot-check, overdue".to_owned(),
        });
    }
    if row.state == State::Snoozed {
        reasons.push("back from snooze".to_owned());
    }
    reasons.push(match (row.tier.is_empty(), row.tier_rank) {
        (true, _) => "no tier".to_owned(),
        (false, 0) => "top tier".to_owned(),
        (false, 1) => "second tier".to_owned(),
        (false, 2) => "third tier".to_owned(),
        (false, rank) => format!("tier {} in order", u64::from(rank) + 1),
    });
    if let Some(due) = due(row.deadline, now) {
        reasons.push(due);
    }
    if let Sealed::Open(observed) = row.observed {
        let days = now.div_euclid(DAY).saturating_sub(observed.div_euclid(DAY));
        reasons.push(match days {
            ..=0 => "signal of today".to_owned(),
            days => format!("signal {} old", count(days.unsigned_abs(), "day")),
        });
    }
    reasons
}

/// When it is due, where that is near.
fn due(deadline: Timestamp, now: Timestamp) -> Option<String> {
    let days = deadline.div_euclid(DAY).saturating_sub(now.div_euclid(DAY));
    match days {
        _ if deadline <= now => Some("stale".to_owned()),
        0 => Some("due today".to_owned()),
        1 => Some("due tomorrow".to_owned()),
        days if deadline.saturating_sub(now) <= NEAR => Some(format!("due in {}", count(days.unsigned_abs(), "day"))),
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
    fn a_row_says_why_it_is_where_it_is() {
        let hour = 3600;
        for (row, expected) in [
            (row(), "top tier, signal 2 days old"),
            (QueueRow { deadline: NOW + 5 * hour, ..row() }, "top tier, due today, signal 2 days old"),
            (
                QueueRow { deadline: NOW + 20 * hour, tier_rank: 1, ..row() },
                "second tier, due tomorrow, signal 2 days old",
            ),
            (
                QueueRow { deadline: NOW + 3 * DAY, tier_rank: 3, ..row() },
                "tier 4 in order, due in 3 days, signal 2 days old",
            ),
            (QueueRow { tier: String::new(), observed: Sealed::Forgotten, ..row() }, "no tier"),
            (QueueRow { observed: Sealed::Open(NOW - hour), ..row() }, "top tier, signal of today"),
            (QueueRow { observed: Sealed::Open(NOW - 24 * hour), ..row() }, "top tier, signal 1 day old"),
            (
                QueueRow { check_due: Some(NOW + 40 * 60), state: State::Snoozed, ..row() },
                "spot-check, due in 40 minutes, back from snooze, top tier, signal 2 days old",
            ),
            (QueueRow { check_due: Some(NOW), ..row() }, "spot-check, overdue, top tier, signal 2 days old"),
        ] {
            assert_eq!(reasons(&row, NOW).join(", "), expected);
        }
    }
}
