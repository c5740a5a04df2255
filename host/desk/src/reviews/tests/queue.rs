//! Assignment, visibility, search, paging and counts of the queue.

use crate::accounts::save_outcome::SaveResult;
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use crate::reviews::queue::{AssigneeFilter, QueueFilter};
use crate::reviews::review_times::OwnDecisionTimes;
use crate::tests::fixture::{DAY, Fixture, NOW, approve, package, refusal, request};
use baton_facts::packages::HandoffPackage;
use baton_facts::types::Timestamp;
use baton_model::Actor;
use baton_model::PackageId;
use baton_model::Role;
use baton_model::decision::{Decision, RejectReason};
use baton_model::package_state::PackageState;

/// A package for a person at the account with this number.
fn numbered(number: usize) -> HandoffPackage {
    let mut package = package();
    package.account.id = format!("a{number}");
    package.account.name = format!("North {number} & Sons");
    package.account.domain = Some(format!("north{number}.example"));
    package.contact.id = format!("c{number}");
    package.draft.message.to = format!("ada@north{number}.example");
    package.contact.email = Some(package.draft.message.to.clone());
    package
}

async fn kept(fixture: &Fixture, package: &HandoffPackage) -> PackageId {
    match fixture.keep(package, NOW).await {
        SaveResult::New(id) | SaveResult::Replaced { new: id, .. } => id,
        other => panic!("{other:?}"),
    }
}

async fn user(desk: &Desk, name: &str, role: Role) -> String {
    desk.by("admin").add_user(&format!("{name}@relay.example"), name, role, NOW).await.unwrap().user.id
}

async fn assignee(desk: &Desk, id: &PackageId) -> Option<String> {
    desk.assignment(id).await.unwrap().user
}

async fn listed(desk: &Desk, filter: &QueueFilter, now: Timestamp) -> Vec<PackageId> {
    desk.queue(filter, None, 100, now).await.unwrap().rows.into_iter().map(|row| row.id).collect()
}

fn not_yours<T: std::fmt::Debug>(answer: DeskResult<T>) {
    assert!(matches!(answer, Err(DeskError::Refused(Refusal::PermissionDenied(_)))), "{answer:?}");
}

#[tokio::test]
async fn packages_are_assigned_in_turn_and_accounts_keep_their_assignee() {
    let fixture = Fixture::new().await;
    let desk = &fixture.desk;
    let before = kept(&fixture, &numbered(0)).await;
    assert_eq!(assignee(desk, &before).await, None, "there are no users yet");
    user(desk, "Lea", Role::Lead).await;
    let mara = user(desk, "Mara", Role::Sdr).await;
    let noor = user(desk, "Noor", Role::Sdr).await;
    let order = [mara.clone(), noor.clone()];
    for number in 1..6 {
        let id = kept(&fixture, &numbered(number)).await;
        assert_eq!(assignee(desk, &id).await.as_ref(), Some(&order[(number + 1) % 2]), "{number}");
    }
    // A newer signal, and a colleague at the same account, go to the same assignee.
    let mut newer = numbered(2);
    newer.signals[0].signal.id = "s2".into();
    newer.draft.message.subject = "Hiring".into();
    let newer = kept(&fixture, &newer).await;
    assert_eq!(assignee(desk, &newer).await.as_ref(), Some(&order[1]));

    // A disabled user has no packages to decide.
    let gone = if order[0] == mara { "Mara" } else { "Noor" };
    desk.by("admin").disable_user(&format!("{gone}@relay.example"), true, NOW).await.unwrap();
    let theirs = QueueFilter { assignee: AssigneeFilter::User(order[0].clone()), ..QueueFilter::default() };
    assert_eq!(listed(desk, &theirs, NOW).await, []);
    for number in 6..9 {
        let id = kept(&fixture, &numbered(number)).await;
        assert_eq!(assignee(desk, &id).await.as_ref(), Some(&order[1]), "{number}");
    }
}

