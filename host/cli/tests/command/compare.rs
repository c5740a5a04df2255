//! `baton compare`: another component over the recordings of a run, and evidence carried over to it.

use crate::fixture::DeskFolder;
use crate::text;
use serde_json::Value;
use std::fs;

const ENGINE: &[u8] = baton_components::ENGINE;
const DRAFTER: &[u8] = baton_components::DRAFTER;
const GOVERNOR: &[u8] = baton_components::GOVERNOR;

/// Returns another component with the same behavior: a runtime skips a custom section (id 0, WebAssembly core
/// specification, 5.5.3).
fn other(component: &[u8]) -> Vec<u8> {
    [component, &[0, 5, 4, b'o', b'u', b'r', b's']].concat()
}

/// Returns a folder after the first run and one rejected draft, with another build of each component in it.
fn desk() -> DeskFolder {
    let desk = DeskFolder::new();
    for (name, bytes) in [("drafter", other(DRAFTER)), ("engine", other(ENGINE)), ("governor", other(GOVERNOR))] {
        fs::write(desk.path().join(format!("{name}.wasm")), bytes).expect("the file is written");
    }
    let package = desk.package("Tessaly").clone();
    desk.done(&["reject", &package.id, "--digest", package.shown(), "--reason", "draft"]);
    desk
}

/// Runs a command that succeeds and returns its standard error.
fn said(desk: &DeskFolder, arguments: &[&str]) -> String {
    let output = desk.baton(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stderr)
}

#[test]
fn another_build_changes_nothing_and_goes_on_with_the_evidence() {
    let desk = desk();
    assert!(!said(&desk, &["check"]).contains("changed:"), "nothing has changed yet");
    for file in ["engine.wasm", "drafter.wasm"] {
        let shown = desk.done(&["compare", file]);
        assert!(shown.trim_end().ends_with("gave the same result"), "{shown}");
    }
    desk.done(&["plugin", "install", "drafter.wasm", "--yes"]);
    let line = "the drafter changed: 1 stream starts again in pilot;";
    assert!(said(&desk, &["check"]).contains(line), "{}", said(&desk, &["check"]));
    assert!(said(&desk, &["run", "pilot"]).contains(line));

    let asked = desk.baton(&["compare", "drafter", "--carry-over"]);
    assert_eq!(asked.status.code(), Some(2), "nobody is there to be asked");
    assert!(text(&asked.stderr).starts_with("error: `--yes` is missing"), "{}", text(&asked.stderr));
    assert_eq!(
        said(&desk, &["compare", "drafter", "--carry-over", "--yes"]),
        "carried over  the evidence of 1 stream\n"
    );
    assert!(!said(&desk, &["check"]).contains("changed:"), "the evidence goes on");
    let trail = desk.done(&["audit-log"]);
    assert!(trail.contains("carried-over: stream "), "{trail}");

    let found: Value = desk.json(&["compare", "drafter", "--json"]);
    let streams = found["streams"].as_array().expect("a list");
    let carried: Vec<_> = streams.iter().filter(|sum| sum["carried"] == true).collect();
    assert_eq!((carried.len(), &carried[0]["inspected"]), (1, &Value::from(1)));
    assert!(streams.iter().all(|sum| sum["can-carry-over"] == false), "nothing is left to be carried");
    let again = desk.baton(&["compare", "drafter", "--carry-over", "--yes"]);
    assert!(text(&again.stderr).contains("nothing was changed"), "{}", text(&again.stderr));
}

#[test]
fn what_cannot_be_compared() {
    let desk = desk();
    let check = |arguments: &[&str], code, expected: &str| {
        let output = desk.baton(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{said}");
    };
    check(&["compare", "governor.wasm"], 1, "error: governor.wasm: cannot compare a governor");
    check(&["compare", "baton.toml"], 1, "error: baton.toml: the component cannot be loaded");
    check(&["compare", "nowhere.wasm"], 1, "error: nowhere.wasm: ");
    check(&["compare", "drafter.wasm", "--stream", "99"], 3, "there is no stream 99");
    check(&["compare", "drafter.wasm", "--limit", "0"], 2, "--limit");
    check(&["compare", "drafter.wasm", "--yes"], 2, "--carry-over");
    let own = desk.done(&["compare", "engine"]);
    assert!(own.ends_with("no recordings to compare with\n"), "{own}");
    let none = desk.done(&["compare", "drafter.wasm", "--campaign", "another"]);
    assert!(none.ends_with("no recordings to compare with\n"), "{none}");
}
