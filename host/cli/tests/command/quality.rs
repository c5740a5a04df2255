//! Standings from the command line: one stream in full, a stop by hand, and approving several at once.

use crate::fixture::DeskFolder;
use crate::text;
use serde_json::Value;

/// Returns the packages of one stream that auto-send could release: ids and digests.
fn of_one_stream(desk: &DeskFolder) -> (i64, Vec<(String, String)>) {
    let streams = desk.json(&["quality", "--json"]);
    let busy = streams.as_array().expect("a list").iter().max_by_key(|stream| stream["packages-per-week"].as_u64());
    let stream = busy.expect("a stream")["id"].as_i64().expect("a number");
    let kind = busy.expect("a stream")["signal-kind"].as_str().expect("a kind").to_owned();
    let tier = &busy.expect("a stream")["tier"];
    let queue = desk.json(&["queue", "--json"]);
    let mut found = Vec::new();
    for row in queue["rows"].as_array().or(queue.as_array()).expect("rows") {
        if row["model"] == "review-and-approve" || row["warnings"] != 0 || row["tier"] != *tier {
            continue;
        }
        let id = row["id"].as_str().expect("an id").to_owned();
        let shown = desk.json(&["show", &id, "--json"]);
        let lead = &shown["content"]["package"]["signals"][0]["signal"]["kind"];
        let english = shown["content"]["package"]["angle"]["language"] == "en";
        if english && lead.as_str() == Some(kind.as_str()) {
            found.push((id, shown["digest"].as_str().expect("a digest").to_owned()));
        }
    }
    assert!(found.len() >= 3, "{} packages of {kind}", found.len());
    (stream, found)
}

fn tally(desk: &DeskFolder, stream: i64) -> (u64, u64) {
    let detail = desk.json(&["quality", &stream.to_string(), "--json"]);
    let number = |of: &Value| of.as_u64().expect("a number");
    (number(&detail["tally"]["inspected"]), number(&detail["tally"]["nonconforming"]))
}

#[test]
fn what_is_approved_together_is_no_evidence() {
    let desk = DeskFolder::new();
    let (stream, packages) = of_one_stream(&desk);
    let named = |at: usize| format!("{}:{}", &packages[at].0[..8], &packages[at].1[..12]);
    let (first, second) = (named(0), named(1));

    // A single approval after a review counts as evidence.
    desk.done(&["approve", &packages[2].0, "--digest", &packages[2].1, "--seconds", "40"]);
    assert_eq!(tally(&desk, stream), (1, 0));

    // A bulk approval needs the digest of each package.
    let (unseen, _) = first.split_once(':').expect("a digest");
    for arguments in [
        &["approve", unseen, &second][..],
        &["approve", &first, unseen],
        &["approve", &first, &second, "--digest", "00000000"],
    ] {
        let output = desk.baton(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("ID:DIGEST") || text(&output.stderr).contains(":DIGEST"));
    }
    let wrong = format!("{unseen}:0000000000");
    let output = desk.baton(&["approve", &wrong, &second, "--seconds", "600"]);
    let (said, error) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(said.contains("not approved") && said.contains("  approved\n"), "a result for each: {said}");
    assert!(error.contains("the package differs from what was shown"), "{error}");

    let approve = ["approve", &first, &second, "--seconds", "600", "--key", "all-at-once", "--json"];
    let again = desk.baton(&approve);
    assert_eq!(again.status.code(), Some(3), "the second one was approved before: {}", text(&again.stderr));
    let results: Value = serde_json::from_str(&text(&again.stdout)).expect("JSON");
    assert_eq!(results[0]["decided"]["state"], "approved");
    assert!(results[1]["refused"].as_str().expect("a reason").contains("so it cannot be approved"), "{results}");
    let again: Value = serde_json::from_str(&text(&desk.baton(&approve).stdout)).expect("JSON");
    assert_eq!(again[0]["decided"]["repeated"], true, "the same request gets the first answer");
    assert_eq!(tally(&desk, stream), (1, 0), "decided together, they bring no evidence");
    let said = desk.done(&["quality", &stream.to_string()]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("good, but not counted: it was part of a bulk decision"), "{said}");
}

#[test]
fn a_stream_in_full() {
    let desk = DeskFolder::new();
    let (stream, packages) = of_one_stream(&desk);
    let number = stream.to_string();
    let note = "the \u{1b}[31mround\u{1b}[0m was last year";
    desk.done(&["reject", &packages[0].0, "--digest", &packages[0].1, "--reason", "research", "--note", note]);
    desk.done(&["--as", "mara", "quality", "stop", &number, "--why", "a new product page"]);
    let said = desk.done(&["quality", &number]);
    assert!(!said.contains('\u{1b}'), "{said:?}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "suspended",
        "stopped by mara on 2026-03-10 09:00 UTC: a new product page",
        "no auto-send yet",
        "Guarantees and limits of the plan",
        "assuming that reviewers find every defect",
        "100% (as found)",
        "sent before a catch",
        "Standing changes, latest first",
        "a fact was wrong, so every stream with the same drafter is reviewed",
        "\"research: the \\u{1b}[31mround\\u{1b}[0m was last year\"",
    ] {
        assert!(said.contains(text), "{text} in {said}");
    }
    let detail = desk.json(&["quality", &number, "--json", "--evidence", "1"]);
    assert_eq!(detail["evidence"].as_array().expect("lines").len(), 1);
    assert_eq!(detail["evidence"][0]["event"], "stopped");
    assert_eq!(
        (&detail["manual-change"]["who"], &detail["assessment"]["standing"]),
        (&"mara".into(), &"suspended".into())
    );
    assert!(detail["forecast"]["outgoing-limit"].is_u64() && detail["forecast"]["miss-rate"].is_null(), "{detail}");
    assert!(detail["standings"].as_array().is_some_and(|turns| !turns.is_empty()), "{detail}");

    let unknown = desk.baton(&["quality", "99"]);
    assert_eq!(unknown.status.code(), Some(3));
    let said = text(&unknown.stderr);
    assert!(
        said.contains("there is no stream 99") && said.contains("hint: list the streams with `baton quality`"),
        "{said}"
    );
    for arguments in [
        &["quality", "0"][..],
        &["quality", "x"],
        &["quality", "1", "--evidence", "1001"],
        &["quality", "--evidence", "5"],
    ] {
        assert_eq!(desk.baton(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let silent = desk.baton(&["quality", "stop", &number, "--why", " "]);
    assert_eq!(silent.status.code(), Some(3), "{}", text(&silent.stderr));
    assert!(desk.done(&["quality", "--help"]).contains("\nDefinitions:\n"));
}
