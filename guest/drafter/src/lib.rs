//! The world `drafter`, mapped to `baton_core::template` and back; it has no logic of its own.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "drafter",
        with: {
            "baton:handoff/types@0.2.0": baton_facts::types,
            "baton:handoff/policy-types@0.2.0": baton_facts::policy,
            "baton:handoff/package-types@0.2.0": baton_facts::packages,
            "baton:handoff/error-types@0.2.0": baton_facts::errors,
            "baton:handoff/description-types@0.2.0": baton_facts::description,
        },
    });
    use super::Drafter;
    export!(Drafter);
}

use baton_facts::description::DrafterDescription;
use baton_facts::{errors::DraftingError, packages::Brief, types::Draft};
use bindings::exports::baton::handoff::{drafter_info, drafting};
// Linked for its global allocator.
use baton_bump_alloc as _;

struct Drafter;

impl drafter_info::Guest for Drafter {
    fn describe() -> DrafterDescription {
        baton_core::template::describe()
    }
}

impl drafting::Guest for Drafter {
    fn write(brief: Brief) -> Result<Draft, DraftingError> {
        baton_core::template::write(&brief)
    }
}
