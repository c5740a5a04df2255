//! The form about the rows that are ticked.

use super::{Member, Narrow};
use crate::auth::CurrentUser;
use crate::show::{in_zone, rejected_for};
use crate::view_timer::form_key;
use baton_desk::desk::Role;
use baton_facts::types::Timestamp;
use baton_model::Zone;
use baton_model::decision::RejectReason;
use std::collections::BTreeMap;

pub(super) struct Several {
    /// Makes the form count once.
    pub key: String,
    /// The queue to go back to.
    pub back: String,
    /// Names and words.
    pub reasons: Vec<(&'static str, &'static str)>,
    pub untils: Vec<(String, String)>,
    /// Ids and names, for whoever may give packages to others.
    pub people: Vec<(String, String)>,
}

impl Several {
    pub fn new(by: &CurrentUser, team: &BTreeMap<String, Member>, narrow: &Narrow, now: Timestamp, zone: Zone) -> Self {
        let people = team.iter().filter(|(_, member)| member.may && by.role >= Role::Lead);
        Self {
            key: form_key(),
            back: narrow.href("", &[]),
            reasons: RejectReason::ALL.map(|reason| (reason.name(), rejected_for(reason))).to_vec(),
            untils: untils(now, zone),
            people: people.map(|(user, member)| (user.clone(), member.name.clone())).collect(),
        }
    }
}

/// Mornings to put packages off to, as a form sends them and in words, by the clock of the zone that forms are read in.
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
