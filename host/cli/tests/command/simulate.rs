//! `baton simulate`: the table and the plot match the example, and the same seed gives the same result.

use crate::{baton, pilot, refused, text};
use expect_test::{expect, expect_file};
use std::fs;

const NOW: &str = "2026-03-10T09:00:00Z";

#[test]
fn the_plot_and_the_table_are_those_of_the_example() {
    let folder = pilot();
    let file = folder.path().join("pictures/simulate.svg");
    fs::remove_file(&file).ok();
    let output = baton(folder.path(), &["simulate", "pilot", "--svg", "pictures/simulate.svg", "--now", NOW]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    expect_file!["../../../../examples/pilot/transcript/simulate.txt"].assert_eq(&text(&output.stdout));
    let drawn = fs::read_to_string(&file).expect("the plot is written");
    expect_file!["../../../../examples/pilot/pictures/simulate.svg"].assert_eq(&drawn);
    assert!(!folder.path().join("desk").exists(), "looking ahead makes no store");
}

/// Returns arguments for two short simulations, for tests that do not depend on their number.
fn quick<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["simulate", "pilot", "--now", NOW, "--days", "15", "--runs", "2", "--json"][..], more].concat()
}

fn json(folder: &std::path::Path, arguments: &[&str]) -> serde_json::Value {
    let output = baton(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the result is JSON")
}

#[test]
fn the_seed_decides() {
    let folder = pilot();
    let run = |seed| json(folder.path(), &quick(&["--seed", seed]));
    assert_eq!(run("7")["ways"], run("7")["ways"]);
    assert_ne!(run("7")["ways"], run("8")["ways"]);
}

#[test]
fn each_plan_is_a_way() {
    let folder = pilot();
    let told = json(folder.path(), &quick(&["--plan", "10/4.83/20/sent", "--sdrs", "3", "--by-hand-per-day", "5"]));
    let names: Vec<_> = told["ways"].as_array().expect("a list").iter().map(|way| &way["name"]).collect();
    assert_eq!(
        names,
        [
            "your tiers",
            "review-and-approve",
            "send-then-spot-check",
            "send-then-spot-check, 10/4.83/20/sent",
            "automatic",
            "automatic, 10/4.83/20/sent",
        ]
    );
    assert_eq!(told["by-hand-per-day"], 15);
    assert_eq!(told["ways"][0]["days"].as_array().expect("a list").len(), 15);
    let given = told["premises"].as_array().expect("a list").iter().find(|premise| premise["option"] == "sdrs");
    assert_eq!(given.expect("it is told")["source"], "given");
}

#[test]
fn better_drafts_are_proven_sooner_and_worse_ones_never() {
    let folder = pilot();
    let run =
        |rate| json(folder.path(), &quick(&["--nonconforming", rate, "--packages-per-day", "200", "--sdrs", "6"]));
    let (good, bad) = (run("0"), run("60"));
    let automatic = |told: &serde_json::Value| told["ways"][3].clone();
    assert_eq!(automatic(&good)["name"], "automatic");
    assert!(automatic(&good)["days-to-proven"]["median"].is_u64(), "{}", automatic(&good)["days-to-proven"]);
    assert_eq!(automatic(&good)["bad-per-thousand"]["median"], 0.0);
    assert!(automatic(&bad)["days-to-proven"]["median"].is_null());
}

#[test]
fn what_was_prepared_is_measured() {
    let folder = pilot();
    let run = baton(folder.path(), &["run", "pilot", "--now", NOW]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let told = json(folder.path(), &quick(&[]));
    let premises = told["premises"].as_array().expect("a list");
    let streams = premises.iter().find(|premise| premise["source"] == "measured").expect("something is measured");
    assert_eq!(streams["from"], "as the last 32 packages were");
    // Less than a week has passed, so the number of packages a day is not measured yet.
    let volume = premises.iter().find(|premise| premise["option"] == "packages-per-day").expect("it is told");
    assert_eq!(volume["source"], "assumed");
}

#[test]
fn numbers_out_of_range_are_refused() {
    let folder = pilot();
    for (option, value) in [
        ("--sdrs", "0"),
        ("--sdrs", "1001"),
        ("--review-seconds", "0"),
        ("--reviews-per-day", "1001"),
        ("--by-hand-per-day", "101"),
        ("--packages-per-day", "10001"),
        ("--days", "1001"),
        ("--runs", "0"),
        ("--batches-per-day", "49"),
        ("--nonconforming", "101"),
        ("--factual", "-1"),
        ("--miss-rate", "half"),
        ("--plan", "20/4.83/15"),
        ("--seed", "-1"),
    ] {
        let output = baton(folder.path(), &["simulate", "pilot", option, value]);
        assert_eq!(output.status.code(), Some(2), "{option} {value}");
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn a_plot_that_cannot_be_written() {
    let folder = pilot();
    refused(
        folder.path(),
        &["simulate", "pilot", "--days", "1", "--runs", "1", "--svg", "nowhere/plot.svg"],
        1,
        expect![[r#"
            error: nowhere/plot.svg: cannot write the plot: No such file or directory (os error 2)
              hint: name a file in an existing folder
        "#]],
    );
}
