//! The figures of the dashboard for a known history, and the list behind each number.

use crate::accounts::save_outcome::SaveResult;
use crate::dashboard::drill_down::{DashboardFigure, DrillDownFilter};
use crate::dashboard::figures::{CheckResult, Dashboard, ReviewDecision, ReviewTimeBand, StateGroup};
use crate::dashboard::span::DashboardPeriod;
use crate::tests::fixture::{DAY, Fixture, NOW, approve, package, request};
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, Overruled, RejectReason};
use baton_model::package_state::AccountState;
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// Half an hour before a day begins in UTC, and half an hour after it began in Stockholm.
const BETWEEN: Timestamp = NOW - 1800;

async fn prepared(fixture: &Fixture, number: usize, kind: &str, at: Timestamp) -> PackageId {
    let mut package = package();
    package.account.id = format!("n{number}");
    package.account.name = format!("North {number}");
    package.contact.id = format!("p{number}");
    let to = format!("reader{number}@north.example");
    package.contact.email = Some(to.clone());
    package.draft.message.to = to;
    package.signals[0].signal.kind = kind.into();
    let SaveResult::New(id) = fixture.keep(&package, at).await else { panic!("not new") };
    id
}

/// Decides as that person, with this review time.
async fn decided(fixture: &Fixture, id: &PackageId, who: &str, seconds: u32, decision: Decision, at: Timestamp) {
    let shown = fixture.desk.package(id, at).await.unwrap();
    let request = DecisionRequest { seconds: Some(seconds), ..request(&shown, &format!("{id}-{at}"), decision) };
    fixture.desk.by(who).decide(&request, at).await.unwrap();
}

const fn approved() -> Decision {
    Decision::Approve { overruled: Vec::new() }
}

fn edited(stage_message: Message) -> Decision {
    let message = Message { body: stage_message.body.replace("We ship.", "We ship often."), ..stage_message };
    Decision::Edit { message, overruled: Vec::<Overruled>::new(), my_wording: false }
}

fn rejected() -> Decision {
    Decision::Reject { reason: RejectReason::Draft, note: "weak".into() }
}

/// Ten packages of two kinds over two days, eight decisions by two people, and six checks.
async fn story() -> Fixture {
    let fixture = Fixture::new().await;
    let mut ids = Vec::new();
    for number in 0..10 {
        let kind = if number < 6 { "funding" } else { "hiring" };
        let at = if number < 4 { BETWEEN } else { NOW + 7200 };
        ids.push(prepared(&fixture, number, kind, at).await);
    }
    let later = NOW + DAY;
    for (number, who, seconds) in [(0, "ida", 5), (1, "ida", 41), (2, "ida", 59), (3, "mara", 60), (6, "mara", 200)] {
        decided(&fixture, &ids[number], who, seconds, approved(), later).await;
    }
    let shown = fixture.desk.package(&ids[7], later).await.unwrap();
    let message = crate::reviews::tests::seeded_defects::draft(&shown);
    decided(&fixture, &ids[7], "mara", 90, edited(message), later).await;
    decided(&fixture, &ids[8], "mara", 44, rejected(), later).await;
    // A snooze is not a decision, and a decision with an unknown time has no review time.
    decided(&fixture, &ids[4], "ida", 30, Decision::Snooze { until: NOW + 3 * DAY }, later).await;
    let shown = fixture.desk.package(&ids[9], later).await.unwrap();
    let untimed = DecisionRequest { seconds: None, ..approve(&shown, "an-untimed-one") };
    fixture.desk.decide(&untimed, NOW + 2 * DAY).await.unwrap();
    fixture
        .sql(
            "INSERT INTO streams (campaign, tier, signal_kind, follow_up, language, engine, drafter, customer, angle, plan,
                 tally, created)
             VALUES ('pilot', 'mid', 'funding', 0, 'en', 'e', 'd', 'c', 'v', '', '', 0);
             UPDATE packages SET stream = 1 WHERE signal_kind = 'funding';
             INSERT INTO checks (package, stream, seed, position, sampled, held, due, missed, finding, who, at)
             SELECT id, 1, 1, row_number() OVER (ORDER BY account), 1767240000, 0, 1767250000,
                    CASE account WHEN 'n3' THEN 1767250000 WHEN 'n4' THEN 1767250000 END,
                    CASE account WHEN 'n0' THEN 'conforming' WHEN 'n1' THEN 'nonconforming' WHEN 'n2' THEN 'factual-defect'
                                 WHEN 'n4' THEN 'conforming' END,
                    CASE WHEN account NOT IN ('n3', 'n5') THEN 'ida' END,
                    CASE WHEN account NOT IN ('n3', 'n5') THEN 1767260000 END
             FROM packages WHERE signal_kind = 'funding'",
        )
        .await;
    fixture
}

fn span(zone: Tz) -> DashboardPeriod {
    DashboardPeriod::until(NOW + 2 * DAY + 7200, 7, Some(zone), None)
}

