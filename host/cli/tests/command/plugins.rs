//! Third-party components: inspected, granted capabilities, pinned, and refused after any change.

use crate::{baton, pilot, refused, text};
use expect_test::expect;
use serde_json::Value;
use std::fs;
use std::path::Path;

const ENGINE: &[u8] = baton_components::ENGINE;
const DRAFTER: &[u8] = baton_components::DRAFTER;

/// Returns another component with the same behavior: a runtime skips a custom section (id 0, WebAssembly core
/// specification, 5.5.3).
fn other(component: &[u8]) -> Vec<u8> {
    [component, &[0, 5, 4, b'o', b'u', b'r', b's']].concat()
}

/// Returns the pilot's folder with the files of another drafter and another engine.
fn folder() -> tempfile::TempDir {
    let folder = pilot();
    fs::write(folder.path().join("ours.wasm"), other(DRAFTER)).expect("the file is written");
    fs::write(folder.path().join("engine.wasm"), other(ENGINE)).expect("the file is written");
    folder
}

fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = baton(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).expect("the file is read")
}

/// Returns the installed file of the world.
fn installed(folder: &Path, world: &str) -> String {
    let rows: Value = serde_json::from_slice(&baton(folder, &["plugin", "list", "--json"]).stdout).expect("JSON");
    let row = rows.as_array().expect("a list").iter().find(|row| row["world"] == world).expect("a row");
    row["file"].as_str().expect("a file").to_owned()
}

