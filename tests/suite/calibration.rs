//! Calibration measures how people edit the drafts, and variants of an angle are compared: the desk with the shipped
//! engine, drafter and governor.

use baton_desk::Desk;
use baton_desk::autonomy::StreamView;
use baton_facts::policy::{Angle, Campaign};
use baton_facts::types::Message;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::{MessagePart, PackageId};
use baton_quality::calibration::{Calibration, Judgement};
use baton_tests::DeskExt as _;
use baton_tests::server::{empty_desk, pilot_run};
use baton_tests::{NOW, TestDesk, approval, run};
use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;
use tempfile::TempDir;

/// An opener that a person writes instead of the draft's.
const OWN: &str =
    "A colleague of yours spoke in Leeds about quieter releases, and I have been thinking about it since.";

struct Fixture {
    test_desk: TestDesk,
    folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { test_desk: TestDesk::open(folder.path()).await, folder }
    }

    fn desk(&self) -> &Desk {
        &self.test_desk.desk
    }

    /// Prepares a package with the version that the account is assigned.
    async fn prepare(&self, number: usize, versions: &[(&str, &str)]) -> PackageId {
        let desk = self.desk();
        let given = |given: &mut baton_tests::Given| {
            given.campaign.angles = several(&given.campaign, versions);
            given.campaign = desk.campaign_for(&given.campaign, &given.account.id).into_owned();
        };
        self.test_desk.prepare_with(number, given).await
    }

    async fn version(&self, package: &PackageId) -> String {
        let view = self.desk().package(package, NOW).await.expect("it exists");
        view.content.open().expect("it is open").package.angle.version.clone()
    }

    async fn decide(&self, package: &PackageId, decision: Decision) {
        let shown = self.desk().package(package, NOW).await.expect("it exists");
        let request = DecisionRequest { decision, key: format!("decide-{}", package.0), ..approval(&shown) };
        self.desk().decide(&request, NOW).await.expect("it counts");
    }

    async fn approve(&self, package: &PackageId) {
        self.decide(package, Decision::Approve { overruled: Vec::new() }).await;
    }

    /// Edits the package to this opener and approves it.
    async fn edit(&self, package: &PackageId, opener: &str) {
        let view = self.desk().package(package, NOW).await.expect("it exists");
        let content = view.content.open().expect("it is open");
        let draft = &content.package.draft;
        let body = draft.message.body.replace(&draft.opener, opener);
        let message = Message { body, ..draft.message.clone() };
        self.decide(package, Decision::Edit { message, overruled: Vec::new(), my_wording: false }).await;
    }

    async fn reject(&self, package: &PackageId, reason: RejectReason) {
        self.decide(package, Decision::Reject { reason, note: String::new() }).await;
    }

    async fn calibration(&self, pairs: u32) -> Calibration {
        let mut kinds = self.desk().calibration(None, None, pairs).await.expect("a count");
        assert_eq!(kinds.len(), 1, "one kind of signal");
        kinds.remove(0)
    }
}

/// Returns the campaign's angle for funding once per name and version, with its other angles.
fn several(campaign: &Campaign, versions: &[(&str, &str)]) -> Vec<Angle> {
    let (funding, others): (Vec<Angle>, Vec<Angle>) =
        campaign.angles.iter().cloned().partition(|angle| angle.signal_kind == "funding");
    let funding = funding.first().expect("an angle for funding");
    let version = |(name, version): &(&str, &str)| {
        let version = if name.is_empty() { (*version).to_owned() } else { format!("{name}/{version}") };
        Angle { version, ..funding.clone() }
    };
    versions.iter().map(version).chain(others).collect()
}

#[test]
fn edits_of_the_drafts_are_counted() {
    run(async {
        let fixture = Fixture::new().await;
        let mut packages = Vec::new();
        for number in 0..16 {
            packages.push(fixture.prepare(number, &[("", "1")]).await);
        }
        for package in &packages[..5] {
            fixture.approve(package).await;
        }
        for package in &packages[5..13] {
            fixture.edit(package, OWN).await;
        }
        fixture.reject(&packages[13], RejectReason::Draft).await;
        fixture.reject(&packages[14], RejectReason::NotNow).await;

        let kind = fixture.calibration(2).await;
        assert_eq!(
            (kind.campaign.as_str(), kind.signal_kind.as_str(), kind.language.as_str()),
            ("deploy-guard", "funding", "en")
        );
        let version = &kind.versions[0];
        assert_eq!((version.packages, version.decided, version.as_written, version.edited), (16, 15, 5, 8));
        assert_eq!(version.rejected, BTreeMap::from([("draft", 1), ("not-now", 1)]));
        assert_eq!((version.substantial, version.most_rewritten), (9, Some(MessagePart::Opener)));
        assert_eq!((version.judgement, version.seconds_median), (Judgement::NeedsCalibration, Some(31)));
        let share = version.edited_median.expect("a median");
        assert!((2000..4000).contains(&share), "{share}");
        assert_eq!(
            version.reason,
            format!(
                "9 of 14 rewritten by a fifth or more, or turned down (95%: 39 to 84%), median {}% of the text: the opener \
                 is rewritten most: this kind's research-to-draft workflow needs calibration",
                share.div_ceil(100)
            )
        );
        assert!(kind.needs_calibration && kind.comparisons.is_empty());

        // Pairs of draft and edit, newest first.
        let pairs: Vec<&PackageId> = kind.pairs.iter().map(|pair| &pair.package).collect();
        assert_eq!(pairs, [&packages[12], &packages[11]]);
        assert!(kind.pairs[0].drafted.starts_with("I read in ") && kind.pairs[0].sent == OWN, "{:?}", kind.pairs[0]);
        assert_eq!(fixture.desk().calibration(Some("other"), None, 9).await.expect("a count"), []);
        assert_eq!(fixture.desk().calibration(None, Some("hiring"), 9).await.expect("a count"), []);
    });
}

