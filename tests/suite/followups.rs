//! Follow-ups by the desk: runs over days of a small CRM, with the shipped components, a store on the disk, and messages
//! that leave as files. A sequence goes on by itself until somebody answers, or is not to be written to any more.

use crate::web::browser::Browser;
use baton_desk::config::{Grants, Settings};
use baton_desk::crm::{Crm, Options};
use baton_desk::desk::{AccountView, Decision, Desk, PackageView, QueueFilter, RejectReason, Request};
use baton_desk::life::State;
use baton_desk::mail::Folder;
use baton_desk::outbox::{Caps, What, Worker};
use baton_desk::run::{CrmCapabilities, Report, Run, grants};
use baton_desk::store::PackageId;
use baton_facts::packages::{HandoffPackage, Outcome};
use baton_facts::policy::HandoffModel;
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope, Timestamp};
use baton_tests::review::{DAY, NOW, Review, empty_desk, pilot_run};
use baton_tests::{approval, run, sending};
use mail_parser::{HeaderValue, MessageParser};
use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use tempfile::TempDir;

const HOUR: Timestamp = 3600;

/// A CRM with one company and two people, as its export has it on one day, and the desk beside it.
struct World {
    desk: Desk,
    /// The pilot's campaign and the components, for runs over this CRM.
    pilot: Run,
    now: Timestamp,
    /// `Company owner`, `Type`, and the number of open deals.
    company: [&'static str; 3],
    /// Those who are recorded, each with what the export says beside the name.
    ada: Option<&'static str>,
    ben: &'static str,
    signals: Vec<String>,
    touches: Vec<String>,
    folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = empty_desk(folder.path()).await;
        let mut pilot = pilot_run(&desk);
        let mut tiers = (*pilot.tiers).clone();
        tiers.iter_mut().for_each(|tier| tier.minimum_score = 0);
        pilot.tiers = Arc::new(tiers);
        let signal = |kind: &str, what: &str, date: &str| {
            format!("northwind.example,{kind},{what},Harbour Gazette,https://gazette.example/{kind},{date}")
        };
        Self {
            desk,
            pilot,
            now: NOW,
            company: ["", "PROSPECT", ""],
            ada: Some("none,"),
            ben: "none,",
            signals: vec![
                signal("funding", "Northwind Freight raised 20 million pounds", "2026-03-02"),
                signal("hiring", "Northwind Freight has six open roles for platform engineers", "2026-02-24"),
            ],
            touches: Vec::new(),
            folder,
        }
    }

    /// With the first message sent.
    async fn begun() -> Self {
        let world = Self::new().await;
        assert_eq!(world.run().await.new, 1);
        world.send(&world.open().await).await;
        world
    }

    /// With the first message sent and the second prepared.
    async fn going() -> (Self, PackageId) {
        let mut world = Self::begun().await;
        world.now = NOW + 3 * DAY;
        assert_eq!(world.run().await.follow_ups, 1);
        let package = world.open().await;
        (world, package)
    }

