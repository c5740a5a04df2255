//! A dry run of a drafter: it writes each angle for an invented reader, a first message and the follow-ups that can come
//! of it, so that a text that it does not write shows before a run. It works with any drafter.

use baton_facts::description::DrafterDescription;
use baton_facts::packages::{Brief, Sent};
use baton_facts::policy::{Angle, Campaign};
use baton_facts::types::{Account, Contact, Engagement, Message, Relation, Signal, Timestamp, Verification};
use baton_model::angle_variants;
use baton_runtime::Drafter;
use std::sync::Arc;

/// An angle that the drafter did not write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedDraft {
    /// The angle's kind of signal.
    pub signal_kind: String,
    /// Its language.
    pub language: String,
    /// The number of the message; 1 is the first.
    pub touch_number: u8,
    /// The name of its variant; empty without one.
    pub variant: String,
    /// The drafter's error.
    pub why: String,
}

/// Lets the drafter write every angle of the campaign. Returns the angles that it did not write, each with the first message
/// that failed. An angle without follow-ups is written once; reading the campaign warns of it.
pub async fn dry_run(drafter: &Drafter, description: &DrafterDescription, campaign: &Campaign) -> Vec<FailedDraft> {
    let mut unwritten = Vec::new();
    for angle in &campaign.angles {
        for brief in briefs(campaign, angle, description) {
            let touch_number = brief.touch_number;
            if let Err(error) = drafter.write("", Arc::new(brief)).await.result {
                unwritten.push(FailedDraft {
                    signal_kind: angle.signal_kind.clone(),
                    language: angle.language.clone(),
                    variant: angle_variants::variant_name(&angle.version).to_owned(),
                    touch_number,
                    why: error.to_string(),
                });
                break;
            }
        }
    }
    unwritten
}

/// Returns a first message, a follow-up about another signal, and a follow-up about the same one with the same angle.
fn briefs(campaign: &Campaign, angle: &Angle, drafter: &DrafterDescription) -> Vec<Brief> {
    let first = brief(campaign, angle);
    if campaign.touches_max < 2 || !angle_variants::has_follow_ups(angle, drafter) {
        return vec![first];
    }
    let sent = |signal: &str, angle_version: &str| Sent {
        at: MOMENT,
        message: Message {
            to: first.contact.email.clone().unwrap_or_default(),
            subject: "Releases at Example Harbour".to_owned(),
            body: "Hi Robin,\n\nI read that Example Harbour opened a second terminal.\n\nIs that so?\n".to_owned(),
        },
        signal: signal.to_owned(),
        signal_kind: angle.signal_kind.clone(),
        angle_version: angle_version.to_owned(),
    };
    let other = Brief { touch_number: 2, earlier: vec![sent("another", "another")], ..first.clone() };
    let same = Brief { touch_number: 2, earlier: vec![sent(&first.signal.id, &angle.version)], ..first.clone() };
    vec![first, other, same]
}

/// The time of every event in a dry run: 1 January 2026.
const MOMENT: Timestamp = 1_767_225_600;

/// Returns a brief with every field that a drafter can use.
fn brief(campaign: &Campaign, angle: &Angle) -> Brief {
    let text = str::to_owned;
    Brief {
        account: Account {
            id: text("dry-run"),
            name: text("Example Harbour"),
            domain: Some(text("harbour.example")),
            industry: Some(text("Logistics")),
            employees: Some(250),
            annual_revenue_usd: Some(40_000_000),
            country: Some(text("GB")),
            relation: Relation::Prospect,
            owner: None,
            open_opportunity: false,
            last_activity: None,
            named: false,
            referred_by: Some(text("Ada Quill")),
            suppression: None,
            unclear: Vec::new(),
        },
        contact: Contact {
            id: text("reader"),
            first_name: Some(text("Robin")),
            last_name: Some(text("Marsh")),
            title: Some(text("Head of Platform")),
            email: Some(text("robin.marsh@harbour.example")),
            verification: Verification::Deliverable,
            verified_at: Some(MOMENT),
            linkedin_url: None,
            country: Some(text("GB")),
            time_zone: Some(text("Europe/London")),
            language: Some(angle.language.clone()),
            engagement: Engagement::None,
            suppression: None,
            unclear: Vec::new(),
            doubts: Vec::new(),
        },
        signal: Signal {
            id: text("signal"),
            kind: angle.signal_kind.clone(),
            summary: text("Example Harbour opened a second terminal"),
            source_name: text("Harbour News"),
            source_url: text("https://news.example/harbour"),
            observed_at: MOMENT,
        },
        angle: angle.clone(),
        sender: campaign.sender.clone(),
        touch_number: 1,
        earlier: Vec::new(),
        rejected: None,
        note: None,
    }
}
