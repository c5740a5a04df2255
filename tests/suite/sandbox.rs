//! The sandbox as a security reviewer checks it: a shipped component can reach only its imports, and these are all of
//! them.
//!
//! A component can reach the outside only through its imports. WASI is not among them, so there is no clock, file,
//! network, environment or randomness. `hostile_engines.rs`, `hostile_drafters.rs` and `permits.rs` test how the host
//! answers the imports and bounds a component's computing and memory.

use baton_runtime::Component;
use baton_tests::{component, test_components};
use wit_component::DecodedWasm;
use wit_parser::WorldItem;

const CONTACTS: &str = "baton:handoff/contacts@0.2.0";
const DRAFTING: &str = "baton:handoff/drafting@0.2.0";
const RESEARCH: &str = "baton:handoff/research@0.2.0";
const SENDING: &str = "baton:handoff/sending@0.2.0";

/// Returns every import in the component's binary: interfaces with functions, and interfaces with records only.
fn imports(name: &str) -> (Vec<String>, Vec<String>) {
    let Ok(DecodedWasm::Component(resolve, world)) = wit_component::decode(&component(name)) else {
        panic!("{name} is not a component");
    };
    let (mut callable, mut shapes) = (Vec::new(), Vec::new());
    for (key, item) in &resolve.worlds[world].imports {
        let shape = match item {
            WorldItem::Interface { id, .. } => resolve.interfaces[*id].functions.is_empty(),
            WorldItem::Function(_) => false,
            WorldItem::Type { .. } => true,
        };
        if shape { &mut shapes } else { &mut callable }.push(resolve.name_world_key(key));
    }
    callable.sort();
    (callable, shapes)
}

#[test]
fn shipped_components_import_only_the_capabilities_of_their_worlds() {
    for (name, expected) in
        [("engine", &[CONTACTS, DRAFTING, RESEARCH, SENDING][..]), ("drafter", &[]), ("governor", &[]), ("reader", &[])]
    {
        let (callable, shapes) = imports(name);
        assert_eq!(callable, expected, "{name}");
        // Records have no functions to call.
        assert!(shapes.iter().all(|shape| shape.starts_with("baton:handoff/")), "{name}: {shapes:?}");
        let plugin = Component::load_blocking(&test_components().runtime, &component(name)).expect("it loads");
        assert_eq!(plugin.imports(), expected, "{name}, as the runtime tells the admin");
    }
}
