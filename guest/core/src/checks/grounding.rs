//! Whatever the message states as a fact is carried by a record of the package.
//!
//! Numbers, dates and links that nothing carries fail: they are what goes wrong unseen. A proper name that nothing
//! carries warns, since a capital alone does not prove a name. What is carried is the figure, not what it counts: a
//! record that says 40 customers carries 40 of anything, which is what a person still has to read.

use baton_facts::packages::{HandoffPackage, Verdict};
use baton_facts::types::Timestamp;

use super::Judged;
use super::scan::{Key, Kind, Stated, Unit, number, scan};
use crate::calendar::civil;
use crate::describe::list;
use crate::rules::{DATES_CARRIED, LINKS_CARRIED, NAMES_CARRIED, NUMBERS_CARRIED, Trace};
use crate::text::own_text;

pub(super) fn check(judged: &Judged<'_>, trace: &mut Trace) {
    let mut stated = Stateds::default();
    scan(&judged.message.body, |fact| stated.add(fact));
    // Titles are set in capitals by some; then a capital says nothing.
    let subject = &judged.message.subject;
    let title_case = subject.split_whitespace().filter(|word| word.starts_with(char::is_lowercase)).count() == 0;
    scan(subject, |fact| {
        if !(title_case && fact.kind == Kind::Name) {
            stated.add(fact);
        }
    });
    stated.keys.sort_unstable();
    carry(judged.package, &mut stated);

    let rules = [
        (NUMBERS_CARRIED, "number", &[Kind::Number, Kind::SpelledNumber][..]),
        (DATES_CARRIED, "date", &[Kind::Date]),
        (LINKS_CARRIED, "link or address", &[Kind::Link]),
    ];
    for (name, what, kinds) in rules {
        let open = stated.open(kinds);
        let texts = list(open.iter().map(|(text, _)| *text), 5);
        if open.is_empty() {
            trace.pass(name, format!("every {what} is carried by a record"), &[]);
        } else {
            let figurative = open.iter().all(|(_, kind)| *kind == Kind::SpelledNumber);
            let verdict = if figurative { Verdict::Warn } else { Verdict::Fail };
            trace.push(name, verdict, format!("no record carries {texts}"), &[]);
        }
    }
    let open = stated.open(&[Kind::Name]);
    let language = judged.package.angle.language.get(..2).unwrap_or_default();
    if language.eq_ignore_ascii_case("de") || language.eq_ignore_ascii_case("lb") {
        trace.pass(NAMES_CARRIED, "in this language every noun has a capital, so names cannot be told", &[]);
    } else if open.is_empty() {
        trace.pass(NAMES_CARRIED, "every name is carried by a record", &[]);
    } else {
        let texts = list(open.iter().map(|(text, _)| *text), 5);
        trace.warn(NAMES_CARRIED, format!("no record carries {texts}"), &[]);
    }
}

/// What the message states, and what of it was found in a record.
#[derive(Default)]
struct Stateds<'a> {
    facts: Vec<(&'a str, Kind, bool)>,
    /// Each key with the index of its fact and whether it was looked up; sorted before anything is.
    keys: Vec<(Key, usize, bool)>,
}

impl<'a> Stateds<'a> {
    fn add(&mut self, fact: Stated<'a>) {
        if fact.kind == Kind::Word {
            return;
        }
        for key in fact.keys.into_iter().flatten() {
            self.keys.push((key, self.facts.len(), false));
        }
        self.facts.push((fact.text, fact.kind, false));
    }

    /// Marks every fact with this key as carried.
    fn carry(&mut self, key: &Key) {
        let start = self.keys.partition_point(|(known, ..)| known < key);
        for (known, index, looked_up) in &mut self.keys[start..] {
            // What was looked up before has been through here with its equals.
            if known != key || *looked_up {
                break;
            }
            *looked_up = true;
            self.facts[*index].2 = true;
        }
    }

    /// Facts of these kinds that nothing carries, each text once.
    fn open(&self, kinds: &[Kind]) -> Vec<(&'a str, Kind)> {
        let open = self.facts.iter().filter(|(_, kind, carried)| !carried && kinds.contains(kind));
        let mut open: Vec<(&str, Kind)> = open.map(|(text, kind, _)| (*text, *kind)).collect();
        let mut seen = std::collections::BTreeSet::new();
        open.retain(|(text, _)| seen.insert(*text));
        open
    }
}

