//! A rehearsal: the drafter writes each angle once for an invented reader, so that what it will not write shows before a
//! run, whichever drafter it is.

use crate::config::variants;
use baton_facts::packages::Brief;
use baton_facts::policy::{Angle, Campaign};
use baton_facts::types::{Account, Contact, Engagement, Relation, Signal, Timestamp, Verification};
use baton_runtime::Drafter;
use std::sync::Arc;

/// An angle that the drafter did not write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritten {
    /// The angle's kind of signal.
    pub signal_kind: String,
    /// Its language.
    pub language: String,
    /// Its name among the versions of the angle; empty without one.
    pub variant: String,
    /// What the drafter said.
    pub why: String,
}

/// Lets the drafter write every angle of the campaign; gives those it did not.
pub async fn rehearse(drafter: &Drafter, campaign: &Campaign) -> Vec<Unwritten> {
    let mut unwritten = Vec::new();
    for angle in &campaign.angles {
        let called = drafter.write("", Arc::new(brief(campaign, angle))).await;
        if let Err(error) = called.result {
            unwritten.push(Unwritten {
                signal_kind: angle.signal_kind.clone(),
                language: angle.language.clone(),
                variant: variants::variant(&angle.version).to_owned(),
                why: error.to_string(),
            });
        }
    }
    unwritten
}

/// Everything that a drafter can ask for is there.
fn brief(campaign: &Campaign, angle: &Angle) -> Brief {
    const MOMENT: Timestamp = 1_767_225_600;
    let text = str::to_owned;
    Brief {
        account: Account {
            id: text("rehearsal"),
            name: text("Example Harbour"),
            domain: text("harbour.example"),
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
        },
        contact: Contact {
            id: text("reader"),
            first_name: text("Robin"),
            last_name: text("Marsh"),
            title: text("Head of Platform"),
            email: Some(text("robin.marsh@harbour.example")),
            verification: Verification::Deliverable,
            verified_at: Some(MOMENT),
            linkedin_url: None,
            country: Some(text("GB")),
            time_zone: Some(text("Europe/London")),
            language: Some(angle.language.clone()),
            engagement: Engagement::None,
            suppression: None,
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
