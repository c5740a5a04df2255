//! Files that are not components of the contract are refused before any of their code runs, with the reason.

use baton_facts::packages::Outcome;
use baton_runtime::{Component, Drafter, Error, Governor, Grants, HandoffEngine, MAX_COMPONENT_BYTES, Reader, World};
use baton_tests::{Given, component, run, test_components};
use std::sync::Arc;

fn load(bytes: &[u8]) -> Result<Component, Error> {
    Component::load_blocking(&test_components().runtime, bytes)
}

fn text(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).expect("the component's text is well formed")
}

/// Returns a component that exports an empty `interface` and has these imports.
fn exporting(interface: &str, imports: &str) -> Vec<u8> {
    text(&format!(
        "(component {imports} (instance $none) (export \"baton:handoff/{interface}@0.2.0\" (instance $none)))"
    ))
}

#[test]
fn a_file_that_is_not_a_component_is_not_loaded() {
    let check = |bytes: &[u8], expected: &str| match load(bytes) {
        Err(error @ Error::Load { .. }) => assert!(error.to_string().contains(expected), "{error}"),
        other => panic!("{expected}: {other:?}"),
    };
    check(b"", "not a WebAssembly component");
    check(b"#!/bin/sh\nexit 0\n", "not a WebAssembly component");
    check(&text("(module)"), "wasm-tools component new");
    check(&component("engine")[..100_000], "not a WebAssembly component");
    check(&text("(component)"), "it exports nothing");
    check(&text("(component (instance $i) (export \"wasi:cli/run@0.2.0\" (instance $i)))"), "wasi:cli/run@0.2.0");
    // Another version is another contract.
    check(&text("(component (instance $i) (export \"baton:handoff/drafting@9.0.0\" (instance $i)))"), "drafting@9.0.0");
    check(&vec![0; MAX_COMPONENT_BYTES + 1], "the limit is");
    check(
        &exporting("drafting", "(core module $m (memory 4000)) (core instance (instantiate $m))"),
        "not a WebAssembly component that this host can run: module memory does not fit",
    );
    // A call's share of the instance pool is bounded; otherwise a few calls of one component could use it up.
    for (part, most) in [("(memory 1)", 4), ("(table 1 funcref)", 8)] {
        let parts = |count| {
            let module = format!("(core module $m {part})");
            exporting("drafting", &format!("{module} {}", "(core instance (instantiate $m))".repeat(count)))
        };
        assert!(load(&parts(most)).is_ok(), "{most} of {part}");
        check(&parts(most + 1), "not a WebAssembly component that this host can run");
    }
}

/// The host knows placeholders, languages and checks only from what the components say, and shows it to people.
#[test]
fn components_describe_themselves() {
    let shipped = test_components().shipped().components;
    assert_eq!(*shipped.engine_description, baton_core::rules::describe());
    assert_eq!(*shipped.drafter_description, baton_core::template::describe());
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let grants = Grants::default()
        .with_research(Arc::clone(&crm))
        .with_contacts(crm)
        .with_drafting(Arc::clone(&shipped.drafter));
    let made = run(shipped.engine.prepare(&grants, given.assignment())).result.expect("a preparation");
    let Outcome::Ready(package) = &made.outcome else { panic!("the package is ready") };
    for check in package.checks.iter().chain(&made.trace) {
        let described = &shipped.engine_description.checks;
        assert!(described.iter().any(|known| known.name == check.name), "`{}` is not described", check.name);
    }
}

#[test]
fn a_description_that_cannot_be_shown_is_refused() {
    let engine = run(test_components().hostile.describe()).expect_err("its titles are not text");
    assert_eq!(
        engine.to_string(),
        "the component's description of itself has a title that is empty, too long or not text"
    );
    let drafter = run(test_components().hostile_drafter.describe()).expect_err("its placeholder is not a name");
    assert!(matches!(drafter, Error::Description(_)), "{drafter}");
}

#[test]
fn imports_beyond_the_world_are_refused_by_name() {
    let check = |interface: &str, asks: &str, import: &str| {
        let bytes = exporting(interface, &format!("(import \"{asks}\" {import})"));
        match load(&bytes) {
            Err(Error::ForbiddenImport { import: found, .. }) => assert_eq!(found, asks),
            other => panic!("{asks}: {other:?}"),
        }
    };
    let function = "(instance (export \"f\" (func)))";
    for interface in ["preparation", "drafting", "governance", "reading"] {
        check(interface, "wasi:cli/environment@0.2.0", function);
        check(interface, "wasi:clocks/wall-clock@0.2.0", function);
        check(interface, "wasi:random/random@0.2.0", function);
        check(interface, "wasi:io/poll@0.2.0", "(instance (export \"pollable\" (type (sub resource))))");
        check(interface, "wasi:types/types@0.2.0", "(instance)");
        check(interface, "log", "(func (param \"text\" string))");
        check(interface, "baton:handoff/research@9.0.0", function);
        check(interface, "baton:other/research@0.1.0", function);
    }
    for interface in ["drafting", "governance", "reading"] {
        for capability in ["research", "contacts", "drafting", "sending"] {
            check(interface, &format!("baton:handoff/{capability}@0.2.0"), function);
        }
    }
}

#[test]
fn a_component_of_another_world_is_not_linked() {
    let components = test_components();
    let (engine, drafter) = (components.engine.component(), components.drafter.component());
    let check = |error: Option<Error>, found: World, expected: World| match error {
        Some(Error::World { found: f, expected: e }) => assert_eq!((f, e), (found, expected)),
        other => panic!("{other:?}"),
    };
    check(HandoffEngine::new(&components.runtime, drafter).err(), World::Drafter, World::Engine);
    check(Drafter::new(&components.runtime, engine).err(), World::Engine, World::Drafter);
    check(Governor::new(&components.runtime, engine).err(), World::Engine, World::Governor);
    check(Reader::new(&components.runtime, engine).err(), World::Engine, World::Reader);
}

#[test]
fn functions_with_other_signatures_are_not_linked() {
    let differs = |error: Option<Error>| match error {
        Some(error @ Error::Load { .. }) => assert!(error.to_string().contains("differ"), "{error}"),
        other => panic!("{other:?}"),
    };
    let runtime = &test_components().runtime;
    let plugin = |bytes: &[u8]| load(bytes).expect("its imports are valid");
    differs(Drafter::new(runtime, &plugin(&exporting("drafting", ""))).err());
    differs(Governor::new(runtime, &plugin(&exporting("governance", ""))).err());
    differs(Reader::new(runtime, &plugin(&exporting("reading", ""))).err());
    differs(HandoffEngine::new(runtime, &plugin(&exporting("preparation", ""))).err());
    let find = "(import \"baton:handoff/contacts@0.2.0\" (instance (export \"find\" (func (param \"account\" u64)))))";
    differs(HandoffEngine::new(runtime, &plugin(&exporting("preparation", find))).err());
}

#[test]
fn a_component_is_identified_by_the_digest_of_its_bytes() {
    let bytes = component("engine");
    let plugin = load(&bytes).expect("the engine loads");
    assert_eq!(plugin.digest(), baton_runtime::Digest::of(&bytes));
    assert_eq!((plugin.world(), plugin.size()), (World::Engine, bytes.len()));
    assert_eq!(plugin.digest().to_string().parse(), Ok(plugin.digest()));
    let mut other = bytes;
    other.extend([0, 2, 1, b'x']);
    assert_ne!(load(&other).expect("a custom section changes nothing").digest(), plugin.digest());
}
