//! Which components are loaded, and which imports are refused.

use crate::fixture::{DECLINES, EXTENSION, closed, engine, linked, open};
use baton_runtime::{Component, Error, Limits, MAX_COMPONENT_BYTES, Runtime, RuntimeOptions, World};

/// Always imported: `release` takes the permit, whose type is there.
const SENDING: &str = "baton:handoff/sending@0.2.0";

const HEADCOUNT: &str = "(import \"acme:pricing/quotes@1.0.0\" \"headcount\" (func $headcount (param i32 i32 i32)))";

#[test]
fn an_engine_of_the_contract_is_loaded() {
    let runtime = closed(Limits::default());
    let component = Component::load_blocking(&runtime, &engine("", DECLINES)).expect("it loads");
    assert_eq!((component.world(), component.imports()), (World::Engine, &[SENDING.to_owned()][..]));
}

#[test]
fn other_bytes_are_refused() {
    let runtime = closed(Limits::default());
    let bytes = engine("", DECLINES);
    for bytes in [&b""[..], b"#!/bin/sh\n", &bytes[..100], &vec![0; MAX_COMPONENT_BYTES + 1]] {
        assert!(matches!(Component::load_blocking(&runtime, bytes), Err(Error::Load { .. })), "{} bytes", bytes.len());
    }
}

#[test]
fn wasi_and_unknown_interfaces_are_refused_by_name() {
    let runtime = closed(Limits::default());
    for name in ["wasi:clocks/wall-clock@0.2.0", "acme:other/thing@1.0.0"] {
        let text = format!(
            "(component
               (import \"{name}\" (instance (export \"now\" (func (result u64)))))
               (instance $empty) (export \"baton:handoff/preparation@0.2.0\" (instance $empty)))"
        );
        match Component::load_blocking(&runtime, &wat::parse_str(text).expect("the text is in order")) {
            Err(Error::ForbiddenImport { import, world }) => assert_eq!((&*import, world), (name, World::Engine)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_interface_of_the_vendors_is_refused_unless_it_was_opened() {
    let body = format!("(call $headcount (i32.const 1024) (i32.const 5) (i32.const 2048)) {DECLINES}");
    let bytes = engine(HEADCOUNT, &body);
    match Component::load_blocking(&closed(Limits::default()), &bytes) {
        Err(Error::ForbiddenImport { import, .. }) => assert_eq!(import, EXTENSION),
        other => panic!("{other:?}"),
    }
    let runtime = open();
    assert_eq!(Component::load_blocking(&runtime, &bytes).expect("it loads").imports(), [EXTENSION, SENDING]);
    linked(&runtime, &bytes).expect("it links");
}

#[test]
fn a_reader_never_gets_an_extension() {
    let text = format!(
        "(component
           (import \"{EXTENSION}\" (instance (export \"headcount\" (func (param \"account\" string) (result u32)))))
           (instance $empty) (export \"baton:handoff/reading@0.2.0\" (instance $empty)))"
    );
    let loaded = Component::load_blocking(&open(), &wat::parse_str(text).expect("the text is in order"));
    assert!(matches!(loaded, Err(Error::ForbiddenImport { world: World::Reader, .. })), "{loaded:?}");
}

#[test]
fn an_extension_cannot_open_wasi_or_the_contract() {
    for name in ["wasi:clocks/wall-clock@0.2.0", "baton:handoff/sending@0.2.0", "clock", ""] {
        let started = Runtime::new(&RuntimeOptions::default().with_concurrent_calls(1).with_extension(name));
        assert!(matches!(started.err(), Some(Error::Setup { .. })), "{name}");
    }
}
