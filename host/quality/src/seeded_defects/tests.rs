use super::*;
use expect_test::expect;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const SIGNATURE: &str = "Mara Lindqvist\nRelayforge, 420 Kiln House";

/// With something of every kind to get wrong.
fn package() -> HandoffPackage {
    let opener = "I read in the Harbour Gazette that Northwind Freight raised 20 million pounds in March.";
    let pitch = "Relayforge takes a bad release back within 90 seconds: our customers see 38% fewer failed deploys.";
    let ask = "Would that be useful to you this year, Ada?";
    let body = format!("Hi Ada,\n\n{opener}\n\n{pitch}\n\n{ask}\n\n{SIGNATURE}");
    let signal = |id: &str, summary: &str, source: &str, at: i64| {
        serde_json::json!({ "score": 80, "signal": { "id": id, "kind": "funding", "summary": summary,
            "source-name": source, "source-url": "https://gazette.example/1", "observed-at": at } })
    };
    serde_json::from_value(serde_json::json!({
        "account": { "id": "a1", "name": "Northwind Freight", "domain": "north.example", "industry": "Logistics",
            "employees": 420, "annual-revenue-usd": null, "country": "GB", "relation": "prospect", "owner": "u1",
            "open-opportunity": false, "last-activity": null, "named": false, "referred-by": "Orrin Mobility",
            "suppression": null },
        "signals": [
            signal("s1", "Northwind Freight raised 20 million pounds in March", "the Harbour Gazette", 1_772_438_400),
            signal("s2", "it has 6 open roles", "the careers page", 1_771_920_000),
        ],
        "why-now": "", "role-match": { "role": "r", "matched-title": "t", "score": 95 }, "history": [],
        "contact": { "id": "c1", "first-name": "Ada", "last-name": "Okafor", "title": "VP Engineering",
            "email": "ada@north.example", "verification": "deliverable", "verified-at": null, "linkedin-url": null,
            "country": "GB", "time-zone": null, "language": "en", "engagement": "none", "suppression": null },
        "angle": { "signal-kind": "funding", "version": "1", "language": "en-GB", "weight": 50, "max-age-days": 30,
            "subject": "x", "greeting": "x", "opener": "x", "pitch": "x", "call-to-action": "x",
            "facts": [{ "id": "f1", "text": "our customers see 38% fewer failed deploys, and 45% fewer pages" }] },
        "sender": { "id": "u1", "name": "Mara Lindqvist", "email": "mara@relay.example", "title": "SDR",
            "company": "Relayforge", "signature": SIGNATURE },
        "draft": { "message": { "to": "ada@north.example", "subject": "Northwind Freight after the round", "body": body },
            "opener": opener, "pitch": pitch, "call-to-action": ask,
            "claims": [{ "text": "Northwind Freight raised 20 million pounds", "evidence": { "signal": "s1" } },
                       { "text": "our customers see 38% fewer failed deploys", "evidence": { "fact": "f1" } }] },
        "checks": [], "score": 77, "next-action": "", "reading-seconds": 20, "touch-number": 1, "fresh-until": 0
    }))
    .unwrap()
}

/// Drafts leave out legal forms and titles, so the recorded names are longer than the written ones.
#[test]
fn names_are_found_as_the_message_writes_them() {
    let listed = |package: &HandoffPackage| {
        [DefectKind::Company, DefectKind::Placeholder]
            .map(|kind| kinds::of(kind, package).iter().map(|variant| variant.defect.to_string()).collect::<Vec<_>>())
    };
    let plain = package();
    let mut formal = plain.clone();
    formal.account.name = "Northwind Freight, Inc.".into();
    formal.contact.first_name = Some("Dr. Ada".into());
    assert_eq!(listed(&formal), listed(&plain));
}

fn sound(package: &HandoffPackage, variant: &Variant) {
    let (Variant { defect, draft }, before) = (variant, &package.draft);
    assert_ne!(draft.message, before.message);
    assert_eq!(draft.message.to, before.message.to, "nobody else is written to");
    assert!(draft.message.body.ends_with(&package.sender.signature), "the signature stays: {defect}");
    for part in [&draft.opener, &draft.pitch, &draft.call_to_action] {
        assert!(draft.message.body.contains(part.as_str()), "{defect}: {part}");
    }
    assert!(is_in(defect, &draft.message, &draft.message), "{defect}");
    assert!(!is_in(defect, &before.message, &draft.message), "put right it is found: {defect}");
}

