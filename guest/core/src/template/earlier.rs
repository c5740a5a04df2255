//! Returns the earlier message that the follow-up refers to: the one about the same signal, else the last.

use baton_facts::packages::{Brief, Sent};
use baton_facts::types::Timestamp;

use super::normalize;
use crate::calendar::{iso_date, year_month_day};
use crate::thread::without_prefixes;

/// The earlier message that the follow-up refers to: the one about the same signal, else the last.
pub(super) fn referenced(brief: &Brief) -> Option<&Sent> {
    same_signal(brief).or(brief.earlier.last())
}

/// Returns the last message about the signal of the brief.
pub(super) fn same_signal(brief: &Brief) -> Option<&Sent> {
    brief.earlier.iter().rev().find(|sent| sent.signal == brief.signal.id)
}

/// Formats day and month in the language, in UTC: `10 March`, `March 10` for the US, `10. März`.
pub(super) fn date(at: Timestamp, language: &str) -> String {
    let Some((_, month, day)) = year_month_day(at) else { return iso_date(at) };
    let mut subtags = language.trim().split(['-', '_']);
    let primary = subtags.next().unwrap_or_default().to_ascii_lowercase();
    let american = subtags.any(|tag| tag.eq_ignore_ascii_case("us"));
    let months = match primary.as_str() {
        "en" => ENGLISH,
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        _ => return iso_date(at),
    };
    let Some(month) = months.get(usize::from(month).saturating_sub(1)) else { return iso_date(at) };
    match primary.as_str() {
        "en" if american => format!("{month} {day}"),
        "de" => format!("{day}. {month}"),
        "fr" if day == 1 => format!("1er {month}"),
        "es" => format!("{day} de {month}"),
        _ => format!("{day} {month}"),
    }
}

/// Returns a subject for use in a sentence: without prefixes and closing marks, and empty if it asks a question.
pub(super) fn subject(sent: &Sent) -> String {
    let subject = normalize::line(&sent.message.subject);
    let bare = without_prefixes(&subject).trim_end_matches(['.', '!', '?', '…', ' ', '"', '”', '»']);
    if bare.contains(['?', '？']) { String::new() } else { bare.to_owned() }
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
