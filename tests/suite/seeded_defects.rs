//! Seeded defects with the shipped engine, drafter and governor: they pass every check, measure how many defects
//! reviewers find, and are never sent.

use baton_desk::Desk;
use baton_desk::reviews::QueueFilter;
use baton_desk::worker::EntryResult;
use baton_facts::packages::{Check, Verdict};
use baton_facts::policy::HandoffModel;
use baton_facts::types::{Message, Timestamp};
use baton_mail::FolderTransport;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::defect::{Defect, DefectKind};
use baton_model::package_state::PackageState;
use baton_model::views::{PackageView, SeededDefectResult};
use baton_quality::seeded_defects;
use baton_tests::DeskExt as _;
use baton_tests::server::{self, TestServer, pilot_run};
use baton_tests::{NOW, TestDesk, approval, message_files, run};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use tempfile::TempDir;

struct Fixture {
    test_desk: TestDesk,
    _folder: TempDir,
}

impl Fixture {
    /// Seeds a defect in one package of this many; 0 seeds none.
    async fn new(one_in: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut test_desk = TestDesk::open(folder.path()).await;
        test_desk.desk = test_desk.desk.with(|desk| desk.with_seeded_defects(NonZeroU32::new(one_in)));
        Self { test_desk, _folder: folder }
    }

    fn desk(&self) -> &Desk {
        &self.test_desk.desk
    }

    async fn view(&self, id: &PackageId) -> PackageView {
        self.desk().package(id, NOW).await.expect("it exists")
    }

    async fn queue(&self) -> Vec<PackageId> {
        queue(self.desk()).await
    }

    async fn decide(&self, id: &PackageId, decision: Decision) -> Option<SeededDefectResult> {
        let shown = self.view(id).await;
        let request = DecisionRequest { decision, key: format!("decide-{}", shown.id), ..approval(&shown) };
        let decided = self.desk().decide(&request, NOW).await.expect("it counts");
        assert_eq!(decided.outbox, None, "nothing may be sent");
        decided.seeded_defect.expect("the answer says that it was seeded").result
    }
}

async fn queue(desk: &Desk) -> Vec<PackageId> {
    let rows = desk.queue(&QueueFilter::default(), None, 500, NOW).await.expect("a queue").rows;
    rows.into_iter().map(|row| row.id).collect()
}

fn draft(view: &PackageView) -> Message {
    view.content.as_ref().open().expect("it exists").package.draft.message.clone()
}

fn verdicts(checks: &[Check]) -> Vec<(&str, Verdict)> {
    checks.iter().map(|check| (check.name.as_str(), check.verdict)).collect()
}

fn reject(reason: RejectReason) -> Decision {
    Decision::Reject { reason, note: String::new() }
}

#[test]
fn checks_do_not_reveal_seeded_defects() {
    let server = TestServer::empty();
    run(async {
        let desk = server.desk.clone().with(|desk| desk.with_seeded_defects(NonZeroU32::new(1)));
        let report = pilot_run(&desk).run(&desk, None, std::future::pending(), |_| {}).await.expect("the pilot runs");
        let mut kinds = BTreeMap::<DefectKind, u32>::new();
        let shown = queue(&desk).await;
        assert_eq!(shown.len(), report.new, "each package once");
        for id in &shown {
            let view = desk.package(id, NOW).await.expect("it exists");
            let content = view.content.open().expect("it exists");
            let message = content.package.draft.message.clone();
            let now = desk.inspect(id, &message, NOW).await.expect("the engine inspects");
            // The package also has the checks on the account.
            let prepared = verdicts(&content.package.checks);
            let differs = verdicts(&now).into_iter().find(|check| !prepared.contains(check));
            assert_eq!(differs, None, "{}", message.body);
            assert!(now.iter().all(|check| check.verdict != Verdict::Fail));

            let request =
                DecisionRequest { decision: reject(RejectReason::Draft), ..approval(&view_of(&desk, id).await) };
            let decided = desk.decide(&request, NOW).await.expect("it counts");
            let Some(planted) = decided.seeded_defect else { continue };
            let defect: Defect = planted.defect.expect("nobody is erased");
            *kinds.entry(defect.kind).or_default() += 1;
            let original = view_of(&desk, &planted.original).await;
            let real = original.content.as_ref().open().expect("it exists");
            assert_eq!((original.state, &real.package.checks), (PackageState::Queued, &content.package.checks));
            assert_ne!(real.package.draft.message, message, "{defect}");
            let facts =
                baton_facts::packages::HandoffPackage { draft: real.package.draft.clone(), ..content.package.clone() };
            assert_eq!(facts, real.package, "only the draft is changed");
            assert!(
                seeded_defects::is_in(&defect, &message, &message)
                    && !seeded_defects::is_in(&defect, &real.package.draft.message, &message),
                "{defect}"
            );
        }
        let planted: u32 = kinds.values().sum();
        assert!(planted as usize * 10 >= shown.len() * 9, "{planted} of {}", shown.len());
        assert!(kinds.len() >= 5, "{kinds:?}");
        let rate = desk.miss_rate(NOW).await.expect("the store answers").expect("a rate");
        assert_eq!((rate.found, rate.missed, rate.rate), (planted, 0, 0));
    });
}

