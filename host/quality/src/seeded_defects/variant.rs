//! A draft with a seeded defect.

use baton_facts::types::Draft;
use baton_model::defect::{Defect, DefectKind};

/// A draft with one defect.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub defect: Defect,
    pub draft: Draft,
}

impl Variant {
    pub(super) fn new(kind: DefectKind, (was, now): (&str, &str), mark: &str, draft: Draft) -> Self {
        let defect = Defect { kind, was: was.to_owned(), now: now.to_owned(), mark: mark.to_owned() };
        Self { defect, draft }
    }
}
