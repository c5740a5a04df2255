//! `[sending]`.

use expect_test::expect;

use super::{BATON, check_baton};
use crate::Settings;
use baton_mail::SendingOptions;

fn check(text: &str, expected: expect_test::Expect) {
    check_baton(&format!("{BATON}[sending]\n{text}"), expected);
}

fn read(text: &str) -> SendingOptions {
    let text = format!("{BATON}[sending]\n{text}");
    Settings::parse("pilot/baton.toml".as_ref(), &text).expect("the file is sound").value.sending
}

#[test]
fn defaults_and_paths() {
    let sending = Settings::parse("pilot/baton.toml".as_ref(), BATON).expect("the file is sound").value.sending;
    assert_eq!(sending, SendingOptions::default());
    assert_eq!(read(""), SendingOptions::default());
    assert_eq!(sending.window.to_string(), "08:00 to 17:00");
    assert_eq!((sending.mailbox_daily, sending.domain_daily, sending.seconds_between), (50, 5, 60));
    let store = std::path::Path::new("pilot/.baton");
    assert_eq!(sending.folder(store), store.join("outbox"));
    assert_eq!(read("folder = \"out\"").folder(store), std::path::Path::new("pilot/out"));
    let ports = ["tls", "starttls"].map(|security| {
        let smtp = read(&format!("[sending.smtp]\nhost = \"smtp.x.example\"\nsecurity = \"{security}\"")).smtp;
        smtp.map(|smtp| (smtp.port(), smtp.timeout_seconds))
    });
    assert_eq!(ports, [Some((465, 60)), Some((587, 60))]);
}

#[test]
fn the_footer() {
    assert_eq!(read("").footer(), "", "without a postal address nothing may leave");
    expect![[r#"
        Kiln House
        Bristol

        If you would rather not hear from us, reply and say so: we will not write to you again."#]]
    .assert_eq(&read("postal-address = \"\"\"\nKiln House\nBristol\n\"\"\"").footer());
}

#[test]
fn contradictory_values() {
    check(
        "postal-address = \" \"\nopt-out = \"a\\u0007\"\nunsubscribe-mailto = \"stop\"\nweekdays = []\n\
         unsubscribe-url = \"http://x.example/{id}\"\nwindow = [\"17:00\", \"08:00\"]\ntime-zone = \"Mars/Base\"\n",
        expect![[r#"
            error: pilot/baton.toml:7: `postal-address` is empty
            error: pilot/baton.toml:8: `opt-out` must be plain text of at most 1000 bytes
            error: pilot/baton.toml:9: `unsubscribe-mailto` is not an email address: `stop`
              hint: for instance `unsubscribe@company.example`
            error: pilot/baton.toml:10: `weekdays` is empty, so nothing would ever be sent
              hint: for instance `["monday", "tuesday"]`; `baton stop-sending` stops everything
            error: pilot/baton.toml:11: `unsubscribe-url` is not an https link: `http://x.example/{id}`
              hint: for instance `https://company.example/unsubscribe/{id}`; `{id}` is the only placeholder
            error: pilot/baton.toml:12: `window`: the window closes before it opens
            error: pilot/baton.toml:13: `time-zone`: "Mars/Base" is not a time zone like "Europe/Berlin""#]],
    );
    check(
        "window = [\"8 am\"]\nweekdays = [\"mon\"]\nmailbox-daily = 0\nseconds-between = 100000\nfolders = \"x\"\n\
         unsubscribe-url = \"https://x.example/{address}\"\n",
        expect![[r#"
            error: pilot/baton.toml:7: `window`: write two times of the day, such as ["08:00", "17:00"]
            error: pilot/baton.toml:8: an entry of `weekdays` must be `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday` or `sunday`, not `mon`
            error: pilot/baton.toml:9: `mailbox-daily` must be from 1 to 10000, not 0
            error: pilot/baton.toml:10: `seconds-between` must be from 0 to 86400, not 100000
            error: pilot/baton.toml:11: `folders` is not a key of `[sending]`
              hint: did you mean `folder`?
            error: pilot/baton.toml:12: `unsubscribe-url` is not an https link: `https://x.example/{address}`
              hint: for instance `https://company.example/unsubscribe/{id}`; `{id}` is the only placeholder"#]],
    );
    check(
        "window = [\"08:00\", \"25:00\"]\nunsubscribe-url = \"https://x.example/\\r\\nBcc: a\"\n",
        expect![[r#"
        error: pilot/baton.toml:7: `window`: "25:00" is not a time of day like "08:00"
        error: pilot/baton.toml:8: `unsubscribe-url` is not an https link: `https://x.example/\r\nBcc: a`
          hint: for instance `https://company.example/unsubscribe/{id}`; `{id}` is the only placeholder"#]],
    );
}

#[test]
fn all_day_and_every_day() {
    check(
        "window = [\"00:00\", \"24:00\"]\nweekdays = [\"saturday\", \"sunday\"]\n",
        expect![[r#"
        sound
    "#]],
    );
}

#[test]
fn the_mail_server() {
    check(
        "[sending.smtp]\nhost = \"localhost\"\nsecurity = \"none\"\nport = 1025\n",
        expect![[r#"
        sound
    "#]],
    );
    check(
        "[sending.smtp]\nhost = \"127.8.8.8\"\nsecurity = \"none\"\n",
        expect![[r#"
        sound
    "#]],
    );
    check(
        "[sending.smtp]\nhost = \"smtp.x.example\"\nsecurity = \"none\"\nuser = \"mara\"\n",
        expect![[r#"
        error: pilot/baton.toml:9: without TLS others on the network could read and change messages
          hint: write `tls` or `starttls`; `none` is for `localhost` alone
        error: pilot/baton.toml:10: there is a `user` and no password
          hint: name the environment variable that has it: `password-env = "BATON_SMTP_PASSWORD"`"#]],
    );
    check(
        "[sending.smtp]\nhost = \"a b\"\nport = 70000\npassword-env = \"hunter2!\"\n",
        expect![[r#"
        error: pilot/baton.toml:8: `host` is not the name of a server: `a b`
          hint: for instance `smtp.company.example`
        error: pilot/baton.toml:9: `port` must be from 1 to 65535, not 70000
        error: pilot/baton.toml:10: there is a password and no `user`
        error: pilot/baton.toml:10: `password-env` is not the name of an environment variable
          hint: the password itself does not belong in this file: put it into an environment variable and write the variable's name here"#]],
    );
    check(
        "[sending.smtp]\nsecurity = \"ssl\"\ntimeout-seconds = 1\npassword = \"hunter2\"\n",
        expect![[r#"
        error: pilot/baton.toml:7: `host` is missing from `[sending.smtp]`
          hint: for instance `host = "smtp.relayforge.example"`
        error: pilot/baton.toml:8: `security` must be `tls`, `starttls` or `none`, not `ssl`
        error: pilot/baton.toml:9: `timeout-seconds` must be from 5 to 600, not 1
        error: pilot/baton.toml:10: `password` is not a key of `[sending.smtp]`
          hint: did you mean `password-env`?"#]],
    );
}