#[test]
fn two_of_three_edits_raise_no_alarm() {
    run(async {
        let fixture = Fixture::new().await;
        for number in 0..3 {
            let package = fixture.prepare(number, &[("", "1")]).await;
            if number == 0 { fixture.approve(&package).await } else { fixture.edit(&package, OWN).await }
        }
        let kind = fixture.calibration(0).await;
        assert_eq!((kind.versions[0].judgement, kind.needs_calibration), (Judgement::TooFew, false));
        assert!(kind.versions[0].reason.ends_with("too few to tell; 5 more at the least"), "{:?}", kind.versions);
        assert!(kind.pairs.is_empty());
    });
}

#[test]
fn an_erased_person_stays_counted_and_is_not_shown() {
    run(async {
        let fixture = Fixture::new().await;
        let mut packages = Vec::new();
        for number in 0..3 {
            packages.push(fixture.prepare(number, &[("", "1")]).await);
            fixture.edit(&packages[number], OWN).await;
        }
        let view = fixture.desk().package(&packages[1], NOW).await.expect("it exists");
        let to = view.content.open().expect("it is open").package.draft.message.to.clone();
        fixture.desk().by("mara").erase_person(&to, NOW).await.expect("erased");
        let kind = fixture.calibration(9).await;
        assert_eq!((kind.versions[0].edited, kind.pairs.len(), kind.left_out), (3, 2, 1));
        assert!(kind.pairs.iter().all(|pair| pair.package != packages[1]));

        // The counts are in plain text; the texts are encrypted.
        fixture.desk().store().close().await;
        let mut kept = Vec::new();
        for file in std::fs::read_dir(fixture.folder.path()).expect("the folder") {
            kept.extend(std::fs::read(file.expect("a file").path()).expect("its bytes"));
        }
        let has = |text: &str| kept.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        assert!(has("opener") && has("funding"));
        assert!(!has("a colleague of yours") && !has("spoke in Leeds"));
    });
}

/// Returns the version of the angle in the stream's key.
fn version(stream: &StreamView) -> &str {
    stream.key.angle.rsplit_once('-').expect("a wording").0
}

#[test]
fn each_version_is_a_stream_of_its_own_that_only_continues_its_own_wordings() {
    run(async {
        let fixture = Fixture::new().await;
        let versions = [("", "1"), ("b", "1")];
        let mut of: BTreeMap<String, usize> = BTreeMap::new();
        for number in 0..40 {
            let package = fixture.prepare(number, &versions).await;
            *of.entry(fixture.version(&package).await).or_default() += 1;
            fixture.approve(&package).await;
        }
        assert_eq!(of.keys().collect::<Vec<_>>(), ["1", "b/1"], "both are used");
        let streams = fixture.desk().quality(None, NOW).await.expect("the governor judges");
        let evidence: BTreeMap<&str, usize> =
            streams.iter().map(|stream| (version(stream), stream.tally.inspected as usize)).collect();
        assert_eq!(evidence.len(), 2);
        assert!(evidence.iter().all(|(version, inspected)| of[*version] >= *inspected));
        let variants: Vec<&str> = streams.iter().map(|stream| stream.key.variant.as_str()).collect();
        assert!(variants.contains(&"") && variants.contains(&"b"));

        // Another wording of `b` continues from `b`; a third variant starts with nothing.
        let level = |angle: &str, streams: &[StreamView]| {
            let stream = streams.iter().find(|stream| version(stream) == angle).expect("a stream");
            (stream.tally.inspected, stream.tally.nonconforming)
        };
        let before = level("b/1", &streams);
        let reworded = [("", "1"), ("b", "2"), ("c", "1")];
        let mut found: BTreeMap<String, PackageId> = BTreeMap::new();
        for number in 100..200 {
            if found.len() == 3 {
                break;
            }
            let package = fixture.prepare(number, &reworded).await;
            found.insert(fixture.version(&package).await, package);
        }
        let streams = fixture.desk().quality(None, NOW).await.expect("the governor judges");
        assert_eq!(level("b/2", &streams), before, "from `b` as it was");
        assert_eq!(level("c/1", &streams), (0, 0), "a new one");
    });
}

