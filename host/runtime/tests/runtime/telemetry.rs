//! One span per call, and a cost that matches what the call did.

use crate::fixture::{DECLINES, closed, engine, linked, prepare};
use baton_runtime::{Grants, Limits};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps the names and fields of all spans.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<RecordedSpan>>>);

/// A span's name and its fields.
type RecordedSpan = (&'static str, BTreeMap<&'static str, String>);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = BTreeMap::new();
        span.record(&mut Fields(&mut fields));
        let mut spans = self.0.lock().expect("no test panicked with it");
        spans.push((span.metadata().name(), fields));
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut spans = self.0.lock().expect("no test panicked with it");
        let index = usize::try_from(span.into_u64() - 1).expect("few spans");
        values.record(&mut Fields(&mut spans[index].1));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn a_call_has_one_span_with_its_cost() {
    let spans = Spans::default();
    let look_up = "(import \"baton:handoff/research@0.2.0\" \"look-up\" (func $look-up (param i32 i32 i64 i32)))";
    let body = format!(
        "(drop (memory.grow (i32.const 3)))
         (call $look-up (i32.const 1024) (i32.const 5) (i64.const 0) (i32.const 2048)) {DECLINES}"
    );
    let engine = linked(&closed(Limits::default()), &engine(look_up, &body)).expect("it links");
    let threads = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let call =
        tracing::subscriber::with_default(spans.clone(), || threads.block_on(prepare(&engine, &Grants::new("meadow"))));

    let cost = call.cost;
    assert_eq!(cost.imported_calls, 1);
    assert_eq!(cost.memory_high_water, 5 << 16, "two pages at first, three more");
    // `look-up("acc-7", 0)` and `err(other(none))`: a length, five letters and a time; four tags, of which
    // one says that it is the output of `prepare`.
    assert_eq!(cost.bytes_out, (4 + 5 + 8) + 4);
    assert!(cost.bytes_in > 40, "the assignment: {}", cost.bytes_in);
    assert!(!cost.wall_time.is_zero());

    let spans = spans.0.lock().unwrap();
    let [(name, fields)] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(*name, "component_call");
    let field = |name: &str| fields.get(name).map(String::as_str);
    assert_eq!(field("tenant"), Some("meadow"));
    assert_eq!(field("function"), Some("prepare"));
    assert_eq!(field("component"), Some(&*engine.component().digest().to_string()));
    assert_eq!(field("memory"), Some(&*cost.memory_high_water.to_string()));
    assert_eq!(field("bytes_in"), Some(&*cost.bytes_in.to_string()));
    assert_eq!(field("bytes_out"), Some(&*cost.bytes_out.to_string()));
    assert_eq!(field("imported_calls"), Some("1"));
}
