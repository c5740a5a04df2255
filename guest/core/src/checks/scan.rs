//! Finds what a text states as a fact: numbers, dates, links and addresses, and proper names.
//!
//! The same scan reads the message and the records that may carry it, so that `$40M`, `40 million dollars` and
//! `40,000,000 USD` are one number and `9 March` is carried by `2026-03-09`. Spelled numbers are read in English,
//! month names in English, German, French and Spanish.

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
        // Dates and magnitudes reach over a few words.
        let mut peek = ahead.clone();
        let next = [peek.next(), peek.next(), peek.next()].map(|chunk| chunk.map_or("", |chunk| chunk.text));
        if let Some((key, words)) = spelled_date(chunk, next) {
            found(Stated { kind: Kind::Date, text: chunk.text, keys: [Some(key), None] });
            for skipped in (0..words).filter_map(|_| ahead.next()) {
                word(skipped, &mut found);
            }
            word(Chunk { opens_sentence: true, ..chunk }, &mut found);
        } else if let Some(keys) = written_date(chunk.text) {
            found(Stated { kind: Kind::Date, text: chunk.text, keys });
        } else if chunk.text.bytes().any(|byte| byte.is_ascii_digit()) {
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

/// The key of a number: trailing zeros move into the exponent, so that 40 million is 4 × 10⁷ however it is written.
pub(super) fn number(mut digits: u128, mut exponent: i16, unit: Unit) -> Key {
    while digits != 0 && digits.is_multiple_of(10) {
        (digits, exponent) = (digits / 10, exponent + 1);
    }
    Key::Number { digits, exponent: if digits == 0 { 0 } else { exponent }, unit }
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
        && crate::address::is_domain(host)
}

/// `3 March 2026`, `3. März`, `3rd of March`, `March 3, 2026`, `March 2026`, `March`: the key and how many further
/// chunks belong to it.
fn spelled_date(chunk: Chunk<'_>, next: [&str; 3]) -> Option<(Key, usize)> {
    let date =
        |year: Option<u16>, month, day: Option<u8>| Key::Date { year: year.unwrap_or(0), month, day: day.unwrap_or(0) };
    if let Some(day) = day(chunk.text) {
        let (name, after, words) = if next[0] == "of" { (next[1], next[2], 2) } else { (next[0], next[1], 1) };
        let month = month(name)?;
        let year = year(after);
        return Some((date(year, month, Some(day)), words + usize::from(year.is_some())));
    }
    let month = month(chunk.text)?;
    if let Some(year) = year(next[0]) {
        return Some((date(Some(year), month, None), 1));
    }
    if let Some(day) = day(next[0]) {
        let year = year(next[1]);
        return Some((date(year, month, Some(day)), 1 + usize::from(year.is_some())));
    }
    // Alone, an abbreviation or a verb is no month, and a first name may be one: only the whole word with a capital.
    let whole = chunk.text.len() > 3 && chunk.text.starts_with(char::is_uppercase);
    whole.then(|| (date(None, month, None), 0))
}

/// `2026-03-09`, `9.3.2026` and `3/9/2026`, the last one in both orders.
fn written_date(text: &str) -> Option<[Option<Key>; 2]> {
    let date = |year: &str, month: &str, day: &str| {
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Key::Date { year, month, day })
    };
    let text = text.split('T').next().unwrap_or_default();
    for separator in ['-', '/', '.'] {
        let mut parts = text.split(separator);
        let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let keys = match (a.len(), b.len(), c.len()) {
            (4, 1..=2, 1..=2) => [date(a, b, c), None],
            (1..=2, 1..=2, 4) if separator == '/' => [date(c, b, a), date(c, a, b)],
            (1..=2, 1..=2, 4) => [date(c, b, a), None],
            _ => continue,
        };
        return keys.iter().any(Option::is_some).then_some(keys);
    }
    None
}

/// A day of the month, with an ordinal's ending.
fn day(text: &str) -> Option<u8> {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let ending = &text[digits.len()..];
    let ordinal = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "." | "er" | "º");
    digits.parse().ok().filter(|day| ordinal && digits.len() <= 2 && (1..=31).contains(day))
}

fn year(text: &str) -> Option<u16> {
    text.parse().ok().filter(|year| text.len() == 4 && (1900..=2099).contains(year))
}

fn month(text: &str) -> Option<u8> {
    if text.len() < 3 || text.len() > 11 {
        return None;
    }
    Some(match text.to_lowercase().as_str() {
        "january" | "jan" | "januar" | "jänner" | "janvier" | "enero" => 1,
        "february" | "feb" | "februar" | "février" | "febrero" => 2,
        "march" | "mar" | "märz" | "mars" | "marzo" => 3,
        "april" | "apr" | "avril" | "abril" => 4,
        "may" | "mai" | "mayo" => 5,
        "june" | "jun" | "juni" | "juin" | "junio" => 6,
        "july" | "jul" | "juli" | "juillet" | "julio" => 7,
        "august" | "aug" | "août" | "agosto" => 8,
        "september" | "sep" | "sept" | "septembre" | "septiembre" => 9,
        "october" | "oct" | "oktober" | "okt" | "octobre" | "octubre" => 10,
        "november" | "nov" | "novembre" | "noviembre" => 11,
        "december" | "dec" | "dezember" | "dez" | "décembre" | "diciembre" => 12,
        _ => return None,
    })
}