async fn counted(fixture: &Fixture, zone: Tz) -> Dashboard {
    fixture.desk.dashboard(&span(zone)).await.unwrap()
}

#[tokio::test]
async fn figures_match_a_known_history() {
    let fixture = story().await;
    let found = counted(&fixture, Tz::UTC).await;
    assert_eq!(found.bins.len(), 7);
    assert_eq!(found.bins[6].0.to_string(), "2026-01-03");
    // Waiting, queued, sent, rejected, not sent. The snoozed one waits.
    assert_eq!(found.packages[3], [0, 4, 0, 0, 0], "on the last day of the year, in UTC");
    assert_eq!(found.packages[4], [2, 3, 0, 1, 0]);
    let pace = found.pace;
    assert_eq!((pace.decided, pace.within, pace.median, pace.ninetieth), (7, 4, Some(59), Some(200)));
    let bands: Vec<u64> = found.bands.iter().map(|band| band.decided).collect();
    assert_eq!(bands, [1, 0, 0, 2, 1, 1, 1, 1], "0, 8, 15, 30, 45, 60, 90 and 120 seconds");
    let reviewers: Vec<_> =
        found.reviewers.iter().map(|one| (one.who.as_str(), one.pace.decided, one.pace.within)).collect();
    assert_eq!(reviewers, [("mara", 4, 1), ("ida", 3, 3)]);
    let kinds: Vec<_> = found.kinds.iter().map(|rate| (rate.signal_kind.as_str(), rate.decided, rate.made)).collect();
    assert_eq!(kinds, [("funding", 4, [4, 0, 0]), ("hiring", 4, [2, 1, 1])]);
    let share = found.kinds[1].shares[0].expect("a share");
    assert_eq!((share.rate, share.lower, share.upper), (5000, 1500, 8500), "Wilson's of 2 of 4");
    assert_eq!(found.checks[4], [2, 1, 1, 1, 1], "a late verdict counts by its finding");
    let reviews: u64 = found.reviews.iter().flatten().sum();
    assert_eq!((reviews, found.reviews[4], found.reviews[5]), (12, [0, 4], [7, 0]));
    assert_eq!(
        found.accounts.iter().map(|one| (one.state, one.accounts)).collect::<Vec<_>>(),
        [(AccountState::Ready, 10)]
    );
    assert_eq!(found.streams.into_iter().collect::<Vec<_>>(), [(1, 6)]);
}

#[tokio::test]
async fn days_follow_the_time_zone() {
    let fixture = story().await;
    let found = counted(&fixture, Tz::Europe__Stockholm).await;
    assert_eq!((found.packages[3], found.packages[4]), ([0; 5], [2, 7, 0, 1, 0]), "all on New Year's Day");
    let found = counted(&fixture, Tz::Asia__Kathmandu).await;
    assert_eq!(found.packages.iter().flatten().sum::<u64>(), 10, "the zone is 5:45 ahead, and no package is lost");
    // Beyond a month a bin is a week, and still no package is missing.
    let quarter = DashboardPeriod::until(NOW + 2 * DAY, 90, Some(Tz::America__St_Johns), None);
    let found = fixture.desk.dashboard(&quarter).await.unwrap();
    assert_eq!((found.bins.len(), found.packages.iter().flatten().sum::<u64>()), (13, 10));
    assert_eq!(found.bins[0].0, quarter.first());
}

#[tokio::test]
async fn every_number_equals_the_length_of_its_list() {
    let fixture = story().await;
    let whole = span(Tz::Europe__Stockholm);
    let found = fixture.desk.dashboard(&whole).await.unwrap();
    let all = |figure| DrillDownFilter {
        figure,
        span: whole.clone(),
        part: None,
        who: None,
        kind: None,
        angle: None,
        stream: None,
        reason: None,
    };
    let mut expected: Vec<(DrillDownFilter, u64)> = Vec::new();
    for (index, (first, last)) in found.bins.iter().enumerate() {
        let bin = DashboardPeriod::between(*first, *last, Some(Tz::Europe__Stockholm), None).unwrap();
        let mut expect = |figure, part: &str, count| {
            expected.push((DrillDownFilter { span: bin.clone(), part: Some(part.into()), ..all(figure) }, count));
        };
        for (group, count) in StateGroup::ALL.iter().zip(found.packages[index]) {
            expect(DashboardFigure::Packages, group.name(), count);
        }
        for (came, count) in CheckResult::ALL.iter().zip(found.checks[index]) {
            expect(DashboardFigure::Checks, came.name(), count);
        }
        for (what, count) in ["decision", "check"].iter().zip(found.reviews[index]) {
            expect(DashboardFigure::Reviews, what, count);
        }
    }
    for band in &found.bands {
        expected
            .push((DrillDownFilter { part: Some(band.from.to_string()), ..all(DashboardFigure::Times) }, band.decided));
    }
    for one in &found.reviewers {
        expected
            .push((DrillDownFilter { who: Some(one.who.clone()), ..all(DashboardFigure::Times) }, one.pace.decided));
    }
    for rate in found.kinds.iter().chain(&found.angles) {
        for (made, count) in ReviewDecision::ALL.iter().zip(rate.made) {
            let part = Some(made.name().to_owned());
            let (kind, angle) = (Some(rate.signal_kind.clone()), rate.angle.clone());
            expected.push((DrillDownFilter { part, kind, angle, ..all(DashboardFigure::Rates) }, count));
        }
    }
    for one in &found.accounts {
        let part = Some(one.state.name().to_owned());
        let reason = Some(one.reason.clone().unwrap_or_default());
        expected.push((DrillDownFilter { part, reason, ..all(DashboardFigure::Accounts) }, one.accounts));
    }
    expected.push((DrillDownFilter { stream: Some(1), ..all(DashboardFigure::Streams) }, 6));
    expected.push((all(DashboardFigure::Reviews), 12));
    expected.push((all(DashboardFigure::Times), 7));
    assert!(expected.iter().filter(|(_, count)| *count > 0).count() > 20);
    for (behind, count) in expected {
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let (total, page) = fixture.desk.drill_down(&behind, after.as_deref(), 2).await.unwrap();
            assert_eq!(total, count, "{behind:?}");
            seen.extend(page.rows.into_iter().map(|row| (row.account, row.at, row.what)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let once: BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len() as u64, once.len() as u64), (count, count), "{behind:?}");
        assert!(seen.is_sorted_by(|one, other| one.1 >= other.1) || behind.figure == DashboardFigure::Accounts);
    }
}

