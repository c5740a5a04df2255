//! Handwritten components that no compiler would produce: their misuse of memory, pointers and start functions ends
//! only their own call.

use baton_facts::mail::MessageKind;
use baton_runtime::{AbortReason, CallOutcome, Component, Error, Reader};
use baton_tests::{run, test_components};
use std::sync::Arc;

/// Returns a reader whose three functions have these instructions. `read` returns the address of its result; memory is
/// zero, and zeroes are a valid reading of an empty reply.
fn reader(start: &str, realloc: &str, read: &str) -> Reader {
    let text = format!(
        r#"(component
            (import "baton:handoff/mail-types@0.2.0" (instance $mail
                (type $permanence' (enum "permanent" "transient"))
                (export "permanence" (type $permanence (eq $permanence')))
                (type $kind' (variant
                    (case "reply") (case "unsubscribe") (case "auto-reply" (option s64))
                    (case "delivery-failure" $permanence) (case "delivery-delay") (case "complaint") (case "other")))
                (export "message-kind" (type $kind (eq $kind')))
                (type $reading' (record
                    (field "kind" $kind) (field "about-message-ids" (list string))
                    (field "about-address" (option string)) (field "new-text" string) (field "quoted-text" string)))
                (export "reading" (type (eq $reading')))))
            (import "baton:handoff/error-types@0.2.0" (instance $errors
                (type $error' (variant
                    (case "unreadable" string) (case "too-large") (case "unsupported" string)
                    (case "other" (option string))))
                (export "reading-error" (type (eq $error')))))
            (alias export $mail "reading" (type $reading))
            (alias export $errors "reading-error" (type $error))
            (core module $module
                (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) {realloc})
                (func (export "read") (param i32 i32) (result i32) {read})
                (func $start {start})
                (start $start))
            (core instance $instance (instantiate $module))
            (func $read (param "raw" (list u8)) (result (result $reading (error $error)))
                (canon lift (core func $instance "read")
                    (memory (core memory $instance "memory")) (realloc (core func $instance "realloc"))))
            (instance $replies (export "read" (func $read)))
            (export "baton:handoff/reading@0.2.0" (instance $replies)))"#
    );
    let bytes = wat::parse_str(text).expect("the component's text is well formed");
    let plugin = Component::load_blocking(&test_components().runtime, &bytes).expect("it imports only records");
    Reader::new(&test_components().runtime, &plugin).expect("its function is the contract's")
}

const FINE: &str = "i32.const 1024";

fn read(start: &str, realloc: &str, read: &str) -> CallOutcome<Arc<baton_facts::mail::Reading>> {
    run(reader(start, realloc, read).read("", b"hello"))
}

fn ends(start: &str, realloc: &str, body: &str, expected: AbortReason) {
    match read(start, realloc, body).result {
        Err(Error::Aborted { reason, .. }) => assert_eq!(reason, expected, "{start} | {realloc} | {body}"),
        other => panic!("{start} | {realloc} | {body}: {other:?}"),
    }
    fine();
}

/// Calls the same component without the misbehavior, which shows that the host still works.
fn fine() {
    let reading = read("", FINE, "i32.const 2048").result.expect("zeroes are a reading");
    assert!(matches!(reading.kind, MessageKind::Reply));
}

#[test]
fn work_at_the_start_is_bounded_too() {
    ends("(loop $again (br $again))", FINE, FINE, AbortReason::Computing);
    ends("unreachable", FINE, FINE, AbortReason::Trapped);
    ends("(drop (memory.grow (i32.const 4000)))", FINE, FINE, AbortReason::Memory);
    ends("(call $start)", FINE, FINE, AbortReason::Stack);
}

#[test]
fn addresses_outside_of_memory_are_refused() {
    ends("", "i32.const -1", FINE, AbortReason::Trapped);
    ends("", "i32.const 65534", FINE, AbortReason::Trapped);
    ends("", "(loop $again (br $again)) unreachable", FINE, AbortReason::Computing);
    ends("", FINE, "i32.const -8", AbortReason::Trapped);
    ends("", FINE, "i32.const 65528", AbortReason::Trapped);
    // Not aligned as a reading must be.
    ends("", FINE, "i32.const 2049", AbortReason::Trapped);
}

/// Returns instructions that write `value` at this offset of the result.
fn with(offset: u32, value: i64) -> String {
    format!("(i32.store (i32.const {}) (i32.const {value})) i32.const 2048", 2048 + offset)
}

#[test]
fn invalid_lengths_and_cases_are_detected() {
    // First neither success nor an error, then an unknown kind of message.
    ends("", FINE, &with(0, 7), AbortReason::Trapped);
    ends("", FINE, &with(8, 200), AbortReason::Trapped);
    // First many more Message-IDs than memory has bytes, then a text that ends outside of memory.
    ends("", FINE, &with(36, -1), AbortReason::Trapped);
    ends("", FINE, &with(56, 0x7FFF_FFFF), AbortReason::Trapped);
    // So many empty texts that they fit into memory, but exceed the host's limit.
    let many = format!("(drop (memory.grow (i32.const 900))) {}", with(36, 4_000_000));
    ends("", FINE, &many, AbortReason::Value);
}
