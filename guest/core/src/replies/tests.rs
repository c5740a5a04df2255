use baton_facts::mail::Permanence;
use proptest::prelude::*;

use super::*;

/// Reads a message with these header lines and this body.
fn message(headers: &str, body: &str) -> Reading {
    read(raw(headers, body).as_bytes()).expect("a message")
}

fn raw(headers: &str, body: &str) -> String {
    let from = if headers.contains("From:") { "" } else { "From: Dana Okafor <dana@northwind.example>\n" };
    format!("{from}To: mara@relayforge.example\nDate: Tue, 5 May 2026 10:00:00 +0000\n{headers}\n\n{body}")
        .replace('\n', "\r\n")
}

#[track_caller]
fn check_kind(headers: &str, body: &str, expected: MessageKind) {
    assert_eq!(message(headers, body).kind, expected, "{headers} / {body}");
}

#[test]
fn a_person_replies() {
    let reading = message(
        "Subject: Re: Your pipeline\nIn-Reply-To: <2@relayforge.example>\nReferences: <1@relayforge.example> <2@relayforge.example>",
        "Tuesday works.\n\n-- \nDana\n\nOn Mon, 4 May 2026 at 09:00, Mara Lindqvist\n<mara@relayforge.example> wrote:\n> Would a call be worth it?\n",
    );
    assert_eq!(
        reading,
        Reading {
            kind: MessageKind::Reply,
            about_message_ids: vec!["2@relayforge.example".into(), "1@relayforge.example".into()],
            about_address: None,
            new_text: "Tuesday works.\n\n--\nDana".into(),
            quoted_text: "On Mon, 4 May 2026 at 09:00, Mara Lindqvist\n<mara@relayforge.example> wrote:\n> Would a call be worth it?".into(),
        }
    );
}

#[test]
fn a_persons_words_about_machines_are_a_reply() {
    let reply = || MessageKind::Reply;
    check_kind("Subject: Re: Undeliverable: your offer", "The delivery failed last time with 550, try again", reply());
    check_kind("Subject: Delivery failure", "Our parcels never come. Can your product help?", reply());
    check_kind("Subject: Re: Automatic reply: holidays", "I am back now", reply());
    check_kind("Subject: Re: out of office until May", "Call me in June", reply());
    check_kind("Subject: Re: x\nAuto-Submitted: no", "Yes", reply());
    check_kind("Subject: Re: x\nX-Auto-Response-Suppress: All", "Yes", reply());
    check_kind("Subject: hello", "", MessageKind::Other);
    check_kind("Subject: [news] hello\nList-Id: <news.example>", "News!", MessageKind::Other);
}

#[test]
fn automatic_replies_are_detected() {
    let automatic = || MessageKind::AutoReply(None);
    check_kind("Subject: Away\nAuto-Submitted: auto-replied (vacation)", "I am away until Monday", automatic());
    check_kind("Subject: Automatic reply: Your pipeline", "I am away", automatic());
    check_kind("Subject: Abwesenheitsnotiz: Pipeline", "Ich bin nicht im Büro", automatic());
    check_kind("Subject: x\nX-Autoreply: yes", "Thanks for your message", automatic());
    check_kind("Subject: x\nPrecedence: auto_reply", "Thanks", automatic());
    // An automatic reply may have the footer of a mailing list, and is still automatic.
    check_kind("Subject: x\nAuto-Submitted: auto-replied", "Away. Reply STOP to unsubscribe", automatic());
}

#[test]
fn an_unsubscribe_request_is_detected() {
    check_kind("Subject: Re: Your pipeline", "Please take me off your list.\n\nDana", MessageKind::Unsubscribe);
    check_kind("Subject: unsubscribe", "", MessageKind::Unsubscribe);
    // The quoted text is ours, including its unsubscribe instructions.
    check_kind("Subject: Re: x", "Sure, Tuesday.\n\n> Reply with unsubscribe to hear no more", MessageKind::Reply);
}

