//! Extensions: answered by the vendor, recorded, replayed, and ended where they are not granted.

use crate::fixture::{DECLINES, EXTENSION, engine, linked, open, prepare};
use baton_runtime::{
    AbortReason, Baseline, CallContext, Cause, ComparisonCandidate, ComparisonOutcome, Error, Exchange, Extension,
    ExtensionAnswer, Grants, HandoffEngine, Recording, Runtime,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Calls `headcount("acc-7")` and traps unless it answers 640.
fn headcount() -> Vec<u8> {
    engine(
        "(import \"acme:pricing/quotes@1.0.0\" \"headcount\" (func $headcount (param i32 i32 i32)))",
        &format!(
            "(call $headcount (i32.const 1024) (i32.const 5) (i32.const 2048))
             (if (i32.ne (i32.load8_u (i32.const 2048)) (i32.const 1)) (then unreachable))
             (if (i32.ne (i32.load (i32.const 2052)) (i32.const 640)) (then unreachable))
             {DECLINES}"
        ),
    )
}

/// Calls `ask({ price: 7, currency: "EUR" })` and traps unless the answer is `ok` with a price of 8.
fn ask() -> Vec<u8> {
    engine(
        "(import \"acme:pricing/quotes@1.0.0\" \"ask\" (func $ask (param i32 i32 i32 i32)))",
        &format!(
            "(call $ask (i32.const 7) (i32.const 1029) (i32.const 3) (i32.const 2048))
             (if (i32.load8_u (i32.const 2048)) (then unreachable))
             (if (i32.ne (i32.load (i32.const 2052)) (i32.const 8)) (then unreachable))
             {DECLINES}"
        ),
    )
}

/// Answers every call with one value, or fails.
struct Fixed(Option<Value>);

impl Extension for Fixed {
    async fn call(&self, call: &CallContext, function: &str, arguments: &[Value]) -> Result<Value, Cause> {
        assert_eq!((&*call.tenant, call.account.as_deref()), ("meadow", Some("acc-7")));
        match function {
            "headcount" => assert_eq!(arguments, [json!("acc-7")]),
            "ask" => assert_eq!(arguments, [json!({ "price": 7, "currency": "EUR" })]),
            other => panic!("{other}"),
        }
        self.0.clone().ok_or_else(|| "the service is down".into())
    }
}

async fn recorded(engine: &HandoffEngine, answer: Option<Value>) -> (Result<(), AbortReason>, Recording) {
    let grants = Grants::new("meadow").with_extension(EXTENSION, Arc::new(Fixed(answer)));
    outcome(engine, &grants).await
}

/// Returns whether the component got past its own checks.
async fn outcome(engine: &HandoffEngine, grants: &Grants) -> (Result<(), AbortReason>, Recording) {
    let call = prepare(engine, grants).await;
    let result = match call.result {
        Err(Error::Handoff(_)) => Ok(()),
        Err(Error::Aborted { reason, .. }) => Err(reason),
        other => panic!("{other:?}"),
    };
    assert_eq!(call.cost.imported_calls, 1);
    (result, call.recording)
}

async fn replays(runtime: &Runtime, engine: &HandoffEngine, recording: &Recording) {
    let replay = runtime.replay(engine.component(), recording, None).await.expect("it replays");
    assert_eq!(replay.differences, [""; 0]);
}

#[tokio::test]
async fn a_granted_extension_answers_and_replays() {
    let runtime = open();
    for (bytes, answer) in [(headcount(), json!(640)), (ask(), json!({ "ok": { "price": 8, "currency": "EUR" } }))] {
        let engine = linked(&runtime, &bytes).expect("it links");
        let (result, recording) = recorded(&engine, Some(answer.clone())).await;
        assert_eq!(result, Ok(()));
        let Exchange::Extension { answer: stored, .. } = &recording.exchanges[0] else { panic!("{recording:?}") };
        assert_eq!(*stored, ExtensionAnswer::Value(answer));
        replays(&runtime, &engine, &recording).await;

        // A changed answer is detected, as one of the contract's own imports is.
        let sealed = runtime.seal(&recording).expect("it is sealed");
        assert!(runtime.unseal(&sealed.replace("acc-7", "acc-8")).is_err());
        let mut other = recording.clone();
        if let Exchange::Extension { answer, .. } = &mut other.exchanges[0] {
            *answer = ExtensionAnswer::Value(json!(641));
        }
        let replay = runtime.replay(engine.component(), &other, None).await.expect("it replays");
        assert!(!replay.identical());

        // Another component on the same recording gets the same answer.
        let candidate = ComparisonCandidate::new(&runtime, engine.component()).expect("it links");
        let compared = runtime.compare(&candidate, Baseline::default(), &recording).await.expect("it compares");
        assert!(matches!(compared, ComparisonOutcome::Done(output) if output == recording.output));
    }
}

#[tokio::test]
async fn without_a_grant_the_call_ends() {
    let runtime = open();
    let engine = linked(&runtime, &headcount()).expect("it links");
    let (result, recording) = outcome(&engine, &Grants::new("meadow")).await;
    assert_eq!(result, Err(AbortReason::ExtensionNotGranted));
    replays(&runtime, &engine, &recording).await;
}

#[tokio::test]
async fn a_failure_or_a_value_of_another_type_ends_the_call() {
    let runtime = open();
    let engine = linked(&runtime, &headcount()).expect("it links");
    for answer in [None, Some(json!("640")), Some(json!(-1)), Some(json!(5_000_000_000_u64)), Some(json!([640]))] {
        let (result, recording) = recorded(&engine, answer.clone()).await;
        assert_eq!(result, Err(AbortReason::Extension), "{answer:?}");
        replays(&runtime, &engine, &recording).await;
    }
    let engine = linked(&runtime, &ask()).expect("it links");
    for answer in [json!({ "ok": { "price": 8 } }), json!({ "other": 1 }), json!({ "ok": 1, "err": "" }), json!("ok")] {
        assert_eq!(recorded(&engine, Some(answer.clone())).await.0, Err(AbortReason::Extension), "{answer}");
    }
    // An error of the function's own type reaches the component, which here traps on it.
    assert_eq!(recorded(&engine, Some(json!({ "err": "sold out" }))).await.0, Err(AbortReason::Trapped));
}
