//! The words of CRMs that decide whether somebody may be contacted: relations, lead statuses, stages of opportunities,
//! and the directions and outcomes of touches.
//!
//! Each vocabulary holds the vendors' own words in English, German, French, Spanish, Portuguese and Japanese; the
//! tables `[crm.words.…]` add the house's own, and win. A word that neither has is never guessed: the caller takes the
//! strictest reading and reports it.

mod direction;
mod outcome;
mod relation;
mod stage;
mod status;
mod stems;

use std::collections::{BTreeMap, HashMap};

use baton_facts::types::{Direction, Relation};

use super::crm_config::{OutcomeWord, StageWord, StatusWord, WordMaps};
use super::parse::normalize_label;

pub(super) use relation::{RelationReading, stricter};

/// The vocabularies of one import.
#[derive(Debug, Default)]
pub(super) struct Words {
    relation: HashMap<String, Relation>,
    status: HashMap<String, StatusWord>,
    stage: HashMap<String, StageWord>,
    direction: HashMap<String, Direction>,
    outcome: HashMap<String, OutcomeWord>,
}

impl Words {
    pub(super) fn new(maps: &WordMaps) -> Self {
        Self {
            relation: normalized(&maps.relation),
            status: normalized(&maps.status),
            stage: normalized(&maps.stage),
            direction: normalized(&maps.direction),
            outcome: normalized(&maps.outcome),
        }
    }

    /// Reads a type or a life-cycle stage; of several in one cell the strictest. `None` if a word is unknown and no
    /// other one excludes the account anyway.
    pub(super) fn relation(&self, value: &str) -> Option<RelationReading> {
        relation::read(value, &self.relation)
    }

    /// Reads a lead status or the state of a cadence.
    pub(super) fn status(&self, value: &str) -> Option<StatusWord> {
        let key = normalize_label(value);
        self.status.get(&key).copied().or_else(|| status::standard(&key))
    }

    /// Reads the stage of an opportunity.
    pub(super) fn stage(&self, value: &str) -> Option<StageWord> {
        let key = normalize_label(value);
        self.stage.get(&key).copied().or_else(|| stage::standard(value))
    }

    /// Reads the direction of a touch.
    pub(super) fn direction(&self, value: &str) -> Option<Direction> {
        let key = normalize_label(value);
        self.direction.get(&key).copied().or_else(|| direction::standard(&key))
    }

    /// Reads the outcome of a touch.
    pub(super) fn outcome(&self, value: &str) -> Option<OutcomeWord> {
        let key = normalize_label(value);
        self.outcome.get(&key).copied().or_else(|| outcome::standard(&key))
    }
}

fn normalized<T: Copy>(map: &BTreeMap<String, T>) -> HashMap<String, T> {
    map.iter().map(|(word, meaning)| (normalize_label(word), *meaning)).collect()
}

#[cfg(test)]
mod tests;
