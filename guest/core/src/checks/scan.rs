//! Finds what a text states as a fact: numbers, dates, links and addresses, and proper names.
//!
//! The same scan reads the message and the records that may carry it, so that `$40M`, `40 million dollars` and
//! `40,000,000 USD` are one number and `9 March` is carried by `2026-03-09`. Spelled numbers are read in English,
//! month names in English, German, French and Spanish.

mod dates;
mod numbers;

use dates::{is_month, spelled_date, written_date};
pub(super) use numbers::number;
use numbers::{magnitude, numbers, spelled_number, unit_of};

/// What a fact is compared by; equal keys are the same fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number {
        digits: u128,
        exponent: i16,
        unit: Unit,
    },
    /// Only what the text says: `March` has neither day nor year.
    Date {
        year: u16,
        month: u8,
        day: u8,
    },
    /// Host and path in lower case, without scheme, `www.` and closing slash.
    Link(String),
    /// In lower case, without a closing `'s`.
    Word(String),
}

/// What a number counts, where that changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    None,
    Percent,
    Dollars,
    Euros,
    Pounds,
}

/// How a fact was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// `two` to `twelve` in letters, which people also use without counting anything.
    SpelledNumber,
    Date,
    Link,
    /// Starts with a capital inside a sentence.
    Name,
    /// Any other word; it can only carry.
    Word,
}

/// A fact, and the stretch of the text that states it.
pub(super) struct Stated<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Two where a date can be read in two orders; it is carried when either is.
    pub(super) keys: [Option<Key>; 2],
}

/// A word as written, without the punctuation around it.
#[derive(Clone, Copy)]
struct Chunk<'a> {
    text: &'a str,
    opens_sentence: bool,
}

/// Hands each fact of the text to `found`, in order.
pub(super) fn scan<'a>(text: &'a str, mut found: impl FnMut(Stated<'a>)) {
    let mut ahead = Chunks { rest: text, opens: true };
    while let Some(chunk) = ahead.next() {
        if link(chunk.text, &mut found) {
            continue;
        }
        // Most words neither count nor date anything, and only what does reaches over a few more.
        let has_digit = chunk.text.bytes().any(|byte| byte.is_ascii_digit());
        if !has_digit && spelled_number(chunk.text).is_none() && !is_month(chunk.text) {
            word(chunk, &mut found);
            continue;
        }
        let mut peek = ahead.clone();
        let next = [peek.next(), peek.next(), peek.next()].map(|chunk| chunk.map_or("", |chunk| chunk.text));
        if let Some((key, words)) = spelled_date(chunk.text, next) {
            found(Stated { kind: Kind::Date, text: chunk.text, keys: [Some(key), None] });
            // The words of a date may carry, and their capitals name nobody.
            for part in (0..words).filter_map(|_| ahead.next()).chain([chunk]) {
                word(Chunk { opens_sentence: true, ..part }, &mut found);
            }
        } else if let Some(keys) = written_date(chunk.text) {
            found(Stated { kind: Kind::Date, text: chunk.text, keys });
        } else if has_digit {
            if numbers(chunk.text, next, &mut found) {
                ahead.next();
            }
            word(chunk, &mut found);
        } else {
            if let Some((value, kind)) = spelled_number(chunk.text) {
                let power = magnitude(next[0]);
                let (kind, exponent) = match power {
                    Some(power) => (Kind::Number, i16::try_from(power).unwrap_or(0)),
                    None => (kind, 0),
                };
                let keys = [Some(number(value, exponent, unit_of(next))), None];
                found(Stated { kind, text: chunk.text, keys });
                if power.is_some() {
                    ahead.next();
                }
            }
            word(chunk, &mut found);
        }
    }
}

#[derive(Clone)]
struct Chunks<'a> {
    rest: &'a str,
    opens: bool,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        loop {
            let blank = |character: char| character.is_whitespace() || matches!(character, '—' | '–' | '…');
            let start = self.rest.find(|character| !blank(character))?;
            self.opens |= self.rest[..start].contains(['\n', '—', '…']);
            self.rest = &self.rest[start..];
            let end = self.rest.find(blank).unwrap_or(self.rest.len());
            let (whole, rest) = self.rest.split_at(end);
            self.rest = rest;
            let around = |character: char| !character.is_alphanumeric() && !matches!(character, '$' | '€' | '£' | '%');
            let text = whole.trim_matches(around);
            let opens_sentence = self.opens || whole.starts_with(['"', '“', '„', '«', '(']);
            self.opens =
                whole.trim_end_matches(['"', '”', '“', ')', '»', '\'', '’']).ends_with(['.', '!', '?', ':', ';', '…'])
                    || (text.is_empty() && (self.opens || whole.starts_with(['-', '*', '•', '·'])));
            if !text.is_empty() {
                return Some(Chunk { text, opens_sentence });
            }
        }
    }
}

