//! The variants of each kind. The engine's checks know the values of the records, so a seeded value is in some record of the
//! package as well: another figure, another name. Only a person who reads the text notices that it is out of place.

use super::text::{changed, changed_once, greeting, has, text, written_part};
use super::variant::Variant;
use super::wording::{self, Wording};
use baton_facts::packages::HandoffPackage;
use baton_model::defect::DefectKind;
use chrono::{DateTime, Datelike as _};
use std::collections::BTreeSet;

/// Maximum number of figures of a draft, and of its records.
const FIGURES: usize = 12;

/// Returns every variant of this kind that the package has words for, in a fixed order.
pub(super) fn of(kind: DefectKind, package: &HandoffPackage) -> Vec<Variant> {
    let wording = wording::of(&package.angle.language);
    match kind {
        DefectKind::Number => numbers(package, wording),
        DefectKind::Name => names(package),
        DefectKind::Claim => claims(package, wording),
        DefectKind::Company => companies(package),
        DefectKind::Date => dates(package, wording),
        DefectKind::Placeholder => placeholders(package, wording),
        DefectKind::CallToAction => questions(package, wording),
    }
}

/// Replaces a figure with another one from the records, or its unit with another unit.
fn numbers(package: &HandoffPackage, wording: Option<&Wording>) -> Vec<Variant> {
    let text = text(package);
    let stated = figures(text);
    let mut carried: Vec<String> = package.account.employees.iter().map(u32::to_string).collect();
    let summaries = package.signals.iter().map(|ranked| &ranked.signal.summary);
    for record in summaries.chain(package.angle.facts.iter().map(|fact| &fact.text)) {
        carried.extend(figures(record).into_iter().map(str::to_owned));
    }
    carried.truncate(FIGURES);
    let mut made = Vec::new();
    for from in stated.iter().take(FIGURES) {
        for to in carried.iter().filter(|to| alike(from, to) && !stated.contains(&to.as_str())) {
            made.extend(changed(package, DefectKind::Number, from, to));
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    for pair in words.windows(2) {
        let unit = pair[1].trim_end_matches(|c: char| !c.is_alphanumeric());
        let counts = pair[0].chars().any(|c| c.is_ascii_digit()) || is_number(pair[0]);
        for (from, to) in wording.map_or(&[][..], |wording| wording.units) {
            if counts && unit == *from {
                let (from, to) = (format!("{} {from}", pair[0]), format!("{} {to}", pair[0]));
                made.extend(changed(package, DefectKind::Number, &from, &to));
            }
        }
    }
    made
}

/// Returns whether the word is a number.
fn is_number(word: &str) -> bool {
    const NUMBERS: [&str; 22] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "ein", "eine", "einem", "einen",
        "einer", "zwei", "drei", "un", "une", "deux", "trois", "first",
    ];
    NUMBERS.contains(&word.to_lowercase().as_str())
}

/// Returns the figures with their units: `$40`, `38%`, `1,200`.
fn figures(text: &str) -> Vec<&str> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '%' | '$' | '€' | '£');
    let figure = |word: &&str| {
        word.contains(|c: char| c.is_ascii_digit())
            && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | '$' | '€' | '£'))
    };
    let mut found: Vec<&str> = Vec::new();
    for word in text.split_whitespace().map(|word| word.trim_matches(|c| !inside(c))).filter(figure) {
        if !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// Returns whether the figures differ and have the same unit.
fn alike(one: &str, other: &str) -> bool {
    let shape = |figure: &str| {
        let marks: String = figure.chars().filter(|c| matches!(c, '%' | '$' | '€' | '£')).collect();
        marks
    };
    one != other && shape(one) == shape(other)
}

/// Replaces the recipient's name with the sender's.
fn names(package: &HandoffPackage) -> Vec<Variant> {
    let name = |name: &'_ Option<String>| name.as_deref().unwrap_or_default().trim().to_owned();
    let (first, last) = (name(&package.contact.first_name), name(&package.contact.last_name));
    let (first, last) = (first.as_str(), last.as_str());
    let mut own = package.sender.name.split_whitespace();
    let (Some(own_first), Some(own_last)) = (own.next(), own.next_back()) else { return Vec::new() };
    let mut made = Vec::new();
    if let Some(line) = greeting(package) {
        let is = |name: &str| !name.is_empty() && has(line, name);
        let pair = match (is(first), is(last)) {
            _ if own_last == last => None,
            (true, true) => Some((last.to_owned(), own_last.to_owned())),
            (true, false) => Some((first.to_owned(), format!("{first} {own_last}"))),
            (false, true) => Some((last.to_owned(), format!("{own_first} {last}"))),
            (false, false) => None,
        };
        if let Some((from, to)) = pair {
            let other = line.replacen(&from, &to, 1);
            made.extend(changed_once(package, DefectKind::Name, (line, &other), (line, &other), &to));
        }
    }
    if own_first != first {
        made.extend(changed(package, DefectKind::Name, first, own_first));
    }
    made
}

/// Exaggerates a claim, adds a sentence without evidence, or names the wrong source.
fn claims(package: &HandoffPackage, wording: Option<&Wording>) -> Vec<Variant> {
    let kind = DefectKind::Claim;
    let mut made = Vec::new();
    let mut sources = package.signals.iter().map(|ranked| ranked.signal.source_name.as_str());
    if let Some(from) = sources.next() {
        let others: BTreeSet<&str> = sources.filter(|other| *other != from).collect();
        made.extend(others.into_iter().filter_map(|to| changed(package, kind, from, to)));
    }
    let Some(wording) = wording else { return made };
    made.extend(wording.claims.iter().filter_map(|(from, to)| changed(package, kind, from, to)));
    let pitch = package.draft.pitch.trim();
    for (sentence, mark) in wording.inventions {
        let to = format!("{pitch} {sentence}");
        made.extend(changed_once(package, kind, (pitch, &to), ("", sentence), mark));
    }
    made
}

/// Replaces the account's name with another company name from the package.
fn companies(package: &HandoffPackage) -> Vec<Variant> {
    let account = written_part(package, &package.account.name);
    let others: BTreeSet<&str> = [Some(package.sender.company.trim()), package.account.referred_by.as_deref()]
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty() && !has(&package.account.name, name))
        .collect();
    let swap = |to| changed(package, DefectKind::Company, account, to);
    others.into_iter().filter_map(swap).collect()
}