    fn crm(&self) -> Crm {
        let [owner, kind, deals] = self.company;
        let person = |id: &str, first: &str, last: &str, title: &str, more: &str| {
            let email = format!("{}.{}@northwind.example", first.to_lowercase(), last.to_lowercase());
            format!(
                "{id},{first},{last},{title},{email},101,United Kingdom,Europe/London,en,deliverable,2026-02-20,{more}"
            )
        };
        let ada = self.ada.map(|more| person("201", "Ada", "Okafor", "VP Engineering", more));
        let ben = person("202", "Ben", "Sato", "Head of Site Reliability Engineering", self.ben);
        let write = |name: &str, header: &str, rows: &[String]| {
            let text = std::iter::once(header)
                .chain(rows.iter().map(String::as_str))
                .fold(String::new(), |all, row| all + row + "\n");
            std::fs::write(self.folder.path().join(name), text).expect("a file");
        };
        write(
            "companies.csv",
            "Record ID,Company name,Company Domain Name,Industry,Number of Employees,Country/Region,Company owner,Type,Number of open deals",
            &[format!(
                "101,Northwind Freight,northwind.example,Logistics and Supply Chain,420,United Kingdom,{owner},{kind},{deals}"
            )],
        );
        write(
            "contacts.csv",
            "Record ID,First Name,Last Name,Job Title,Email,Associated Company IDs,Country/Region,Time Zone,Preferred language,Email verification,Email verified on,Engagement,Unsubscribed from all email",
            &ada.into_iter().chain([ben]).collect::<Vec<_>>(),
        );
        write("signals.csv", "account,kind,summary,source,url,date", &self.signals);
        write("touches.csv", "contact,date,direction,channel,campaign,subject,outcome", &self.touches);
        std::fs::write(
            self.folder.path().join("baton.toml"),
            "[crm]\nformat = \"hubspot\"\naccounts = \"companies.csv\"\ncontacts = \"contacts.csv\"\nsignals = \"signals.csv\"\ntouches = \"touches.csv\"\n",
        )
        .expect("a file");
        let settings = Settings::load(&self.folder.path().join("baton.toml")).expect("sound settings").value;
        let loaded = Crm::load(&settings.crm, Path::new(""), Options { rejects: None, progress: None });
        let loaded = loaded.expect("a CRM");
        assert!(loaded.report.files.iter().all(|file| file.rejected == 0), "{:?}", loaded.report);
        loaded.crm
    }

    async fn run(&self) -> Report {
        self.run_for(None).await
    }

    async fn run_for(&self, only: Option<&str>) -> Report {
        let (crm, desk, now) = (Arc::new(self.crm()), Some(self.desk.clone()), self.now);
        let source = Arc::new(CrmCapabilities { crm, desk, now });
        let allowed = Grants { research: true, contacts: true, drafting: true, sending: false };
        let components = Arc::clone(&self.pilot.components);
        let work = Run {
            grants: grants(&allowed, &source, &components),
            components,
            source,
            campaign: Arc::clone(&self.pilot.campaign),
            tiers: Arc::clone(&self.pilot.tiers),
            now,
            jobs: 1,
        };
        self.desk.elapse(self.now).await.expect("time passes");
        let only = only.map(|id| vec![id.to_owned()]);
        work.keep(&self.desk, only.as_deref(), pending(), |_| {}).await.expect("the run ends")
    }

    /// The one package that waits.
    async fn open(&self) -> PackageId {
        let rows = self.desk.queue(&QueueFilter::default(), None, 10, self.now).await.expect("the queue").rows;
        assert_eq!(rows.len(), 1, "{rows:#?}");
        rows[0].id.clone()
    }

    async fn view(&self, id: &PackageId) -> PackageView {
        self.desk.package(id, self.now).await.expect("it is there")
    }

    async fn account(&self) -> AccountView {
        self.desk.account("pilot", "101").await.expect("a run looked at it")
    }

    /// The reason for which the account is held or out.
    async fn reason(&self) -> String {
        self.account().await.row.reason.unwrap_or_default()
    }

    async fn approve(&self, id: &PackageId) {
        let decided = self.desk.decide(&approval(&self.view(id).await), self.now).await.expect("it can be approved");
        self.desk.release(&decided.outbox.expect("an entry"), self.now).await.expect("it is released");
    }

    /// What the worker makes of what is due; the letters that left.
    async fn transmit(&self) -> Vec<Vec<u8>> {
        let transport = Box::new(Folder::open(&self.folder.path().join("outbox")).expect("a folder"));
        let mut worker =
            Worker::new(self.desk.clone(), transport, sending(), Caps::default()).expect("the only worker");
        let round = worker.once(self.now).await;
        assert!(round.trouble.is_none(), "{:?}", round.trouble);
        let letters = round.happened.into_iter().filter_map(|happened| match happened.what {
            What::Sent { words } => Some(std::fs::read(words).expect("the file")),
            _ => None,
        });
        letters.collect()
    }