#[test]
fn what_is_installed_runs() {
    let folder = folder();
    let before = read(folder.path(), "baton.toml");
    let install = baton(folder.path(), &["plugin", "install", "ours.wasm", "--yes"]);
    assert_eq!(install.status.code(), Some(0), "{}", text(&install.stderr));
    let shown = text(&install.stderr);
    assert!(shown.contains("imports       nothing: it has no access to anything outside itself"), "{shown}");

    let file = installed(folder.path(), "drafter");
    assert!(file.starts_with("plugins/drafter-") && file.ends_with(".wasm"), "{file}");
    assert_eq!(fs::read(folder.path().join(&file)).expect("the file is read"), other(DRAFTER));
    let after = read(folder.path(), "baton.toml");
    assert!(after.starts_with(before.trim_end()), "{after}");
    assert!(after.ends_with(&format!("[components]\ndrafter = \"{file}\"\n")), "{after}");

    let checked = done(folder.path(), &["check"]);
    assert!(checked.contains(&format!("{file}, installed, can run\n")), "{checked}");
    done(folder.path(), &["run", "pilot", "--now", "2026-03-10T09:00:00Z"]);

    done(folder.path(), &["plugin", "remove", "drafter"]);
    assert!(!folder.path().join(&file).exists());
    assert!(read(folder.path(), "baton.toml").ends_with("[components]\ndrafter = \"builtin\"\n"));
    assert!(!read(folder.path(), "baton.lock.toml").contains("[drafter]"));
    refused(
        folder.path(),
        &["plugin", "remove", "drafter"],
        1,
        expect![[r#"
            error: no drafter is installed: the built-in one is in use
              hint: `baton plugin list` lists the component of each world
        "#]],
    );

    // The recording of a removed component cannot be replayed.
    let queue: Value =
        serde_json::from_str(&done(folder.path(), &["--now", "2026-03-10", "queue", "--json"])).expect("JSON");
    let replay = baton(folder.path(), &["replay", queue[0]["id"].as_str().expect("an id")]);
    assert_eq!(replay.status.code(), Some(1), "{}", text(&replay.stderr));
    assert!(
        text(&replay.stderr).contains("the recording was made with the component sha256:"),
        "{}",
        text(&replay.stderr)
    );
}

#[test]
fn a_newer_one_takes_the_place_of_the_one_before() {
    let folder = folder();
    done(folder.path(), &["plugin", "install", "ours.wasm", "--yes"]);
    let first = installed(folder.path(), "drafter");
    fs::write(folder.path().join("ours.wasm"), other(&other(DRAFTER))).expect("the file is written");
    done(folder.path(), &["plugin", "install", "ours.wasm", "--yes"]);
    let second = installed(folder.path(), "drafter");
    assert_ne!(first, second);
    assert!(!folder.path().join(first).exists());
    // Installing the same file again changes nothing.
    let before = read(folder.path(), "baton.toml") + &read(folder.path(), "baton.lock.toml");
    done(folder.path(), &["plugin", "install", &second, "--yes"]);
    assert_eq!(read(folder.path(), "baton.toml") + &read(folder.path(), "baton.lock.toml"), before);
    assert!(folder.path().join(second).exists());
}

#[test]
fn what_nobody_looked_at_does_not_run() {
    let folder = folder();
    let settings = read(folder.path(), "baton.toml") + "\n[components]\ndrafter = \"ours.wasm\"\n";
    fs::write(folder.path().join("baton.toml"), settings).expect("the file is written");
    refused(
        folder.path(),
        &["queue"],
        1,
        expect![[r#"
        error: ours.wasm: this drafter is not installed
          hint: look at it and install it: `baton plugin install ours.wasm`
    "#]],
    );
    assert_eq!(baton(folder.path(), &["check"]).status.code(), Some(1));
    assert_eq!(baton(folder.path(), &["plugin", "list"]).status.code(), Some(1));
}

#[test]
fn what_changed_since_then_does_not_run() {
    let folder = folder();
    done(folder.path(), &["plugin", "install", "ours.wasm", "--yes"]);
    let file = installed(folder.path(), "drafter");
    fs::write(folder.path().join(&file), DRAFTER).expect("the file is written");
    let output = baton(folder.path(), &["queue"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.starts_with(&format!("error: {file}: the file has changed since it was installed: it was sha256:")),
        "{said}"
    );
    assert!(said.contains(&format!("\n  hint: put the installed file back, or look at the new one and install it: `baton plugin install {file}`")), "{said}");
    fs::remove_file(folder.path().join(&file)).expect("the file is removed");
    assert_eq!(baton(folder.path(), &["queue"]).status.code(), Some(1));
}

#[test]
fn nothing_is_granted_without_a_yes() {
    let folder = folder();
    let output = baton(folder.path(), &["plugin", "install", "engine.wasm"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    for line in [
        "  imports       contacts: the contacts of the account it works on, with earlier touches",
        "  [grants]      contacts: allowed",
        "                sending: allowed",
        "error: `--yes` is missing and there is no terminal to ask on",
    ] {
        assert!(said.lines().any(|said| said == line), "`{line}` is not in\n{said}");
    }
    assert!(!folder.path().join("baton.lock.toml").exists() && !folder.path().join("plugins").exists());
}

#[test]
fn what_asks_for_more_than_is_granted_does_not_run() {
    let folder = folder();
    let settings = read(folder.path(), "baton.toml");
    let denied = settings.clone() + "\n[grants]\ncontacts = false\n";
    fs::write(folder.path().join("baton.toml"), &denied).expect("the file is written");
    let output = baton(folder.path(), &["plugin", "install", "engine.wasm", "--yes"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).ends_with(
            "error: engine.wasm: it imports `contacts`, which `[grants]` does not allow\n  \
         hint: to allow it, set `contacts = true` in `[grants]` of baton.toml\n"
        ),
        "{}",
        text(&output.stderr)
    );

    // A grant that the admin withdrew after the installation.
    fs::write(folder.path().join("baton.toml"), &settings).expect("the file is written");
    done(folder.path(), &["plugin", "install", "engine.wasm", "--yes"]);
    let file = installed(folder.path(), "engine");
    let chosen = read(folder.path(), "baton.toml");
    fs::write(folder.path().join("baton.toml"), chosen.clone() + "\n[grants]\ncontacts = false\n")
        .expect("it is written");
    let said = text(&baton(folder.path(), &["queue"]).stderr);
    assert_eq!(
        said,
        format!(
            "error: {file}: it asks for `contacts`, which `[grants]` does not allow\n  \
         hint: set `contacts = true` in `[grants]`, or remove the component: `baton plugin remove engine`\n"
        )
    );

    // The grants in the lock file decide, and only an admin can change that file.
    fs::write(folder.path().join("baton.toml"), chosen).expect("the file is written");
    let lock = read(folder.path(), "baton.lock.toml");
    fs::write(folder.path().join("baton.lock.toml"), lock.replace("\"baton:handoff/sending@0.2.0\"", ""))
        .expect("it is written");
    let said = text(&baton(folder.path(), &["queue"]).stderr);
    assert!(
        said.starts_with(&format!(
            "error: {file}: it asks for `sending`, which it was not granted when it was installed\n"
        )),
        "{said}"
    );
    fs::write(folder.path().join("baton.lock.toml"), lock + "\n[enigne]\n").expect("the file is written");
    refused(
        folder.path(),
        &["queue"],
        1,
        expect![[r#"
            error: baton.lock.toml:8: `enigne` is not a world
              hint: restore the file from version control, or install the components again, which writes it anew: `baton plugin install FILE`
        "#]],
    );
}

#[test]
fn what_cannot_run_is_not_installed() {
    let folder = folder();
    fs::write(folder.path().join("broken.wasm"), &DRAFTER[..DRAFTER.len() / 2]).expect("the file is written");
    for file in ["broken.wasm", "nothing.wasm", "crm"] {
        let output = baton(folder.path(), &["plugin", "install", file, "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(text(&output.stderr).starts_with(&format!("error: {file}: ")), "{}", text(&output.stderr));
    }
    assert!(!folder.path().join("baton.lock.toml").exists());
}

/// A device can be endless, and a pipe waits for its writer.
#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pipe = folder.path().join("pipe.wasm");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    for file in ["/dev/zero", "pipe.wasm", "."] {
        let refused = baton(folder.path(), &["plugin", "inspect", file]);
        assert_eq!(refused.status.code(), Some(1), "{file}");
        assert!(text(&refused.stderr).contains("it is not a regular file"), "{file}: {}", text(&refused.stderr));
    }
}
