//! The world `engine`, mapped to `baton_core` and back; it has no logic of its own.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
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
    use super::Engine;
    export!(Engine);
}

use baton_facts::description::EngineDescription;
use baton_facts::errors::{DraftingError, HandoffError, LookupError, SendingError};
use baton_facts::packages::{
    Assignment, Brief, Candidate, Check, Dossier, Found, HandoffPackage, Preparation, Prospects, Sent,
};
use baton_facts::policy::{Campaign, IdealCustomer};
use baton_facts::types::{Draft, Message, Timestamp};
use bindings::baton::handoff::{contacts, drafting, research, sending};
use bindings::exports::baton::handoff::{discovery, engine_info, preparation, release};
// Linked for its global allocator.
use baton_bump_alloc as _;

struct Engine;

struct Imports;

impl baton_core::Capabilities for Imports {
    fn search(&mut self, customer: &IdealCustomer, cursor: Option<&str>) -> Result<Found, LookupError> {
        research::search(customer, cursor)
    }

    fn look_up(&mut self, account: &str, since: Timestamp) -> Result<Dossier, LookupError> {
        research::look_up(account, since)
    }

    fn find(&mut self, account: &str) -> Result<Vec<Candidate>, LookupError> {
        contacts::find(account)
    }

    fn write(&mut self, brief: &Brief) -> Result<Draft, DraftingError> {
        drafting::write(brief)
    }
}

impl engine_info::Guest for Engine {
    fn describe() -> EngineDescription {
        baton_core::rules::describe()
    }
}

impl discovery::Guest for Engine {
    fn discover(campaign: Campaign, cursor: Option<String>, now: Timestamp) -> Result<Prospects, HandoffError> {
        baton_core::discover(&campaign, cursor.as_deref(), now, &mut Imports)
    }
}

impl preparation::Guest for Engine {
    fn prepare(assignment: Assignment) -> Result<Preparation, HandoffError> {
        baton_core::prepare(&assignment, &mut Imports)
    }

    fn follow_up(
        previous: HandoffPackage,
        sent: Vec<Sent>,
        assignment: Assignment,
    ) -> Result<Preparation, HandoffError> {
        baton_core::follow_up(&previous, &sent, &assignment, &mut Imports)
    }

    fn redraft(
        previous: HandoffPackage,
        sent: Vec<Sent>,
        note: String,
        assignment: Assignment,
    ) -> Result<Preparation, HandoffError> {
        baton_core::redraft(&previous, &sent, &note, &assignment, &mut Imports)
    }
}

impl release::Guest for Engine {
    fn inspect(reviewed: HandoffPackage, outgoing: Message, now: Timestamp) -> Vec<Check> {
        baton_core::inspect(&reviewed, &outgoing, now)
    }

    fn release(
        reviewed: HandoffPackage,
        outgoing: Message,
        overruled: Vec<String>,
        permit: sending::Permit,
        now: Timestamp,
    ) -> Result<(), HandoffError> {
        baton_core::check_release(&reviewed, &outgoing, &overruled, now).map_err(HandoffError::Refused)?;
        sending::Permit::send(permit, &outgoing).map_err(|error| {
            HandoffError::Capability(match error {
                SendingError::Altered => "the message is not the one the permit was made for".into(),
                SendingError::Spent => "the permit is already used".into(),
                SendingError::Suppressed => "the recipient is suppressed".into(),
                SendingError::LimitReached => "a sending limit is reached".into(),
                SendingError::Unavailable(why) => why.unwrap_or_else(|| "sending is not available".into()),
                SendingError::Other(why) => why.unwrap_or_else(|| "sending failed".into()),
            })
        })
    }
}