    /// Approves it and sends it; the letter.
    async fn send(&self, id: &PackageId) -> Vec<u8> {
        self.approve(id).await;
        let mut letters = self.transmit().await;
        assert_eq!(letters.len(), 1, "one message leaves");
        letters.remove(0)
    }

    async fn reject(&self, id: &PackageId, reason: RejectReason) {
        let request =
            Request { decision: Decision::Reject { reason, note: String::new() }, ..approval(&self.view(id).await) };
        self.desk.decide(&request, self.now).await.expect("it is turned down");
    }

    fn signal(&mut self, kind: &str, what: &str, date: &str) {
        self.signals.push(format!(
            "northwind.example,{kind},{what},Harbour Gazette,https://gazette.example/{kind}-later,{date}"
        ));
    }

    /// Something came in, or went out, as the CRM records it on the day after the first message.
    fn touch(&mut self, who: &str, direction: &str, outcome: &str) {
        self.touches.push(format!("{who},2026-03-11 10:00,{direction},email,,About your message,{outcome}"));
    }
}

fn package(view: &PackageView) -> HandoffPackage {
    view.content.as_ref().open().expect("nobody is forgotten").package.clone()
}

fn ids(header: &HeaderValue<'_>) -> Vec<String> {
    header.as_text_list().unwrap_or_default().iter().map(|id| id.to_string()).collect()
}

#[test]
fn four_messages_over_the_days_and_no_more() {
    run(async {
        let mut world = World::new().await;
        let (mut message_ids, mut told) = (Vec::new(), Vec::new());
        for (touch, days, fresh) in [
            (1, 0, None),
            (2, 3, None),
            (3, 9, Some(("expansion", "Northwind Freight opened a depot in Leeds", "2026-03-17"))),
            (4, 16, None),
        ] {
            if touch > 1 {
                // An hour too early nothing is worked on at all.
                world.now = NOW + days * DAY - HOUR;
                let early = world.run().await;
                assert_eq!((early.worked, early.new), (0, 0), "touch {touch}: {early:?}");
                let sequence = world.account().await.sequence.expect("a sequence");
                assert_eq!(sequence.due, Some(NOW + days * DAY), "touch {touch}");
                assert_eq!((sequence.sent.len(), sequence.touches_max), (touch - 1, Some(4)));
                assert!(!sequence.is_over);
            }
            world.now = NOW + days * DAY;
            if let Some((kind, what, date)) = fresh {
                world.signal(kind, what, date);
            }
            let report = world.run().await;
            assert_eq!((report.new, report.follow_ups), (1, usize::from(touch > 1)), "touch {touch}: {report:?}");
            let again = world.run().await;
            assert_eq!((again.run, again.worked), (None, 0), "touch {touch}: nothing is left to do");
            assert_eq!(world.run_for(Some("101")).await.new, 0, "touch {touch} has its package");

            let view = world.view(&world.open().await).await;
            let made = package(&view);
            assert_eq!(usize::from(made.touch_number), touch);
            assert_eq!(view.earlier.as_ref().open().map(Vec::len), Some(touch - 1));
            let routing = &view.content.as_ref().open().expect("it is open").routing;
            let expected = if touch == 1 { HandoffModel::SendThenSpotCheck } else { HandoffModel::ReviewAndApprove };
            assert_eq!((routing.tier.as_str(), routing.model), ("mid", expected), "{}", routing.reason);
            assert!(world.desk.let_go(world.now, HOUR).await.expect("a look").entries.is_empty(), "nothing is earned");
            let lead = &made.signals[0].signal;
            if let Some((kind, ..)) = fresh {
                assert_eq!(lead.kind, kind, "a fresh signal goes before an old one");
            }
            if touch > 1 {
                assert!(made.draft.message.subject.starts_with("Re: "), "{}", made.draft.message.subject);
                let refers = made.draft.claims.iter().any(|claim| claim.evidence == made.contact.id);
                assert!(refers, "touch {touch} refers to an earlier one: {}", made.draft.message.body);
            }
            if matches!(touch, 2 | 3) {
                assert!(!told.contains(&made.angle.version), "touch {touch} has another angle");
            }
            told.push(made.angle.version.clone());
            let replayed = world.desk.replay(&view.id).await.expect("it replays");
            let functions: Vec<&str> = replayed.iter().map(|call| call.function.as_str()).collect();
            assert!(functions.contains(&if touch == 1 { "prepare" } else { "follow-up" }), "{functions:?}");
            let same = |call: &baton_desk::desk::ReplayedCall| {
                call.replayed.as_ref().open().is_some_and(|replayed| replayed.identical())
            };
            assert!(replayed.iter().all(same), "touch {touch} comes out the same");

            let letter = world.send(&view.id).await;
            let read = MessageParser::new().parse(&letter).expect("a message");
            let parent: Vec<String> = message_ids.last().cloned().into_iter().collect();
            assert_eq!(ids(read.in_reply_to()), parent, "touch {touch}");
            assert_eq!(ids(read.references()), message_ids, "touch {touch} names the whole thread");
            message_ids.push(read.message_id().expect("an id").to_owned());
            if touch < 4 {
                let look = world.run().await;
                assert_eq!((look.worked, look.new), (1, 0), "the engine says when touch {} is due", touch + 1);
            }
        }
        assert_eq!(message_ids.len(), 4);
        world.now += DAY;
        assert_eq!(world.run().await.new, 0);
        assert_eq!(world.reason().await, "sequence-ended");
        world.signal("funding", "Northwind Freight raised 50 million pounds", "2026-03-27");
        world.now += DAY;
        assert_eq!(world.run().await.worked, 0, "that is final");
        assert!(world.account().await.sequence.expect("a sequence").is_over);
    });
}

