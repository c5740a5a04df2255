//! Checks that every fact in the message is in a record of the package.
//!
//! Numbers, dates and links that no record contains fail, because these are the errors that people overlook. A proper
//! name that no record contains warns, since a capital letter alone does not prove a name. The figure is compared, not
//! what it counts: a record with 40 customers supports 40 of anything, so a person still has to read the sentence.

use baton_facts::packages::{HandoffPackage, Verdict};
use baton_facts::types::Timestamp;

use super::context::CheckContext;
use super::scan::{FactKey, FactKind, NumberUnit, TextFact, number, scan};
use crate::calendar::year_month_day;
use crate::record_names::list;
use crate::rules::{DATES_CARRIED, LINKS_CARRIED, NAMES_CARRIED, NUMBERS_CARRIED, Trace};
use crate::text::literal_text;

pub(super) fn check(context: &CheckContext<'_>, trace: &mut Trace) {
    let mut message_facts = MessageFacts::default();
    scan(&context.message.body, |fact| message_facts.add(fact));
    // In a subject in title case, a capital letter says nothing about a word.
    let subject = &context.message.subject;
    let title_case = subject.split_whitespace().filter(|word| word.starts_with(char::is_lowercase)).count() == 0;
    scan(subject, |fact| {
        if !(title_case && fact.kind == FactKind::Name) {
            message_facts.add(fact);
        }
    });
    message_facts.keys.sort_unstable();
    ground(context.package, &mut message_facts);

    let rules = [
        (NUMBERS_CARRIED, "number", &[FactKind::Number, FactKind::SpelledNumber][..]),
        (DATES_CARRIED, "date", &[FactKind::Date]),
        (LINKS_CARRIED, "link or address", &[FactKind::Link]),
    ];
    for (name, what, kinds) in rules {
        let ungrounded = message_facts.ungrounded(kinds);
        let quoted = list(ungrounded.iter().map(|(text, _)| *text), 5);
        if ungrounded.is_empty() {
            trace.pass(name, format!("every {what} is in the account data or your campaign"), &[]);
        } else {
            let figurative = ungrounded.iter().all(|(_, kind)| *kind == FactKind::SpelledNumber);
            let verdict = if figurative { Verdict::Warn } else { Verdict::Fail };
            trace.push(name, verdict, format!("not in the account data or your campaign: {quoted}"), &[]);
        }
    }
    let ungrounded = message_facts.ungrounded(&[FactKind::Name]);
    let language = context.package.angle.language.get(..2).unwrap_or_default();
    if language.eq_ignore_ascii_case("de") || language.eq_ignore_ascii_case("lb") {
        trace.pass(NAMES_CARRIED, "in this language every noun has a capital letter, so names are not checked", &[]);
    } else if ungrounded.is_empty() {
        trace.pass(NAMES_CARRIED, "every name is in the account data or your campaign", &[]);
    } else {
        let quoted = list(ungrounded.iter().map(|(text, _)| *text), 5);
        trace.warn(NAMES_CARRIED, format!("not in the account data or your campaign: {quoted}"), &[]);
    }
}

/// The facts in a message, and which of them a record contains.
#[derive(Default)]
struct MessageFacts<'a> {
    facts: Vec<(&'a str, FactKind, bool)>,
    /// Each key, the index of its fact, and whether it was searched for. Sorted before the first search.
    keys: Vec<(FactKey, usize, bool)>,
}

impl<'a> MessageFacts<'a> {
    fn add(&mut self, fact: TextFact<'a>) {
        if fact.kind == FactKind::Word {
            return;
        }
        for key in fact.keys.into_iter().flatten() {
            self.keys.push((key, self.facts.len(), false));
        }
        self.facts.push((fact.text, fact.kind, false));
    }

    /// Marks every fact with this key as found in a record.
    fn mark_grounded(&mut self, key: &FactKey) {
        let start = self.keys.partition_point(|(known, ..)| known < key);
        for (known, index, looked_up) in &mut self.keys[start..] {
            // An earlier search has already marked the equal keys after this one.
            if known != key || *looked_up {
                break;
            }
            *looked_up = true;
            self.facts[*index].2 = true;
        }
    }

    /// Returns the facts of these kinds that no record contains, each text once.
    fn ungrounded(&self, kinds: &[FactKind]) -> Vec<(&'a str, FactKind)> {
        let ungrounded = self.facts.iter().filter(|(_, kind, grounded)| !grounded && kinds.contains(kind));
        let mut ungrounded: Vec<(&str, FactKind)> = ungrounded.map(|(text, kind, _)| (*text, *kind)).collect();
        let mut seen = std::collections::BTreeSet::new();
        ungrounded.retain(|(text, _)| seen.insert(*text));
        ungrounded
    }
}

