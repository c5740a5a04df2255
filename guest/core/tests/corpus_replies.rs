//! The reader on mail from outside: failures of some eighty mail systems, complaints, and people's replies.
//!
//! The messages are not part of the project. The folder is `BATON_CORPUS`, or `shared/data` beside the workspace;
//! without it the tests print that they were skipped. The counts are minimums: they may grow, but not shrink.

use std::collections::BTreeMap;
use std::path::PathBuf;

use baton_core::replies::read;
use baton_facts::mail::{MessageKind, Reading};

/// Of 322 failures: known as such, with the address they are about, with the id of the message they are about.
const KNOWN: usize = 316;
const ADDRESSES: usize = 307;
const IDS: usize = 276;
/// Of 90 replies: with a quotation found in them.
const SPLIT: usize = 61;

/// Each file of a folder of the corpus, by name; `None`, and a line that says so, where there is no such folder.
fn corpus(test: &str, folder: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let root = std::env::var_os("BATON_CORPUS")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
        eprintln!("skipped: corpus_replies::{test}: no folder {}", root.join(folder).display());
        return None;
    };
    let files = entries.map(|entry| {
        let entry = entry.expect("the folder lists");
        (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("the file reads"))
    });
    Some(files.collect())
}

/// The reading, which must not fail on any message of the corpus.
#[track_caller]
fn reading(name: &str, raw: &[u8]) -> Reading {
    read(raw).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

#[test]
fn failures_of_many_mail_systems_are_known() {
    let Some(files) = corpus("failures_of_many_mail_systems_are_known", "bounces") else { return };
    let failures = files.iter().filter(|(name, _)| !name.starts_with("arf-") && !name.starts_with("rfc3834-"));
    let (mut count, mut known, mut addresses, mut ids) = (0, 0, 0, 0);
    let mut others = Vec::new();
    for (name, raw) in failures {
        count += 1;
        let reading = reading(name, raw);
        if matches!(reading.kind, MessageKind::DeliveryFailure(_) | MessageKind::DeliveryDelay) {
            known += 1;
            addresses += usize::from(reading.about_address.is_some());
            ids += usize::from(!reading.about_message_ids.is_empty());
        } else {
            others.push(format!("{name}: {:?}", reading.kind));
        }
    }
    let told = format!("{known} of {count}, {addresses} with an address, {ids} with an id; the others: {others:#?}");
    assert!(known >= KNOWN && addresses >= ADDRESSES && ids >= IDS, "{told}");
}

#[test]
fn complaints_and_automatic_answers_are_known() {
    const TEST: &str = "complaints_and_automatic_answers_are_known";
    let (Some(bounces), Some(arf)) = (corpus(TEST, "bounces"), corpus(TEST, "arf")) else { return };
    let mut counts = BTreeMap::new();
    for (name, raw) in bounces.iter().chain(&arf) {
        let group = name.split('-').next().unwrap_or_default();
        if name.ends_with(".eml") && (["arf", "rfc3834"].contains(&group) || arf.contains_key(name)) {
            let kind = match reading(name, raw).kind {
                MessageKind::Complaint => "complaint",
                MessageKind::AutoReply(_) => "automatic",
                _ => "other",
            };
            *counts.entry((group.trim_end_matches(".eml").trim_start_matches(char::is_numeric), kind)).or_insert(0) +=
                1;
        }
    }
    // The four others are reports about authentication, by their Feedback-Type.
    let expected = [(("", "complaint"), 2), (("", "other"), 3), (("arf", "complaint"), 7), (("arf", "other"), 1)];
    assert_eq!(counts, expected.into_iter().chain([(("rfc3834", "automatic"), 3)]).collect());
}

#[test]
fn replies_are_peoples() {
    let Some(files) = corpus("replies_are_peoples", "replies") else { return };
    let mut split = 0;
    for (name, body) in &files {
        let mut raw = b"From: a@a.example\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n".to_vec();
        raw.extend_from_slice(body);
        let reading = reading(name, &raw);
        assert_eq!(reading.kind, MessageKind::Reply, "{name}");
        split += usize::from(!reading.quoted_text.is_empty());
        let marked = reading.new_text.lines().filter(|line| line.starts_with('>')).count();
        assert_eq!(marked, 0, "{name}: {}", reading.new_text);
    }
    assert!(split >= SPLIT, "{split} of {} have a quotation", files.len());
}
