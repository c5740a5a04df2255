//! Meadow, a fictional CRM with one account. A real vendor has a database here.

use baton_runtime::facts::packages::{Candidate, Dossier};
use baton_runtime::facts::policy::{
    Angle, Campaign, HandoffModel, IdealCustomer, InspectionPlan, ProductFact, Role, Sender, Tier,
};
use baton_runtime::facts::types::{Account, Contact, Message, Relation, Signal, Timestamp, Verification};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const DAY: Timestamp = 86_400;
const MARCH_FIRST_2026: Timestamp = 1_772_323_200;

pub struct Meadow {
    account: Account,
    outbox: Mutex<BTreeMap<String, Message>>,
}

impl Meadow {
    pub fn new() -> Self {
        let account = Account {
            id: "acc-7".into(),
            name: "Northbeam Logistics".into(),
            domain: Some("northbeam.example".into()),
            industry: Some("Logistics".into()),
            employees: Some(640),
            country: Some("US".into()),
            relation: Relation::Prospect,
            ..Account::default()
        };
        Self { account, outbox: Mutex::default() }
    }

    /// Returns the messages to transmit, by permit id.
    pub fn outbox(&self) -> BTreeMap<String, Message> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn put_into_outbox(&self, permit: &str, message: &Message) {
        let mut outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        outbox.insert(permit.to_owned(), message.clone());
    }

    pub fn account_id(&self) -> &str {
        &self.account.id
    }

    pub fn dossier(&self, since: Timestamp) -> Dossier {
        let signal = Signal {
            id: "sig-1".into(),
            kind: "hiring".into(),
            summary: "Northbeam Logistics is hiring six site reliability engineers".into(),
            source_name: "the Northbeam careers page".into(),
            source_url: "https://northbeam.example/careers".into(),
            observed_at: MARCH_FIRST_2026 + 3 * DAY,
        };
        let signals = if signal.observed_at >= since { vec![signal] } else { Vec::new() };
        Dossier { account: self.account.clone(), signals }
    }

    pub fn people(&self) -> Vec<Candidate> {
        let contact = Contact {
            id: "con-21".into(),
            first_name: Some("Dana".into()),
            last_name: Some("Okafor".into()),
            title: Some("VP Eng".into()),
            email: Some("dana.okafor@northbeam.example".into()),
            verification: Verification::Deliverable,
            verified_at: Some(MARCH_FIRST_2026),
            linkedin_url: Some("https://www.linkedin.example/in/dana-okafor".into()),
            country: Some("US".into()),
            time_zone: Some("America/Chicago".into()),
            language: Some("en".into()),
            ..Contact::default()
        };
        vec![Candidate { contact, history: Vec::new() }]
    }

    pub fn campaign(&self) -> Campaign {
        Campaign {
            id: "platform".into(),
            language: "en".into(),
            customer: IdealCustomer {
                industries: vec!["Logistics".into()],
                employees_min: Some(200),
                employees_max: Some(5000),
                countries: vec!["US".into()],
                roles: vec![Role {
                    name: "engineering lead".into(),
                    titles: vec!["VP Engineering".into()],
                    priority: 1,
                }],
            },
            angles: vec![Angle {
                signal_kind: "hiring".into(),
                version: "1".into(),
                language: "en".into(),
                weight: 80,
                max_age_days: 45,
                subject: "{{ account }} and on-call load".into(),
                greeting: "Hi {{ first_name }},".into(),
                opener: "I saw on {{ source }} that {{ signal }}.".into(),
                pitch: "New people on call usually means more releases that somebody has to watch by hand. \
                        Relayforge watches each release and rolls back bad ones on its own, and \
                        {{ facts['minutes'] }}. Your team keeps its pipeline as it is."
                    .into(),
                call_to_action: "Would a short call next week be worth your time?".into(),
                facts: vec![ProductFact {
                    id: "minutes".into(),
                    text: "teams using it roll a bad release back in under 4 minutes".into(),
                }],
                ..Angle::default()
            }],
            sender: Sender {
                id: "mara".into(),
                name: "Mara Lindqvist".into(),
                email: "mara@relayforge.example".into(),
                title: "Sales Development".into(),
                company: "Relayforge".into(),
                signature: "Mara Lindqvist\nSales Development, Relayforge".into(),
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

    pub fn tiers(&self) -> Vec<Tier> {
        vec![Tier {
            name: "everybody".into(),
            model: HandoffModel::ReviewAndApprove,
            follow_up_model: HandoffModel::ReviewAndApprove,
            minimum_score: 50,
            inspection: InspectionPlan {
                sampling: vec![2000],
                outgoing_quality_limit: 483,
                risk_limit: 1500,
                held: true,
            },
            ..Tier::default()
        }]
    }
}