/// Searches every record of the package for the facts in the message.
fn ground(package: &HandoffPackage, message_facts: &mut MessageFacts<'_>) {
    if message_facts.facts.is_empty() {
        return;
    }
    let HandoffPackage { account, contact, sender, angle, .. } = package;
    for ranked in &package.signals {
        let signal = &ranked.signal;
        for text in [&signal.summary, &signal.source_name, &signal.source_url, &signal.kind] {
            ground_text(text, message_facts);
        }
        ground_timestamp(signal.observed_at, message_facts);
    }
    let optional = [
        &account.domain,
        &contact.first_name,
        &contact.last_name,
        &contact.title,
        &account.industry,
        &account.country,
        &account.referred_by,
        &contact.email,
        &contact.linkedin_url,
        &contact.country,
    ];
    let required = [&account.name, &sender.name, &sender.email, &sender.title, &sender.company, &sender.signature];
    for text in required.into_iter().chain(optional.into_iter().flatten()) {
        ground_text(text, message_facts);
    }
    if let Some(employees) = account.employees {
        message_facts.mark_grounded(&number(u128::from(employees), 0, NumberUnit::None));
    }
    if let Some(revenue) = account.annual_revenue_usd {
        ground_number(&number(u128::from(revenue), 0, NumberUnit::Dollars), message_facts);
    }
    for touch in &package.history {
        ground_text(&touch.subject, message_facts);
        ground_timestamp(touch.at, message_facts);
    }
    for fact in &angle.facts {
        ground_text(&fact.text, message_facts);
    }
    let follow_up = [&angle.follow_up_opener, &angle.follow_up_pitch, &angle.follow_up_call_to_action];
    let templates = [&angle.subject, &angle.greeting, &angle.opener, &angle.pitch, &angle.call_to_action];
    for template in templates.into_iter().chain(follow_up.into_iter().flatten()) {
        for text in literal_text(template) {
            ground_text(text, message_facts);
        }
    }
}

fn ground_text(text: &str, message_facts: &mut MessageFacts<'_>) {
    scan(text, |fact| {
        for key in fact.keys.iter().flatten() {
            match key {
                FactKey::Number { .. } => ground_number(key, message_facts),
                FactKey::Date { year, month, day } => ground_date(*year, *month, *day, message_facts),
                FactKey::Link(link) => ground_link(link, message_facts),
                FactKey::Word(_) => message_facts.mark_grounded(key),
            }
        }
        // The words of a domain or an address are names too: `northwind.example` supports Northwind.
        if fact.kind == FactKind::Link {
            for word in fact.text.split(|character: char| !character.is_alphanumeric()).filter(|word| word.len() > 2) {
                message_facts.mark_grounded(&FactKey::Word(word.to_lowercase()));
            }
        }
    });
}

/// A sum of money supports its figure without the currency; a percentage supports only a percentage.
fn ground_number(key: &FactKey, message_facts: &mut MessageFacts<'_>) {
    message_facts.mark_grounded(key);
    if let FactKey::Number { digits, exponent, unit: NumberUnit::Dollars | NumberUnit::Euros | NumberUnit::Pounds } =
        *key
    {
        message_facts.mark_grounded(&FactKey::Number { digits, exponent, unit: NumberUnit::None });
    }
}

fn ground_timestamp(at: Timestamp, message_facts: &mut MessageFacts<'_>) {
    if let Some((year, month, day)) = year_month_day(at)
        && let Ok(year) = u16::try_from(year)
    {
        ground_date(year, month, day, message_facts);
    }
}

/// A date supports every less precise date.
fn ground_date(year: u16, month: u8, day: u8, message_facts: &mut MessageFacts<'_>) {
    message_facts.mark_grounded(&FactKey::Date { year, month, day });
    message_facts.mark_grounded(&FactKey::Date { year: 0, month, day });
    message_facts.mark_grounded(&FactKey::Date { year, month, day: 0 });
    message_facts.mark_grounded(&FactKey::Date { year: 0, month, day: 0 });
    if year > 0 {
        message_facts.mark_grounded(&number(u128::from(year), 0, NumberUnit::None));
    }
}

/// A link supports itself and its host, an address its domain; a host supports no path.
fn ground_link(link: &str, message_facts: &mut MessageFacts<'_>) {
    message_facts.mark_grounded(&FactKey::Link(link.to_owned()));
    let host = link.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    message_facts.mark_grounded(&FactKey::Link(host.to_owned()));
}