#[test]
fn evidence_of_follow_ups_is_a_streams_own() {
    run(async {
        let (world, package) = World::going().await;
        world.approve(&package).await;
        let streams = world.desk.quality(None, world.now).await.expect("the governor judges");
        let mut seen: Vec<_> = streams.iter().map(|stream| (stream.key.follow_up, stream.tally.inspected)).collect();
        seen.sort_unstable();
        assert_eq!(seen, [(false, 1), (true, 0)], "what is reviewed at each touch brings no evidence for sending");
    });
}

#[test]
fn the_page_shows_what_left_before_and_why_it_pauses() {
    let (mut world, package) = run(World::going());
    let first = run(world.account()).sequence.expect("a sequence").sent[0].package.clone();
    let body = self::package(&run(world.view(&first))).draft.message.body;
    let desk = world.desk.clone();
    let folder = tempfile::tempdir().expect("a folder");
    let (clock, wake) = (Arc::new(AtomicI64::new(world.now)), Arc::default());
    let browser = Browser::on(Review { folder, desk, clock, wake });
    let page = browser.page(&format!("/packages/{package}"));
    let said = page.text();
    assert!(said.contains("touch 2") && said.contains("Sent before, without an answer"), "{said}");
    let mails: Vec<String> = page.with_class("mail").iter().map(|mail| mail.text()).collect();
    assert!(mails.contains(&body), "{mails:?}");
    assert!(said.contains("Earlier messages to") && !said.contains("Not in this package"), "{said}");
    assert!(browser.page("/").text().contains("touch 2"));

    run(world.desk.pause("mara", "101", Some("they <called>"), world.now)).expect("it rests");
    let said = browser.page(&format!("/packages/{package}")).text();
    assert!(said.contains("Everything at this account rests: they <called>"), "{said}");
    world.touch("201", "inbound", "");
    run(world.run());
    assert!(browser.page(&format!("/packages/{package}")).text().contains("withdrawn"));
}

/// Something that ends a sequence.
struct Ending {
    what: &'static str,
    change: fn(&mut World),
    by_hand: Option<&'static str>,
    /// Why the account is held or out at the next run; empty where it rests and no run works on it.
    reason: &'static str,
}

