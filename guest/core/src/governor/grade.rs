//! Grades a person's edit of a draft.
//!
//! An unchanged message conforms. The work is bounded for any length, and a comparison that is cut short gives the
//! stricter grade.

use baton_facts::quality::Grade;
use baton_facts::types::{Draft, Message};

use super::changed_facts;
use super::edit_distance::EditDistance;

/// The share of the body's tokens, in basis points, above which a draft counts as rewritten.
const REWRITTEN_MAX: u16 = 4000;

/// Returns whether the draft conforms, from the message that a person made of it.
///
/// It does not conform if the edit changed a fact (a number, date, name, link, address, the recipient or a claim), or
/// rewrote more than 40% of the body's tokens. The share is the Levenshtein distance between the tokens of the two
/// bodies, without greeting and signature, divided by the longer length: 0 to 10,000 basis points. White space does not
/// count.
pub fn grade_edit(draft: &Draft, outgoing: &Message) -> Grade {
    if *outgoing == draft.message {
        return Grade { conforming: true, edited: 0, changed_facts: Vec::new(), most_rewritten: None };
    }
    let changed_facts = changed_facts::changed_facts(draft, outgoing);
    let distance = EditDistance::of(draft, outgoing);
    let edited = distance.body();
    Grade {
        conforming: changed_facts.is_empty() && edited <= REWRITTEN_MAX,
        edited,
        changed_facts,
        most_rewritten: distance.most_rewritten(),
    }
}

#[cfg(test)]
mod tests;
