//! Numbers, in figures and in letters, with their magnitude and unit.

use super::{FactKey, FactKind, NumberUnit, TextFact};

/// Returns the key of a number. Trailing zeros move into the exponent, so 40 million is 4 × 10⁷ however it is written.
pub(in crate::checks) fn number(mut digits: u128, mut exponent: i16, unit: NumberUnit) -> FactKey {
    while digits != 0 && digits.is_multiple_of(10) {
        (digits, exponent) = (digits / 10, exponent + 1);
    }
    FactKey::Number { digits, exponent: if digits == 0 { 0 } else { exponent }, unit }
}

/// Reports the numbers in one chunk: `$40M`, `1,200`, `20-minute`, `10-20`. After a letter, digits are part of a word.
/// Returns whether the next chunk is the magnitude of the last number.
pub(super) fn scan_numbers<'a>(chunk: &'a str, next: [&str; 3], found: &mut impl FnMut(TextFact<'a>)) -> bool {
    if chunk == "24/7" {
        return false;
    }
    let mut takes_next = false;
    let mut rest = chunk;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let before = rest[..start].chars().next_back();
        let end = rest[start..]
            .find(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | ',' | '\'' | '’'))
            .map_or(rest.len(), |end| start + end);
        let run = rest[start..end].trim_end_matches(['.', ',', '\'', '’']);
        let suffix_end = rest[end..].find(|c: char| !c.is_alphabetic() && c != '%').map_or(rest.len(), |at| end + at);
        let suffix = &rest[end..suffix_end];
        let (following, then) = match rest[suffix_end..].strip_prefix('-') {
            Some(after) => (after.split('-').next().unwrap_or_default(), ""),
            None if suffix_end == rest.len() => (next[0], next[1]),
            None => ("", ""),
        };
        let in_word = before.is_some_and(char::is_alphabetic);
        let behind = if suffix.is_empty() { magnitude(following) } else { None };
        takes_next = behind.is_some() && following == next[0];
        let power = magnitude(suffix).or(behind);
        let named = unit(if behind.is_some() { then } else { following });
        let unit = before.and_then(currency).or_else(|| unit(suffix)).or(named).unwrap_or(NumberUnit::None);
        if in_word {
            // `Q3` works as a date and `B2B` does not; either way the whole word is compared.
            let quarter = matches!(&rest.as_bytes()[..start], [b'Q' | b'q' | b'H' | b'h'] | [b'F' | b'f', b'Y' | b'y']);
            if quarter && rest.len() == chunk.len() {
                found(TextFact {
                    kind: FactKind::Date,
                    text: chunk,
                    keys: [Some(FactKey::Word(chunk.to_lowercase())), None],
                });
            }
        } else if let Some((digits, exponent)) = value(run).filter(|_| !is_code(run)) {
            let exponent = exponent + i16::try_from(power.unwrap_or(0)).unwrap_or(0);
            let keys = [Some(number(digits, exponent, unit)), None];
            found(TextFact { kind: FactKind::Number, text: &rest[..suffix_end][start..], keys });
        } else {
            found(TextFact { kind: FactKind::Number, text: run, keys: [Some(FactKey::Word(run.into())), None] });
        }
        rest = &rest[suffix_end..];
    }
    takes_next
}

/// Parses `1,200`, `1.200.000` and `3.5` into digits and a power of ten. A mark before exactly three digits groups
/// them, so 1.200 is the same number in English and in German texts.
fn value(run: &str) -> Option<(u128, i16)> {
    let is_mark = |character: char| !character.is_ascii_digit();
    let (head, tail) = run.rsplit_once(is_mark).unwrap_or((run, ""));
    let grouped = tail.len() == 3 && !head.trim_start_matches('0').is_empty() && !head.ends_with(is_mark);
    let mut digits: u128 = 0;
    for byte in head.bytes().chain(tail.bytes()).filter(u8::is_ascii_digit) {
        digits = digits.checked_mul(10)?.checked_add(u128::from(byte - b'0'))?;
    }
    let exponent = if grouped || tail.is_empty() { 0 } else { -i16::try_from(tail.len()).ok()? };
    Some((digits, exponent))
}

/// Returns whether the digits are part of a code or telephone number, such as `0100`.
fn is_code(run: &str) -> bool {
    matches!(run.as_bytes(), [b'0', b'0'..=b'9', ..])
}

fn currency(sign: char) -> Option<NumberUnit> {
    match sign {
        '$' => Some(NumberUnit::Dollars),
        '€' => Some(NumberUnit::Euros),
        '£' => Some(NumberUnit::Pounds),
        _ => None,
    }
}

fn unit(word: &str) -> Option<NumberUnit> {
    if word.len() > 8 {
        return None;
    }
    match word.to_lowercase().as_str() {
        "%" | "percent" | "prozent" => Some(NumberUnit::Percent),
        "$" | "usd" | "dollar" | "dollars" => Some(NumberUnit::Dollars),
        "€" | "eur" | "euro" | "euros" => Some(NumberUnit::Euros),
        "£" | "gbp" | "pound" | "pounds" => Some(NumberUnit::Pounds),
        _ => None,
    }
}

/// Returns the unit after a spelled number and its magnitude.
pub(super) fn unit_of(next: [&str; 3]) -> NumberUnit {
    let behind = if magnitude(next[0]).is_some() { next[1] } else { next[0] };
    unit(behind).unwrap_or(NumberUnit::None)
}

/// Returns the power of ten that a word or a letter after a number means.
pub(super) fn magnitude(word: &str) -> Option<u32> {
    if word.is_empty() || word.len() > 11 {
        return None;
    }
    Some(match word.to_lowercase().as_str() {
        "hundred" | "hundreds" => 2,
        "k" | "thousand" | "thousands" | "tausend" => 3,
        "m" | "mn" | "mm" | "mio" | "million" | "millions" | "millionen" => 6,
        "b" | "bn" | "mrd" | "billion" | "billions" | "milliarde" | "milliarden" => 9,
        _ => return None,
    })
}

/// Parses a number in English words: `two`, `twenty-five`, `million`. `one` is rarely meant as a number.
pub(super) fn spelled_number(text: &str) -> Option<(u128, FactKind)> {
    if text.len() < 3 || text.len() > 13 {
        return None;
    }
    let lower = text.to_lowercase();
    let (tens, ones) = lower.split_once('-').unwrap_or((&lower, ""));
    Some(match (spelled_value(tens)?, spelled_value(ones)) {
        (tens @ 20..=90, Some(ones @ 1..=9)) => (tens + ones, FactKind::Number),
        (1, _) => return None,
        (value @ 2..=12, _) => (value, FactKind::SpelledNumber),
        (value, _) => (value, FactKind::Number),
    })
}

fn spelled_value(word: &str) -> Option<u128> {
    Some(match word {
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" | "dozen" | "dozens" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        "hundred" | "hundreds" => 100,
        "thousand" | "thousands" => 1_000,
        "million" | "millions" => 1_000_000,
        "billion" | "billions" => 1_000_000_000,
        _ => return None,
    })
}