#[test]
fn every_kind_has_its_variants() {
    let package = package();
    let mut listed = String::new();
    for kind in DefectKind::ALL {
        for variant in kinds::of(kind, &package) {
            sound(&package, &variant);
            listed += &format!("{}\n", variant.defect);
        }
    }
    expect![[r#"
        a number was changed: “20” became “420”
        a number was changed: “20” became “6”
        a number was changed: “90” became “420”
        a number was changed: “90” became “6”
        a number was changed: “38%” became “45%”
        a number was changed: “90 seconds” became “90 minutes”
        a name was changed: “Hi Ada,” became “Hi Ada Lindqvist,”
        a name was changed: “Ada” became “Mara”
        it made a claim without evidence: “the Harbour Gazette” became “the careers page”
        it made a claim without evidence: “our customers” became “all of your competitors”
        it made a claim without evidence: “fewer” became “more”
        it made a claim without evidence: “raised” became “lost”
        it made a claim without evidence: “Several of your competitors already use it.” was added
        it made a claim without evidence: “Your own team asked us for it.” was added
        it made a claim without evidence: “It costs nothing in the first year.” was added
        it named the wrong company: “Northwind Freight” became “Orrin Mobility”
        it named the wrong company: “Northwind Freight” became “Relayforge”
        a date was changed: “March” became “February”
        a date was changed: “this year” became “last year”
        a placeholder was not filled: “Northwind Freight” became “(company name)”
        a placeholder was not filled: “the Harbour Gazette” became “(source)”
        a placeholder was not filled: “Ada” became “(first name)”
        it asked for the wrong thing: “Would that be useful to you this year, Ada?” became “Would you like to renew your subscription?”
        it asked for the wrong thing: “Would that be useful to you this year, Ada?” became “Where may we send the invoice?”
        it asked for the wrong thing: “Would that be useful to you this year, Ada?” became “When could our technician come by?”
    "#]].assert_eq(&listed);
}

#[test]
fn drafts_without_fitting_words_have_no_variant() {
    let mut package = package();
    package.draft.message.body = String::new();
    package.draft.message.subject = String::new();
    assert_eq!(variants(&package, 1), []);
    package.angle.language = "sv".into();
    package.draft.message.body = format!("Hej Ada,\n\nNorthwind Freight växer.\n\n{SIGNATURE}");
    let kinds: BTreeSet<DefectKind> = variants(&package, 1).iter().map(|variant| variant.defect.kind).collect();
    assert_eq!(kinds, BTreeSet::from([DefectKind::Name, DefectKind::Company]), "a language without words");
}

#[test]
fn the_seed_decides_and_no_kind_is_preferred() {
    let package = package();
    let mut first = BTreeMap::<DefectKind, u32>::new();
    for seed in 0..7000 {
        let variants = variants(&package, seed);
        *first.entry(variants[0].defect.kind).or_default() += 1;
        let kinds: BTreeSet<DefectKind> = variants[..7].iter().map(|variant| variant.defect.kind).collect();
        assert_eq!(kinds.len(), 7, "one of each kind before a second of any");
    }
    assert_eq!(variants(&package, 3), variants(&package, 3));
    assert!(first.len() == 7 && first.values().all(|count| (850..1150).contains(count)), "{first:?}");
}

#[test]
fn a_defect_is_found_when_its_words_are_gone() {
    let package = package();
    let planted = kinds::of(DefectKind::Number, &package)
        .into_iter()
        .find(|variant| variant.defect.now == "45%")
        .expect("another figure of the facts");
    let edited = |from: &str, to: &str| Message {
        body: planted.draft.message.body.replace(from, to),
        ..planted.draft.message.clone()
    };
    for (edit, still_there) in [
        (edited("Hi Ada", "Hello Ada"), true),
        (edited("see 45% fewer", "see  45%\nfewer"), true),
        (edited("45%", "38%"), false),
        (edited("45%", "145%"), false),
        (edited("45%", "45.5%"), false),
        (edited("our customers see 45% fewer failed deploys", "releases fail less often"), false),
    ] {
        assert_eq!(is_in(&planted.defect, &edit, &planted.draft.message), still_there, "{}", edit.body);
    }
}

proptest! {
    #[test]
    fn whatever_a_package_says(
        body in "(Hi Ada,|\\PC{0,20})\n{0,2}\\PC{0,80}(38%|20|March|Ada|Northwind Freight)?\\PC{0,40}",
        name in "\\PC{0,12}",
        company in "\\PC{0,12}",
        seed in any::<u64>(),
    ) {
        let mut package = package();
        package.draft.message.body = body;
        package.contact.first_name = Some(name);
        package.sender.company = company;
        for variant in variants(&package, seed) {
            prop_assert!(variant.draft.message != package.draft.message);
            prop_assert_eq!(&variant.draft.message.to, &package.draft.message.to);
        }
    }
}