const ENDINGS: [Ending; 16] = [
    crm("an answer", |world| world.touch("201", "inbound", ""), ""),
    crm("a colleague's answer", |world| world.touch("202", "inbound", "meeting booked"), ""),
    crm("an answer noted on our own message", |world| world.touch("201", "outbound", "Replied"), ""),
    crm("in conversation", |world| world.ben = "in conversation,", ""),
    crm("a bounce", |world| world.touch("201", "outbound", "Hard bounce"), "no-deliverable-contact"),
    crm("unsubscribed", |world| world.ada = Some("none,true"), "no-deliverable-contact"),
    crm("left the company", |world| world.ada = None, "no-deliverable-contact"),
    crm("a customer", |world| world.company[1] = "CUSTOMER", "customer"),
    crm("a partner", |world| world.company[1] = "PARTNER", "partner"),
    crm("an open deal", |world| world.company[2] = "1", "account-busy"),
    crm("a colleague's account", |world| world.company[0] = "Noor Haddad", "owned-by-colleague"),
    hand("suppress-address", "no-deliverable-contact"),
    hand("suppress-domain", "suppressed"),
    hand("suppress-account", "suppressed"),
    hand("forget", "sequence-ended"),
    hand("pause", ""),
];

const fn crm(what: &'static str, change: fn(&mut World), reason: &'static str) -> Ending {
    Ending { what, change, by_hand: None, reason }
}

const fn hand(what: &'static str, reason: &'static str) -> Ending {
    Ending { what, change: |_| {}, by_hand: Some(what), reason }
}

impl Ending {
    async fn happens(&self, world: &mut World) {
        (self.change)(world);
        let Some(what) = self.by_hand else { return };
        let suppressed = match what {
            "suppress-address" => Some((SuppressionScope::Address, "ada.okafor@northwind.example")),
            "suppress-domain" => Some((SuppressionScope::Domain, "northwind.example")),
            "suppress-account" => Some((SuppressionScope::Account, "101")),
            _ => None,
        };
        if let Some((scope, value)) = suppressed {
            let order = Suppression { scope, reason: SuppressionReason::OptedOut, until: None };
            world.desk.suppress("mara", value, order, world.now).await.expect("an order");
        } else if what == "forget" {
            world.desk.forget("mara", "ada.okafor@northwind.example", world.now).await.expect("forgotten");
        } else {
            world.desk.pause("mara", "101", Some("they called"), world.now).await.expect("paused");
        }
    }

    async fn check(&self, world: &World, what: &str) {
        let what = format!("{}, {what}", self.what);
        let account = world.account().await;
        if self.reason.is_empty() {
            assert!(account.paused.is_some(), "{what}: {:?}", account.row);
        } else {
            assert_eq!(account.row.reason.as_deref(), Some(self.reason), "{what}: {:?}", account.handled);
            assert!(account.paused.is_none(), "{what}");
        }
        let rows = world.desk.queue(&QueueFilter::default(), None, 10, world.now).await.expect("the queue").rows;
        // Who pauses by hand may leave a package to be decided about.
        let left = usize::from(self.by_hand == Some("pause"));
        assert!(rows.len() <= left, "{what}: {rows:#?}");
        assert_eq!(world.run().await.worked, 0, "{what}: a run finds nothing to do");
    }
}

#[test]
fn what_ends_a_sequence_before_the_next_message_is_prepared() {
    run(async {
        for ending in ENDINGS {
            let mut world = World::begun().await;
            ending.happens(&mut world).await;
            world.now = NOW + 3 * DAY;
            let report = world.run().await;
            assert_eq!(report.new, 0, "{}", ending.what);
            ending.check(&world, "nothing prepared").await;
        }
    });
}

