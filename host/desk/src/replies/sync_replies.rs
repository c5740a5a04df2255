//! Attending to what the CRM says now of the accounts we wrote to, before a run works on anything: an answer pauses
//! every sequence at its account, and what must not leave any more is taken back.
//!
//! The host's own look, whatever an engine says: an engine decides what is prepared, and not whether what was approved
//! a while ago may still leave. What came in is a person's unless the CRM says that a machine wrote it. An outcome
//! that the importer does not know changes nothing.

use crate::access::access_scope::Cause;
use crate::audit;
use crate::db::tx::Tx;
use crate::desk::{Answer, Desk};
use crate::outbox::queries::send_log::Change;
use crate::outbox::queries::{outbox, sequences};
use crate::packages::queries::packages::Row;
use crate::suppression::suppressions;
use crate::webhooks::events::Happening;
use baton_facts::packages::Candidate;
use baton_facts::policy::Campaign;
use baton_facts::types::{
    Account, Contact, Direction, Engagement, Relation, Suppression, Timestamp, Touch, TouchOutcome, Verification,
};
use baton_model::package_state::{Day, State, Step};
use serde::Serialize;
use std::collections::HashSet;

/// Seconds in a day.
const DAY: Timestamp = 86_400;

/// What attending came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attended {
    /// Accounts where everything rests from now on, because somebody there answered.
    pub paused: u32,
    /// Packages and messages that were taken back.
    pub taken_back: u32,
}

impl std::ops::AddAssign for Attended {
    fn add_assign(&mut self, other: Self) {
        self.paused += other.paused;
        self.taken_back += other.taken_back;
    }
}

impl Desk {
    /// The accounts where a message of this campaign is on its way or left: those to attend to.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn written_to(&self, campaign: &str) -> Answer<HashSet<String>> {
        let mut tx = self.read().await?;
        Ok(sequences::written_to(&mut tx, campaign).await?)
    }

    /// Attends to one account, as the CRM records it now, with all of its people.
    ///
    /// # Errors
    /// Where the store fails; nothing is changed then.
    pub async fn attend(
        &self,
        campaign: &Campaign,
        account: &Account,
        people: &[Candidate],
        now: Timestamp,
    ) -> Answer<Attended> {
        let mut tx = self.read().await?;
        let rows = sequences::at_account(&mut tx, &campaign.id, &account.id).await?;
        drop(tx);
        let ours = rows.iter().filter(|row| row.state == State::Sent || row.state.is_under_way());
        let Some(since) = ours.map(|row| row.prepared).min() else { return Ok(Attended::default()) };
        // Some CRMs record what came in by the day.
        let since = since.div_euclid(DAY) * DAY;
        let answers = answers(people, since);
        let barred = barred(campaign, account, now);
        let is_barred = |row: &Row| {
            if !(row.state.is_open() || matches!(row.state, State::Approved | State::Authorised)) {
                return None;
            }
            barred.or_else(|| self.is_out_of_reach(row, people, since, now))
        };
        if answers.is_empty() && !rows.iter().any(|row| is_barred(row).is_some()) {
            return Ok(Attended::default());
        }

        let mut done = Attended::default();
        let mut tx = self.begin(now).await?;
        let mut fresh: Vec<&Came> = Vec::new();
        for came in &answers {
            let tag = self.vault().tag("answer", &[&came.contact, &came.what, &came.at.to_string(), &came.subject]);
            if sequences::heard(&mut tx, &account.id, &tag).await? {
                fresh.push(came);
            }
        }
        if let Some(came) = fresh.first() {
            suppressions::set_pause(&mut tx, &account.id, Some((audit::DESK, &came.why(), now))).await?;
            let detail = format!("the account {}: {}", account.id, came.why());
            audit::note(&mut tx, audit::DESK, "paused", None, &detail).await?;
            let happening = Happening::Replied { campaign: &campaign.id, account: &account.id };
            self.tell(&mut tx, happening).await?;
            done.paused = 1;
        }
        let mut stopped = Vec::new();
        // Read anew: a person may have decided meanwhile.
        for row in sequences::at_account(&mut tx, &campaign.id, &account.id).await? {
            let why = match (is_barred(&row), fresh.first()) {
                (Some(why), _) => why,
                // Nobody goes on writing to them by itself; what a person approved waits for a person.
                (None, Some(_)) if row.state.is_open() => "somebody at the account answered",
                (None, _) => continue,
            };
            self.take_one_back(&mut tx, &row, why).await?;
            done.taken_back += 1;
            stopped.push(row.id);
        }
        let news = (fresh.as_slice(), stopped.as_slice());
        self.note_replies(&mut tx, (campaign, &account.id), people, &rows, news).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Why the package's person cannot be written to any more, where the CRM says so.
    fn is_out_of_reach(
        &self,
        row: &Row,
        people: &[Candidate],
        since: Timestamp,
        now: Timestamp,
    ) -> Option<&'static str> {
        let is_theirs = |contact: &Contact| self.vault().contact_tag(&contact.id) == row.target.contact_tag;
        let Some(person) = people.iter().find(|one| is_theirs(&one.contact)) else {
            return Some("the person is not recorded at the account any more");
        };
        let contact = &person.contact;
        if stands(contact.suppression.as_ref(), now) {
            return Some("the CRM says that the person is not to be written to");
        }
        let bounced = |touch: &Touch| touch.at >= since && matches!(touch.outcome, Some(TouchOutcome::Bounced));
        if contact.verification == Verification::Undeliverable || person.history.iter().any(bounced) {
            return Some("the CRM says that a message to the person bounced");
        }
        let to = |email: &str| self.vault().address_tag(email) == row.target.address_tag;
        (!contact.email.as_deref().is_some_and(to)).then_some("the person's address has changed")
    }

    async fn take_one_back(&self, tx: &mut Tx, row: &Row, why: &str) -> Answer<()> {
        match outbox::of(tx, &row.id).await? {
            Some(entry) => {
                let change = Change::Stays;
                self.end(tx, &entry, row, Step::Withdraw, change, Some(why), Cause::Rule).await
            }
            None => {
                let step = row.state.step(Step::Withdraw)?;
                self.step(tx, &row.id, step, None, Cause::Rule).await
            }
        }
    }
}