#[tokio::test]
async fn another_campaign_counts_nothing() {
    let fixture = story().await;
    let other = DashboardPeriod::until(NOW + 2 * DAY, 7, None, Some("another"));
    let found = fixture.desk.dashboard(&other).await.unwrap();
    assert!(found.is_empty() && found.pace.decided == 0 && found.kinds.is_empty() && found.streams.is_empty());
}

#[tokio::test]
async fn seeded_defects_are_not_counted_and_their_originals_once() {
    let mut fixture = Fixture::new().await;
    fixture.desk = fixture.desk.with(|desk| desk.with_seeded_defects(NonZeroU32::new(1)));
    let SaveResult::New(original) = fixture.keep(&package(), NOW).await else { panic!("not new") };
    let all = DrillDownFilter {
        figure: DashboardFigure::Packages,
        span: span(Tz::UTC),
        part: None,
        who: None,
        kind: None,
        angle: None,
        stream: None,
        reason: None,
    };
    let seeded = fixture.desk.package(&original, NOW).await.unwrap();
    let (total, page) = fixture.desk.drill_down(&all, None, 10).await.unwrap();
    assert_eq!((total, page.rows[0].package.as_ref()), (1, Some(&seeded.id)), "it is listed like any other package");
    fixture.desk.decide(&approve(&seeded, "the-seeded"), NOW).await.unwrap();
    let found = counted(&fixture, Tz::UTC).await;
    assert_eq!((found.pace.decided, found.kinds.len(), found.packages[4]), (0, 0, [1, 0, 0, 0, 0]));
    let (total, page) = fixture.desk.drill_down(&all, None, 10).await.unwrap();
    assert_eq!((total, page.rows[0].package.as_ref()), (1, Some(&original)));
    let shown = fixture.desk.package(&original, NOW).await.unwrap();
    fixture.desk.decide(&approve(&shown, "the-original"), NOW).await.unwrap();
    let found = counted(&fixture, Tz::UTC).await;
    assert_eq!((found.pace.decided, found.packages[4]), (1, [0, 1, 0, 0, 0]));
}

#[tokio::test]
async fn invalid_days_parts_and_pages_are_refused() {
    let fixture = story().await;
    let day = |day| chrono::NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
    assert!(DashboardPeriod::between(day(2), day(1), None, None).is_err());
    assert!(DashboardPeriod::between(day(1), day(1) + chrono::Days::new(366), None, None).is_err());
    assert!(DashboardPeriod::between(day(1), day(1) + chrono::Days::new(365), None, None).is_ok());
    let of = |figure, part: &str| DrillDownFilter {
        figure,
        span: span(Tz::UTC),
        part: Some(part.into()),
        who: None,
        kind: None,
        angle: None,
        stream: None,
        reason: None,
    };
    for figure in DashboardFigure::ALL {
        assert!(
            fixture.desk.drill_down(&of(figure, "x'; DROP TABLE packages; --"), None, 10).await.is_err(),
            "{figure:?}"
        );
        assert_eq!(DashboardFigure::from_name(figure.name()), Some(figure));
    }
    let all = of(DashboardFigure::Times, "60");
    for after in ["", "x", "1.2", "1.2.x", "9999999999999999999999.1.0"] {
        assert!(fixture.desk.drill_down(&all, Some(after), 10).await.is_err(), "{after}");
    }
    assert_eq!(ReviewTimeBand::FROM[5], ReviewTimeBand::AIM);
}
