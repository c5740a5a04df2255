//! A small CRM over several days, and the desk beside it: a test can change the export between two runs.

use baton_campaign::export::Export;
use baton_campaign::options::GrantOptions;
use baton_campaign::{CrmCapabilities, Report, Run};
use baton_config::Settings;
use baton_crm::LoadOptions;
use baton_desk::Desk;
use baton_desk::accounts::AccountView;
use baton_desk::accounts::DailyCapacity;
use baton_desk::reviews::QueueFilter;
use baton_desk::worker::{EntryResult, OutboxWorker};
use baton_facts::types::Timestamp;
use baton_mail::FolderTransport;
use baton_mail::SendingOptions;
use baton_mail::TierDailyCaps;
use baton_model::PackageId;
use baton_model::ReviewCapacity;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::views::PackageView;
use baton_server::Server;
use baton_tests::server::{DAY, NOW, empty_desk, pilot_run};
use baton_tests::test_components;
use baton_tests::{approval, sending};
use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A CRM with one company and two people, as exported on one day, and the desk beside it.
pub struct World {
    pub desk: Desk,
    /// The pilot's campaign and the components, for runs over this CRM.
    pilot: Run,
    pub now: Timestamp,
    /// `Company owner`, `Type`, and the number of open deals.
    pub company: [&'static str; 3],
    /// The recorded people, each with further cells of the export.
    pub ada: Option<&'static str>,
    pub ben: &'static str,
    pub signals: Vec<String>,
    pub touches: Vec<String>,
    folder: TempDir,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = empty_desk(folder.path()).await;
        let mut pilot = pilot_run(&desk);
        // The desk compares itself with this CRM's export, not with the pilot's.
        let settings = settings(folder.path());
        let desk =
            Server::from_desk(settings, test_components().shipped(), desk.service()).desk_for(desk.actor().clone());
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

    /// Returns the world after the first message was sent.
    pub async fn begun() -> Self {
        let world = Self::new().await;
        assert_eq!(world.run().await.new, 1);
        world.send(&world.open().await).await;
        world
    }

    /// Returns the world after the first message was sent and the second prepared.
    pub async fn going() -> (Self, PackageId) {
        let mut world = Self::begun().await;
        world.now = NOW + 3 * DAY;
        assert_eq!(world.run().await.follow_ups, 1);
        let package = world.open().await;
        (world, package)
    }

    pub fn crm(&self) -> Export {
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
        let settings = settings(self.folder.path());
        let loaded = Export::read(&settings.crm, LoadOptions::default()).expect("a CRM");
        assert!(loaded.report.files.iter().all(|file| file.rejected == 0), "{:?}", loaded.report);
        loaded
    }

    pub async fn run(&self) -> Report {
        self.run_for(None).await
    }

    pub async fn run_for(&self, only: Option<&str>) -> Report {
        let export = self.crm();
        let (crm, desk, now) = (Arc::new(export.crm), Some(self.desk.clone()), self.now);
        let source = Arc::new(CrmCapabilities { crm, desk, now });
        let allowed = GrantOptions { research: true, contacts: true, drafting: true, sending: false };
        let components = Arc::clone(&self.pilot.components);
        let work = Run {
            allowed,
            components,
            source,
            export: export.state,
            missing_percent: Some(20),
            campaign: Arc::clone(&self.pilot.campaign),
            tiers: Arc::clone(&self.pilot.tiers),
            now,
            jobs: 1,
            capacity: DailyCapacity::of(ReviewCapacity::default(), &SendingOptions::default()),
        };
        self.desk.run_maintenance(self.now).await.expect("time passes");
        let only = only.map(|id| vec![id.to_owned()]);
        work.run(&self.desk, only.as_deref(), pending(), |_| {}).await.expect("the run ends")
    }

    /// Returns the only queued package.
    pub async fn open(&self) -> PackageId {
        let rows = self.desk.queue(&QueueFilter::default(), None, 10, self.now).await.expect("the queue").rows;
        assert_eq!(rows.len(), 1, "{rows:#?}");
        rows[0].id.clone()
    }

    pub async fn view(&self, id: &PackageId) -> PackageView {
        self.desk.package(id, self.now).await.expect("it exists")
    }

    pub async fn account(&self) -> AccountView {
        self.desk.account("pilot", "101").await.expect("a run worked on it")
    }

    /// Returns the reason for which the account is held or disqualified.
    pub async fn reason(&self) -> String {
        self.account().await.row.reason.unwrap_or_default()
    }

    pub async fn approve(&self, id: &PackageId) {
        let decided = self.desk.decide(&approval(&self.view(id).await), self.now).await.expect("it can be approved");
        self.desk.release(&decided.outbox.expect("an entry"), self.now).await.expect("it is released");
    }

    /// Runs the worker once and returns the sent messages.
    pub async fn transmit(&self) -> Vec<Vec<u8>> {
        let transport = Box::new(FolderTransport::open(&self.folder.path().join("outbox")).expect("a folder"));
        let mut worker = OutboxWorker::new(self.desk.clone(), transport, sending(), TierDailyCaps::default())
            .expect("the only worker");
        let round = worker.send_due(self.now).await;
        assert!(round.error.is_none(), "{:?}", round.error);
        let letters = round.entries.into_iter().filter_map(|happened| match happened.what {
            EntryResult::Sent { words } => Some(std::fs::read(words).expect("the file")),
            _ => None,
        });
        letters.collect()
    }

    /// Approves and sends the package, and returns the message.
    pub async fn send(&self, id: &PackageId) -> Vec<u8> {
        self.approve(id).await;
        let mut letters = self.transmit().await;
        assert_eq!(letters.len(), 1, "one message is sent");
        letters.remove(0)
    }

    pub async fn reject(&self, id: &PackageId, reason: RejectReason) {
        let request = DecisionRequest {
            decision: Decision::Reject { reason, note: String::new() },
            ..approval(&self.view(id).await)
        };
        self.desk.decide(&request, self.now).await.expect("it is rejected");
    }

    pub fn signal(&mut self, kind: &str, what: &str, date: &str) {
        self.signals.push(format!(
            "northwind.example,{kind},{what},Harbour Gazette,https://gazette.example/{kind}-later,{date}"
        ));
    }

    /// Adds an inbound or outbound touch to the CRM on the day after the first message.
    pub fn touch(&mut self, who: &str, direction: &str, outcome: &str) {
        self.touches.push(format!("{who},2026-03-11 10:00,{direction},email,,About your message,{outcome}"));
    }
}

/// Writes the settings of the CRM into the folder and reads them.
fn settings(folder: &Path) -> Settings {
    let file = folder.join("baton.toml");
    std::fs::write(
        &file,
        "[crm]\nformat = \"hubspot\"\naccounts = \"companies.csv\"\ncontacts = \"contacts.csv\"\nsignals = \"signals.csv\"\ntouches = \"touches.csv\"\n",
    )
    .expect("a file");
    Settings::load(&file).expect("valid settings").value
}