/// Looks through every record of the package for what the message states.
fn carry(package: &HandoffPackage, stated: &mut Stateds<'_>) {
    if stated.facts.is_empty() {
        return;
    }
    let HandoffPackage { account, contact, sender, angle, .. } = package;
    for ranked in &package.signals {
        let signal = &ranked.signal;
        for text in [&signal.summary, &signal.source_name, &signal.source_url, &signal.kind] {
            carry_text(text, stated);
        }
        carry_moment(signal.observed_at, stated);
    }
    let optional = [
        &account.industry,
        &account.country,
        &account.referred_by,
        &contact.email,
        &contact.linkedin_url,
        &contact.country,
    ];
    let required = [
        &account.name,
        &account.domain,
        &contact.first_name,
        &contact.last_name,
        &contact.title,
        &sender.name,
        &sender.email,
        &sender.title,
        &sender.company,
        &sender.signature,
    ];
    for text in required.into_iter().chain(optional.into_iter().flatten()) {
        carry_text(text, stated);
    }
    if let Some(employees) = account.employees {
        stated.carry(&number(u128::from(employees), 0, Unit::None));
    }
    if let Some(revenue) = account.annual_revenue_usd {
        carry_number(&number(u128::from(revenue), 0, Unit::Dollars), stated);
    }
    for touch in &package.history {
        carry_text(&touch.subject, stated);
        carry_moment(touch.at, stated);
    }
    for fact in &angle.facts {
        carry_text(&fact.text, stated);
    }
    let further = [&angle.follow_up_opener, &angle.follow_up_pitch, &angle.follow_up_call_to_action];
    let templates = [&angle.subject, &angle.greeting, &angle.opener, &angle.pitch, &angle.call_to_action];
    for template in templates.into_iter().chain(further.into_iter().flatten()) {
        for text in own_text(template) {
            carry_text(text, stated);
        }
    }
}

fn carry_text(text: &str, stated: &mut Stateds<'_>) {
    scan(text, |fact| {
        for key in fact.keys.iter().flatten() {
            match key {
                Key::Number { .. } => carry_number(key, stated),
                Key::Date { year, month, day } => carry_date(*year, *month, *day, stated),
                Key::Link(link) => carry_link(link, stated),
                Key::Word(_) => stated.carry(key),
            }
        }
        // A domain's or an address's own words are names too: `northwind.example` carries Northwind.
        if fact.kind == Kind::Link {
            for word in fact.text.split(|character: char| !character.is_alphanumeric()).filter(|word| word.len() > 2) {
                stated.carry(&Key::Word(word.to_lowercase()));
            }
        }
    });
}

/// A sum of money carries its figure without the currency; a percentage is nothing but a percentage.
fn carry_number(key: &Key, stated: &mut Stateds<'_>) {
    stated.carry(key);
    if let Key::Number { digits, exponent, unit: Unit::Dollars | Unit::Euros | Unit::Pounds } = *key {
        stated.carry(&Key::Number { digits, exponent, unit: Unit::None });
    }
}

fn carry_moment(at: Timestamp, stated: &mut Stateds<'_>) {
    if let Some((year, month, day)) = civil(at)
        && let Ok(year) = u16::try_from(year)
    {
        carry_date(year, month, day, stated);
    }
}

/// A date carries whatever says less than it does.
fn carry_date(year: u16, month: u8, day: u8, stated: &mut Stateds<'_>) {
    stated.carry(&Key::Date { year, month, day });
    stated.carry(&Key::Date { year: 0, month, day });
    stated.carry(&Key::Date { year, month, day: 0 });
    stated.carry(&Key::Date { year: 0, month, day: 0 });
    if year > 0 {
        stated.carry(&number(u128::from(year), 0, Unit::None));
    }
}

/// A link carries itself and its host, an address its domain; a host carries no path.
fn carry_link(link: &str, stated: &mut Stateds<'_>) {
    stated.carry(&Key::Link(link.to_owned()));
    let host = link.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    stated.carry(&Key::Link(host.to_owned()));
}
