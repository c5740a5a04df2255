//! What is known: the account, its signals, the contact, and every earlier touch.

use crate::show::{Link, Moment, count, line, number, word};
use baton_facts::packages::{HandoffPackage, RankedSignal};
use baton_facts::types::{Account, Direction, Relation, Timestamp, Touch, Verification};
use baton_model::touch_outcome_words;

/// Signals that are shown.
const SIGNALS: usize = 30;

/// Touches that are shown at once, and with those that are folded.
const TOUCHES: (usize, usize) = (3, 200);

/// Everything beside the draft.
pub(super) struct Facts {
    pub domain: Option<Link>,
    pub account: Vec<String>,
    pub why_now: String,
    pub signals: Vec<Signal>,
    pub signals_left_out: Option<String>,
    pub contact: Contact,
    pub latest: Vec<Exchange>,
    pub earlier: Vec<Exchange>,
    pub touches: Option<String>,
    pub touches_left_out: Option<String>,
}

pub(super) struct Signal {
    /// The record's number as evidence; see [`super::draft`].
    pub number: Option<usize>,
    pub kind: String,
    pub summary: String,
    pub source: String,
    pub link: Link,
    pub at: Moment,
    pub score: u8,
}

pub(super) struct Contact {
    pub name: String,
    pub title: String,
    pub address: String,
    pub verification: String,
    pub verified: Option<Moment>,
    /// `pass`, `warn` or `fail`.
    pub class: &'static str,
    pub linkedin: Option<Link>,
    pub role: String,
    pub matched: String,
    pub score: u8,
    pub place: Vec<String>,
}

pub(super) struct Exchange {
    pub at: Moment,
    pub how: String,
    pub ours: bool,
    pub subject: String,
    pub outcome: Option<String>,
    pub campaign: Option<String>,
}

impl Facts {
    pub fn new(package: &HandoffPackage, now: Timestamp) -> Self {
        let evidence = super::draft::evidence(package);
        let signal = |ranked: &RankedSignal| Signal {
            number: evidence.iter().position(|known| *known == ranked.signal.id).map(|at| at + 1),
            kind: line(&ranked.signal.kind.replace('-', " ")),
            summary: line(&ranked.signal.summary),
            source: line(&ranked.signal.source_name),
            link: Link::new(&ranked.signal.source_url),
            at: Moment::new(ranked.signal.observed_at, now),
            score: ranked.score,
        };
        let signals = &package.signals;
        let history = &package.history;
        let mut newest = history.iter().rev().take(TOUCHES.1).map(|touch| Exchange::new(touch, now));
        Self {
            domain: Some(&package.account.domain).filter(|domain| !domain.is_empty()).map(|domain| {
                let link = Link::new(&format!("https://{domain}"));
                if link.shown.eq_ignore_ascii_case(domain) { link } else { Link { href: None, shown: line(domain) } }
            }),
            account: account(&package.account, now),
            why_now: line(&package.why_now),
            signals: signals.iter().take(SIGNALS).map(signal).collect(),
            signals_left_out: left_out(signals.len(), SIGNALS, "signal"),
            contact: Contact::new(package, now),
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
    facts.extend(account.annual_revenue_usd.map(|revenue| format!("${} a year", money(revenue))));
    facts.extend(account.country.as_deref().map(line));
    facts.extend((account.relation != Relation::None).then(|| word(&account.relation)));
    facts.extend(account.named.then(|| "named account".to_owned()));
    facts.extend(account.referred_by.as_deref().map(|who| format!("referred by {}", line(who))));
    facts.extend(account.owner.as_deref().map(|owner| format!("owner {}", line(owner))));
    facts.extend(account.open_opportunity.then(|| "open opportunity".to_owned()));
    facts.extend(account.last_activity.map(|at| format!("last activity {}", Moment::new(at, now).relative)));
    facts
}

/// Two digits are enough to place a company: `310M`, `1.2B`.
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

impl Contact {
    fn new(package: &HandoffPackage, now: Timestamp) -> Self {
        let (contact, role) = (&package.contact, &package.role_match);
        let place = [&contact.country, &contact.time_zone, &contact.language];
        Self {
            name: line(format!("{} {}", contact.first_name, contact.last_name).trim()),
            title: line(&contact.title),
            address: contact.email.as_deref().map_or_else(|| "no address".to_owned(), line),
            verification: word(&contact.verification),
            verified: contact.verified_at.map(|at| Moment::new(at, now)),
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

impl Exchange {
    fn new(touch: &Touch, now: Timestamp) -> Self {
        let channel = word(&touch.channel);
        let ours = touch.direction == Direction::Outbound;
        Self {
            at: Moment::new(touch.at, now),
            how: if ours { format!("our {channel}") } else { format!("their {channel}") },
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
