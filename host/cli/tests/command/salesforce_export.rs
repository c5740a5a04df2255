//! A real export that others wrote: a Salesforce org's sample data, with the faults that exports have.
//!
//! It is not part of the repository: the environment variable `BATON_CORPUS` names the folder that `salesforce-sample` is
//! in. `cargo xtask test` runs this test if the variable is set; otherwise it is ignored.

use crate::{accounts, baton, copy, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn export() -> PathBuf {
    let corpus = PathBuf::from(std::env::var_os("BATON_CORPUS").expect("BATON_CORPUS names the folder of the exports"));
    corpus.join("salesforce-sample").canonicalize().expect("the folder is there")
}

#[test]
#[ignore = "needs exports that are not part of the repository: set BATON_CORPUS and run cargo xtask test"]
fn no_customer_and_no_open_opportunity_of_the_salesforce_sample_is_ready() {
    let export = export();
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/salesforce"), folder.path());
    let settings = folder.path().join("baton.toml");
    let written = std::fs::read_to_string(&settings).expect("the file is read");
    std::fs::write(&settings, written.replace("EXPORT", &export.display().to_string())).expect("the file is written");

    let run = baton(folder.path(), &["run", "sample", "--now", "2026-03-10T09:00:00Z", "--json"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let summary: Value = serde_json::from_slice(&run.stdout).expect("the summary is JSON");
    assert_eq!(summary["accounts"], 50);
    assert_eq!(summary["failed"], serde_json::json!({}));

    // Judged on the export itself, by another reading than the one under test.
    let barred = barred(&export);
    assert_eq!(barred.values().filter(|barred| **barred).count(), 34);
    let mut ready = Vec::new();
    for row in accounts(folder.path()) {
        let name = row["name"].as_str().expect("a name").to_owned();
        if row["state"] == "ready" {
            assert!(!barred[&name], "{name} is ready");
            assert_eq!(row["model"], "review-and-approve", "{name}: no address is verified");
            ready.push(name);
        }
    }
    ready.sort();
    // The types Press, Investor and Analyst are nobody to sell to, so those accounts are held.
    assert_eq!(ready, ["Quatz 189"]);
}

/// Whether each account is a customer or has an opportunity that is not closed, or a won one.
fn barred(export: &Path) -> BTreeMap<String, bool> {
    let rows = |file: &str| -> Vec<csv::StringRecord> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(export.join(file)).expect("the file opens");
        reader.records().map(|row| row.expect("a row is read")).collect()
    };
    let opportunities = rows("Opportunities.csv");
    let barring = |ordinal: usize| {
        let of = format!("@AccountRef{ordinal}");
        opportunities.iter().any(|row| row[5] == of && (!row[4].starts_with("Closed") || row[4].ends_with("Won")))
    };
    let accounts = rows("Accounts.csv");
    let barred = accounts.iter().enumerate().map(|(at, row)| {
        let customer = row[4].starts_with("Customer");
        (row[0].to_owned(), customer || barring(at + 1))
    });
    barred.collect()
}
