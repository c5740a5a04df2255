//! The reference drafter's follow-ups, with and without the angle's own texts, in each language.

use baton_facts::packages::{HoldReason, Outcome, Verdict};
use baton_facts::types::{Draft, Evidence, Timestamp};

use crate::calendar::{DAY, iso_date};
use crate::template::earlier::date;
use crate::testing::{FollowUpScenario, NOW, Scenario, angle, signal};

/// Returns the draft of the second message; its package passes every check.
#[track_caller]
fn draft(before: impl FnOnce(&mut Scenario), since: impl FnOnce(&mut FollowUpScenario)) -> Draft {
    let mut follow_up_scenario = FollowUpScenario::from(before);
    since(&mut follow_up_scenario);
    let package = follow_up_scenario.ready();
    for check in &package.checks {
        assert_eq!(check.verdict, Verdict::Pass, "{check:?}\n{}", package.draft.message.body);
    }
    package.draft
}

/// Checks the text between greeting and signature.
#[track_caller]
fn check(language: &str, since: impl FnOnce(&mut FollowUpScenario), expected: &str) {
    let before = |w: &mut Scenario| {
        w.campaign.angles[0].language = language.into();
        w.people[0].contact.language = Some(language.into());
    };
    let body = draft(before, since).message.body;
    let (_, rest) = body.split_once("\n\n").expect("a greeting");
    let (text, _) = rest.split_once("\n\nMara Lindqvist").expect("a signature");
    assert_eq!(text, expected, "{language}");
}

fn as_it_is(_: &mut FollowUpScenario) {}

fn hiring(follow_up_scenario: &mut FollowUpScenario) {
    let language = follow_up_scenario.world.campaign.angles[0].language.clone();
    let mut other = angle("hiring", &language);
    other.opener = "in {{ source }} steht: {{ signal }}.".into();
    other.call_to_action = "Who looks after that?".into();
    follow_up_scenario.world.campaign.angles.push(other);
    follow_up_scenario.world.signals.push(signal("sig-hiring", "hiring", 1));
}

#[test]
fn default_texts_of_each_language() {
    check(
        "en",
        as_it_is,
        "I wrote on 9 March, after I had read in Harbour Business Daily that Northwind Freight raised a $40M Series B on \
         2 March.\n\nMy first message already explains what Relayforge does, so I will not repeat it here.\n\nIs \
         this worth a short conversation, or is somebody else the right person to ask?",
    );
    check(
        "en-US",
        |f| f.world.signals[0].source_name.clear(),
        "I wrote on March 9, after I had read that Northwind Freight raised a $40M Series B on 2 March.\n\nMy first \
         message already explains what Relayforge does, so I will not repeat it here.\n\nIs this worth a short \
         conversation, or is somebody else the right person to ask?",
    );
    check(
        "de",
        as_it_is,
        "am 9. März habe ich Ihnen geschrieben, nachdem ich in Harbour Business Daily gelesen hatte: Northwind Freight \
         raised a $40M Series B on 2 March.\n\nWas Relayforge macht, steht in meiner ersten Nachricht, deshalb wiederhole ich es \
         hier nicht.\n\nLohnt sich dazu ein kurzes Gespräch, oder ist jemand anderes dafür zuständig?",
    );
    check(
        "fr",
        as_it_is,
        "Je vous ai écrit le 9 mars à ce propos : Northwind Freight raised a $40M Series B on 2 March (Harbour Business \
         Daily).\n\nCe que fait Relayforge se trouve dans mon premier message, je ne le répète donc pas ici.\n\nCela \
         vaut-il un court échange, ou dois-je m'adresser à quelqu'un d'autre ?",
    );
    check(
        "es",
        as_it_is,
        "Le escribí el 9 de marzo por este motivo: Northwind Freight raised a $40M Series B on 2 March (Harbour Business \
         Daily).\n\nLo que hace Relayforge está en mi primer mensaje, así que no lo repito aquí.\n\n¿Merece la pena una \
         breve conversación, o es otra persona la indicada?",
    );
}

#[test]
fn the_earlier_date_needs_no_other_record() {
    let dateless = |w: &mut Scenario| w.signals[0].summary = "Northwind Freight raised a $40M Series B".into();
    let opener = draft(dateless, as_it_is).opener;
    assert!(opener.starts_with("I wrote on 9 March, after I had read"), "{opener}");
}