/// Something that came from a person at the account.
pub(crate) struct Came {
    pub contact: String,
    what: String,
    /// The earliest moment there is where nobody says when.
    pub at: Timestamp,
    pub subject: String,
}

impl Came {
    /// Says nothing of who it was: a pause is kept in the clear.
    fn why(&self) -> String {
        match self.at {
            Timestamp::MIN => "the CRM says that somebody there is in conversation with a colleague".to_owned(),
            at => format!("an answer came in on {}", Day(at).to_string().split(' ').next().unwrap_or_default()),
        }
    }
}

/// What people at the account did since then, newest first; that somebody is in conversation last.
fn answers(people: &[Candidate], since: Timestamp) -> Vec<Came> {
    let mut answers = Vec::new();
    for Candidate { contact, history } in people {
        let came = |what: &str, at, subject: &str| Came {
            contact: contact.id.clone(),
            what: what.to_owned(),
            at,
            subject: subject.to_owned(),
        };
        for touch in history.iter().filter(|touch| touch.at >= since) {
            let answered = match touch.direction {
                Direction::Inbound => !touch.outcome.as_ref().is_some_and(is_automatic),
                Direction::Outbound => touch.outcome.as_ref().is_some_and(is_answered),
            };
            if answered {
                answers.push(came("touch", touch.at, &touch.subject));
            }
        }
        if contact.engagement == Engagement::InConversation {
            answers.push(came("conversation", Timestamp::MIN, ""));
        }
    }
    answers.sort_by_key(|came| std::cmp::Reverse(came.at));
    answers
}

/// Why nobody at the account is to be written to in this campaign, where the CRM says so.
fn barred(campaign: &Campaign, account: &Account, now: Timestamp) -> Option<&'static str> {
    let owner = account.owner.as_deref().filter(|owner| !owner.is_empty());
    match account.relation {
        Relation::Customer => Some("the account is a customer by now"),
        Relation::Partner => Some("the account is a partner by now"),
        Relation::Competitor => Some("the account is a competitor by now"),
        Relation::None | Relation::Prospect if stands(account.suppression.as_ref(), now) => {
            Some("the account is not to be written to")
        }
        Relation::None | Relation::Prospect if account.open_opportunity => Some("an opportunity is open by now"),
        Relation::None | Relation::Prospect => {
            owner.is_some_and(|owner| owner != campaign.sender.id).then_some("a colleague owns the account by now")
        }
    }
}

fn stands(order: Option<&Suppression>, now: Timestamp) -> bool {
    order.is_some_and(|order| order.until.is_none_or(|until| now < until))
}

/// Returns whether the CRM records on our own message that a person reacted to it.
const fn is_answered(outcome: &TouchOutcome) -> bool {
    match outcome {
        TouchOutcome::Replied
        | TouchOutcome::MeetingBooked
        | TouchOutcome::NotInterested
        | TouchOutcome::OptedOut
        | TouchOutcome::Complained => true,
        TouchOutcome::AutoReplied
        | TouchOutcome::Bounced
        | TouchOutcome::Scheduled
        | TouchOutcome::DeliveryUnknown
        | TouchOutcome::Other(_) => false,
    }
}

/// Returns whether a machine sent it.
const fn is_automatic(outcome: &TouchOutcome) -> bool {
    matches!(outcome, TouchOutcome::AutoReplied | TouchOutcome::Bounced)
}
