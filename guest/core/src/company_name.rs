//! The name of a company as a person would write it.
//!
//! Records have legal forms, notes and codes in the name. [`CompanyName::of`] removes what is certainly not part of the
//! name, refuses a name that is a note, and doubts the rest.

use crate::letter_case::capitalize_words;
use crate::record_names::short;

/// A company's name for a draft.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CompanyName {
    /// Without legal forms, codes and shouting.
    pub(crate) short: String,
    /// The reason why a person should look at it, to follow the name.
    pub(crate) doubt: Option<String>,
}

/// Legal forms without dots.
const LEGAL_FORMS: &[&str] = &[
    "a/s",
    "ab",
    "ag",
    "aps",
    "as",
    "bv",
    "bvba",
    "corp",
    "corporation",
    "cv",
    "eg",
    "ek",
    "gbr",
    "gmbh",
    "ggmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "oo",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sasu",
    "se",
    "sl",
    "slu",
    "sp",
    "spa",
    "srl",
    "ug",
    "co",
    "company",
];

/// Legal forms that are not capitals in normal text, so that capitals show a name that was typed in capitals.
const MIXED_CASE_FORMS: &[&str] = &["GMBH", "INC", "LTD", "CORP", "LIMITED", "CORPORATION", "COMPANY"];

/// Words that make a name a note about a record.
const NOTES: &[&str] = &[
    "do not",
    "don't use",
    "dont use",
    "duplicate",
    "dupe",
    "dnu",
    "dnc",
    "delete",
    "deleted",
    "inactive",
    "obsolete",
    "merged",
    "unknown",
    "customer",
    "prospect",
    "churned",
    "competitor",
    "not applicable",
    "tbd",
    "closed",
    "out of business",
    "bankrupt",
    "deal",
    "test account",
    "do-not",
    "kunde",
    "duplikat",
    "gelöscht",
    "unbekannt",
];

/// Names that are not a company's.
const NOBODY: &[&str] = &[
    "self",
    "self employed",
    "self-employed",
    "selbständig",
    "selbstständig",
    "freelance",
    "freelancer",
    "individual",
    "personal",
    "private",
    "none",
    "null",
    "n/a",
    "na",
    "nan",
    "undefined",
    "company",
    "company name",
    "my company",
    "the company",
    "test",
    "test company",
    "example",
    "acme test",
    "household",
    "student",
    "retired",
    "unemployed",
    "various",
    "other",
    "misc",
    "no company",
    "stealth",
    "stealth startup",
    "confidential",
    "autónomo",
    "indépendant",
    "privat",
];

impl CompanyName {
    /// Reads an account's name.
    ///
    /// # Errors
    /// The reason, to follow the quoted name.
    pub(crate) fn of(name: &str) -> Result<CompanyName, String> {
        read(name).map_err(|why| format!("the account's name “{}” is not a name to write: {why}", short(name)))
    }
}

fn read(name: &str) -> Result<CompanyName, String> {
    if name.trim().contains(char::is_control) {
        return Err("it has a line break or control character".into());
    }
    let decoded = name.replace("&amp;", "&").replace("&#39;", "'").replace("&apos;", "'").replace("&quot;", "\"");
    let words: Vec<&str> = decoded.split_whitespace().collect();
    let joined = words.join(" ");
    let joined = joined.trim_start_matches('\'').trim_matches(|mark: char| "\"“”„ ,".contains(mark));
    if joined.starts_with(['=', '+', '@', '#', '-']) {
        return Err("it begins like a formula".into());
    }
    if let Some(odd) = joined.chars().find(|letter| ";<>{}[]\\^~`*$%\u{fffd}".contains(*letter)) {
        return Err(format!("it has “{odd}”"));
    }
    if joined.contains("://") || joined.starts_with("www.") || joined.contains('@') {
        return Err("it is a link or an address".into());
    }
    if has_entity(joined) {
        return Err("it has the code of a web page".into());
    }
    let lower = joined.to_lowercase();
    if NOBODY.contains(&lower.as_str()) || !joined.chars().any(char::is_alphabetic) {
        return Err("it names no company".into());
    }
    if let Some(note) = NOTES.iter().find(|note| has_words(&lower, note) && is_beside_the_name(&lower, note)) {
        return Err(format!("“{note}” is a note"));
    }
    let mut doubt = None;
    // A slogan follows the bar.
    let (own, _) = joined.split_once(" | ").unwrap_or((joined, ""));
    let own = own.split_once('|').map_or(own, |(before, _)| before).trim();
    let own = without_brackets(own)?;
    let own = match own.split_once(" - ").or_else(|| own.split_once(" – ")) {
        None => own,
        Some((before, after)) if after.chars().any(|letter| letter.is_ascii_digit()) => before.trim().to_owned(),
        Some(_) => {
            doubt = Some("has a part after a dash".to_owned());
            own
        }
    };
    if own.contains(" / ") {
        doubt = Some("may be two names".to_owned());
    }
    if own.split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case("test"))
        || own.split(' ').any(|word| word == "TEST")
    {
        doubt = Some("may be a test record".to_owned());
    }
    let (plain, shouted) = without_legal_forms(&own);
    if MIXED_CASE_FORMS.contains(&plain.to_uppercase().as_str()) {
        return Err("it is only a legal form".into());
    }
    Ok(CompanyName { short: with_normal_case(&plain, shouted), doubt })
}

