//! Planted defects: drafts made wrong on purpose, to measure how many defects reviewers miss.
//!
//! Pure: the same package and seed give the same variants in the same order. Only the draft is changed, never the facts
//! beside it, so whoever compares the two can tell. Whether a variant slips through the checks the engine says, not this
//! room: one that a check would give away measures the check and not the reviewer.

mod kinds;
mod text;
mod wording;

use crate::simulate::random::Random;
use baton_facts::packages::HandoffPackage;
use baton_facts::types::{Draft, Message};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use text::occurrences;

/// Variants of one package at the most.
const MOST: usize = 32;

/// What is wrong with a planted draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DefectKind {
    /// A number, or what it counts, was changed.
    Number,
    /// Somebody else's name.
    Name,
    /// A claim that its evidence does not carry.
    Claim,
    /// Somebody else's company in the place of the account.
    Company,
    /// A date or day was changed.
    Date,
    /// A placeholder that nobody filled.
    Placeholder,
    /// It asks for something that has nothing to do with the message.
    CallToAction,
}

impl DefectKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Number, Self::Name, Self::Claim, Self::Company, Self::Date, Self::Placeholder, Self::CallToAction];

    /// Its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Claim => "claim",
            Self::Company => "company",
            Self::Date => "date",
            Self::Placeholder => "placeholder",
            Self::CallToAction => "call-to-action",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Number => "a number was changed",
            Self::Name => "a name was changed",
            Self::Claim => "it claimed what no record carries",
            Self::Company => "it named the wrong company",
            Self::Date => "a date was changed",
            Self::Placeholder => "a placeholder was left open",
            Self::CallToAction => "it asked for the wrong thing",
        }
    }
}

/// A planted defect: what was changed, word for word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Defect {
    /// Of what kind it is.
    pub kind: DefectKind,
    /// What the draft said; empty where something was added.
    pub was: String,
    /// What the planted draft said in its place.
    pub now: String,
    /// The words that only the defect brought in.
    mark: String,
}

impl Defect {
    /// Whether the defect is still in a text that a person made of the planted draft: its words occur as often as there.
    /// Case and white space do not count.
    pub fn is_in(&self, edited: &Message, planted: &Message) -> bool {
        let count =
            |message: &Message| occurrences(&message.subject, &self.mark) + occurrences(&message.body, &self.mark);
        count(edited) >= count(planted).max(1)
    }
}

/// For a person; no full stop.
impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, was, now, .. } = self;
        match was.as_str() {
            "" => write!(f, "{}: “{now}” was added", kind.words()),
            was => write!(f, "{}: “{was}” became “{now}”", kind.words()),
        }
    }
}

/// A draft with one defect.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    pub defect: Defect,
    pub draft: Draft,
}

/// Drafts of this package with one defect each, those to try first in front: each kind there is has the same chance to
/// come first.
pub(crate) fn variants(package: &HandoffPackage, seed: u64) -> Vec<Variant> {
    let mut random = Random::new(seed);
    let mut kinds: Vec<Vec<Variant>> = DefectKind::ALL
        .into_iter()
        .map(|kind| {
            let mut variants = kinds::of(kind, package);
            shuffle(&mut variants, &mut random);
            variants
        })
        .filter(|variants| !variants.is_empty())
        .collect();
    shuffle(&mut kinds, &mut random);
    let longest = kinds.iter().map(Vec::len).max().unwrap_or(0);
    // The first of each kind before the second of any.
    let mut ordered = Vec::new();
    for rank in 0..longest {
        ordered.extend(kinds.iter().filter_map(|variants| variants.get(rank).cloned()));
    }
    ordered.truncate(MOST);
    ordered
}

/// Fisher and Yates.
fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for last in (1..items.len()).rev() {
        let other = random.below(u32::try_from(last + 1).unwrap_or(u32::MAX)) as usize;
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests;
