//! Composed messages as a mail program reads them, and the folder transport.

use super::{ComposedEmail, FolderTransport, Transport as _};
use crate::options::SendingOptions;
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, InterruptedSend, OutboxEntry};
use baton_model::is_invisible;
use expect_test::{Expect, expect};
use mail_parser::{HeaderName, MessageParser};
use proptest::prelude::*;

/// 2026-03-04T14:05:00Z.
const NOW: Timestamp = 1_772_633_100;

pub fn entry() -> OutboxEntry {
    OutboxEntry {
        id: "k3v8q".into(),
        package: PackageId("p1".into()),
        campaign: "pilot".into(),
        account: "a1".into(),
        tier: "mid".into(),
        sender_name: "Mara Lindqvist".into(),
        mailbox: "mara@relay.example".into(),
        recipient_name: "Ada Quill".into(),
        time_zone: None,
        country: None,
        message: Message {
            to: "ada@north.example".into(),
            subject: "Deploys at North".into(),
            body: "Hi Ada,\n\nShall we talk?\n\nMara".into(),
        },
        footer: "Kiln House, Bristol\n\nReply to stop.".into(),
        message_id: "abcdefgh2345@relay.example".into(),
        in_reply_to: None,
        references: Vec::new(),
        attempts: 0,
        approved: NOW,
        fresh_until: NOW + 86_400,
    }
}

fn unsubscribing() -> SendingOptions {
    SendingOptions {
        unsubscribe_mailto: Some("stop@relay.example".into()),
        unsubscribe_url: Some("https://relay.example/stop/{id}".into()),
        ..SendingOptions::default()
    }
}