#[tokio::test]
async fn an_sdr_sees_their_own_and_unassigned_packages() {
    let fixture = Fixture::new().await;
    let desk = &fixture.desk;
    let free = kept(&fixture, &numbered(0)).await;
    let (one, other) = (user(desk, "Mara", Role::Sdr).await, user(desk, "Noor", Role::Sdr).await);
    let (first, second) = (kept(&fixture, &numbered(1)).await, kept(&fixture, &numbered(2)).await);
    let (mara, noor) = if assignee(desk, &first).await == Some(one.clone()) { (one, other) } else { (other, one) };
    let (all, mut mine) = (QueueFilter::default(), vec![free.clone(), first.clone()]);
    mine.sort_by(|one, other| one.0.cmp(&other.0));
    let shown = desk.package(&second, NOW).await.unwrap();
    {
        let desk = &desk.by_user(&mara, Role::Sdr);
        assert_eq!(listed(desk, &all, NOW).await, mine);
        assert_eq!(desk.waiting(None, NOW).await.unwrap(), 2);
        let theirs = QueueFilter { assignee: AssigneeFilter::User(noor.clone()), ..QueueFilter::default() };
        assert_eq!(listed(desk, &theirs, NOW).await, []);
        let found = QueueFilter { search: "north2".into(), ..QueueFilter::default() };
        assert_eq!(listed(desk, &found, NOW).await, []);
        not_yours(desk.package(&second, NOW).await);
        not_yours(desk.inspect(&second, &package().draft.message, NOW).await);
        not_yours(desk.audit(Some(&second), None, 10).await);
        not_yours(desk.replay(&second).await.map(|calls| calls.len()));
        for decision in [
            Decision::Approve { overruled: Vec::new() },
            Decision::Reject { reason: RejectReason::Draft, note: String::new() },
            Decision::Snooze { until: NOW + DAY },
        ] {
            not_yours(desk.decide(&request(&shown, "not-mine-1", decision), NOW).await);
        }
        not_yours(desk.assign(&first, Some(&noor), NOW).await);
        // Any user may decide about an unassigned package.
        let free = desk.package(&free, NOW).await.unwrap();
        desk.decide(&approve(&free, "nobodys-1"), NOW).await.unwrap();
    }
    assert_eq!(desk.package(&second, NOW).await.unwrap().state, PackageState::Queued);
    let entry = desk.decide(&approve(&shown, "the-operators"), NOW).await.unwrap().outbox.unwrap();
    {
        let desk = &desk.by_user(&mara, Role::Sdr);
        not_yours(desk.entry(&entry).await);
        not_yours(desk.withdraw(&entry, "no", NOW).await);
        not_yours(desk.undo(&second, &entry, NOW).await);
        not_yours(desk.record_delivery(&entry, true, NOW).await);
        assert_eq!(desk.outbox(None, 10).await.unwrap().rows.len(), 1, "only the unassigned one");
    }
    {
        let desk = &desk.by_user(&noor, Role::Lead);
        assert_eq!(listed(desk, &all, NOW).await, std::slice::from_ref(&first));
        assert_eq!(desk.outbox(None, 10).await.unwrap().rows.len(), 2);
    }
    {
        let desk = &desk.service().acting_as(Actor::visitor());
        not_yours(desk.package(&first, NOW).await);
        not_yours(desk.entry(&entry).await);
        not_yours(desk.queue(&all, None, 10, NOW).await);
        not_yours(desk.outbox(None, 10).await);
        not_yours(desk.undo(&second, &entry, NOW).await);
        not_yours(desk.assign(&first, None, NOW).await);
        assert_eq!(desk.queue_counts(NOW).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_lead_reassigns_a_package() {
    let fixture = Fixture::new().await;
    let desk = &fixture.desk;
    let lea = user(desk, "Lea", Role::Lead).await;
    let id = kept(&fixture, &numbered(1)).await;
    {
        let desk = &desk.by_user(&lea, Role::Lead);
        for to in [Some(lea.as_str()), Some(lea.as_str()), None] {
            desk.assign(&id, to, NOW).await.unwrap();
            assert_eq!(assignee(desk, &id).await.as_deref(), to);
        }
        for nobody in ["", "nobody-of-this-name", "' OR 1=1 --"] {
            let refused = desk.assign(&id, Some(nobody), NOW).await;
            assert!(matches!(refused, Err(DeskError::Refused(Refusal::Invalid(_)))), "{refused:?}");
        }
        let unknown = desk.assign(&"none".into(), None, NOW).await;
        assert!(matches!(unknown, Err(DeskError::Refused(Refusal::PackageNotFound))), "{unknown:?}");
    }
    let trail = desk.audit(Some(&id), None, 100).await.unwrap().rows;
    let said: Vec<_> = trail.iter().filter(|row| row.action == "assigned").map(|row| row.detail.clone()).collect();
    assert_eq!(said, [format!("to {lea}"), "to nobody".to_owned()]);
}

#[tokio::test]
async fn packages_near_their_deadline_go_to_the_backup_once_and_are_never_approved() {
    let fixture = Fixture::new().await;
    let desk = fixture.desk.clone().with(|desk| desk.with_backup(Some("LEA@relay.example")));
    let (lea, mara) = (user(&desk, "Lea", Role::Lead).await, user(&desk, "Mara", Role::Sdr).await);
    let long = kept(&fixture, &numbered(1)).await;
    let mut package = numbered(2);
    package.fresh_until = NOW + 8 * 3600;
    let short = kept(&fixture, &package).await;
    // Of ten days the last day, of eight hours the last two.
    for (now, of_long, of_short, escalated) in [
        (NOW + 6 * 3600 - 1, &mara, Some(&mara), 0),
        (NOW + 6 * 3600, &mara, Some(&lea), 1),
        (NOW + 6 * 3600, &mara, Some(&lea), 0),
        (NOW + 9 * DAY - 1, &mara, None, 0),
        (NOW + 9 * DAY, &lea, None, 1),
    ] {
        assert_eq!(desk.run_maintenance(now).await.unwrap().escalated, escalated, "{now}");
        assert_eq!(assignee(&desk, &long).await.as_ref(), Some(of_long), "{now}");
        if let Some(of_short) = of_short {
            assert_eq!(assignee(&desk, &short).await.as_ref(), Some(of_short), "{now}");
        }
    }
    // A lead may reassign it afterwards.
    desk.by("Lea").assign(&long, Some(&mara), NOW + 9 * DAY).await.unwrap();
    assert_eq!(desk.run_maintenance(NOW + 9 * DAY + 60).await.unwrap().escalated, 0);
    assert_eq!(assignee(&desk, &long).await, Some(mara));
    assert_eq!(desk.run_maintenance(NOW + 10 * DAY).await.unwrap().expired, 1);
    for id in [&long, &short] {
        let trail = desk.audit(Some(id), None, 100).await.unwrap().rows;
        let did: Vec<_> = trail.iter().map(|row| row.action.as_str()).collect();
        assert!(did.contains(&"escalated") && did.contains(&"expired") && !did.contains(&"approve"), "{did:?}");
    }
}

#[tokio::test]
async fn nothing_is_escalated_without_another_reviewer() {
    for backup in [None, Some("nobody@relay.example"), Some("mara@relay.example")] {
        let fixture = Fixture::new().await;
        let desk = fixture.desk.clone().with(|desk| desk.with_backup(backup));
        let mara = user(&desk, "Mara", Role::Sdr).await;
        let id = kept(&fixture, &numbered(1)).await;
        assert_eq!(desk.run_maintenance(NOW + 10 * DAY - 1).await.unwrap().escalated, 0, "{backup:?}");
        assert_eq!(assignee(&desk, &id).await, Some(mara));
    }
}

#[tokio::test]
async fn search_matches_account_prefixes_and_whole_contact_names() {
    let fixture = Fixture::new().await;
    let desk = &fixture.desk;
    let mut package = numbered(7);
    package.account.name = "Söhne & Halberg GmbH".into();
    package.account.domain = Some("halberg-systems.example".into());
    package.contact.last_name = Some("Quill-Ångström".into());
    let id = kept(&fixture, &package).await;
    kept(&fixture, &numbered(1)).await;
    let found = async |text: &str| {
        listed(desk, &QueueFilter { search: text.into(), ..QueueFilter::default() }, NOW).await.contains(&id)
    };
    for text in
        ["halb", "SÖHNE", "halberg-systems.example", "gmbh hal", "quill", "ångström ada", "ada söhne", "systems"]
    {
        assert!(found(text).await, "{text}");
    }
    for text in ["alberg", "qui", "a", "halberg north", "%", "_", "' OR 1=1 --", "\0", "halberg NOT", "\u{202e}"] {
        assert!(!found(text).await, "{text}");
    }
    let long = QueueFilter { search: "h".repeat(201), ..QueueFilter::default() };
    assert!(matches!(desk.queue(&long, None, 1, NOW).await, Err(DeskError::Refused(Refusal::Invalid(_)))));

    // No name is stored unencrypted, and an erased person cannot be found by theirs.
    let bytes = std::fs::read(fixture.file()).unwrap();
    let log = std::fs::read(fixture.file().with_extension("db-wal")).unwrap_or_default();
    let inside =
        |needle: &str| [&bytes, &log].iter().any(|file| file.windows(needle.len()).any(|at| at == needle.as_bytes()));
    assert!(inside("halberg") && !inside("quill") && !inside("Quill"));
    desk.by("admin").erase_person(&package.draft.message.to, NOW).await.unwrap();
    let all = async |text: &str| {
        let filter = QueueFilter { search: text.into(), states: PackageState::ALL.to_vec(), ..QueueFilter::default() };
        listed(desk, &filter, NOW).await.contains(&id)
    };
    assert!(all("halberg").await && !all("quill").await);
}

#[tokio::test]
async fn pages_can_be_read_in_both_directions() {
    let fixture = Fixture::new().await;
    let desk = &fixture.desk;
    for number in 0..7 {
        let mut package = numbered(number);
        package.fresh_until += i64::try_from(number % 3).unwrap() * DAY;
        package.score = u8::try_from(70 + number).unwrap();
        kept(&fixture, &package).await;
    }
    let all = listed(desk, &QueueFilter::default(), NOW).await;
    let page = async |key: Option<String>| {
        let page = desk.queue(&QueueFilter::default(), key.as_deref(), 3, NOW).await.unwrap();
        (page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>(), page.previous, page.next)
    };
    let (first, none, next) = page(None).await;
    assert_eq!((&first[..], none), (&all[..3], None));
    let (second, previous, next) = page(next).await;
    assert_eq!(second, &all[3..6]);
    let (third, before_third, none) = page(next).await;
    assert_eq!((&third[..], none), (&all[6..], None));
    assert_eq!(page(before_third).await.0, second);
    let (back, none, next) = page(previous).await;
    assert_eq!((back, none), (first, None));
    assert_eq!(page(next).await.0, second);
}

#[tokio::test]
async fn queue_counts_match_the_listed_packages() {
    let fixture = Fixture::new().await;
    let desk = fixture.desk.clone().with(|desk| desk.with_backup(Some("Lea@relay.example")));
    let lea = user(&desk, "Lea", Role::Lead).await;
    user(&desk, "Mara", Role::Sdr).await;
    user(&desk, "Noor", Role::Sdr).await;
    let mut ids = Vec::new();
    for number in 0..8 {
        let mut package = numbered(number);
        package.signals[0].signal.kind = ["funding", "hiring"][number % 2].into();
        package.fresh_until = NOW + i64::try_from(number + 1).unwrap() * DAY;
        ids.push(kept(&fixture, &package).await);
    }
    let decide = async |number: usize, key: &str, decision| {
        let shown = desk.package(&ids[number], NOW).await.unwrap();
        desk.decide(&request(&shown, key, decision), NOW).await.unwrap()
    };
    decide(7, "counting-1", Decision::Approve { overruled: Vec::new() }).await;
    decide(6, "counting-2", Decision::Snooze { until: NOW + 2 * DAY }).await;
    decide(5, "counting-3", Decision::Reject { reason: RejectReason::NotNow, note: String::new() }).await;
    desk.by("Lea").assign(&ids[4], Some(&lea), NOW).await.unwrap();
    desk.by("Lea").assign(&ids[3], None, NOW).await.unwrap();
    for now in [NOW, NOW + 3 * DAY] {
        for upkeep in [false, true] {
            if upkeep {
                desk.run_maintenance(now).await.unwrap();
            }
            let counts = desk.queue_counts(now).await.unwrap();
            for count in &counts {
                let filter = QueueFilter {
                    campaign: Some(count.campaign.clone()),
                    tier: Some(count.tier.clone()),
                    signal_kind: Some(count.signal_kind.clone()),
                    assignee: count.assignee.clone().map_or(AssigneeFilter::Unassigned, AssigneeFilter::User),
                    states: vec![count.state],
                    search: String::new(),
                };
                assert_eq!(listed(&desk, &filter, now).await.len() as u64, count.packages, "{count:?} {now}");
            }
            let total: u64 = counts.iter().map(|count| count.packages).sum();
            assert_eq!(total, 8);
            let waiting = listed(&desk, &QueueFilter::default(), now).await.len() as u64;
            assert_eq!(desk.waiting(None, now).await.unwrap(), waiting, "{now} {upkeep}");
            assert_eq!(waiting, if now == NOW { 5 } else { 3 }, "{now} {upkeep}");
        }
    }
}

#[tokio::test]
async fn review_times_are_counted_per_person() {
    let fixture = Fixture::new().await;
    let desk = &fixture.desk;
    for (number, (who, seconds, at, bulk)) in [
        ("mara", Some(20), NOW - 2 * DAY, false),
        ("mara", Some(80), NOW, false),
        ("mara", None, NOW, true),
        ("noor", Some(300), NOW, false),
    ]
    .into_iter()
    .enumerate()
    {
        let id = kept(&fixture, &numbered(number)).await;
        let shown = desk.package(&id, NOW).await.unwrap();
        let asked = approve(&shown, &format!("pace-key-{number}"));
        desk.by(who).decide(&baton_model::decision::DecisionRequest { seconds, bulk, ..asked }, at).await.unwrap();
    }
    let OwnDecisionTimes { today, month } = desk.by("mara").own_decision_times(NOW - 3600, NOW).await.unwrap();
    assert_eq!((today.decisions, today.timed, today.median, today.ninetieth), (2, 1, Some(80), Some(80)));
    assert_eq!((month.decisions, month.timed, month.median, month.ninetieth), (3, 2, Some(20), Some(80)));
    assert_eq!(desk.by("nobody").own_decision_times(NOW, NOW).await.unwrap(), OwnDecisionTimes::default());
    let other = desk.package(&kept(&fixture, &numbered(9)).await, NOW).await.unwrap();
    assert_eq!(refusal(desk.decide(&approve(&other, "pace-key-1"), NOW).await), Refusal::KeyReused);
}
