//! The facts of the package: account, signals, contact, and earlier touches.

use crate::format::{DisplayTime, Link, count, line, number, word};
use baton_facts::packages::{HandoffPackage, RankedSignal};
use baton_facts::types::{Account, Direction, Evidence, Relation, Timestamp, Touch, Verification};
use baton_model::touch_outcome_words;

/// Signals that are shown at most.
const SIGNALS: usize = 30;

/// Touches that are shown unfolded, and in total.
const TOUCHES: (usize, usize) = (3, 200);

pub(super) struct PackageFacts {
    pub domain: Option<Link>,
    pub account: Vec<String>,
    pub why_now: String,
    pub signals: Vec<SignalItem>,
    pub signals_left_out: Option<String>,
    pub contact: ContactCard,
    pub latest: Vec<TouchItem>,
    pub earlier: Vec<TouchItem>,
    pub touches: Option<String>,
    pub touches_left_out: Option<String>,
}

pub(super) struct SignalItem {
    /// The record's number as evidence; see [`super::draft`].
    pub number: Option<usize>,
    pub kind: String,
    pub summary: String,
    pub source: String,
    pub link: Link,
    pub at: DisplayTime,
    pub score: u8,
}

pub(super) struct ContactCard {
    pub name: String,
    pub title: String,
    pub address: String,
    pub verification: String,
    pub verified: Option<DisplayTime>,
    /// `pass`, `warn`, or `fail`.
    pub class: &'static str,
    pub linkedin: Option<Link>,
    pub role: String,
    pub matched: String,
    pub score: u8,
    pub place: Vec<String>,
}

pub(super) struct TouchItem {
    pub at: DisplayTime,
    pub how: String,
    pub ours: bool,
    pub subject: String,
    pub outcome: Option<String>,
    pub campaign: Option<String>,
}

impl PackageFacts {
    pub fn new(package: &HandoffPackage, now: Timestamp) -> Self {
        let evidence = super::draft::evidence(package);
        let signal = |ranked: &RankedSignal| SignalItem {
            number: evidence
                .iter()
                .position(|known| matches!(known, Evidence::Signal(id) if *id == ranked.signal.id))
                .map(|at| at + 1),
            kind: line(&ranked.signal.kind.replace('-', " ")),
            summary: line(&ranked.signal.summary),
            source: line(&ranked.signal.source_name),
            link: Link::new(&ranked.signal.source_url),
            at: DisplayTime::new(ranked.signal.observed_at, now),
            score: ranked.score,
        };
        let signals = &package.signals;
        let history = &package.history;
        let mut newest = history.iter().rev().take(TOUCHES.1).map(|touch| TouchItem::new(touch, now));
        Self {
            domain: package.account.domain.as_ref().map(|domain| {
                let link = Link::new(&format!("https://{domain}"));
                if link.label.eq_ignore_ascii_case(domain) { link } else { Link { href: None, label: line(domain) } }
            }),
            account: account(&package.account, now),
            why_now: line(&package.why_now),
            signals: signals.iter().take(SIGNALS).map(signal).collect(),
            signals_left_out: left_out(signals.len(), SIGNALS, "signal"),
            contact: ContactCard::new(package, now),
            latest: newest.by_ref().take(TOUCHES.0).collect(),
            earlier: newest.collect(),
            touches: (!history.is_empty()).then(|| count(history.len() as u64, "earlier touch")),
            touches_left_out: left_out(history.len(), TOUCHES.1, "touch"),
        }
    }
}

fn left_out(all: usize, shown: usize, noun: &str) -> Option<String> {
    let more = all.checked_sub(shown).filter(|more| *more > 0)?;
    Some(format!("{} not shown", count(more as u64, noun)))
}

fn account(account: &Account, now: Timestamp) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(account.industry.as_deref().map(line));
    facts.extend(account.employees.map(|people| format!("{} employees", number(people))));
    facts.extend(account.annual_revenue_usd.map(|revenue| format!("${} annual revenue", money(revenue))));
    facts.extend(account.country.as_deref().map(line));
    facts.extend((account.relation != Relation::None).then(|| word(&account.relation)));
    facts.extend(account.named.then(|| "Named account".to_owned()));
    facts.extend(account.referred_by.as_deref().map(|who| format!("Referred by {}", line(who))));
    facts.extend(account.owner.as_deref().map(|owner| format!("Owner: {}", line(owner))));
    facts.extend(account.open_opportunity.then(|| "Open opportunity".to_owned()));
    facts.extend(account.last_activity.map(|at| format!("Last activity {}", DisplayTime::new(at, now).relative)));
    facts
}

/// Formats an amount in short form: `310M`, `1.2B`.
fn money(amount: u64) -> String {
    for (unit, letter) in [(1_000_000_000, "B"), (1_000_000, "M")] {
        if amount >= unit {
            let tenths = amount % unit * 10 / unit;
            let whole = amount / unit;
            return if whole < 10 && tenths > 0 {
                format!("{whole}.{tenths}{letter}")
            } else {
                format!("{}{letter}", number(whole))
            };
        }
    }
    number(amount)
}

impl ContactCard {
    fn new(package: &HandoffPackage, now: Timestamp) -> Self {
        let (contact, role) = (&package.contact, &package.role_match);
        let place = [&contact.country, &contact.time_zone, &contact.language];
        Self {
            name: line(&baton_model::full_name(contact)),
            title: contact.title.as_deref().map(line).unwrap_or_default(),
            address: contact.email.as_deref().map_or_else(|| "No email address".to_owned(), line),
            verification: word(&contact.verification),
            verified: contact.verified_at.map(|at| DisplayTime::new(at, now)),
            class: match contact.verification {
                Verification::Deliverable => "pass",
                Verification::Risky | Verification::Unknown => "warn",
                Verification::Undeliverable => "fail",
            },
            linkedin: contact.linkedin_url.as_deref().map(Link::new),
            role: line(&role.role),
            matched: line(&role.matched_title),
            score: role.score,
            place: place.into_iter().flatten().map(|text| line(text)).collect(),
        }
    }
}

impl TouchItem {
    fn new(touch: &Touch, now: Timestamp) -> Self {
        let channel = word(&touch.channel);
        let ours = touch.direction == Direction::Outbound;
        Self {
            at: DisplayTime::new(touch.at, now),
            how: if ours { format!("Our {channel}") } else { format!("Their {channel}") },
            ours,
            subject: line(&touch.subject),
            outcome: touch.outcome.as_ref().map(touch_outcome_words).map(line),
            campaign: touch.campaign.as_deref().map(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn revenue_is_short() {
        for (amount, expected) in [
            (0, "0"),
            (950_000, "950,000"),
            (1_000_000, "1M"),
            (1_250_000, "1.2M"),
            (310_000_000, "310M"),
            (9_990_000_000, "9.9B"),
            (u64::MAX, "18,446,744,073B"),
        ] {
            assert_eq!(money(amount), expected);
        }
    }
}