fn check(change: impl FnOnce(&mut OutboxEntry), sending: &SendingOptions, expected: Expect) {
    let mut entry = entry();
    change(&mut entry);
    match ComposedEmail::compose(&entry, sending, NOW) {
        Ok(letter) => expected.assert_eq(&String::from_utf8(letter.bytes).unwrap().replace("\r\n", "\n")),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

#[test]
fn a_first_message() {
    check(
        |_| {},
        &unsubscribing(),
        expect![[r#"
            From: "Mara Lindqvist" <mara@relay.example>
            To: "Ada Quill" <ada@north.example>
            Subject: Deploys at North
            Date: Wed, 04 Mar 2026 14:05:00 +0000
            Message-ID: <abcdefgh2345@relay.example>
            List-Unsubscribe: <https://relay.example/stop/k3v8q>,
             <mailto:stop@relay.example?subject=unsubscribe%20k3v8q>
            List-Unsubscribe-Post: List-Unsubscribe=One-Click
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Hi Ada,

            Shall we talk?

            Mara

            Kiln House, Bristol

            Reply to stop.
        "#]],
    );
}

#[test]
fn a_reply_in_our_own_thread_in_another_alphabet() {
    check(
        |entry| {
            entry.in_reply_to = Some("third@relay.example".into());
            entry.references = ["first", "second", "third"].map(|id| format!("{id}@relay.example")).into();
            entry.sender_name = "Mára \"M\" Lindqvist, SDR".into();
            entry.recipient_name = "Åsa Öberg".into();
            entry.message.subject =
                "Re: Grüße aus Köln, und noch viel mehr, damit die Zeile einmal gefaltet wird".into();
            entry.message.body = ".\nFrom me\n.. \u{4f60}\u{597d} = 100% \n".into();
            entry.footer = String::new();
        },
        &SendingOptions::default(),
        expect![[r#"
            From: =?utf-8?b?TcOhcmEgIk0iIExpbmRxdmlzdCwgU0RS?= <mara@relay.example>
            To: =?utf-8?b?w4VzYSDDlmJlcmc=?= <ada@north.example>
            Subject: =?utf-8?q?Re=3A_Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln=2C_und_noch_viel_me?=
             =?utf-8?q?hr=2C_damit_die_Zeile_einmal_gefaltet_wird?=
            Date: Wed, 04 Mar 2026 14:05:00 +0000
            Message-ID: <abcdefgh2345@relay.example>
            In-Reply-To: <third@relay.example>
            References: <first@relay.example> <second@relay.example>
             <third@relay.example>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            .
            From me
            .. =E4=BD=A0=E5=A5=BD =3D 100%=20
        "#]],
    );
}

#[test]
fn entries_that_cannot_be_composed() {
    let sending = SendingOptions::default();
    let refused = |change: fn(&mut OutboxEntry), expected| check(change, &sending, expected);
    refused(
        |entry| entry.message.to = "ada".into(),
        expect!["cannot compose the message: the recipient's address is not an address"],
    );
    refused(
        |entry| entry.message.to = "ada@north.example, bo@north.example".into(),
        expect!["cannot compose the message: the recipient's address is not an address"],
    );
    for to in ["bob%evil.example@north.example", "evil.example!bob@north.example", "-oQ/tmp/x@north.example"] {
        let mut entry = entry();
        entry.message.to = to.into();
        let why = ComposedEmail::compose(&entry, &sending, NOW).unwrap_err().to_string();
        assert_eq!(why, "cannot compose the message: the recipient's address is not one that mail servers read alike");
    }
    refused(
        |entry| entry.message.to = "åda@north.example".into(),
        expect!["cannot compose the message: the recipient's address has letters that mail servers do not accept"],
    );
    refused(
        |entry| entry.mailbox = "\"a b\"@relay.example".into(),
        expect!["cannot compose the message: the sender's address is not an address"],
    );
    refused(
        |entry| entry.mailbox = "mara@relay.example\r\nBcc: x@y.example".into(),
        expect!["cannot compose the message: the sender's address is not an address"],
    );
    refused(
        |entry| entry.message_id = "a>\r\nBcc: x@y.example".into(),
        expect!["cannot compose the message: its Message-ID is not valid"],
    );
    refused(
        |entry| entry.in_reply_to = Some("no id".into()),
        expect!["cannot compose the message: its Message-ID is not valid"],
    );
    assert!(ComposedEmail::compose(&entry(), &sending, -1).is_err());
    assert!(ComposedEmail::compose(&entry(), &sending, i64::MAX).is_err());
}

/// Text of any field, with a preference for characters that are dangerous in a header.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zé\r\n\t \u{0}:<>@\",;=?_\\\\.\u{202e}\u{4f60}]{0,120}",
        Just("x\r\nBcc: eve@evil.example\r\n\r\nbody".to_owned()),
        Just("=?utf-8?q?=0D=0ABcc:_eve?=".to_owned()),
    ]
}

/// The text without characters that only change how the others are shown.
fn visible(text: &str) -> String {
    text.chars().filter(|letter| !is_invisible(*letter)).collect::<String>().trim().to_owned()
}

#[test]
fn names_and_subjects_have_no_invisible_characters() {
    let mut whole = entry();
    whole.recipient_name = "\u{202e}Isla\u{200b} Pen\u{2066}rose".into();
    whole.sender_name = "\u{200f}Mara".into();
    whole.message.subject = "A \u{202e}question\u{2069}".into();
    let letter = ComposedEmail::compose(&whole, &SendingOptions::default(), NOW).unwrap();
    let read = MessageParser::new().parse(&letter.bytes).unwrap();
    assert_eq!(read.to().unwrap().first().unwrap().name(), Some("Isla Penrose"));
    assert_eq!(read.from().unwrap().first().unwrap().name(), Some("Mara"));
    assert_eq!(read.subject(), Some("A question"));
}

/// Line ends as in a message, control characters of the subject as spaces.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #[test]
    fn nothing_starts_a_header_and_everything_is_read_back(
        subject in hostile(), body in hostile(), footer in hostile(), sender in hostile(), recipient in hostile(),
        id in hostile(), to in hostile(), parent in prop::option::of(hostile()),
    ) {
        let mut whole = entry();
        whole.message = Message { to: whole.message.to.clone(), subject, body };
        (whole.footer, whole.sender_name, whole.recipient_name, whole.id) = (footer, sender, recipient, id);
        let letter = ComposedEmail::compose(&whole, &unsubscribing(), NOW).unwrap();
        prop_assert_eq!(&letter, &ComposedEmail::compose(&whole, &unsubscribing(), NOW).unwrap());
        prop_assert!(letter.bytes.is_ascii());
        for line in letter.bytes.split(|byte| *byte == b'\n') {
            prop_assert!(line.len() <= 999);
            prop_assert!(line.is_empty() || line.ends_with(b"\r"), "a bare line feed");
        }
        let read = MessageParser::new().parse(&letter.bytes).unwrap();
        let names: Vec<&str> = read.headers().iter().map(|header| header.name.as_str()).collect();
        prop_assert_eq!(names, [
            "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version",
            "Content-Type", "Content-Transfer-Encoding",
        ]);
        prop_assert_eq!(read.to().unwrap().first().unwrap().address().unwrap(), "ada@north.example");
        prop_assert_eq!(read.from().unwrap().first().unwrap().address().unwrap(), "mara@relay.example");
        let mut text = whole.message.body.clone();
        if !whole.footer.is_empty() {
            text = format!("{text}\n\n{}", whole.footer);
        }
        let mut text = lines(&text);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        prop_assert_eq!(lines(&read.body_text(0).unwrap()), text);

        // An address or id is valid, or there is no message.
        whole.message.to = to;
        whole.references = parent.iter().cloned().collect();
        whole.in_reply_to = parent;
        if let Ok(letter) = ComposedEmail::compose(&whole, &SendingOptions::default(), NOW) {
            let read = MessageParser::new().parse(&letter.bytes).unwrap();
            prop_assert_eq!(read.to().unwrap().first().unwrap().address().unwrap(), letter.to.to_string());
            prop_assert!(read.header(HeaderName::Bcc).is_none());
        }
    }

    #[test]
    fn a_subject_is_read_back_as_it_was_approved(
        subject in prop_oneof![r"[\PC]{1,200}", "[a ]{1,200}", "[é ]{1,99}", r"(=\?utf-8\?q\?|=20|\?=| |a){1,20}"],
    ) {
        let mut whole = entry();
        whole.message.subject = visible(&subject);
        let letter = ComposedEmail::compose(&whole, &SendingOptions::default(), NOW).unwrap();
        let read = MessageParser::new().parse(&letter.bytes).unwrap();
        prop_assert_eq!(read.subject().unwrap_or_default(), whole.message.subject);
    }

    #[test]
    fn a_name_is_read_back_as_it_is(name in prop_oneof![r"[\PC]{1,80}", r#"[éa "\\,<>@()]{1,40}"#]) {
        let mut whole = entry();
        whole.sender_name = visible(&name);
        let letter = ComposedEmail::compose(&whole, &SendingOptions::default(), NOW).unwrap();
        let read = MessageParser::new().parse(&letter.bytes).unwrap();
        let from = read.from().unwrap().first().unwrap();
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        prop_assert_eq!(words(from.name().unwrap_or_default()), words(&whole.sender_name));
    }
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != ".sent");
    names.sort();
    names
}

fn interrupted(letter: &ComposedEmail) -> InterruptedSend {
    InterruptedSend {
        outbox: letter.outbox.clone(),
        message_id: letter.message_id.clone(),
        approved: letter.approved,
        via: String::new(),
    }
}

#[tokio::test]
async fn a_message_has_one_file_after_any_number_of_attempts() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("deep/outbox");
    let first = FolderTransport::open(&path).unwrap();
    let letter = ComposedEmail::compose(&entry(), &SendingOptions::default(), NOW).unwrap();
    assert_eq!(first.was_sent(&interrupted(&letter)), DeliveryCheck::Unknown, "an earlier version made no markers");
    let mut folder = FolderTransport::open(&path).unwrap();
    assert_eq!(folder.was_sent(&interrupted(&letter)), DeliveryCheck::NotSent);
    // The rest of an earlier attempt that crashed.
    std::fs::write(path.join("2026-03-04-abcdefgh2345.part"), "Fro").unwrap();
    assert!(matches!(folder.transmit(&letter).await, DeliveryOutcome::Accepted(_)));
    let later = ComposedEmail::compose(&entry(), &SendingOptions::default(), NOW + 90_000).unwrap();
    assert!(matches!(folder.transmit(&later).await, DeliveryOutcome::Accepted(_)));
    assert_eq!(files(&path), ["2026-03-04-abcdefgh2345.eml"]);
    assert_eq!(std::fs::read(path.join("2026-03-04-abcdefgh2345.eml")).unwrap(), letter.bytes);
    assert!(matches!(folder.was_sent(&interrupted(&letter)), DeliveryCheck::Sent(_)));
}

/// The files after a crash, by the last step before it, and whether the message was sent.
#[tokio::test]
async fn a_missing_file_is_an_unsent_message_only_before_its_marker() {
    for (file, marker, draft, sent) in [
        (false, false, false, false),
        (false, false, true, false),
        (false, true, true, false),
        (true, true, false, true),
        // Collected by another program.
        (false, true, false, true),
        // Written by an earlier version.
        (true, false, false, true),
    ] {
        let place = tempfile::tempdir().unwrap();
        drop(FolderTransport::open(place.path()).unwrap());
        let mut folder = FolderTransport::open(place.path()).unwrap();
        let letter = ComposedEmail::compose(&entry(), &SendingOptions::default(), NOW).unwrap();
        let path = folder.path(&letter.message_id, letter.approved);
        let name = path.file_stem().unwrap();
        for (is_there, path) in [
            (file, path.clone()),
            (marker, place.path().join(".sent").join(name)),
            (draft, path.with_extension("part")),
        ] {
            if is_there {
                std::fs::write(path, &letter.bytes).unwrap();
            }
        }
        let found = folder.was_sent(&interrupted(&letter));
        assert_eq!(matches!(found, DeliveryCheck::Sent(_)), sent, "{file} {marker} {draft}: {found:?}");
        assert_eq!(found == DeliveryCheck::NotSent, !sent, "{file} {marker} {draft}: {found:?}");
        // Another attempt sends what was not sent, and only that.
        assert!(matches!(folder.transmit(&letter).await, DeliveryOutcome::Accepted(_)));
        assert_eq!(path.exists(), file || !sent, "{file} {marker} {draft}");
        assert!(matches!(folder.was_sent(&interrupted(&letter)), DeliveryCheck::Sent(_)));
    }
}

#[tokio::test]
async fn a_message_that_was_collected_is_not_written_again() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = FolderTransport::open(place.path()).unwrap();
    let letter = ComposedEmail::compose(&entry(), &SendingOptions::default(), NOW).unwrap();
    assert!(matches!(folder.transmit(&letter).await, DeliveryOutcome::Accepted(_)));
    std::fs::remove_file(folder.path(&letter.message_id, letter.approved)).unwrap();
    assert!(matches!(folder.was_sent(&interrupted(&letter)), DeliveryCheck::Sent(_)));
    assert!(matches!(folder.transmit(&letter).await, DeliveryOutcome::Accepted(_)));
    assert_eq!(files(place.path()), [""; 0]);
}

#[tokio::test]
async fn a_hostile_message_id_stays_in_the_folder() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("outbox");
    let mut folder = FolderTransport::open(&path).unwrap();
    for id in ["../../../../tmp/x@y", "..@y", "/etc/passwd@x", "a@b"] {
        let mut entry = entry();
        entry.message_id = id.into();
        let letter = ComposedEmail::compose(&entry, &SendingOptions::default(), NOW).unwrap();
        assert!(matches!(folder.transmit(&letter).await, DeliveryOutcome::Accepted(_)), "{id}");
    }
    assert_eq!(files(&path).len(), 4);
    assert_eq!(files(place.path()), ["outbox"]);
}

#[tokio::test]
async fn a_removed_folder_is_unavailable() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("outbox");
    let mut folder = FolderTransport::open(&path).unwrap();
    let letter = ComposedEmail::compose(&entry(), &SendingOptions::default(), NOW).unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    assert!(matches!(folder.transmit(&letter).await, DeliveryOutcome::Unavailable(_)));
    assert_eq!(folder.was_sent(&interrupted(&letter)), DeliveryCheck::Unknown);
    std::fs::write(&path, "a file").unwrap();
    assert_eq!(folder.was_sent(&interrupted(&letter)), DeliveryCheck::Unknown);
    assert!(FolderTransport::open(&path).is_err());
}