/// Returns whether `&pound;` or `&#163;` occurs.
fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|after| {
        after.split_once(';').is_some_and(|(code, _)| {
            (2..=10).contains(&code.len()) && code.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '#')
        })
    })
}

fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// A word such as `Customer` or `Unknown` can be part of a name: it is a note in brackets, after a dash, and at the end
/// or beginning of a phrase that no company has.
fn is_beside_the_name(lower: &str, note: &str) -> bool {
    let strict =
        matches!(note, "customer" | "prospect" | "competitor" | "closed" | "deal" | "kunde" | "delete" | "inactive");
    !strict || lower.contains(['(', '[']) || lower.contains(" - ")
}

/// Removes brackets with a place or an earlier name.
fn without_brackets(name: &str) -> Result<String, String> {
    let mut out = name.to_owned();
    while let Some((before, rest)) = out.split_once('(') {
        let Some((inner, after)) = rest.split_once(')') else { return Err("a bracket is open".into()) };
        let earlier = inner.to_lowercase();
        let is_earlier = ["formerly", "fka", "f.k.a.", "dba", "ehemals", "vormals", "anciennement", "ex "]
            .iter()
            .any(|start| earlier.starts_with(start));
        let is_place = inner.starts_with(char::is_uppercase)
            && inner.chars().all(|letter| letter.is_alphabetic() || " .&-".contains(letter));
        if !is_earlier && !is_place {
            return Err(format!("it has the note “{}”", short(inner)));
        }
        out = format!("{} {}", before.trim_end(), after.trim_start()).trim().to_owned();
    }
    Ok(out)
}

/// Removes legal forms from the end. The second value is whether one of them was in capitals that it does not have.
fn without_legal_forms(name: &str) -> (String, bool) {
    let mut words: Vec<&str> = name.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let plain = |word: &str| word.chars().filter(|letter| *letter != '.').collect::<String>();
    let mut shouted = false;
    let mut removed = 0;
    while let [_, .., last] = words[..] {
        let form = plain(last);
        let lower = form.to_lowercase();
        // `GmbH & Co. KG`, `S.A. de C.V.` and `Sp. z o.o.` are one form each.
        let joins = matches!(lower.as_str(), "&" | "+" | "and" | "und" | "de" | "z");
        // `Larch & Co` and `The Widget Company` are names, `Larch GmbH & Co. KG` has two forms.
        let beside_and = words.get(words.len().wrapping_sub(2)).is_some_and(|before| *before == "&");
        let part_of_name = removed == 0 && (lower == "company" || lower == "co" && beside_and);
        if part_of_name || !(LEGAL_FORMS.contains(&lower.as_str()) || joins && removed > 0) {
            break;
        }
        shouted |= MIXED_CASE_FORMS.contains(&form.as_str());
        words.pop();
        removed += 1;
    }
    (words.join(" ").trim_end_matches(['.', ',', '-']).to_owned(), shouted)
}

/// Fixes a name that is written in capitals throughout. A short one alone can be an acronym.
fn with_normal_case(name: &str, shouted: bool) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphabetic());
    let all_upper = letters.clone().all(|letter| !letter.is_lowercase());
    if all_upper && (shouted || letters.count() > 4) {
        return capitalize_words(name, |word| {
            word.chars().count() > 3 && word.contains(['A', 'E', 'I', 'O', 'U', 'Y', 'Ä', 'Ö', 'Ü', 'É'])
        });
    }
    if shouted && !name.chars().any(char::is_uppercase) {
        return capitalize_words(name, |_| true);
    }
    name.to_owned()
}

#[cfg(test)]
mod tests;
