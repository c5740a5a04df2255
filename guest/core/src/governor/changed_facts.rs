//! Finds the facts that an edit changed: numbers, dates, names, links, addresses, the recipient and the draft's claims.
//!
//! Moving a fact, or changing the white space and letter case around it, does not count. If a text has more claims than
//! the limit, that is reported.
//!
//! A name is recognized by its capital letter within a sentence. Where nouns have one too, as in German, only words
//! with an inner capital (`SAP`, `RelayForge`) count as names; a changed claim is still found.

use std::collections::{BTreeMap, BTreeSet};

use baton_facts::types::{Claim, Draft, Message};

use super::edit_distance::{Token, tokens};
use crate::phrase_search;

/// Claims of one draft that are compared; the longest reference drafts have about ten.
const CLAIMS_MAX: usize = 256;
/// Changed facts reported; one is enough for a verdict.
const REPORTED_MAX: usize = 50;

/// Describes each changed fact: `` `20` was removed ``. Empty if no fact changed.
pub(super) fn changed_facts(draft: &Draft, outgoing: &Message) -> Vec<String> {
    let mut changed = Vec::new();
    let (old_to, new_to) = (draft.message.to.trim(), outgoing.to.trim());
    if !old_to.eq_ignore_ascii_case(new_to) {
        changed.push(format!("the recipient `{old_to}` became `{new_to}`"));
    }
    let before = Facts::of(&draft.message);
    let after = Facts::of(outgoing);
    for fact in before.counted.keys().chain(after.counted.keys()).collect::<BTreeSet<_>>() {
        let count = |facts: &Facts| facts.counted.get(fact).copied().unwrap_or(0);
        match count(&before).cmp(&count(&after)) {
            std::cmp::Ordering::Greater => changed.push(format!("`{fact}` was removed")),
            std::cmp::Ordering::Less => changed.push(format!("`{fact}` was added")),
            std::cmp::Ordering::Equal => {}
        }
    }
    // A name that moved to the beginning of a sentence is unchanged.
    let nouns = before.capitalised_nouns || after.capitalised_nouns;
    let missing = |names: &Facts, words: &Facts| -> Vec<String> {
        names
            .names
            .iter()
            .filter(|name| (!nouns || has_inner_capital(name)) && !words.words.contains(*name))
            .cloned()
            .collect()
    };
    changed.extend(missing(&before, &after).iter().map(|name| format!("`{name}` was removed")));
    changed.extend(missing(&after, &before).iter().map(|name| format!("`{name}` was added")));

    if draft.claims.len() > CLAIMS_MAX {
        changed.push(format!("the draft has {} claims, and {CLAIMS_MAX} are looked at", draft.claims.len()));
    }
    let claims = &draft.claims[..draft.claims.len().min(CLAIMS_MAX)];
    for claim in claims {
        let stands = |message: &Message| {
            [&message.subject, &message.body].into_iter().any(|text| phrase_search::find(text, &claim.text).is_some())
        };
        if is_narrowest(claim, claims) && stands(&draft.message) && !stands(outgoing) {
            changed.push(format!("the claim `{}` was altered", claim.text));
        }
    }
    changed.truncate(REPORTED_MAX);
    changed
}

/// Returns whether no shorter claim of the same evidence is within this one. The shortest states the fact, and the
/// words around it may be rewritten.
fn is_narrowest(claim: &Claim, claims: &[Claim]) -> bool {
    !claims.iter().any(|other| {
        other.evidence == claim.evidence
            && other.text.len() < claim.text.len()
            && phrase_search::find(&claim.text, &other.text).is_some()
    })
}

struct Facts {
    /// Numbers, dates, links and addresses, with their counts.
    counted: BTreeMap<String, usize>,
    /// Words with a capital letter within a sentence.
    names: BTreeSet<String>,
    /// All words.
    words: BTreeSet<String>,
    /// Common nouns seem to be capitalized in this language.
    capitalised_nouns: bool,
}

impl Facts {
    fn of(message: &Message) -> Self {
        let mut facts =
            Self { counted: BTreeMap::new(), names: BTreeSet::new(), words: BTreeSet::new(), capitalised_nouns: false };
        let mut german_words = 0_usize;
        for text in [&message.subject, &message.body] {
            let tokens = tokens(text);
            let mut sentence_starts = true;
            for (index, token) in tokens.iter().enumerate() {
                sentence_starts |= token.starts_line;
                let word = without_possessive(token.text);
                if word.chars().any(char::is_alphanumeric) {
                    if is_counted(word) {
                        *facts.counted.entry(amount_with_unit(&tokens, index)).or_default() += 1;
                    } else {
                        facts.words.insert(word.to_owned());
                        let capital = word.chars().next().is_some_and(char::is_uppercase);
                        if capital && (!sentence_starts || has_inner_capital(word)) && !is_first_person(word) {
                            facts.names.insert(word.to_owned());
                        }
                        german_words += usize::from(GERMAN_WORDS.contains(&word.to_lowercase().as_str()));
                    }
                    sentence_starts = false;
                } else if matches!(token.text, "." | "?" | "!" | ":" | "…" | "•" | "*") {
                    sentence_starts = true;
                }
            }
        }
        facts.capitalised_nouns = german_words >= 3;
        facts
    }
}

/// Frequent German words that other common languages do not have in this form.
const GERMAN_WORDS: [&str; 18] = [
    "und", "der", "die", "das", "ist", "wir", "sie", "ich", "nicht", "mit", "für", "ein", "eine", "auf", "bei", "ihr",
    "ihre", "haben",
];

/// Returns whether the word is a number or date (it has a digit), a link or an address.
fn is_counted(word: &str) -> bool {
    word.chars().any(char::is_numeric) || word.contains('@') || word.contains("://") || is_domain(word)
}

/// Matches `relayforge.example`, with or without a path; not `U.S` and not `e.g`.
fn is_domain(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or(word);
    host.rsplit_once('.').is_some_and(|(name, top)| {
        name.len() > 1
            && top.len() > 1
            && top.chars().all(char::is_alphabetic)
            && name.split('.').all(|label| label.chars().count() > 1)
    })
}

/// Returns the number with its unit mark: `€20` and `20%`, with or without a space.
fn amount_with_unit(tokens: &[Token<'_>], index: usize) -> String {
    const UNITS: [&str; 7] = ["%", "€", "$", "£", "¥", "-", "+"];
    let unit = |index: Option<usize>| {
        index.and_then(|at| tokens.get(at)).map(|token| token.text).filter(|text| UNITS.contains(text))
    };
    let word = without_possessive(tokens[index].text);
    let before = unit(index.checked_sub(1)).filter(|mark| *mark != "%").unwrap_or_default();
    let after = unit(Some(index + 1)).filter(|mark| !matches!(*mark, "-" | "+")).unwrap_or_default();
    // Letter case does not matter in the host of a link, in an address, or in `20M`.
    format!("{before}{}{after}", word.to_lowercase())
}

/// Removes the possessive ending.
fn without_possessive(word: &str) -> &str {
    ["'s", "’s", "'", "’"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word)
}

fn is_first_person(word: &str) -> bool {
    word == "I" || word.starts_with("I'") || word.starts_with("I’")
}

/// Returns whether a capital letter comes after the first letter, as in no common noun.
fn has_inner_capital(word: &str) -> bool {
    word.chars().skip(1).any(char::is_uppercase)
}
