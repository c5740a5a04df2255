//! An engine that misbehaves in the way that the call's mode names.
//!
//! The functions that make packages take the mode from the campaign's id, and `release` takes it from the package's
//! next action. The modes are tables in `preparing.rs` and `releasing.rs`, and `discover` lists them: the test suite
//! fails if a mode is not used by a test.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit",
        world: "engine",
        with: {
            "baton:handoff/types@0.2.0": baton_facts::types,
            "baton:handoff/policy-types@0.2.0": baton_facts::policy,
            "baton:handoff/package-types@0.2.0": baton_facts::packages,
            "baton:handoff/error-types@0.2.0": baton_facts::errors,
            "baton:handoff/description-types@0.2.0": baton_facts::description,
            "baton:handoff/research@0.2.0": generate,
            "baton:handoff/contacts@0.2.0": generate,
            "baton:handoff/drafting@0.2.0": generate,
            "baton:handoff/sending@0.2.0": generate,
        },
    });
    use super::Hostile;
    export!(Hostile);
}

mod preparing;
mod releasing;

use baton_facts::description::{CheckDescription, EngineDescription};
use baton_facts::errors::HandoffError;
use baton_facts::packages::{Assignment, Check, HandoffPackage, Preparation, Prospect, Prospects, Sent};
use baton_facts::policy::Campaign;
use baton_facts::types::{Message, Timestamp};
use bindings::baton::handoff::sending::Permit;
use bindings::exports::baton::handoff::{discovery, engine_info, preparation, release};
// Linked for its global allocator.
use baton_bump_alloc as _;

struct Hostile;

impl engine_info::Guest for Hostile {
    /// Gives a known check a title that is markup, and another one a title of 100 kB.
    fn describe() -> EngineDescription {
        let check = |name: &str, title: String| CheckDescription { name: name.into(), title, meaning: String::new() };
        EngineDescription {
            checks: vec![
                check("recipient", "<img src=x onerror=alert(1)>\u{202e}".into()),
                check("subject", "a".repeat(100_000)),
            ],
        }
    }
}

impl discovery::Guest for Hostile {
    /// With the mode `modes`, returns the modes in the cursor, one per line. Any other mode returns the campaign id as
    /// an account that no search found.
    fn discover(campaign: Campaign, _: Option<String>, _: Timestamp) -> Result<Prospects, HandoffError> {
        if campaign.id == "modes" {
            let modes = preparing::MODES.iter().map(|(name, _)| *name);
            let modes: Vec<_> = modes.chain(releasing::MODES.iter().map(|(name, _)| *name)).collect();
            return Ok(Prospects { found: Vec::new(), next: Some(modes.join("\n")) });
        }
        let invented = Prospect { account: campaign.id, score: 100, reason: "trust me".into() };
        Ok(Prospects { found: vec![invented], next: None })
    }
}

impl preparation::Guest for Hostile {
    fn prepare(assignment: Assignment) -> Result<Preparation, HandoffError> {
        run(preparing::MODES, &assignment.campaign.id)?(&assignment)
    }

    /// Writes to another person than the one who was contacted.
    fn follow_up(_: HandoffPackage, _: Vec<Sent>, assignment: Assignment) -> Result<Preparation, HandoffError> {
        run(preparing::MODES, &assignment.campaign.id)?(&assignment)
    }

    /// Writes to another person as well.
    fn redraft(
        _: HandoffPackage,
        _: Vec<Sent>,
        _: String,
        assignment: Assignment,
    ) -> Result<Preparation, HandoffError> {
        run(preparing::MODES, &assignment.campaign.id)?(&assignment)
    }
}

impl release::Guest for Hostile {
    fn inspect(_: HandoffPackage, _: Message, _: Timestamp) -> Vec<Check> {
        Vec::new()
    }

    fn release(
        reviewed: HandoffPackage,
        outgoing: Message,
        _: Vec<String>,
        permit: Permit,
        _: Timestamp,
    ) -> Result<(), HandoffError> {
        run(releasing::MODES, &reviewed.next_action)?(permit, outgoing)
    }
}

fn run<T: Copy>(modes: &[(&str, T)], wanted: &str) -> Result<T, HandoffError> {
    let found = modes.iter().find(|(name, _)| wanted.strip_prefix("mode:") == Some(name));
    found.map(|(_, mode)| *mode).ok_or_else(|| HandoffError::Unsupported(format!("there is no mode `{wanted}`")))
}