/// The numbers in one chunk: `$40M`, `1,200`, `20-minute`, `10-20`. A letter before the digits makes it a word. The
/// result is whether the next chunk is the magnitude of the last number.
fn numbers<'a>(chunk: &'a str, next: [&str; 3], found: &mut impl FnMut(Stated<'a>)) -> bool {
    if chunk == "24/7" {
        return false;
    }
    let mut reaches_on = false;
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
        reaches_on = behind.is_some() && following == next[0];
        let power = magnitude(suffix).or(behind);
        let named = unit(if behind.is_some() { then } else { following });
        let unit = before.and_then(currency).or_else(|| unit(suffix)).or(named).unwrap_or(Unit::None);
        if in_word {
            // `Q3` is a date in all but name, `B2B` is none: the word as a whole is looked for.
            let quarter = matches!(rest[..start].as_bytes(), [b'Q' | b'q' | b'H' | b'h'] | [b'F' | b'f', b'Y' | b'y']);
            if quarter && rest.len() == chunk.len() {
                found(Stated { kind: Kind::Date, text: chunk, keys: [Some(Key::Word(chunk.to_lowercase())), None] });
            }
        } else if let Some((digits, exponent)) = value(run).filter(|_| !is_a_sign(run)) {
            let exponent = exponent + i16::try_from(power.unwrap_or(0)).unwrap_or(0);
            let keys = [Some(number(digits, exponent, unit)), None];
            found(Stated { kind: Kind::Number, text: &rest[..suffix_end][start..], keys });
        } else {
            found(Stated { kind: Kind::Number, text: run, keys: [Some(Key::Word(run.into())), None] });
        }
        rest = &rest[suffix_end..];
    }
    reaches_on
}

/// Digits and power of ten of `1,200`, `1.200.000` and `3.5`. A mark before exactly three digits groups them, in every
/// text alike; so 1.200 is the same number in English and in German.
fn value(run: &str) -> Option<(u128, i16)> {
    let is_mark = |character: char| !character.is_ascii_digit();
    let (head, tail) = run.rsplit_once(is_mark).unwrap_or((run, ""));
    let grouped = tail.len() == 3 && head.trim_start_matches('0') != "" && !head.ends_with(is_mark);
    let mut digits: u128 = 0;
    for byte in head.bytes().chain(tail.bytes()).filter(u8::is_ascii_digit) {
        digits = digits.checked_mul(10)?.checked_add(u128::from(byte - b'0'))?;
    }
    let exponent = if grouped || tail.is_empty() { 0 } else { -i16::try_from(tail.len()).ok()? };
    Some((digits, exponent))
}

/// `0100` is the end of a telephone number or a code, and not one hundred.
fn is_a_sign(run: &str) -> bool {
    matches!(run.as_bytes(), [b'0', b'0'..=b'9', ..])
}

fn currency(sign: char) -> Option<Unit> {
    match sign {
        '$' => Some(Unit::Dollars),
        '€' => Some(Unit::Euros),
        '£' => Some(Unit::Pounds),
        _ => None,
    }
}

fn unit(word: &str) -> Option<Unit> {
    if word.len() > 8 {
        return None;
    }
    match word.to_lowercase().as_str() {
        "%" | "percent" | "prozent" => Some(Unit::Percent),
        "$" | "usd" | "dollar" | "dollars" => Some(Unit::Dollars),
        "€" | "eur" | "euro" | "euros" => Some(Unit::Euros),
        "£" | "gbp" | "pound" | "pounds" => Some(Unit::Pounds),
        _ => None,
    }
}

/// The unit behind a number in letters and its magnitude.
fn unit_of(next: [&str; 3]) -> Unit {
    let behind = if magnitude(next[0]).is_some() { next[1] } else { next[0] };
    unit(behind).unwrap_or(Unit::None)
}

/// The power of ten that a word or a letter behind a number stands for.
fn magnitude(word: &str) -> Option<u32> {
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

/// `two`, `twenty-five`, `million`: English numbers in letters. `one` is hardly ever a number.
fn spelled_number(text: &str) -> Option<(u128, Kind)> {
    if text.len() < 3 || text.len() > 13 {
        return None;
    }
    let lower = text.to_lowercase();
    let (tens, ones) = lower.split_once('-').unwrap_or((&lower, ""));
    Some(match (small(tens)?, small(ones)) {
        (tens @ 20..=90, Some(ones @ 1..=9)) => (tens + ones, Kind::Number),
        (1, _) => return None,
        (value @ 2..=12, _) => (value, Kind::SpelledNumber),
        (value, _) => (value, Kind::Number),
    })
}

fn small(word: &str) -> Option<u128> {
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
