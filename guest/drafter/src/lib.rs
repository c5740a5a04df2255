//! The world `drafter`, mapped to `baton_core::template` and back; it has no logic of its own.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "drafter",
        with: {
            "baton:handoff/types@0.2.0": baton_facts::types,
            "baton:handoff/policy@0.2.0": baton_facts::policy,
            "baton:handoff/packages@0.2.0": baton_facts::packages,
            "baton:handoff/errors@0.2.0": baton_facts::errors,
        },
    });
    use super::Drafter;
    export!(Drafter);
}

use baton_facts::{errors::DraftingError, packages::Brief, types::Draft};
use bindings::exports::baton::handoff::drafting::Guest;
// Linked for its global allocator.
use baton_bump_alloc as _;

struct Drafter;

impl Guest for Drafter {
    fn write(brief: Brief) -> Result<Draft, DraftingError> {
        baton_core::template::write(&brief)
    }
}