async fn view_of(desk: &Desk, id: &PackageId) -> PackageView {
    desk.package(id, NOW).await.expect("it exists")
}

#[test]
fn the_real_draft_is_sent() {
    run(async {
        let fixture = Fixture::new(1).await;
        let original = fixture.test_desk.prepare(1).await;
        let shown = fixture.view(&original).await;
        assert_ne!(shown.id, original);
        let folder = fixture.test_desk.folder.join("outbox");
        let transport = Box::new(FolderTransport::open(&folder).expect("a folder"));
        let mut worker = fixture.test_desk.worker(transport);
        let files = || message_files(&folder).len();

        assert_eq!(
            fixture.decide(&shown.id, Decision::Approve { overruled: Vec::new() }).await,
            Some(SeededDefectResult::Missed)
        );
        assert!(fixture.desk().release(&shown.id.0, NOW).await.is_err(), "there is nothing to release");
        let round = worker.send_due(NOW).await;
        assert!(round.error.is_none() && round.entries.is_empty(), "{:?}", round.entries);
        assert_eq!((files(), fixture.desk().outbox(None, 10).await.expect("an outbox").rows.len()), (0, 0));

        assert_eq!(fixture.queue().await, std::slice::from_ref(&original));
        let real = fixture.view(&original).await;
        fixture.test_desk.approve(&original, NOW).await;
        let happened = worker.send_due(NOW).await.entries;
        assert!(
            matches!(happened.as_slice(), [_, sent] if matches!(sent.what, EntryResult::Sent { .. })),
            "{happened:?}"
        );
        assert_eq!(files(), 1);
        let files = std::fs::read_dir(&folder).expect("the folder").map(|file| file.expect("readable").path());
        let file = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "eml")).expect("one");
        let letter = std::fs::read(file).expect("the file");
        let letter = mail_parser::MessageParser::new().parse(&letter).expect("a message");
        let text = letter.body_text(0).expect("a text").replace("\r\n", "\n");
        assert!(text.starts_with(&draft(&real).body) && !text.starts_with(&draft(&shown).body), "{text}");
        let calls = fixture.desk().replay(&original).await.expect("it can be replayed");
        assert!(!calls.is_empty());
    });
}

#[test]
fn an_edit_finds_the_defect_or_not() {
    run(async {
        let fixture = Fixture::new(1).await;
        for number in 0..6 {
            let original = fixture.test_desk.prepare(number).await;
            let shown = fixture.view(&original).await;
            let mut message = draft(&shown);
            message.body = message.body.replacen("\n\n", "\n\nI hope the week is going well.\n\n", 1);
            let edit = |message| Decision::Edit { message, overruled: Vec::new(), my_wording: true };
            assert_eq!(fixture.decide(&shown.id, edit(message)).await, Some(SeededDefectResult::Missed), "{number}");

            let original = fixture.test_desk.prepare(100 + number).await;
            let shown = fixture.view(&original).await;
            // The drafter's draft for the same account, from a desk without seeded defects.
            let plain = Fixture::new(0).await;
            let real = plain.view(&plain.test_desk.prepare(100 + number).await).await;
            let found = fixture.decide(&shown.id, edit(draft(&real))).await;
            assert_eq!(found, Some(SeededDefectResult::Found), "{number}");
        }
        let rate = fixture.desk().by("mara").own_miss_rate(NOW).await.expect("the store answers").expect("a rate");
        assert_eq!((rate.found, rate.missed, rate.rate), (6, 6, 5000));
        assert!(rate.lower < 3000 && rate.upper > 7000, "{rate:?}");
    });
}

