//! Finds the facts in a text: numbers, dates, links, addresses and proper names.
//!
//! The same scan reads the message and the records, so `$40M`, `40 million dollars` and `40,000,000 USD` are one
//! number, and `2026-03-09` supports `9 March`. Spelled numbers are read in English, month names in English, German,
//! French and Spanish.

mod dates;
mod fact;
mod numbers;

use dates::{is_month, spelled_date, written_date};
pub(super) use fact::{FactKey, FactKind, NumberUnit, TextFact};
pub(super) use numbers::number;
use numbers::{magnitude, scan_numbers, spelled_number, unit_of};

/// A word as written, without the punctuation around it.
#[derive(Clone, Copy)]
struct Chunk<'a> {
    text: &'a str,
    opens_sentence: bool,
}

/// Calls `found` with each fact of the text, in order.
pub(super) fn scan<'a>(text: &'a str, mut found: impl FnMut(TextFact<'a>)) {
    let mut chunks = Chunks { rest: text, opens: true };
    while let Some(chunk) = chunks.next() {
        if scan_links(chunk.text, &mut found) {
            continue;
        }
        // Most words are neither numbers nor dates, and only those need the words after them.
        let has_digit = chunk.text.bytes().any(|byte| byte.is_ascii_digit());
        if !has_digit && spelled_number(chunk.text).is_none() && !is_month(chunk.text) {
            scan_words(chunk, &mut found);
            continue;
        }
        let mut peek = chunks.clone();
        let next = [peek.next(), peek.next(), peek.next()].map(|chunk| chunk.map_or("", |chunk| chunk.text));
        if let Some((key, words)) = spelled_date(chunk.text, next) {
            found(TextFact { kind: FactKind::Date, text: chunk.text, keys: [Some(key), None] });
            // The words of a date can support others, and their capitals are not names.
            for part in (0..words).filter_map(|_| chunks.next()).chain([chunk]) {
                scan_words(Chunk { opens_sentence: true, ..part }, &mut found);
            }
        } else if let Some(keys) = written_date(chunk.text) {
            found(TextFact { kind: FactKind::Date, text: chunk.text, keys });
        } else if has_digit {
            if scan_numbers(chunk.text, next, &mut found) {
                chunks.next();
            }
            scan_words(chunk, &mut found);
        } else {
            if let Some((value, kind)) = spelled_number(chunk.text) {
                let power = magnitude(next[0]);
                let (kind, exponent) = match power {
                    Some(power) => (FactKind::Number, i16::try_from(power).unwrap_or(0)),
                    None => (kind, 0),
                };
                let keys = [Some(number(value, exponent, unit_of(next))), None];
                found(TextFact { kind, text: chunk.text, keys });
                if power.is_some() {
                    chunks.next();
                }
            }
            scan_words(chunk, &mut found);
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

/// Reports links, domains and addresses in a chunk. Returns whether there was one.
fn scan_links<'a>(chunk: &'a str, found: &mut impl FnMut(TextFact<'a>)) -> bool {
    if !chunk.contains(['.', '@', ':']) {
        return false;
    }
    let mut any = false;
    for part in chunk.split([',', ';', '|', '<', '>', '(', ')', '[', ']', '"', '“', '”', '{', '}']) {
        let part = part.trim_matches(|character: char| !character.is_alphanumeric() && character != '/');
        if is_link(part) {
            any = true;
            found(TextFact { kind: FactKind::Link, text: part, keys: [Some(FactKey::Link(link_key(part))), None] });
        }
    }
    any
}

/// Normalizes a link to its host and path.
pub(super) fn link_key(link: &str) -> String {
    let lower = link.trim().to_lowercase();
    let bare = lower.split_once("://").map_or(lower.as_str(), |(_, after)| after);
    let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    bare.trim_end_matches('/').to_owned()
}

/// Returns whether mail programs would make a link of the text: a scheme, an address, or a domain with a possible
/// top-level domain.
fn is_link(part: &str) -> bool {
    // File and technology endings that are not top-level domains.
    const FILE_ENDINGS: [&str; 10] = ["js", "ts", "json", "yaml", "yml", "toml", "csv", "txt", "pdf", "xlsx"];
    if part.contains("://") || part.starts_with("www.") || part.starts_with("mailto:") {
        return true;
    }
    if let Some((local, domain)) = part.split_once('@') {
        return !local.is_empty() && domain.contains('.');
    }
    let host = part.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let last = host.rsplit('.').next().unwrap_or_default();
    last.chars().all(char::is_alphabetic)
        && !FILE_ENDINGS.iter().any(|ending| last.eq_ignore_ascii_case(ending))
        && crate::email_address::is_domain(host)
}

/// Reports the words of a chunk: a capital letter inside a sentence makes a name.
fn scan_words<'a>(chunk: Chunk<'a>, found: &mut impl FnMut(TextFact<'a>)) {
    let mut opens = chunk.opens_sentence;
    let parts = chunk.text.split(|character: char| !character.is_alphanumeric() && !matches!(character, '\'' | '’'));
    for part in parts {
        let part = part.strip_suffix("'s").or_else(|| part.strip_suffix("’s")).unwrap_or(part);
        let part = part.trim_matches(['\'', '’']);
        if !part.chars().any(char::is_alphabetic) {
            continue;
        }
        let capital = part.starts_with(char::is_uppercase) && !opens && !is_common_capital(part);
        let kind = if capital { FactKind::Name } else { FactKind::Word };
        found(TextFact { kind, text: part, keys: [Some(FactKey::Word(part.to_lowercase())), None] });
        opens = false;
    }
}

/// Returns whether a capitalized word is not a name: the first person, days, and common business words.
fn is_common_capital(word: &str) -> bool {
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
