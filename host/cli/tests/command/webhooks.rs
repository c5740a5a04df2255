//! `baton panel-token` and `baton webhooks`.

use crate::{baton, pilot, refused, text};
use expect_test::expect;
use std::io::Write as _;
use std::path::Path;

const AT: [&str; 2] = ["--now", "2026-03-10T09:00:00Z"];

/// Returns the pilot's folder with the settings of a CRM that does not exist.
fn with_crm() -> tempfile::TempDir {
    let folder = pilot();
    let file = std::fs::OpenOptions::new().append(true).open(folder.path().join("baton.toml"));
    let settings = "\n[[crm-panel]]\nname = \"crm\"\nissuer = \"https://crm.example\"\nsecret-env = \"NO_PANEL_KEY\"\n\
                    frame-ancestors = [\"https://crm.example\"]\n[[webhook]]\nname = \"crm\"\n\
                    url = \"https://crm.example/hooks\"\nsecret-env = \"NO_HOOK_KEY\"\nevents = [\"decided\", \"package-ready\"]\n";
    file.and_then(|mut file| file.write_all(settings.as_bytes())).expect("it can be written");
    folder
}

fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = baton(folder, &[&AT, arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn what_is_to_be_told_is_listed() {
    let folder = with_crm();
    let folder = folder.path();
    assert_eq!(done(folder, &["webhooks"]), "no deliveries yet\n");
    done(folder, &["run", "pilot", "--account", "northbeam.example"]);
    let listed: serde_json::Value = serde_json::from_str(&done(folder, &["webhooks", "--json"])).expect("JSON");
    let [one] = listed.as_array().expect("a list").as_slice() else { panic!("{listed}") };
    assert_eq!((&one["webhook"], &one["event"], &one["attempts"]), (&"crm".into(), &"package-ready".into(), &0.into()));
    let id = one["id"].as_str().expect("an id");
    assert!(done(folder, &["webhooks", "--state", "waiting"]).contains(id));
    assert!(done(folder, &["webhooks", "retry", id]).contains("waiting"));
    assert_eq!(done(folder, &["webhooks", "--state", "dead", "--json"]), "[]\n");
    refused(
        folder,
        &["webhooks", "retry", "msg_none"],
        3,
        expect![[r#"
            error: there is no delivery msg_none
              hint: correct the request and try again
        "#]],
    );
    // Without its key no event is delivered, and the page is not served.
    for arguments in [&["webhooks", "deliver"][..], &["serve", "--port", "0"]] {
        let output = baton(folder, arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("_KEY is not set\n  hint: "), "{said}");
    }
    // `baton check` reports every missing key.
    let output = baton(folder, &[&AT[..], &["check"]].concat());
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for key in ["NO_PANEL_KEY is not set", "NO_HOOK_KEY is not set"] {
        assert!(said.contains(key), "{key} in {said}");
    }
}

#[test]
fn a_link_needs_a_panel_and_its_key() {
    let link = ["panel-token", "--record", "18420000184", "--user", "mara@relayforge.example"];
    refused(
        pilot().path(),
        &link,
        2,
        expect![[r#"
            error: no CRM panel chosen
              hint: add a `[[crm-panel]]` to baton.toml
        "#]],
    );
    let folder = with_crm();
    refused(
        folder.path(),
        &link,
        1,
        expect![[r#"
            error: the CRM panel `crm`: the variable NO_PANEL_KEY is not set
              hint: create one with `openssl rand -hex 32` for both sides
        "#]],
    );
    refused(
        folder.path(),
        &[&link[..], &["--crm", "crn"]].concat(),
        2,
        expect![[r#"
            error: no CRM panel chosen
              hint: choose one with `--crm`: crm
        "#]],
    );
}
