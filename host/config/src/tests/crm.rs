//! `[[crm-panel]]` and `[[webhook]]`.

use expect_test::expect;

use super::{BATON, check_baton};
use crate::Settings;
use baton_desk::webhooks::EventKind;
use baton_desk::webhooks::Webhook;
use baton_identity::{CrmPanelOptions, UserClaim};

const PANEL: &str = "[[crm-panel]]\nname = \"crm\"\nissuer = \"https://crm.example\"\nsecret-env = \"PANEL_KEY\"\n\
                     frame-ancestors = [\"https://CRM.example:443\", \"http://localhost:9000\"]\n";
const HOOK: &str =
    "[[webhook]]\nname = \"crm\"\nurl = \"https://crm.example/hook?of=baton\"\nsecret-env = \"HOOK_KEY\"\n";

fn read(text: &str) -> Settings {
    Settings::parse("pilot/baton.toml".as_ref(), &format!("{BATON}{text}")).expect("the file is sound").value
}

fn panel() -> CrmPanelOptions {
    read(PANEL).crm_panels.remove(0)
}

fn hook() -> Webhook {
    read(HOOK).webhooks.remove(0)
}

#[test]
fn a_panel_is_embedded_by_origins_alone() {
    let panel = panel();
    let origins: Vec<String> = panel.frame_ancestors.iter().map(ToString::to_string).collect();
    assert_eq!(origins, ["https://crm.example", "http://localhost:9000"]);
    assert_eq!(panel.user, UserClaim::Sub);
    for origin in
        ["http://crm.example", "https://crm.example/app", "https://*.crm.example", "*", "https://a.example;", "'self'"]
    {
        let text = format!("{BATON}{}", PANEL.replace("http://localhost:9000", origin));
        assert!(Settings::parse("pilot/baton.toml".as_ref(), &text).is_err(), "{origin}");
    }
}

#[test]
fn invalid_panels() {
    check_baton(
        &format!(
            "{BATON}{PANEL}{PANEL}[[crm-panel]]\nname = \"The CRM\"\nissuer = \"\"\nsecret-env = \"my secret\"\n\
             frame-ancestors = []\nuser = \"name\"\ncolour = \"red\"\n"
        ),
        expect![[r#"
            error: pilot/baton.toml:12: there are two called `crm`
              hint: the audit log identifies them by name
            error: pilot/baton.toml:13: `https://crm.example` is the issuer of two panels
              hint: a token tells its panel by its issuer
            error: pilot/baton.toml:17: `The CRM` is not a name of lowercase letters, digits and hyphens
              hint: for instance `hubspot`
            error: pilot/baton.toml:18: `issuer` has 1 to 200 characters
              hint: it is the `iss` of the CRM's tokens, for instance `https://crm.company.example`
            error: pilot/baton.toml:19: `secret-env` is not the name of an environment variable
              hint: the secret itself does not belong in this file: put it into an environment variable and write the variable's name here
            error: pilot/baton.toml:20: `frame-ancestors` has 1 to 20 origins
              hint: the origin of the CRM's pages, for instance `["https://crm.company.example"]`
            error: pilot/baton.toml:21: `user` must be `sub` or `email`, not `name`
            error: pilot/baton.toml:22: `colour` is not a key of a CRM panel
              hint: the keys are `frame-ancestors`, `issuer`, `name`, `secret-env` and `user`"#]],
    );
}

#[test]
fn invalid_webhooks() {
    check_baton(
        &format!("{BATON}{HOOK}{HOOK}[[webhook]]\nname = \"a\"\nurl = \"ftp://a\"\nsecret-env = \"1\"\nevents = []\n"),
        expect![[r#"
            error: pilot/baton.toml:11: there are two called `crm`
              hint: the audit log identifies them by name
            error: pilot/baton.toml:16: `url`: it is not an address such as https://crm.example/hooks
            error: pilot/baton.toml:17: `secret-env` is not the name of an environment variable
              hint: the secret itself does not belong in this file: put it into an environment variable and write the variable's name here
            error: pilot/baton.toml:18: `events` of `a` is empty, so it receives nothing
              hint: remove it to receive every event"#]],
    );
    let unknown = format!("{BATON}{HOOK}events = [\"opened\"]\n");
    assert!(Settings::parse("pilot/baton.toml".as_ref(), &unknown).is_err());
    for (url, expected) in [
        ("https://crm.example:8443/hook", true),
        ("http://127.0.0.1:9000/hook", true),
        ("http://localhost/hook", true),
        ("http://[::1]:9000/", true),
        ("https://8.8.8.8/", true),
        ("http://crm.example/hook", false),
        ("https://10.0.0.1/hook", false),
        ("https://169.254.169.254/latest", false),
        // The same addresses in unusual notations.
        ("https://0xa.0.0.1/", false),
        ("https://167772161/", false),
        ("https://[::ffff:10.0.0.1]/", false),
        ("https://user:secret@crm.example/", false),
        ("https://crm.example/#part", false),
        ("file:///etc/passwd", false),
        ("crm.example", false),
    ] {
        let text = format!("{BATON}{}", HOOK.replace("https://crm.example/hook?of=baton", url));
        assert_eq!(Settings::parse("pilot/baton.toml".as_ref(), &text).is_ok(), expected, "{url}");
    }
    assert_eq!(hook().events, EventKind::ALL);
}

#[test]
fn keys_come_from_the_environment() {
    let with = |value: &'static str| move |_: &str| (!value.is_empty()).then(|| value.to_owned());
    for (value, expected) in [
        ("", Err("the CRM panel `crm`: the variable PANEL_KEY is not set")),
        ("short and known to many people", Err("the CRM panel `crm`: PANEL_KEY is shorter than 32 bytes")),
        ("0123456789abcdef0123456789abcdef", Ok(32)),
    ] {
        let key = panel().key(with(value));
        let key = key.as_ref().map(Vec::len).map_err(|error| error.lines().next().unwrap_or_default());
        assert_eq!(key, expected);
    }
    for (value, expected) in [
        ("", Err("the webhook `crm`: HOOK_KEY is not set")),
        (
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            Err("the webhook `crm`: HOOK_KEY is not `whsec_` followed by a key in base64"),
        ),
        ("whsec_???", Err("the webhook `crm`: HOOK_KEY is not `whsec_` followed by a key in base64")),
        ("whsec_c2hvcnQ=", Err("the webhook `crm`: HOOK_KEY does not have 24 to 64 bytes")),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Ok(24)),
    ] {
        let key = hook().key(with(value));
        let key = key.as_ref().map(Vec::len).map_err(|error| error.lines().next().unwrap_or_default());
        assert_eq!(key, expected);
    }
}
