//! The form for bulk actions on selected rows.

use super::filters::QueueQuery;
use super::team::Member;
use crate::auth::CurrentUser;
use crate::format::{in_zone, reject_reason_label};
use crate::view_timer::form_key;
use baton_desk::access::Role;
use baton_facts::types::Timestamp;
use baton_model::Zone;
use baton_model::decision::RejectReason;
use std::collections::BTreeMap;

pub(super) struct BulkForm {
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

impl BulkForm {
    pub fn new(
        by: &CurrentUser,
        team: &BTreeMap<String, Member>,
        narrow: &QueueQuery,
        now: Timestamp,
        zone: Zone,
    ) -> Self {
        let people = team.iter().filter(|(_, member)| member.may && by.role >= Role::Lead);
        Self {
            key: form_key(),
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