#[test]
fn another_signal_follows_the_reference() {
    check(
        "de",
        hiring,
        "am 9. März habe ich Ihnen zu „Northwind Freight after the round“ geschrieben. In Harbour Business Daily steht: \
         Northwind Freight raised a $40M Series B on 2 March.\n\nWas Relayforge macht, steht in meiner ersten Nachricht, \
         deshalb wiederhole ich es hier nicht.\n\nWho looks after that?",
    );
    // The new angle's pitch is used only if the message stays shorter than the first.
    let short = |f: &mut FollowUpScenario| {
        hiring(f);
        f.world.campaign.angles[1].pitch = "{{ company }} helps there: {{ facts['fact-deploys'] }}.".into();
    };
    check(
        "fr",
        short,
        "Je vous ai écrit le 9 mars au sujet de « Northwind Freight after the round ». In Harbour Business Daily steht: \
         Northwind Freight raised a $40M Series B on 2 March.\n\nRelayforge helps there: our customers see 38% fewer \
         failed deploys after one quarter.\n\nWho looks after that?",
    );
    let untitled = |f: &mut FollowUpScenario| {
        hiring(f);
        f.sent[0].message.subject = "Re: AW: What if? Then what?".into();
        f.last().subject = "What if? Then what?".into();
    };
    check(
        "es",
        untitled,
        "Le escribí el 9 de marzo. In Harbour Business Daily steht: Northwind Freight raised a $40M Series B on 2 \
         March.\n\nA round usually means more people shipping at once. Relayforge watches each release and rolls back \
         bad ones on its own: our customers see 38% fewer failed deploys after one quarter.\n\nWho looks after that?",
    );
}

#[test]
fn the_thread_continues() {
    let subject = |since: fn(&mut FollowUpScenario)| draft(|_| {}, since).message.subject;
    assert_eq!(subject(as_it_is), "Re: Northwind Freight after the round");
    assert_eq!(
        subject(|f| {
            f.sent[0].message.subject = "RE: Re[2]: Northwind Freight".into();
            f.last().subject = "Northwind Freight".into();
        }),
        "Re: Northwind Freight",
    );
    // A subject of the maximum length stays within the limit.
    let long = |w: &mut Scenario| w.campaign.angles[0].subject = format!("northwind {}", "x".repeat(68));
    assert_eq!(draft(long, as_it_is).message.subject.chars().count(), 82);
    // A person cleared the subject: the angle's subject starts a new thread.
    assert_eq!(
        subject(|f| {
            f.sent[0].message.subject.clear();
            f.last().subject.clear();
        }),
        "Northwind Freight after the round",
    );
}

#[test]
fn the_texts_of_the_angle_come_first() {
    let own = draft(
        |w| {
            let angle = &mut w.campaign.angles[0];
            angle.follow_up_opener = Some("{{ signal }}: I wrote about that on {{ earlier_date }}. No hurry.".into());
            angle.follow_up_pitch = Some("In one line, {{ facts['fact-deploys'] }}.".into());
            angle.follow_up_call_to_action = Some("Shall I ask {{ sender }} to close this, {{ first_name }}?".into());
        },
        as_it_is,
    );
    assert_eq!(
        [&own.opener, &own.pitch, &own.call_to_action],
        [
            "Northwind Freight raised a $40M Series B on 2 March: I wrote about that on 9 March. No hurry.",
            "In one line, our customers see 38% fewer failed deploys after one quarter.",
            "Shall I ask Mara Lindqvist to close this, Ada?",
        ]
    );
    let referred = own
        .claims
        .iter()
        .find(|claim| claim.evidence == Evidence::Contact("ada".into()))
        .expect("a claim about the earlier message");
    assert_eq!(referred.text, "Northwind Freight raised a $40M Series B on 2 March: I wrote about that on 9 March.",);
}

#[test]
fn a_language_without_default_texts_needs_texts() {
    let italian = |w: &mut Scenario| {
        w.campaign.angles[0].language = "it".into();
        w.people[0].contact.language = Some("it".into());
    };
    let outcome = FollowUpScenario::from(italian).follow_up().expect("the capabilities answer").outcome;
    let Outcome::Held(hold) = outcome else { panic!("{outcome:?}") };
    assert_eq!(hold.reason, HoldReason::DraftFailed);
    assert!(hold.detail.contains("no default in `it`; add `follow-up-opener`"), "{}", hold.detail);
    let mut follow_up_scenario = FollowUpScenario::from(italian);
    let angle = &mut follow_up_scenario.world.campaign.angles[0];
    angle.follow_up_opener = Some("Le ho scritto il {{ earlier_date }}: {{ signal }}.".into());
    let package = follow_up_scenario.ready();
    assert!(package.draft.opener.starts_with("Le ho scritto il 2026-03-09:"), "{}", package.draft.opener);
    assert_eq!(package.draft.pitch, follow_up_scenario.previous.draft.pitch, "what there is serves again");
}

#[test]
fn dates_are_written_in_the_language() {
    for (days, language, expected) in [
        (0, "en", "9 March"),
        (0, "en_us", "March 9"),
        (0, "en-Latn-US", "March 9"),
        (0, "EN-gb", "9 March"),
        (0, "de-AT", "9. März"),
        (0, "fr", "9 mars"),
        (-8, "fr", "1er mars"),
        (0, "es-MX", "9 de marzo"),
        (0, "nl", "2026-03-09"),
        (0, "", "2026-03-09"),
        (-68, "de", "31. Dezember"),
    ] {
        assert_eq!(date(NOW + days * DAY, language), expected, "{language}");
    }
    assert_eq!(date(Timestamp::MAX, "en"), iso_date(Timestamp::MAX));
}