#[test]
fn what_ends_a_sequence_takes_a_prepared_message_back() {
    run(async {
        for ending in ENDINGS {
            let (mut world, package) = World::going().await;
            ending.happens(&mut world).await;
            world.run().await;
            let state = world.view(&package).await.state;
            let expected = if ending.by_hand == Some("pause") { State::Queued } else { State::Withdrawn };
            assert_eq!(state, expected, "{}", ending.what);
            ending.check(&world, "prepared").await;
        }
    });
}

#[test]
fn what_ends_a_sequence_keeps_an_approved_message_from_leaving() {
    run(async {
        for ending in ENDINGS {
            let (mut world, package) = World::going().await;
            world.approve(&package).await;
            assert_eq!(world.view(&package).await.state, State::Authorised);
            ending.happens(&mut world).await;
            world.run().await;
            assert!(world.transmit().await.is_empty(), "{}: it left", ending.what);
            let state = world.view(&package).await.state;
            let expected = if ending.reason.is_empty() { State::Authorised } else { State::Withdrawn };
            assert_eq!(state, expected, "{}", ending.what);
            if let Some(paused) = world.account().await.paused {
                assert!(!paused.why.contains("Ada") && !paused.why.contains("Ben"), "a pause names nobody");
            }
        }
    });
}

#[test]
fn a_machines_answer_ends_nothing() {
    run(async {
        let mut world = World::begun().await;
        world.touch("201", "inbound", "out of office");
        world.now = NOW + 3 * DAY;
        assert_eq!(world.run().await.follow_ups, 1);
        let made = package(&world.view(&world.open().await).await);
        assert!(made.why_now.contains("automatic answer"), "{}", made.why_now);
        assert_eq!(world.account().await.paused, None);
    });
}

#[test]
fn a_pause_that_a_person_lifts_is_not_set_again_for_the_same_answer() {
    run(async {
        let mut world = World::begun().await;
        world.touch("202", "inbound", "");
        let report = world.run().await;
        assert_eq!((report.attended.paused, report.worked), (1, 0));
        assert_eq!(world.run().await.attended.paused, 0, "once");
        let why = world.account().await.paused.expect("it rests").why;
        assert_eq!(why, "an answer came in on 2026-03-11");

        world.desk.pause("mara", "101", None, world.now).await.expect("resumed");
        world.now = NOW + 3 * DAY;
        let report = world.run().await;
        assert_eq!((report.attended.paused, report.new), (0, 0));
        // The engine does not go on where somebody answered.
        assert_eq!(world.reason().await, "in-conversation");

        world.touches.push("201,2026-03-13 08:00,inbound,call,,Asked for a price,".into());
        assert_eq!(world.run().await.attended.paused, 1, "another answer pauses again");
    });
}

#[test]
fn a_follow_up_that_is_turned_down_waits_for_another_reason_to_write() {
    run(async {
        for (reason, goes_on) in [
            (RejectReason::NotNow, true),
            (RejectReason::Draft, true),
            (RejectReason::Research, true),
            (RejectReason::Contact, false),
            (RejectReason::Account, false),
        ] {
            let (mut world, first) = World::going().await;
            world.reject(&first, reason).await;
            assert_eq!(world.run().await.new, 0, "{reason:?}: not the same again");
            world.now += DAY;
            world.signal("expansion", "Northwind Freight opened a depot in Leeds", "2026-03-13");
            let report = world.run().await;
            assert_eq!(report.follow_ups, usize::from(goes_on), "{reason:?}");
            if goes_on {
                let made = package(&world.view(&world.open().await).await);
                assert_eq!((made.touch_number, made.signals[0].signal.kind.as_str()), (2, "expansion"));
            } else {
                assert_eq!(world.reason().await, "sequence-ended");
                let handled = world.account().await.handled.open().expect("nobody is forgotten");
                let Ok(preparation) = handled.preparation else { panic!("no failure") };
                let Outcome::Held(hold) = &preparation.outcome else { panic!("it is held") };
                assert!(hold.detail.contains("turned down"), "{}", hold.detail);
            }
        }
    });
}
