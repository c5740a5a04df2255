//! The form for bulk actions on selected rows.

use super::{Member, Narrow};
use crate::door::By;
use crate::format::{in_zone, reject_reason_label};
use crate::looking::once;
use baton_desk::config::Zone;
use baton_desk::desk::{RejectReason, Role};
use baton_facts::types::Timestamp;
use std::collections::BTreeMap;

pub(super) struct Several {
    /// Idempotency key of the form.
    pub key: String,
    /// The queue to return to.
    pub back: String,
    /// Names and labels.
    pub reasons: Vec<(&'static str, &'static str)>,
    pub untils: Vec<(String, String)>,
    /// User ids and names; empty for users who cannot assign packages.
    pub people: Vec<(String, String)>,
}

impl Several {
    pub fn new(by: &By, team: &BTreeMap<String, Member>, narrow: &Narrow, now: Timestamp, zone: Zone) -> Self {
        let people = team.iter().filter(|(_, member)| member.may && by.role >= Role::Lead);
        Self {
            key: once(),
            back: narrow.href("", &[]),
            reasons: RejectReason::ALL.map(|reason| (reason.name(), reject_reason_label(reason))).to_vec(),
            untils: untils(now, zone),
            people: people.map(|(user, member)| (user.clone(), member.name.clone())).collect(),
        }
    }
}

/// Returns mornings to snooze until, as form values and labels, in the time zone of the forms.
fn untils(now: Timestamp, zone: Zone) -> Vec<(String, String)> {
    [(1, "Tomorrow"), (3, "In 3 days"), (7, "In a week")]
        .into_iter()
        .filter_map(|(days, words)| {
            let at = zone.hour_of(now, days, 9)?;
            let sent = zone.clock(at)?.format("%Y-%m-%dT%H:%M").to_string();
            Some((sent, format!("{words}, {}", in_zone(at, zone))))
        })
        .collect()
}
