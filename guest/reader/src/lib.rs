//! The world `reader`, mapped to `baton_core::replies` and back; it has no logic of its own.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "reader",
        with: {
            "baton:handoff/types@0.2.0": baton_facts::types,
            "baton:handoff/policy-types@0.2.0": baton_facts::policy,
            "baton:handoff/package-types@0.2.0": baton_facts::packages,
            "baton:handoff/error-types@0.2.0": baton_facts::errors,
            "baton:handoff/mail-types@0.2.0": baton_facts::mail,
        },
    });
    use super::Reader;
    export!(Reader);
}

use baton_facts::{errors::ReadingError, mail::Reading};
use bindings::exports::baton::handoff::reading::Guest;
// Linked for its global allocator.
use baton_bump_alloc as _;

struct Reader;

impl Guest for Reader {
    fn read(raw: Vec<u8>) -> Result<Reading, ReadingError> {
        baton_core::replies::read(&raw)
    }
}
