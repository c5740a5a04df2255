//! What a person's edit says about the draft.
//!
//! What always holds: an unchanged message conforms; the work is bounded however long the texts are, and where it is
//! cut short the grade is the stricter one.

use baton_facts::quality::Grade;
use baton_facts::types::{Draft, Message};

use super::changed_facts;
use super::edit_distance::EditDistance;

/// The share of the body's tokens, in basis points, beyond which the draft was not the one that was sent.
const REWRITTEN_MAX: u16 = 4000;

/// Whether the draft conforms, from the message that a person made of it.
///
/// It does not when the edit changed a fact (a number, date, name, link, address, the recipient or a claim), or when
/// more than 40 % of the body's tokens were rewritten. The share is the Levenshtein distance between the two bodies'
/// tokens, greeting and signature aside, over the longer one's length: 0 to 10,000 basis points. White space does not
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
        most_rewritten: distance.most_rewritten().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests;
