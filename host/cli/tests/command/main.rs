//! The command end to end: output streams, exit codes and messages.

mod backup;
mod compare;
mod documents;
mod drafts;
mod fixture;
mod follow_ups;
mod forget;
mod newer_export;
mod pilot;
mod plugins;
mod quality;
mod reviews;
mod salesforce_export;
mod signals;
mod simulate;
mod starter;
mod users;
mod webhooks;

use std::{
    path::Path,
    process::{Command, Output},
};

use expect_test::{Expect, expect};

/// A copy of the pilot, so that its results are written nowhere else.
fn pilot() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pilot"), folder.path());
    // Somebody may have run it where it is.
    let _ = std::fs::remove_dir_all(folder.path().join("desk"));
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder is made");
    for entry in std::fs::read_dir(from).expect("the folder is read") {
        let entry = entry.expect("the entry is read");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("the file is copied");
        }
    }
}

fn baton(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the command starts")
}

/// Returns the command, to be started in this folder by Mara, in UTC.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("BATON_CONFIG")
        .env_remove("BATON_NOW")
        .env_remove("EDITOR")
        .env_remove("VISUAL")
        .env("BATON_USER", "mara")
        .env("TZ", "UTC")
        .env("NO_COLOR", "1")
        .stdin(std::process::Stdio::null());
    command
}

/// Every account of every campaign, as the command exports them.
fn accounts(folder: &Path) -> Vec<serde_json::Value> {
    let exported = baton(folder, &["export", "accounts", "--format", "jsonl"]);
    assert_eq!(exported.status.code(), Some(0), "{}", text(&exported.stderr));
    text(&exported.stdout).lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the output is UTF-8")
}

/// Nothing on standard output, this on standard error, and this exit code.
fn refused(folder: &Path, arguments: &[&str], code: i32, expected: Expect) {
    let output = baton(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    expected.assert_eq(&text(&output.stderr));
}

#[test]
fn a_folder_without_a_configuration() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    refused(
        folder.path(),
        &["check"],
        1,
        expect![[r#"
        error: baton.toml: there is no such file
          hint: name it with `--config PATH`, or run `baton` in the folder that has a `baton.toml`
    "#]],
    );
}

#[test]
fn a_wrong_command_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for arguments in
        [&["runn"][..], &["run"], &["run", "pilot", "--now", "today"], &["run", "pilot", "--jobs", "0"], &[]]
    {
        assert_eq!(baton(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_campaign_that_is_not_there() {
    let folder = pilot();
    refused(
        folder.path(),
        &["run", "pilto"],
        1,
        expect![[r#"
        error: campaigns: there is no campaign `pilto`
          hint: there is `pilot`
    "#]],
    );
}

#[test]
fn a_campaign_that_has_not_been_run() {
    let folder = pilot();
    refused(
        folder.path(),
        &["show", "northbeam.example"],
        1,
        expect![[r#"
            error: no campaign has run yet
              hint: run one with `baton run CAMPAIGN`
        "#]],
    );
}

#[test]
fn a_slip_of_the_pen() {
    let folder = pilot();
    let file = folder.path().join("campaigns/pilot.toml");
    let campaign = std::fs::read_to_string(&file).expect("the campaign is read");
    std::fs::write(&file, campaign.replace("touches-max = 4", "touch-max = 4")).expect("the campaign is written");
    refused(
        folder.path(),
        &["run", "pilot"],
        1,
        expect![[r#"
        error: campaigns/pilot.toml:4: `touch-max` is not a key of a campaign file
          hint: did you mean `touches-max`?
    "#]],
    );
}

#[test]
fn an_angle_that_the_drafter_does_not_write() {
    let folder = pilot();
    let file = folder.path().join("campaigns/pilot.toml");
    let campaign = std::fs::read_to_string(&file).expect("the campaign is read");
    let slip = campaign.replace("{{ account }} after the round", "{{ account | shout }} after the round");
    std::fs::write(&file, slip).expect("the campaign is written");
    let output = baton(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    let said = text(&output.stderr);
    assert!(said.contains("campaigns/pilot.toml: the angle for `funding` in `en` cannot be drafted: "), "{said}");
    assert!(said.contains("shout"), "{said}");

    let slip =
        campaign.replace("{{ facts['fact-setup'] }}, and nothing", "{{ facts['fact-setup'] | shout }}, and nothing");
    assert_ne!(slip, campaign);
    std::fs::write(&file, slip).expect("the campaign is written");
    let output = baton(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    let said = text(&output.stderr);
    assert!(said.contains("a follow-up with the angle for `funding` in `en` cannot be drafted: "), "{said}");
}

#[test]
fn the_pilot_is_well() {
    let folder = pilot();
    let output = baton(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    for line in [
        "campaigns/pilot.toml                  9 angles, 3 roles, 5 tiers",
        "engine                                built in, can run",
        "no problems found",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "`{line}` is not in\n{shown}");
    }
}

#[test]
fn a_run_and_what_came_of_it() {
    let folder = pilot();
    let run = baton(folder.path(), &["run", "pilot", "--now", "2026-03-10T09:00:00Z", "--json"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&run.stdout).expect("the summary is JSON");
    assert_eq!(summary["new"], 32);
    assert_eq!(summary["failed"], serde_json::json!({}));

    let why = baton(folder.path(), &["why", "https://www.corvane.example/"]);
    assert_eq!(why.status.code(), Some(0), "{}", text(&why.stderr));
    let why = text(&why.stdout);
    assert!(why.contains("\ndisqualified, customer: "), "{why}");

    let show = baton(folder.path(), &["show", "TESSALY pay", "--json"]);
    let shown: serde_json::Value = serde_json::from_slice(&show.stdout).expect("the result is JSON");
    assert_eq!(shown["model"], "review-and-approve");

    let again =
        baton(folder.path(), &["run", "pilot", "--now", "2026-03-10T09:00:00Z", "--account", "corvane.example"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!(text(&again.stdout).contains("\n1 account processed"), "{}", text(&again.stdout));

    refused(
        folder.path(),
        &["show", "tesaly.example"],
        1,
        expect![[r#"
            error: no account `tesaly.example` in the latest run of `pilot`
              hint: did you mean Tessaly Pay (tessaly.example), Ferrant Assurance (ferrant.example), Lumenary (lumenary.example)?
        "#]],
    );
}

#[test]
fn what_is_no_component() {
    let folder = pilot();
    refused(
        folder.path(),
        &["plugin", "inspect", "baton.toml"],
        1,
        expect![[r#"
            error: baton.toml: the component cannot be loaded: the bytes are not a WebAssembly component that this host can run: magic header not detected: bad magic number - expected=[
              0x0,
              0x61,
              0x73,
              0x6d,
              ] actual=[
              0x23,
              0x20,
              0x54,
              0x68,
              ]
        "#]],
    );
}