/// Links, domains and addresses in a chunk; whether there was one.
fn link<'a>(chunk: &'a str, found: &mut impl FnMut(Stated<'a>)) -> bool {
    if !chunk.contains(['.', '@', ':']) {
        return false;
    }
    let mut any = false;
    for part in chunk.split([',', ';', '|', '<', '>', '(', ')', '[', ']', '"', '“', '”', '{', '}']) {
        let part = part.trim_matches(|character: char| !character.is_alphanumeric() && character != '/');
        if is_link(part) {
            any = true;
            found(Stated { kind: Kind::Link, text: part, keys: [Some(Key::Link(link_key(part))), None] });
        }
    }
    any
}

/// Host and path of a link as they are compared.
pub(super) fn link_key(link: &str) -> String {
    let lower = link.trim().to_lowercase();
    let bare = lower.split_once("://").map_or(lower.as_str(), |(_, after)| after);
    let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    bare.trim_end_matches('/').to_owned()
}

/// A scheme, an address, or a domain whose last label could be a top-level domain: mail programs turn all of them
/// into links.
fn is_link(part: &str) -> bool {
    // Endings of files and of technologies that no registry gives out.
    const NO_DOMAINS: [&str; 10] = ["js", "ts", "json", "yaml", "yml", "toml", "csv", "txt", "pdf", "xlsx"];
    if part.contains("://") || part.starts_with("www.") || part.starts_with("mailto:") {
        return true;
    }
    if let Some((local, domain)) = part.split_once('@') {
        return !local.is_empty() && domain.contains('.');
    }
    let host = part.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let last = host.rsplit('.').next().unwrap_or_default();
    last.chars().all(char::is_alphabetic)
        && !NO_DOMAINS.iter().any(|ending| last.eq_ignore_ascii_case(ending))
        && crate::email_address::is_domain(host)
}

/// The words of a chunk, as names where a capital stands inside a sentence.
fn word<'a>(chunk: Chunk<'a>, found: &mut impl FnMut(Stated<'a>)) {
    let mut opens = chunk.opens_sentence;
    let parts = chunk.text.split(|character: char| !character.is_alphanumeric() && !matches!(character, '\'' | '’'));
    for part in parts {
        let part = part.strip_suffix("'s").or_else(|| part.strip_suffix("’s")).unwrap_or(part);
        let part = part.trim_matches(['\'', '’']);
        if !part.chars().any(char::is_alphabetic) {
            continue;
        }
        let capital = part.starts_with(char::is_uppercase) && !opens && !is_common(part);
        let kind = if capital { Kind::Name } else { Kind::Word };
        found(Stated { kind, text: part, keys: [Some(Key::Word(part.to_lowercase())), None] });
        opens = false;
    }
}

/// Capitals that name nobody: the first person, days, and what everybody in business writes.
fn is_common(word: &str) -> bool {
    matches!(
        word,
        "I" | "I'm"
            | "I’m"
            | "I'd"
            | "I’d"
            | "I'll"
            | "I’ll"
            | "I've"
            | "I’ve"
            | "A"
            | "Monday"
            | "Tuesday"
            | "Wednesday"
            | "Thursday"
            | "Friday"
            | "Saturday"
            | "Sunday"
            | "CEO"
            | "CTO"
            | "CIO"
            | "CFO"
            | "COO"
            | "CISO"
            | "VP"
            | "API"
            | "APIs"
            | "CI"
            | "CD"
            | "CRM"
            | "SaaS"
            | "IT"
            | "AI"
            | "ML"
            | "HR"
            | "QA"
            | "UI"
            | "UX"
            | "ROI"
            | "KPI"
            | "KPIs"
            | "SLA"
            | "SLAs"
            | "SRE"
            | "DevOps"
            | "PS"
            | "PDF"
            | "FAQ"
            | "B2B"
            | "B2C"
            | "OK"
            | "Hi"
            | "Hello"
            | "Dear"
            | "Best"
            | "Thanks"
            | "Regards"
            | "English"
            | "AM"
            | "PM"
            | "K8s"
    )
}