/// Reads an RFC 3464 report with this block about one recipient.
fn report(block: &str) -> Reading {
    message(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nSubject: Undelivered Mail\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
        &format!(
            "--b\n\nIt did not work.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{block}\n\n--b\nContent-Type: message/rfc822\n\nFrom: mara@relayforge.example\nTo: dana@northwind.example\nSubject: Your pipeline\nMessage-ID: <2@relayforge.example>\n\nHi Dana\n--b--\n"
        ),
    )
}

#[test]
fn delivery_reports_are_parsed() {
    use MessageKind::{AutoReply, DeliveryDelay, DeliveryFailure};
    use Permanence::{Permanent, Transient};
    for (block, kind, address) in [
        (
            "Final-Recipient: rfc822; d@north.example\nAction: failed\nStatus: 5.1.1",
            DeliveryFailure(Permanent),
            Some("d@north.example"),
        ),
        (
            "Final-Recipient: rfc822;d@x.example\nOriginal-Recipient: rfc822;<dana@northwind.example>\nAction: Failed (mailbox full)\nStatus: 4.2.2",
            DeliveryFailure(Transient),
            Some("dana@northwind.example"),
        ),
        (
            "Final-Recipient: rfc822; d@north.example\nAction: delayed\nStatus: 4.4.1",
            DeliveryDelay,
            Some("d@north.example"),
        ),
        (
            "Final-Recipient: rfc822; d@north.example\nAction: delayed\n\nFinal-Recipient: rfc822; e@north.example\nAction: failed",
            DeliveryFailure(Permanent),
            Some("e@north.example"),
        ),
        ("Action: failed\nStatus: 5.0.0", DeliveryFailure(Permanent), Some("dana@northwind.example")),
        ("Final-Recipient: rfc822; d@north.example\nAction: delivered\nStatus: 2.0.0", AutoReply(None), None),
    ] {
        let reading = report(block);
        assert_eq!((reading.kind, reading.about_address.as_deref()), (kind, address), "{block}");
        assert_eq!(reading.about_message_ids, ["2@relayforge.example"], "{block}");
    }
}

#[test]
fn failures_in_words_need_two_signs() {
    let from = "From: MAILER-DAEMON@mx.example\n";
    let permanent = MessageKind::DeliveryFailure(Permanence::Permanent);
    let reading = message(
        &format!("{from}Subject: failure notice"),
        "<dana@northwind.example>:\nRemote host said: 550 5.1.1 user unknown\n\n--- Below is a copy\n\nMessage-ID: <2@relayforge.example>\n",
    );
    assert_eq!((reading.kind, reading.about_address.as_deref()), (permanent, Some("dana@northwind.example")));
    assert_eq!(reading.about_message_ids, ["2@relayforge.example"]);
    check_kind(
        &format!("{from}Subject: Returned mail"),
        "452 4.2.2 mailbox full",
        MessageKind::DeliveryFailure(Permanence::Transient),
    );
    check_kind(
        &format!("{from}Subject: Warning: could not send message for past 4 hours"),
        "It will be retried",
        MessageKind::DeliveryDelay,
    );
    check_kind("Subject: Undeliverable: x", "What is this about?", MessageKind::Reply);
}

#[test]
fn complaints() {
    let feedback = |kind: &str| {
        message(
            "Subject: FW: x\nContent-Type: multipart/report; report-type=feedback-report; boundary=b",
            &format!(
                "--b\n\nAn abuse report\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nVersion: 1\nOriginal-Rcpt-To: <dana@northwind.example>\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <2@relayforge.example>\nFrom: mara@relayforge.example\n\n--b--\n"
            ),
        )
    };
    for (kind, expected) in [
        ("abuse", MessageKind::Complaint),
        ("Fraud", MessageKind::Complaint),
        ("something-new", MessageKind::Complaint),
        ("opt-out", MessageKind::Unsubscribe),
        ("not-spam", MessageKind::Other),
        ("auth-failure", MessageKind::Other),
    ] {
        let reading = feedback(kind);
        assert_eq!(
            (reading.kind, reading.about_address.as_deref()),
            (expected, Some("dana@northwind.example")),
            "{kind}"
        );
        assert_eq!(reading.about_message_ids, ["2@relayforge.example"]);
    }
}

