//! `baton forget`: the people it erases, the files it deletes, and its limits.

use crate::fixture::DeskFolder;
use crate::{baton, text};
use expect_test::expect;
use std::fs;

#[test]
fn an_erasure_deletes_the_files_about_the_person() {
    let desk = DeskFolder::new();
    let package = desk.package("Tessaly");
    let contact = desk.json(&["show", package.short(), "--json"])["content"]["package"]["contact"].clone();
    let address = contact["email"].as_str().expect("an address").to_owned();
    desk.done(&["approve", package.short(), "--digest", package.shown()]);
    let outbox = desk.path().join("desk/outbox");
    let about = |outbox: &std::path::Path| {
        let files = fs::read_dir(outbox).expect("the folder of messages").map(|file| file.expect("a file").path());
        files.filter(|file| file.is_file() && fs::read_to_string(file).expect("a message").contains(&address)).count()
    };
    assert_eq!(about(&outbox), 1, "the message was sent");
    let rejects = desk.path().join("desk/rejects.csv");
    assert!(rejects.exists());
    let forgot = desk.baton(&["forget", &address, "--yes"]);
    let shown = format!("{}{}exit {:?}\n", text(&forgot.stderr), text(&forgot.stdout), forgot.status.code());
    expect![[r#"
        data about 1 person with 1 address:
          - Oliver Haig; oliver.haig@tessaly.example; Tessaly Pay; 1 package
        note: mailboxes, the CRM with its exports, and backups of the store still hold data about the person: delete it there too
        erased: packages, messages, decisions and recordings no longer hold data about this person
          no packages had to be withdrawn; the address is suppressed; 1 message file deleted; `rejects.csv`
          deleted
        exit Some(0)
    "#]].assert_eq(&desk.same(&shown));
    assert_eq!(about(&outbox), 0);
    assert!(!rejects.exists());
    let again = desk.baton(&["forget", &address, "--yes"]);
    assert_eq!(again.status.code(), Some(0));
    let unknown = baton(desk.path(), &["forget", "nobody@nowhere.example", "--yes"]);
    assert!(text(&unknown.stderr).starts_with("no data about this address is stored\n"), "{unknown:?}");
}
