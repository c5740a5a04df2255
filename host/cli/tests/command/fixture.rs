//! A folder with a finished run of the pilot, and its packages by name.
//!
//! Ids, digests and Message-IDs are random; [`Desk::same`] replaces each with a word of the same length.

use crate::{baton, copy, pilot, text};
use serde_json::Value;
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex, Weak};

/// The time of the pilot's data.
pub const NOW: &str = "2026-03-10T09:00:00Z";

/// A copy of the pilot's folder.
pub struct DeskFolder {
    pub folder: tempfile::TempDir,
    packages: Vec<Package>,
    _prepared: Option<Arc<Prepared>>,
}

/// The folder of the pilot after its first run, shared by the tests that run at the same time.
struct Prepared {
    folder: tempfile::TempDir,
    packages: Vec<Package>,
}

/// A package of the pilot.
#[derive(Clone)]
pub struct Package {
    pub id: String,
    pub digest: String,
    name: String,
}

impl Package {
    pub fn short(&self) -> &str {
        &self.id[..8]
    }

    pub fn is_of(&self, account: &str) -> bool {
        self.name.starts_with(account)
    }

    pub fn shown(&self) -> &str {
        &self.digest[..12]
    }
}

fn prepared() -> Arc<Prepared> {
    static PREPARED: Mutex<Weak<Prepared>> = Mutex::new(Weak::new());
    let mut shared = PREPARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(prepared) = shared.upgrade() {
        return prepared;
    }
    let desk = DeskFolder::empty();
    desk.done(&["run", "pilot"]);
    let packages = desk.latest();
    let prepared = Arc::new(Prepared { folder: desk.folder, packages });
    *shared = Arc::downgrade(&prepared);
    prepared
}

impl DeskFolder {
    /// Returns a folder after the first run.
    pub fn new() -> Self {
        let prepared = prepared();
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(prepared.folder.path(), folder.path());
        Self { folder, packages: prepared.packages.clone(), _prepared: Some(prepared) }
    }

    /// Returns a folder before any run.
    pub fn empty() -> Self {
        Self { folder: pilot(), packages: Vec::new(), _prepared: None }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the command at the time of the pilot's data.
    pub fn baton(&self, arguments: &[&str]) -> Output {
        baton(self.path(), &[&["--now", NOW], arguments].concat())
    }

    /// Runs a command that succeeds and returns its standard output.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.baton(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).expect("the output is JSON")
    }

    /// Returns the package of the account whose name starts with this text, as prepared by the first run.
    pub fn package(&self, account: &str) -> &Package {
        self.packages.iter().find(|package| package.is_of(account)).expect("there is such a package")
    }

    /// Returns the current packages of the accounts that the tests name, oldest first.
    pub fn latest(&self) -> Vec<Package> {
        let rows = self.done(&["export", "packages", "--format", "jsonl"]);
        let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
        let word = |row: &Value, column: &str| row[column].as_str().expect("a text").to_owned();
        let packages = rows.map(|row| (word(&row, "package"), word(&row, "account-name")));
        let known =
            |name: &str| ["Tessaly", "Orrin", "Halberg", "Northbeam"].iter().any(|known| name.starts_with(known));
        let digest = |id: &str| self.json(&["show", id, "--json"])["digest"].as_str().expect("a digest").to_owned();
        packages.filter(|(_, name)| known(name)).map(|(id, name)| Package { digest: digest(&id), id, name }).collect()
    }

    /// Runs the commands, each a minute after the previous one, and returns their output on both streams with their
    /// exit codes. `{name}` and `{digest of name}` stand for the package of that account.
    pub fn transcript(&self, commands: &[&[&str]]) -> String {
        let mut transcript = String::new();
        for (minute, command) in commands.iter().enumerate() {
            let mut arguments: Vec<String> = command.iter().map(|argument| (*argument).to_owned()).collect();
            for argument in &mut arguments {
                for package in &self.packages {
                    let word = package.name.split(' ').next().unwrap_or_default();
                    *argument = argument.replace(&format!("{{digest of {word}}}"), package.shown());
                    *argument = argument.replace(&format!("{{{word}}}"), package.short());
                }
            }
            let moment = format!("2026-03-10T09:{minute:02}:00Z");
            let typed = ["--now", &moment].into_iter().chain(arguments.iter().map(String::as_str));
            let output = baton(self.path(), &typed.collect::<Vec<_>>());
            let words: Vec<String> = arguments
                .iter()
                .map(|argument| if argument.contains(' ') { format!("\"{argument}\"") } else { argument.clone() })
                .collect();
            transcript += &format!("$ baton {}\n{}{}", words.join(" "), text(&output.stdout), text(&output.stderr));
            if let Some(code @ 1..) = output.status.code() {
                transcript += &format!("[exit code {code}]\n");
            }
            transcript.push('\n');
        }
        self.same(&transcript)
    }

    /// Replaces each random value in the text with a word of the same length.
    pub fn same(&self, printed: &str) -> String {
        let mut same = printed.to_owned();
        for package in &self.packages {
            let letters = package.name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
            let word: String = letters.chars().chain(std::iter::repeat('x')).take(12).collect();
            same = same.replace(&package.id, &word).replace(package.short(), &word[..8]);
            same = same.replace(package.shown(), &format!("d{}", &word[..11]));
        }
        for entry in self.json(&["outbox", "--json"]).as_array().expect("a list") {
            let id = entry["message-id"].as_str().and_then(|id| id.split('@').next()).expect("a Message-ID");
            same = same.replace(id, &"m".repeat(id.len()));
        }
        for replies in [&["replies", "--json"][..], &["replies", "--taken-over", "--json"]] {
            for reply in self.json(replies).as_array().expect("a list") {
                let id = reply["id"].as_str().expect("an id");
                same = same.replace(id, &"r".repeat(id.len()));
            }
        }
        same
    }

    /// Checks that the command prints nothing on standard output, prints this on standard error and exits with code 3.
    pub fn refused(&self, arguments: &[&str], expected: expect_test::Expect) {
        let before = self.done(&["export", "audit-log"]);
        let output = self.baton(arguments);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "");
        expected.assert_eq(&self.same(&text(&output.stderr)));
        assert_eq!(self.done(&["export", "audit-log"]), before, "something was changed");
    }
}
