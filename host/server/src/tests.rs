//! The parts that need no component. The suite in `tests/` has the others.

use crate::clock::{clock_from, wall_clock};
use crate::error::ServerError;
use crate::outbox::transport;
use crate::server::provider;
use baton_config::Settings;
use std::path::Path;

/// Parses a `baton.toml` in this folder that ends with these lines.
fn settings(folder: &Path, lines: &str) -> Settings {
    let text = format!("[crm]\nformat = \"salesforce\"\naccounts = \"a.csv\"\ncontacts = \"c.csv\"\n{lines}");
    Settings::parse(&folder.join("baton.toml"), &text).unwrap().value
}

#[test]
fn a_clock_starts_at_the_given_time() {
    let clock = clock_from(1_773_133_200);
    assert!((1_773_133_200..1_773_133_210).contains(&clock()));
}

/// A clock that counts from its start parts from the machine's: only a trial at another time uses it.
#[test]
fn the_clock_of_a_server_is_that_of_the_machine() {
    let (trial, machine) = (clock_from(1_773_133_200), wall_clock());
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(machine().abs_diff(i64::try_from(since).unwrap()) < 5);
    assert!(trial() < 1_773_133_300 && machine() > trial());
}

#[test]
fn the_provider_is_the_name_of_the_format() {
    assert_eq!(provider(&settings(Path::new(""), "").crm), "salesforce");
}

#[test]
fn a_message_folder_that_cannot_be_created_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let settings = settings(folder.path(), "[sending]\nfolder = \"file/outbox\"\n");
    let error = transport(&settings, |_| None).err().unwrap();
    assert!(matches!(error, ServerError::MessageFolder { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("file/outbox: cannot create the message folder: "), "{text}");
    assert!(text.ends_with("\nhint: set `folder` in `[sending]` to another one"), "{text}");
}

#[test]
fn a_missing_mail_password_is_named_with_a_hint() {
    let lines = "[sending.smtp]\nhost = \"mail.example\"\nuser = \"mara\"\npassword-env = \"MAIL_PASSWORD\"\n";
    let settings = settings(Path::new(""), lines);
    let error = transport(&settings, |_| None).err().unwrap().to_string();
    assert!(error.contains("MAIL_PASSWORD") && error.contains("\nhint: "), "{error}");
    assert!(transport(&settings, |_| Some("four words and a lamp".into())).is_ok());
}
