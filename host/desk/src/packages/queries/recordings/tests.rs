//! The values of a component join no two people.

use super::{RecordingContext, add};
use crate::accounts::save_outcome::SaveResult;
use crate::tests::fixture::{ADDRESS, Fixture, NOW, another_package, package, rows};
use baton_facts::errors::DraftingError;
use baton_facts::packages::{Brief, HandoffPackage, Sent};
use baton_facts::types::Message;
use baton_model::{Erasable, PackageId};
use baton_runtime::{Digest, Exchange, Input, Limits, Output, Recording, World};
use std::sync::Arc;

const TAGS: &str = "SELECT coalesce(group_concat(tag || subject, ' '), '')
                    FROM (SELECT hex(tag) AS tag, subject FROM subject_tags ORDER BY tag, subject)";

/// Returns the recording of an engine that asked for a draft to this person, with an earlier message to `earlier`.
fn drafted_for(contact: &str, address: &str, earlier: &str) -> Recording {
    let HandoffPackage { account, signals, contact: mut person, angle, sender, draft, .. } = package();
    person.id = contact.into();
    person.email = Some(address.into());
    let sent = Sent {
        at: NOW,
        message: Message { to: earlier.into(), ..draft.message },
        signal: "s1".into(),
        signal_kind: "funding".into(),
        angle_version: "1".into(),
    };
    let brief = Brief {
        account,
        contact: person,
        signal: signals[0].signal.clone(),
        angle,
        sender,
        touch_number: 1,
        earlier: vec![sent],
        rejected: None,
        note: None,
    };
    let answer = Err(DraftingError::Unavailable(None));
    Recording {
        component: Digest::of(b"engine"),
        world: World::Engine,
        limits: Limits::default(),
        input: Input::Describe {},
        exchanges: vec![Exchange::Write { brief: Arc::new(brief), answer, provenance: None }],
        output: Output::Aborted("it crashed".into()),
    }
}

async fn record(fixture: &Fixture, recording: &Recording) {
    let mut tx = fixture.desk.begin(NOW).await.unwrap();
    let about = RecordingContext { campaign: "pilot", account: "a3", package: None, at: NOW };
    add(&mut tx, about, recording).await.unwrap();
    tx.commit().await.unwrap();
}

async fn is_readable(fixture: &Fixture, id: &PackageId) -> bool {
    matches!(fixture.desk.package(id, NOW).await.unwrap().content, Erasable::Open(_))
}

#[tokio::test]
async fn a_brief_joins_no_two_people() {
    let fixture = Fixture::new().await;
    let SaveResult::New(adas) = fixture.keep(&package(), NOW).await else { panic!("not new") };
    let SaveResult::New(bos) = fixture.keep(&another_package(), NOW).await else { panic!("not new") };
    let before = rows(&fixture.file(), TAGS).await;
    for (contact, address, earlier) in [
        ("c1", "bo@south.example", ADDRESS),
        ("c2", ADDRESS, "bo@south.example"),
        ("c1", "BO@South.example", "bo@south.example"),
    ] {
        record(&fixture, &drafted_for(contact, address, earlier)).await;
        assert_eq!(rows(&fixture.file(), TAGS).await, before, "{contact} {address}");
    }
    fixture.desk.by("admin").erase_person("bo@south.example", NOW).await.unwrap();
    assert!(is_readable(&fixture, &adas).await && !is_readable(&fixture, &bos).await);
    let mut tx = fixture.desk.begin(NOW).await.unwrap();
    let numbers: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM recordings WHERE account = 'a3'").fetch_all(tx.connection()).await.unwrap();
    assert_eq!(numbers.len(), 3);
    for number in numbers {
        let content = super::content(&mut tx, number).await.unwrap();
        assert_eq!(content, Erasable::Erased, "the recording names the erased person too");
    }
}

#[tokio::test]
async fn one_address_in_each_brief_chains_nobody() {
    let fixture = Fixture::new().await;
    let SaveResult::New(adas) = fixture.keep(&package(), NOW).await else { panic!("not new") };
    let SaveResult::New(bos) = fixture.keep(&another_package(), NOW).await else { panic!("not new") };
    for contact in ["c1", "c2", "c3"] {
        record(&fixture, &drafted_for(contact, "constant@vendor.example", "constant@vendor.example")).await;
    }
    fixture.desk.by("admin").erase_person("constant@vendor.example", NOW).await.unwrap();
    assert!(is_readable(&fixture, &adas).await && is_readable(&fixture, &bos).await);
    fixture.desk.by("admin").erase_person(ADDRESS, NOW).await.unwrap();
    assert!(is_readable(&fixture, &bos).await);
    assert!(!matches!(fixture.keep(&another_package(), NOW).await, SaveResult::Suppressed));
}
