//! The pilot example: every account has the expected outcome, and its transcripts are current.
//!
//! `UPDATE_EXPECT=1` rewrites the transcripts.

use crate::{accounts, baton, pilot, text};
use expect_test::expect_file;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The moment the pilot's data is about.
const NOW: &str = "2026-03-10T09:00:00Z";

/// One row of `expected.csv`, and what a run made of it: outcome, reason, tier, model.
type Ending = [String; 4];

fn kebab(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn endings(accounts: &[Value]) -> BTreeMap<String, Ending> {
    let ending =
        |row: &Value| (kebab(&row["domain"]), ["state", "reason", "tier", "model"].map(|column| kebab(&row[column])));
    accounts.iter().map(ending).collect()
}

fn expected(file: &str) -> BTreeMap<String, Ending> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row is read"));
    rows.map(|row| (row[0].to_owned(), [1, 2, 3, 4].map(|column| row[column].to_owned()))).collect()
}

#[test]
fn every_account_of_the_pilot_ends_as_it_is_to() {
    let folder = pilot();
    let run = baton(folder.path(), &["run", "pilot", "--now", NOW]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).expect("the file is read");
    let (made, wanted) = (endings(&accounts(folder.path())), expected(&read("expected.csv")));
    let other: Vec<_> = wanted.iter().filter(|(domain, ending)| made.get(*domain) != Some(ending)).collect();
    assert!(other.is_empty(), "{other:#?}");
    assert_eq!(made.len(), wanted.len(), "an account that expected.csv does not have");
}

#[test]
fn the_pilot_meets_every_outcome_reason_tier_and_model() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pilot/expected.csv");
    let wanted = expected(&std::fs::read_to_string(file).expect("the file is read"));
    let met = |column: usize| -> BTreeSet<&str> {
        wanted.values().map(|ending| ending[column].as_str()).filter(|cell| !cell.is_empty()).collect()
    };
    assert_eq!(met(0), BTreeSet::from(["disqualified", "held", "ready"]));
    assert_eq!(
        met(1),
        BTreeSet::from([
            "account-busy",
            "competitor",
            "customer",
            "draft-failed",
            "in-conversation",
            "no-deliverable-contact",
            "no-fresh-signal",
            "no-role-match",
            "outside-country",
            "outside-industry",
            "outside-size",
            "owned-by-colleague",
            "partner",
            "recently-touched",
            "suppressed",
            "unsupported-language",
        ])
    );
    assert_eq!(met(2), BTreeSet::from(["enterprise", "exploratory", "mid", "named", "referral"]));
    assert_eq!(met(3), BTreeSet::from(["automatic", "review-and-approve", "send-then-spot-check"]));
}

#[test]
fn the_transcripts_are_what_is_printed() {
    let folder = pilot();
    for (arguments, file) in [
        (&["run", "pilot", "--now", NOW][..], expect_file!["../../../../examples/pilot/transcript/run.txt"]),
        (&["show", "northbeam.example"], expect_file!["../../../../examples/pilot/transcript/show.txt"]),
        (&["why", "merrowdale.example"], expect_file!["../../../../examples/pilot/transcript/why.txt"]),
        (&["check"], expect_file!["../../../../examples/pilot/transcript/check.txt"]),
    ] {
        let output = baton(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        file.assert_eq(&text(&output.stdout));
    }
    // Rejected rows are reported on standard error and saved unchanged.
    let aside = std::fs::read_to_string(folder.path().join("desk/rejects.csv")).expect("the file is read");
    expect_file!["../../../../examples/pilot/transcript/rejects.csv"].assert_eq(&aside);
}
