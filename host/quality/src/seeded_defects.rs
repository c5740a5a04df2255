//! Seeded defects: drafts with a deliberate mistake, to measure how many defects reviewers miss.
//!
//! Pure functions: the same package and seed give the same variants in the same order. Only the draft is changed, never
//! the facts beside it, so a reviewer can notice. The engine decides whether a variant passes the checks: one that a
//! check would reveal measures the check and not the reviewer.

mod kinds;
mod text;
mod variant;
mod wording;

pub use variant::Variant;

use crate::random::Random;
use baton_facts::packages::HandoffPackage;
use baton_facts::types::Message;
use baton_model::defect::{Defect, DefectKind};
use text::occurrences;

/// Maximum number of variants of one package.
const MOST: usize = 32;

/// Returns whether the defect is still in a person's text: its words occur as often as in the seeded draft. Case and
/// white space do not count.
pub fn is_in(defect: &Defect, edited: &Message, planted: &Message) -> bool {
    let count =
        |message: &Message| occurrences(&message.subject, &defect.mark) + occurrences(&message.body, &defect.mark);
    count(edited) >= count(planted).max(1)
}

/// Returns drafts of this package with one defect each, in the order in which to try them: each available kind has the
/// same probability to be first.
pub fn variants(package: &HandoffPackage, seed: u64) -> Vec<Variant> {
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

/// Shuffles by Fisher and Yates.
fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for last in (1..items.len()).rev() {
        let other = random.below(u32::try_from(last + 1).unwrap_or(u32::MAX)) as usize;
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests;
