//! Inputs as data. `scenarios/base.json` is an account that is ready to be contacted; a scenario's `input.json` is a
//! merge patch (RFC 7396) on it, so that it contains only the differences.
//!
//! Signals and people are maps by id, so that a patch can refer to one of them; a text that is a date (RFC 3339) is
//! converted to seconds.

use crate::crm::{CallCounter, Crm};
use baton_facts::packages::{Assignment, Candidate, Dossier, Sent};
use baton_facts::policy::{Campaign, Tier};
use baton_facts::types::{Account, Channel, Contact, Direction, Engagement, Signal, Timestamp, Touch, TouchOutcome};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    pub now: Timestamp,
    pub account: Account,
    #[serde(default)]
    pub signals: BTreeMap<String, Signal>,
    #[serde(default)]
    pub contacts: BTreeMap<String, Contact>,
    /// Oldest first, by the contact's id.
    #[serde(default)]
    pub histories: BTreeMap<String, Vec<Touch>>,
    pub campaign: Campaign,
    pub tiers: Vec<Tier>,
    /// The outcome of the last message in the CRM, if the scenario has earlier touches.
    #[serde(default)]
    pub outcome: Option<TouchOutcome>,
}

impl Given {
    /// Returns the input that is ready to be contacted.
    pub fn base() -> Self {
        Self::patched(&Value::Null)
    }

    /// Returns the base with this merge patch.
    ///
    /// # Panics
    /// If the result is not an input.
    pub fn patched(patch: &Value) -> Self {
        Self::of(std::iter::once(patch))
    }

    /// Returns the story of the scenario: the moments at which its earlier touches were prepared and sent, as in
    /// `touch-1.json` and so on, and the last one in `input.json`. Each is a patch on the one before.
    pub fn story(folder: &Path) -> Vec<Self> {
        let earlier = (1..).map(|number| folder.join(format!("touch-{number}.json"))).take_while(|path| path.exists());
        let patches: Vec<Value> = earlier.chain([folder.join("input.json")]).map(|path| read(&path)).collect();
        (1..=patches.len()).map(|upto| Self::of(&patches[..upto])).collect()
    }

    fn of<'a>(patches: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut whole = read(&scenarios().join("base.json"));
        for patch in patches.into_iter().filter(|patch| !patch.is_null()) {
            merge(&mut whole, patch);
        }
        seconds(&mut whole);
        serde_json::from_value(whole.clone()).unwrap_or_else(|error| panic!("this is not an input: {error}\n{whole:#}"))
    }

    /// Adds the sent messages to the person's history, with the person in sequence.
    pub fn add_sent_messages(&mut self, contact: &str, sent: &[Sent]) {
        let history = self.histories.entry(contact.to_owned()).or_default();
        let touch = |sent: &Sent| Touch {
            at: sent.at,
            direction: Direction::Outbound,
            channel: Channel::Email,
            campaign: Some(self.campaign.id.clone()),
            subject: sent.message.subject.clone(),
            outcome: None,
        };
        let mut touches: Vec<Touch> = sent.iter().map(touch).collect();
        if let Some(last) = touches.last_mut() {
            last.outcome.clone_from(&self.outcome);
        }
        history.extend(touches);
        history.sort_by_key(|touch| touch.at);
        if let Some(contact) = self.contacts.get_mut(contact).filter(|contact| contact.engagement == Engagement::None) {
            contact.engagement = Engagement::InSequence;
        }
    }

    pub fn assignment(&self) -> Arc<Assignment> {
        let (account, campaign, now) = (self.account.id.clone(), self.campaign.clone(), self.now);
        Arc::new(Assignment { account, campaign, now })
    }

    /// Returns the assignment with this campaign id, from which the hostile engine takes its mode.
    pub fn mode(&self, mode: &str) -> Arc<Assignment> {
        let mut assignment = Assignment::clone(&self.assignment());
        assignment.campaign.id = format!("mode:{mode}");
        Arc::new(assignment)
    }

    pub fn crm(&self) -> Crm {
        let mut signals: Vec<_> = self.signals.values().cloned().collect();
        signals.sort_by_key(|signal| std::cmp::Reverse(signal.observed_at));
        let candidate = |contact: &Contact| Candidate {
            contact: contact.clone(),
            history: self.histories.get(&contact.id).cloned().unwrap_or_default(),
        };
        Crm {
            dossier: Arc::new(Dossier { account: self.account.clone(), signals }),
            candidates: Arc::new(self.contacts.values().map(candidate).collect()),
            reached: CallCounter::default(),
            refusal: None,
        }
    }
}

/// Returns the folder of the scenarios.
pub fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn merge(whole: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *whole = patch.clone();
        return;
    };
    if !whole.is_object() {
        *whole = Value::Object(serde_json::Map::new());
    }
    let Value::Object(whole) = whole else { return };
    for (key, value) in patch {
        if value.is_null() {
            whole.remove(key);
        } else {
            merge(whole.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

fn seconds(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Ok(date) = chrono::DateTime::parse_from_rfc3339(text) {
                *value = date.timestamp().into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(seconds),
        Value::Object(members) => members.values_mut().for_each(seconds),
        _ => {}
    }
}
