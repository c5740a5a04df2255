//! The world `governor`, mapped to `baton_core::governing` and back: no logic lives here.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "governor",
        with: {
            "baton:handoff/types@0.1.0": baton_facts::types,
            "baton:handoff/policy@0.1.0": baton_facts::policy,
            "baton:handoff/packages@0.1.0": baton_facts::packages,
            "baton:handoff/quality@0.1.0": baton_facts::quality,
        },
    });
    use super::Governor;
    export!(Governor);
}

use baton_core::governing;
use baton_facts::packages::Verdict;
use baton_facts::policy::{InspectionPlan, Tier};
use baton_facts::quality::{Assessment, Grade, LotItem, Routing, Tally};
use baton_facts::types::{Account, Draft, Message};
use bindings::exports::baton::handoff::governing::Guest;
// Linked for its global allocator.
use baton_bump as _;

struct Governor;

impl Guest for Governor {
    fn route(tiers: Vec<Tier>, account: Account, score: u8, worst: Verdict, touch_number: u8) -> Routing {
        governing::route(&tiers, &account, score, worst, touch_number)
    }

    fn assess(plan: InspectionPlan, tally: Tally) -> Assessment {
        governing::assess(&plan, &tally)
    }

    fn sample(items: Vec<LotItem>, seed: u64) -> Vec<u32> {
        governing::sample(&items, seed)
    }

    fn grade_edit(draft: Draft, outgoing: Message) -> Grade {
        governing::grade_edit(&draft, &outgoing)
    }
}
