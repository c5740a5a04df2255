//! Engines as WebAssembly text: the body of `prepare` is the test's, every other function traps.

use baton_runtime::facts::packages::Assignment;
use baton_runtime::facts::policy::{Campaign, IdealCustomer, Sender};
use baton_runtime::facts::types::Verification;
use baton_runtime::{CallOutcome, Component, Error, Grants, HandoffEngine, Limits, Runtime, RuntimeOptions};
use std::path::Path;
use std::sync::Arc;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The interface of the vendor's own that the fixtures import.
pub const EXTENSION: &str = "acme:pricing/quotes@1.0.0";

const VENDOR: &str = "package acme:pricing@1.0.0;

interface quotes {
  record quote { price: u32, currency: string }
  headcount: func(account: string) -> option<u32>;
  ask: func(quote: quote) -> result<quote, string>;
}

world vendor {
  include baton:handoff/engine@0.2.0;
  import quotes;
}";

/// The body that returns `handoff-error.other(none)`: the shortest result that is in order.
pub const DECLINES: &str = "(i32.const 512)";

/// Returns an engine whose `prepare` has this body, with this preamble of imports and data.
pub fn engine(preamble: &str, prepare: &str) -> Vec<u8> {
    let others: String = [
        "discovery@0.2.0#discover",
        "preparation@0.2.0#follow-up",
        "preparation@0.2.0#redraft",
        "release@0.2.0#inspect",
        "release@0.2.0#release",
    ]
    .map(|name| format!("(func (export \"baton:handoff/{name}\") (param i32) (result i32) unreachable)\n"))
    .concat();
    let text = format!(
        "(module
           {preamble}
           (memory (export \"memory\") 2)
           (global $next (mut i32) (i32.const 4096))
           (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32)
             (local $start i32)
             (local.set $start (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
             (global.set $next (i32.add (local.get $start) (local.get 3)))
             (local.get $start))
           ;; At 512: the case `err` of the result, its payload `other`, with an absent text.
           (data (i32.const 512) \"\\01\\00\\00\\00\\00\\00\\00\\00\\04\\00\\00\\00\\00\")
           (data (i32.const 1024) \"acc-7EUR\")
           (func (export \"baton:handoff/engine-info@0.2.0#describe\") (result i32) unreachable)
           (func $prepare (export \"baton:handoff/preparation@0.2.0#prepare\") (param i32) (result i32) {prepare})
           {others})"
    );
    let mut module = wat::parse_str(text).expect("the text is in order");
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    resolve.push_path(wit).expect("the contract parses");
    let package = resolve.push_str("vendor.wit", VENDOR).expect("the vendor's interface parses");
    let world = resolve.select_world(&[package], Some("vendor")).expect("the world is there");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("the world is embedded");
    let mut encoder = ComponentEncoder::default();
    let encoder = encoder.validate(true).module(&module).expect("the module fits the world");
    encoder.encode().expect("the component is encoded")
}

/// Returns a small runtime that does not offer the vendor's interface.
pub fn closed(limits: Limits) -> Runtime {
    Runtime::new(&RuntimeOptions::default().with_limits(limits).with_concurrent_calls(2)).expect("a runtime starts")
}

/// Returns a small runtime that offers the vendor's interface.
pub fn open() -> Runtime {
    let options = RuntimeOptions::default().with_concurrent_calls(2).with_extension(EXTENSION);
    Runtime::new(&options).expect("a runtime starts")
}

/// Loads and links an engine.
pub fn linked(runtime: &Runtime, bytes: &[u8]) -> Result<HandoffEngine, Error> {
    HandoffEngine::new(runtime, &Component::load_blocking(runtime, bytes)?)
}

/// Calls `prepare` for one account.
pub async fn prepare(
    engine: &HandoffEngine,
    grants: &Grants,
) -> CallOutcome<Arc<baton_runtime::facts::packages::Preparation>> {
    let campaign = Campaign {
        id: "platform".into(),
        language: "en".into(),
        customer: IdealCustomer::default(),
        angles: Vec::new(),
        sender: Sender::default(),
        touches_max: 1,
        days_between_touches: Vec::new(),
        quiet_days: 30,
        colleague_quiet_days: 90,
        contacts_active_max: 1,
        days_between_contacts: 3,
        weakest_verification: Verification::Deliverable,
    };
    engine.prepare(grants, Arc::new(Assignment { account: "acc-7".into(), campaign, now: 0 })).await
}