#[track_caller]
fn check_split(text: &str, new: &str, quoted: &str) {
    let split = quoting::split(text);
    assert_eq!((split.new.as_str(), split.quoted.as_str()), (new, quoted));
}

#[test]
fn quotations_are_separated_from_new_text() {
    check_split("Yes\n\n> Would you?\nNo\n> Could you?\nMaybe", "Yes\n\nNo\nMaybe", "> Would you?\n> Could you?");
    check_split(
        "Ja\n\nAm 4. Mai 2026 schrieb Mara Lindqvist:\n\n> Hallo",
        "Ja",
        "Am 4. Mai 2026 schrieb Mara Lindqvist:\n> Hallo",
    );
    check_split(
        "Oui\n\nLe lun. 4 mai 2026 à 09:00, Mara <m@r.example> a écrit :\n\nBonjour",
        "Oui",
        "Le lun. 4 mai 2026 à 09:00, Mara <m@r.example> a écrit :\n\nBonjour",
    );
    check_split(
        "Yes\n\n-----Original Message-----\nFrom: Mara\nHi",
        "Yes",
        "-----Original Message-----\nFrom: Mara\nHi",
    );
    check_split(
        "Ja\n\n________________________________\nVon: Mara\nGesendet: Montag\nAn: Dana\nBetreff: x\n\nHallo",
        "Ja",
        "________________________________\nVon: Mara\nGesendet: Montag\nAn: Dana\nBetreff: x\n\nHallo",
    );
    check_split(
        "Yes\n\n*From:* Mara\n*Sent:* Monday\n*To:* Dana\n\nHi",
        "Yes",
        "*From:* Mara\n*Sent:* Monday\n*To:* Dana\n\nHi",
    );
    check_split(
        "From: our side it is fine.\nWe wrote:\n- one\n- two",
        "From: our side it is fine.\nWe wrote:\n- one\n- two",
        "",
    );
    check_split("On 4 May we met.\n\nHe wrote:\nnothing", "On 4 May we met.\n\nHe wrote:\nnothing", "");
    check_split("", "", "");
}

#[test]
fn html_becomes_text() {
    let reading = message(
        "Subject: Re: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8",
        "<style>p{}</style><p>Tuesday <b>works</b></p><script>alert(1)</script>",
    );
    assert_eq!((reading.kind, reading.new_text.trim()), (MessageKind::Reply, "Tuesday works"));
}

#[test]
fn an_unreadable_message_is_reported() {
    assert_eq!(read(b""), Err(ReadingError::Unreadable("not an email: no message header found".into())));
    assert_eq!(read(b"hello there"), Err(ReadingError::Unreadable("not an email: no message header found".into())));
    assert_eq!(read(&vec![b'x'; MESSAGE_MAX + 1]), Err(ReadingError::TooLarge));
    let encrypted = raw("Content-Type: multipart/encrypted; boundary=b", "--b\n\nx\n--b--");
    assert_eq!(read(encrypted.as_bytes()), Err(ReadingError::Unsupported("the message is encrypted".into())));
}

/// Deeply nested messages or parts end in an error, even on a stack as small as a component's.
#[test]
fn deeply_nested_messages_are_refused() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let global = "Content-Type: message/global\n\n".repeat(5_000);
    let digests: String = (0..20_000)
        .map(|level| format!("Content-Type: multipart/digest; boundary=b{level}\n\n--b{level}\n\n"))
        .collect();
    let parts = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(50_000));
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(move || {
        for bomb in [nested, global, digests, parts] {
            assert_eq!(read(format!("Subject: x\n{bomb}").as_bytes()), Err(ReadingError::TooLarge));
        }
    });
    thread.expect("it starts").join().expect("it ends");

    let long = message("Subject: Re: x", &format!("Yes\n{}", "> quoted line\n".repeat(100_000)));
    assert!(long.new_text == "Yes" && long.quoted_text.len() <= TEXT_MAX);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_line_is_lost(text in r"((On |Am |From: |>|-----Original Message-----|wrote:|Sent: |To: |[a-z0-9@<>]{0,8}| )[\n]?){0,30}") {
        let split = quoting::split(&text);
        let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
        prop_assert_eq!(lines(&split.new) + lines(&split.quoted), lines(&text));
    }
}
