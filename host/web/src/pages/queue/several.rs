//! The form about the rows that are ticked.

use super::{Member, Narrow};
use crate::door::By;
use crate::looking::once;
use crate::show::rejected_for;
use baton_desk::desk::{RejectReason, Role};
use baton_facts::types::Timestamp;
use chrono::{DateTime, Days, NaiveTime, Utc};
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
    pub fn new(by: &By, team: &BTreeMap<String, Member>, narrow: &Narrow, now: Timestamp) -> Self {
        let people = team.iter().filter(|(_, member)| member.may && by.role >= Role::Lead);
        Self {
            key: once(),
            back: narrow.href("", &[]),
            reasons: RejectReason::ALL.map(|reason| (reason.name(), rejected_for(reason))).to_vec(),
            untils: untils(now),
            people: people.map(|(user, member)| (user.clone(), member.name.clone())).collect(),
        }
    }
}

/// Mornings to put packages off to, as a form sends them and in words.
fn untils(now: Timestamp) -> Vec<(String, String)> {
    let Some(today) = DateTime::<Utc>::from_timestamp(now, 0) else { return Vec::new() };
    let morning = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    let at = |days| Some(today.date_naive().checked_add_days(Days::new(days))?.and_time(morning));
    [(1, "Tomorrow"), (3, "In 3 days"), (7, "In a week")]
        .into_iter()
        .filter_map(|(days, words)| {
            let at = at(days)?;
            Some((at.format("%Y-%m-%dT%H:%M").to_string(), format!("{words}, {}", at.format("%Y-%m-%d 09:00 UTC"))))
        })
        .collect()
}
