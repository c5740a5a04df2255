//! A component that exceeds a limit ends its own call with the reason, and the next call succeeds.

use crate::fixture::{DECLINES, closed, engine, linked, prepare};
use baton_runtime::facts::errors::HandoffError;
use baton_runtime::{AbortReason, Error, Grants, Limits, Output, Runtime};
use std::time::Duration;

fn runtime() -> Runtime {
    closed(Limits::default().with_computing(Duration::from_millis(50)).with_memory(4 << 20).with_calls(3))
}

#[tokio::test]
async fn an_error_of_the_contract_comes_through() {
    let engine = linked(&runtime(), &engine("", DECLINES)).expect("it links");
    let call = prepare(&engine, &Grants::default()).await;
    assert!(matches!(call.result, Err(Error::Handoff(HandoffError::Other(None)))), "{:?}", call.result);
}

#[tokio::test]
async fn each_limit_ends_the_call() {
    let look_up = "(import \"baton:handoff/research@0.2.0\" \"look-up\" (func $look-up (param i32 i32 i64 i32)))";
    let flood = "(loop $again
        (call $look-up (i32.const 1024) (i32.const 5) (i64.const 0) (i32.const 2048)) (br $again)) unreachable";
    for (preamble, body, expected) in [
        ("", "(loop $again (br $again)) unreachable", AbortReason::Computing),
        ("", "(drop (memory.grow (i32.const 1000))) unreachable", AbortReason::Memory),
        ("", "(call $prepare (local.get 0))", AbortReason::Stack),
        ("", "unreachable", AbortReason::Trapped),
        (look_up, flood, AbortReason::Calls),
    ] {
        let runtime = runtime();
        let hostile = linked(&runtime, &engine(preamble, body)).expect("it links");
        let call = prepare(&hostile, &Grants::default()).await;
        match &call.result {
            Err(Error::Aborted { reason, .. }) => assert_eq!(*reason, expected),
            other => panic!("{expected:?}: {other:?}"),
        }
        assert_eq!(call.recording.output, Output::Aborted(expected.to_string()));
        let replay = runtime.replay(hostile.component(), &call.recording, None).await.expect("it replays");
        assert_eq!(replay.differences, [""; 0], "{expected:?}");

        let good = linked(&runtime, &engine("", DECLINES)).expect("it links");
        assert!(matches!(prepare(&good, &Grants::default()).await.result, Err(Error::Handoff(_))), "{expected:?}");
    }
}

#[tokio::test]
async fn the_whole_exchange_of_a_call_is_bounded() {
    let look_up = "(import \"baton:handoff/research@0.2.0\" \"look-up\" (func $look-up (param i32 i32 i64 i32)))";
    let flood = "(loop $again
        (call $look-up (i32.const 1024) (i32.const 5) (i64.const 0) (i32.const 2048)) (br $again)) unreachable";
    let runtime = closed(Limits::default().with_recording(1_000));
    let hostile = linked(&runtime, &engine(look_up, flood)).expect("it links");
    let call = prepare(&hostile, &Grants::default()).await;
    assert!(matches!(call.result, Err(Error::Aborted { reason: AbortReason::Recording, .. })), "{:?}", call.result);
    assert!((2..30).contains(&call.recording.exchanges.len()));
    let replay = runtime.replay(hostile.component(), &call.recording, None).await.expect("it replays");
    assert_eq!(replay.differences, [""; 0]);
}