#[test]
fn versions_are_compared_by_account() {
    run(async {
        let fixture = Fixture::new().await;
        let versions = [("", "1"), ("b", "1")];
        for number in 0..12 {
            // From the time with one version, which no comparison counts.
            let package = fixture.prepare(1000 + number, &versions[..1]).await;
            fixture.edit(&package, OWN).await;
        }
        let mut counts = [[0_u32; 2]; 2];
        for number in 0..60 {
            let package = fixture.prepare(number, &versions).await;
            let is_b = fixture.version(&package).await == "b/1";
            // Every second draft of the first version is edited, and every tenth of the other.
            let [written, edited] = &mut counts[usize::from(is_b)];
            let every = if is_b { 10 } else { 2 };
            if (*written + *edited) % every == 0 {
                *edited += 1;
                fixture.edit(&package, OWN).await;
            } else {
                *written += 1;
                fixture.approve(&package).await;
            }
        }
        let kind = fixture.calibration(0).await;
        assert!(kind.versions.iter().all(|version| version.in_use) && kind.versions.len() == 2);
        let [compared] = &kind.comparisons[..] else { panic!("one comparison: {:?}", kind.comparisons) };
        assert_eq!((compared.base.as_str(), compared.variant.as_str()), ("", "b"));
        assert_eq!((compared.as_written, compared.accounts), (counts[1][0], counts[1][0] + counts[1][1]));
        assert_eq!(compared.accounts + compared.base_accounts, 60 + 12, "{compared:?}");
        assert!(compared.lower < compared.difference && compared.difference < compared.upper);
        assert!(compared.conclusive && compared.more.is_none(), "{}", compared.reason);
        assert!(compared.reason.starts_with("`b` is approved as written "), "{}", compared.reason);
        assert!(compared.reason.ends_with(": telling"), "{}", compared.reason);
    });
}

/// Runs the pilot with another version of the angles for these kinds.
async fn with_versions(desk: &Desk, kinds: &[&str]) -> baton_campaign::Report {
    let mut run = pilot_run(desk);
    let mut campaign = Campaign::clone(&run.campaign);
    for kind in kinds {
        let mut angle = campaign.angles.iter().find(|angle| angle.signal_kind == *kind).expect("an angle").clone();
        angle.version = format!("b/{}", angle.version);
        angle.greeting = "Hello {{ first_name }},".into();
        campaign.angles.push(angle);
    }
    run.campaign = Arc::new(campaign);
    let report = run.run(desk, None, pending(), |_| {}).await.expect("the pilot runs");
    assert!(report.summary.failed.is_empty(), "{report:?}");
    report
}

/// Returns each account's version.
async fn chosen(desk: &Desk) -> BTreeMap<String, String> {
    let filter = baton_desk::reviews::QueueFilter::default();
    let mut chosen = BTreeMap::new();
    for row in desk.queue(&filter, None, 500, NOW).await.expect("the queue").rows {
        let view = desk.package(&row.id, NOW).await.expect("it exists");
        chosen.insert(row.account, view.content.open().expect("it is open").package.angle.version.clone());
    }
    chosen
}

#[test]
fn a_run_assigns_each_account_one_version_permanently() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = empty_desk(folder.path()).await;
        let plain = with_versions(&desk, &[]).await;
        let before = chosen(&desk).await;

        // Only the accounts that get the new version are prepared again; the others are unchanged.
        let first = with_versions(&desk, &["funding"]).await;
        assert!(0 < first.worked && first.worked < plain.worked, "{} of {}", first.worked, plain.worked);
        let now = chosen(&desk).await;
        assert_eq!(now.len(), before.len());
        let moved: Vec<&String> = now.keys().filter(|account| now[*account] != before[*account]).collect();
        assert!(!moved.is_empty() && moved.iter().all(|account| now[*account].starts_with("b/")), "{moved:?}");

        assert_eq!(with_versions(&desk, &["funding"]).await.worked, 0, "nothing is due");
        desk.store().close().await;
        let desk = empty_desk(folder.path()).await;
        assert_eq!(with_versions(&desk, &["funding"]).await.worked, 0, "nor after a restart");
        assert_eq!(chosen(&desk).await, now);

        let second = with_versions(&desk, &["funding", "hiring"]).await;
        assert!(second.worked < plain.worked, "elsewhere");
        let later = chosen(&desk).await;
        for (account, version) in now {
            let hiring = later[&account] != version;
            assert!(!hiring || later[&account] == format!("b/{version}"), "{account}: {version}");
        }
    });
}
