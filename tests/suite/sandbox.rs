//! The sandbox, as a security reviewer would ask for it: all that a shipped component can reach is what it imports, and
//! this is the list.
//!
//! A component has no other way out than its imports. There is no WASI among them, so there is no clock, no file, no
//! network, no environment and no randomness. How the host answers the imports that are there, and what bounds a
//! component's computing and memory, is the matter of `hostile_engines.rs`, `hostile_drafters.rs` and `permits.rs`.

use baton_runtime::Component;
use baton_tests::{component, test_components};
use wit_component::DecodedWasm;
use wit_parser::WorldItem;

const CONTACTS: &str = "baton:handoff/contacts@0.1.0";
const DRAFTING: &str = "baton:handoff/drafting@0.1.0";
const RESEARCH: &str = "baton:handoff/research@0.1.0";
const SENDING: &str = "baton:handoff/sending@0.1.0";

/// Every import of the component as its own binary states it: with functions to call, and with records alone.
fn imports(name: &str) -> (Vec<String>, Vec<String>) {
    let Ok(DecodedWasm::Component(resolve, world)) = wit_component::decode(&component(name)) else {
        panic!("{name} is no component");
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
fn shipped_components_import_their_worlds_capabilities_and_nothing_else() {
    for (name, expected) in
        [("engine", &[CONTACTS, DRAFTING, RESEARCH, SENDING][..]), ("drafter", &[]), ("governor", &[]), ("reader", &[])]
    {
        let (callable, shapes) = imports(name);
        assert_eq!(callable, expected, "{name}");
        // Records have no behaviour: nothing can be called through these.
        assert!(shapes.iter().all(|shape| shape.starts_with("baton:handoff/")), "{name}: {shapes:?}");
        let plugin = Component::load(&test_components().runtime, &component(name)).expect("it loads");
        assert_eq!(plugin.imports(), expected, "{name}, as the runtime tells the admin");
    }
}
