//! Test records: an account, its contacts and a campaign that make a ready package, to change one at a time.

use baton_facts::errors::{DraftingError, HandoffError, LookupError};
use baton_facts::packages::{
    Assignment, Brief, Candidate, Dossier, Found, HandoffPackage, HoldReason, Outcome, Preparation, Sent,
};
use baton_facts::policy::{Angle, Campaign, IdealCustomer, ProductFact, Role, Sender};
use baton_facts::types::{
    Account, Channel, Contact, Direction, Draft, Engagement, Relation, Signal, Timestamp, Touch, Verification,
};

use crate::calendar::DAY;
use crate::capabilities::Capabilities;

/// Monday, 2026-03-09, 09:30 UTC.
pub(crate) const NOW: Timestamp = 1_773_048_600;

/// A change to the draft before it is returned.
pub(crate) type DraftChange = fn(&mut Draft);

/// The input of a call and its capabilities, in memory.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) account: Account,
    pub(crate) signals: Vec<Signal>,
    pub(crate) people: Vec<Candidate>,
    pub(crate) campaign: Campaign,
    pub(crate) now: Timestamp,
    pub(crate) change_draft: DraftChange,
    pub(crate) briefs: Vec<Brief>,
}

impl Scenario {
    pub(crate) fn new() -> Scenario {
        Scenario {
            account: account(),
            signals: vec![signal("sig-funding", "funding", 5)],
            people: vec![candidate("ada", "Ada", "Lovelace", "VP of Engineering")],
            campaign: campaign(),
            now: NOW,
            change_draft: |_| {},
            briefs: Vec::new(),
        }
    }

    /// Returns the scenario with one change.
    pub(crate) fn with(change: impl FnOnce(&mut Scenario)) -> Scenario {
        let mut world = Scenario::new();
        change(&mut world);
        world
    }

    pub(crate) fn assignment(&self) -> Assignment {
        Assignment { account: "acc-northwind".into(), campaign: self.campaign.clone(), now: self.now }
    }

    pub(crate) fn prepare(&mut self) -> Result<Preparation, HandoffError> {
        let assignment = self.assignment();
        crate::prepare(&assignment, self)
    }

    /// Returns the package, or panics with the reason why there is no package.
    pub(crate) fn ready(&mut self) -> HandoffPackage {
        match self.prepare().expect("the capabilities answer").outcome {
            Outcome::Ready(package) => package,
            other => panic!("not ready: {other:?}"),
        }
    }

    /// Returns the reason, the detail and the next date, or panics with the other outcome.
    pub(crate) fn held(&mut self) -> (HoldReason, String, Option<Timestamp>) {
        match self.prepare().expect("the capabilities answer").outcome {
            Outcome::Held(hold) => (hold.reason, hold.detail, hold.look_again),
            other => panic!("not held: {other:?}"),
        }
    }
}

/// A scenario in which one message was sent and three business days have passed without a reply.
#[derive(Clone, Debug)]
pub(crate) struct FollowUpScenario {
    pub(crate) world: Scenario,
    pub(crate) previous: HandoffPackage,
    pub(crate) sent: Vec<Sent>,
}

impl FollowUpScenario {
    /// Returns the scenario with changes before the first message was prepared.
    pub(crate) fn from(before: impl FnOnce(&mut Scenario)) -> FollowUpScenario {
        let mut follow_up_scenario =
            FollowUpScenario { previous: Scenario::new().ready(), world: Scenario::with(before), sent: Vec::new() };
        follow_up_scenario.prepare_first();
        follow_up_scenario
    }

    /// Returns the scenario with changes after the message was sent.
    pub(crate) fn with(since: impl FnOnce(&mut FollowUpScenario)) -> FollowUpScenario {
        let mut follow_up_scenario = FollowUpScenario::from(|_| {});
        since(&mut follow_up_scenario);
        follow_up_scenario
    }

    fn prepare_first(&mut self) {
        let package = self.world.ready();
        self.send(package);
        // Thursday at the same time of day.
        self.world.now = NOW + 3 * DAY;
    }

    /// Sends the package's message at once and unchanged.
    pub(crate) fn send(&mut self, package: HandoffPackage) {
        let (at, message) = (self.world.now, package.draft.message.clone());
        let theirs = self.world.people.iter_mut().find(|one| one.contact.id == package.contact.id);
        let theirs = theirs.expect("the contact is there");
        theirs.history.push(Touch { at, subject: message.subject.clone(), ..touch(0) });
        theirs.contact.engagement = Engagement::InSequence;
        let signal = &package.signals[0].signal;
        let (signal_kind, angle_version) = (signal.kind.clone(), package.angle.version.clone());
        self.sent.push(Sent { at, message, signal: signal.id.clone(), signal_kind, angle_version });
        self.previous = package;
    }

    /// Adds a newer signal of another kind, with an angle for it.
    pub(crate) fn hiring(&mut self) {
        self.world.campaign.angles.push(angle("hiring", "en"));
        self.world.signals.push(signal("sig-hiring", "hiring", 1));
    }

    /// Returns the newest entry of the contact's history.
    pub(crate) fn last(&mut self) -> &mut Touch {
        self.world.people[0].history.last_mut().expect("a message left")
    }

    pub(crate) fn follow_up(&mut self) -> Result<Preparation, HandoffError> {
        let assignment = self.world.assignment();
        crate::follow_up(&self.previous, &self.sent, &assignment, &mut self.world)
    }

