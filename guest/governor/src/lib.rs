//! The world `governor`, mapped to `baton_core::governor` and back; it has no logic of its own.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "governor",
        with: {
            "baton:handoff/types@0.2.0": baton_facts::types,
            "baton:handoff/policy-types@0.2.0": baton_facts::policy,
            "baton:handoff/package-types@0.2.0": baton_facts::packages,
            "baton:handoff/quality-types@0.2.0": baton_facts::quality,
        },
    });
    use super::Governor;
    export!(Governor);
}

use baton_core::governor;
use baton_facts::packages::Verdict;
use baton_facts::policy::{InspectionPlan, Tier};
use baton_facts::quality::{Assessment, Counted, Event, Grade, LotItem, Outlook, Routing, Tally};
use baton_facts::types::{Account, BasisPoints, Draft, Message, Timestamp};
use bindings::exports::baton::handoff::governance::Guest;
// Linked for its global allocator.
use baton_bump_alloc as _;

struct Governor;

impl Guest for Governor {
    fn route(tiers: Vec<Tier>, account: Account, score: u8, worst: Verdict, touch_number: u8) -> Routing {
        governor::route(&tiers, &account, score, worst, touch_number)
    }

    fn count(plan: InspectionPlan, tally: Tally, event: Event) -> Counted {
        governor::count(&plan, &tally, &event)
    }

    fn assess(plan: InspectionPlan, tally: Tally, now: Timestamp, packages_per_week: u32) -> Assessment {
        governor::assess(&plan, &tally, now, packages_per_week)
    }

    fn foresee(plan: InspectionPlan, rate: BasisPoints, miss_rate: BasisPoints, in_flight: u32) -> Outlook {
        governor::forecast(&plan, rate, miss_rate, in_flight)
    }

    fn sample(items: Vec<LotItem>, seed: u64) -> Vec<u32> {
        governor::sample(&items, seed)
    }

    fn grade_edit(draft: Draft, outgoing: Message) -> Grade {
        governor::grade_edit(&draft, &outgoing)
    }
}