#[test]
fn a_seeded_defect_is_no_evidence_and_is_never_released() {
    const HOUR: Timestamp = 3600;
    run(async {
        let fixture = Fixture::new(0).await;
        let prepare = |number| {
            fixture.test_desk.prepare_under(number, |tier| {
                tier.model = HandoffModel::SendThenSpotCheck;
                tier.minimum_score = 0;
                tier.inspection.sampling = vec![5000];
                tier.inspection.outgoing_quality_limit = 1146;
                tier.inspection.risk_limit = 10_000;
                tier.inspection.held = false;
            })
        };
        let stream = async || fixture.desk().quality(None, NOW).await.expect("the governor judges").remove(0);
        // A defect is seeded while every package is reviewed.
        let planting = fixture.desk().clone().with(|desk| desk.with_seeded_defects(NonZeroU32::new(1)));
        let test_desk = fixture.test_desk.with_desk(planting);
        let original = test_desk
            .prepare_under(0, |tier| {
                tier.model = HandoffModel::SendThenSpotCheck;
                tier.minimum_score = 0;
            })
            .await;
        let shown = fixture.view(&original).await;
        assert_ne!(shown.id, original);
        let mut number = 1;
        loop {
            let package = prepare(number).await;
            fixture.test_desk.approve(&package, NOW).await;
            if stream().await.assessment.fraction < 10_000 {
                break;
            }
            number += 1;
            assert!(number < 50, "never cleared");
        }
        // The stream's level releases other packages, but neither the seeded defect nor its original.
        prepare(number + 1).await;
        let went = fixture.desk().auto_release(NOW, HOUR).await.expect("a batch");
        assert_eq!(went.unchecked + went.checked_after, 1);
        assert_eq!(fixture.queue().await, std::slice::from_ref(&shown.id));
        assert!(stream().await.sends_unreviewed);

        let before = stream().await.tally;
        assert_eq!(fixture.decide(&shown.id, reject(RejectReason::Research)).await, Some(SeededDefectResult::Found));
        let after = stream().await;
        assert_eq!(
            (after.tally, after.sends_unreviewed),
            (before, true),
            "a seeded defect does not count against a stream"
        );

        // If a stream's level would release the package, no defect is seeded in it.
        let next = test_desk
            .prepare_under(number + 2, |tier| {
                tier.model = HandoffModel::SendThenSpotCheck;
                tier.minimum_score = 0;
            })
            .await;
        assert_eq!(fixture.view(&next).await.id, next);
    });
}

#[test]
fn about_one_in_the_configured_number_is_seeded() {
    run(async {
        let fixture = Fixture::new(5).await;
        let mut planted = BTreeSet::new();
        for number in 0..100 {
            let original = fixture.test_desk.prepare(number).await;
            if fixture.view(&original).await.id != original {
                planted.insert(number);
            }
        }
        // 20 are expected; fewer than 5 or more than 40 happen once in a hundred thousand runs.
        assert!((5..=40).contains(&planted.len()), "{planted:?}");
    });
}

#[test]
fn the_page_reveals_a_seeded_defect_after_the_decision() {
    use crate::web::browser::Browser;
    let server = TestServer::empty();
    let desk = server.desk.clone().with(|desk| desk.with_seeded_defects(NonZeroU32::new(1)));
    run(async {
        let report = pilot_run(&desk).run(&desk, None, std::future::pending(), |_| {}).await.expect("the pilot runs");
        assert!(report.new > 3);
    });
    let browser = Browser::on(server);
    let ids = browser.server.queue();
    for page in [browser.page("/"), browser.page(&format!("/packages/{}", ids[0])), browser.page("/outbox")] {
        assert!(!page.text().to_lowercase().contains("planted"), "{}", page.text());
    }
    let trail = browser.page(&format!("/packages/{}/audit-log", ids[0]));
    assert!(!trail.text().contains("planted"), "{}", trail.text());

    let answer = browser.decide(&ids[0], "approve", &[]);
    let next = browser.page(answer.location());
    let notice = next.with_class("notice")[0].text();
    assert!(notice.contains("this package had a seeded defect and could not have been sent"), "{notice}");
    assert!(notice.contains("it was missed"), "{notice}");
    let past = browser.page(&format!("/packages/{}", ids[0]));
    assert!(past.text().contains("This package had a seeded defect and could not have been sent"), "{}", past.text());
    let view = browser.server.view(&ids[0]);
    let original = view.newer.expect("its original");
    assert!(past.named("a").iter().any(|link| link.attr("href") == format!("/packages/{original}")));
    assert!(browser.server.queue().contains(&original));

    let shown = browser.server.queue().into_iter().find(|id| *id != original).expect("another one");
    let answer = browser.decide(&shown, "reject", &[("reason", "draft")]);
    let notice = browser.page(answer.location()).with_class("notice")[0].text();
    assert!(notice.contains("it was found"), "{notice}");
    assert_eq!(run(browser.server.desk.outbox(None, 10)).expect("an outbox").rows.len(), 0);
    let rate = run(browser.server.desk.by(server::WHO).own_miss_rate(NOW)).expect("the store answers").expect("a rate");
    assert_eq!((rate.found, rate.missed), (1, 1));
}