/// Replaces a month with another one from the records, or a weekday or time with another one.
fn dates(package: &HandoffPackage, wording: Option<&Wording>) -> Vec<Variant> {
    let Some(wording) = wording else { return Vec::new() };
    let moments = package.signals.iter().map(|ranked| ranked.signal.observed_at);
    let moments = moments.chain(package.history.iter().map(|touch| touch.at));
    let months: BTreeSet<&str> = moments
        .filter_map(|at| wording.months.get(DateTime::from_timestamp(at, 0)?.month0() as usize).copied())
        .collect();
    let text = text(package);
    let mut made = Vec::new();
    for from in wording.months.into_iter().filter(|month| has(text, month)) {
        made.extend(months.iter().filter_map(|to| changed(package, DefectKind::Date, from, to)));
    }
    made.extend(wording.times.iter().filter_map(|(from, to)| changed(package, DefectKind::Date, from, to)));
    made
}

/// Replaces the account's name, the source or the person's name with a placeholder.
fn placeholders(package: &HandoffPackage, wording: Option<&Wording>) -> Vec<Variant> {
    let Some(wording) = wording else { return Vec::new() };
    let source = package.signals.first().map_or("", |ranked| ranked.signal.source_name.trim());
    let first_name = written_part(package, package.contact.first_name.as_deref().unwrap_or_default());
    let stood = [written_part(package, &package.account.name), source, first_name];
    let swap = |(from, to): (&str, &str)| changed(package, DefectKind::Placeholder, from, to);
    stood.into_iter().zip(wording.placeholders).filter_map(swap).collect()
}

/// Replaces the question with one from another message.
fn questions(package: &HandoffPackage, wording: Option<&Wording>) -> Vec<Variant> {
    let (asked, body) = (package.draft.call_to_action.trim(), &package.draft.message.body);
    let Some((wording, at)) = wording.zip(body.rfind(asked).filter(|_| !asked.is_empty())) else { return Vec::new() };
    let swap = |(question, mark): &(&str, &str)| {
        let mut draft = package.draft.clone();
        draft.message.body = [&body[..at], question, &body[at + asked.len()..]].concat();
        draft.call_to_action = (*question).to_owned();
        Variant::new(DefectKind::CallToAction, (asked, question), mark, draft)
    };
    wording.questions.iter().map(swap).collect()
}