    /// Returns the package, or panics with the reason why there is no package.
    #[track_caller]
    pub(crate) fn ready(&mut self) -> HandoffPackage {
        match self.follow_up().expect("the capabilities answer").outcome {
            Outcome::Ready(package) => package,
            other => panic!("not ready: {other:?}"),
        }
    }
}

impl Capabilities for Scenario {
    fn search(&mut self, _: &IdealCustomer, cursor: Option<&str>) -> Result<Found, LookupError> {
        match cursor {
            None => Ok(Found {
                dossiers: vec![Dossier { account: self.account.clone(), signals: self.signals.clone() }],
                next: Some("2".into()),
            }),
            Some("2") => Ok(Found { dossiers: Vec::new(), next: None }),
            Some(_) => Err(LookupError::NotFound),
        }
    }

    fn look_up(&mut self, _: &str, since: Timestamp) -> Result<Dossier, LookupError> {
        let signals = self.signals.iter().filter(|signal| signal.observed_at >= since).cloned().collect();
        Ok(Dossier { account: self.account.clone(), signals })
    }

    fn find(&mut self, _: &str) -> Result<Vec<Candidate>, LookupError> {
        Ok(self.people.clone())
    }

    fn write(&mut self, brief: &Brief) -> Result<Draft, DraftingError> {
        self.briefs.push(brief.clone());
        let mut draft = crate::template::write(brief)?;
        (self.change_draft)(&mut draft);
        Ok(draft)
    }
}

pub(crate) fn account() -> Account {
    Account {
        id: "acc-northwind".into(),
        name: "Northwind Freight".into(),
        domain: Some("northwind.example".into()),
        industry: Some("Computer Software".into()),
        employees: Some(420),
        annual_revenue_usd: Some(60_000_000),
        country: Some("US".into()),
        relation: Relation::Prospect,
        owner: None,
        open_opportunity: false,
        last_activity: None,
        named: false,
        referred_by: None,
        suppression: None,
        unclear: Vec::new(),
    }
}

pub(crate) fn signal(id: &str, kind: &str, days_ago: i64) -> Signal {
    Signal {
        id: id.into(),
        kind: kind.into(),
        summary: "Northwind Freight raised a $40M Series B on 2 March".into(),
        source_name: "Harbour Business Daily".into(),
        source_url: "https://harbour.example/northwind-series-b".into(),
        observed_at: NOW - days_ago * DAY,
    }
}

/// Returns `None` for an empty text.
fn present(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

pub(crate) fn candidate(id: &str, first: &str, last: &str, title: &str) -> Candidate {
    Candidate {
        contact: Contact {
            id: id.into(),
            first_name: present(first),
            last_name: present(last),
            title: present(title),
            email: Some(format!("{id}@northwind.example")),
            verification: Verification::Deliverable,
            verified_at: Some(NOW - 20 * DAY),
            linkedin_url: None,
            country: None,
            time_zone: None,
            language: None,
            engagement: Engagement::None,
            suppression: None,
            unclear: Vec::new(),
            doubts: Vec::new(),
        },
        history: Vec::new(),
    }
}

/// Returns an outbound email of the campaign.
pub(crate) fn touch(days_ago: i64) -> Touch {
    Touch {
        at: NOW - days_ago * DAY,
        direction: Direction::Outbound,
        channel: Channel::Email,
        campaign: Some("platform-teams".into()),
        subject: "Northwind Freight and releases".into(),
        outcome: None,
    }
}

pub(crate) fn angle(kind: &str, language: &str) -> Angle {
    Angle {
        signal_kind: kind.into(),
        version: "1".into(),
        language: language.into(),
        weight: 80,
        max_age_days: 45,
        subject: "{{ account }} after the round".into(),
        greeting: "Hi {{ first_name }},".into(),
        opener: "I read in {{ source }} that {{ signal }}. Congratulations.".into(),
        pitch: "A round usually means more people shipping at once. {{ company }} watches each release and rolls back \
                bad ones on its own: {{ facts['fact-deploys'] }}."
            .into(),
        call_to_action: "Is safer shipping on your list for this year?".into(),
        follow_up_opener: None,
        follow_up_pitch: None,
        follow_up_call_to_action: None,
        facts: vec![ProductFact {
            id: "fact-deploys".into(),
            text: "our customers see 38% fewer failed deploys after one quarter".into(),
        }],
    }
}

pub(crate) fn campaign() -> Campaign {
    let role = |name: &str, priority, titles: &[&str]| Role {
        name: name.into(),
        titles: titles.iter().map(ToString::to_string).collect(),
        priority,
    };
    Campaign {
        id: "platform-teams".into(),
        language: "en".into(),
        customer: IdealCustomer {
            industries: vec!["Computer Software".into(), "Internet".into()],
            employees_min: Some(50),
            employees_max: Some(5_000),
            countries: vec!["US".into(), "DE".into()],
            roles: vec![
                role("platform lead", 1, &["VP Engineering", "Head of Platform"]),
                role("technology executive", 2, &["CTO"]),
            ],
        },
        angles: vec![angle("funding", "en")],
        sender: Sender {
            id: "mara".into(),
            name: "Mara Lindqvist".into(),
            email: "mara@relayforge.example".into(),
            title: "Sales Development".into(),
            company: "Relayforge".into(),
            signature: "Mara Lindqvist\nSales Development, Relayforge\n+1 415 555 0100".into(),
        },
        touches_max: 4,
        days_between_touches: vec![3, 4, 5],
        quiet_days: 30,
        colleague_quiet_days: 90,
        contacts_active_max: 2,
        days_between_contacts: 3,
        weakest_verification: Verification::Deliverable,
    }
}
