//! Synchronization with the CRM before a run: a reply pauses every sequence at its account, and messages that must no
//! longer be sent are withdrawn.
//!
//! The host decides this itself, whatever an engine says: an engine decides what is prepared, not whether an earlier
//! approval may still be sent. Inbound touches count as written by a person unless the CRM says that a machine wrote
//! them. Unknown outcomes change nothing.

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

const DAY: Timestamp = 86_400;

/// The changes that synchronizing the replies made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attended {
    /// Accounts that were paused because somebody replied.
    pub paused: u32,
    /// Packages and messages that were withdrawn.
    pub taken_back: u32,
}

impl std::ops::AddAssign for Attended {
    fn add_assign(&mut self, other: Self) {
        self.paused += other.paused;
        self.taken_back += other.taken_back;
    }
}

impl Desk {
    /// Returns the accounts with a sent or scheduled message of this campaign: those to synchronize.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn written_to(&self, campaign: &str) -> Answer<HashSet<String>> {
        let mut tx = self.read().await?;
        Ok(sequences::written_to(&mut tx, campaign).await?)
    }

    /// Synchronizes one account with the CRM's current record of it and all of its people.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails; nothing is changed then.
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
        // Some CRMs record inbound touches by day only.
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
        // Read again, because a person may have decided meanwhile.
        for row in sequences::at_account(&mut tx, &campaign.id, &account.id).await? {
            let why = match (is_barred(&row), fresh.first()) {
                (Some(why), _) => why,
                // A reply withdraws undecided packages automatically; an approved message waits for a person.
                (None, Some(_)) if row.state.is_open() => "somebody at the account replied",
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

    /// Returns the reason why the package's person can no longer be contacted, if the CRM records one.
    fn is_out_of_reach(
        &self,
        row: &Row,
        people: &[Candidate],
        since: Timestamp,
        now: Timestamp,
    ) -> Option<&'static str> {
        let is_theirs = |contact: &Contact| self.vault().contact_tag(&contact.id) == row.target.contact_tag;
        let Some(person) = people.iter().find(|one| is_theirs(&one.contact)) else {
            return Some("the CRM no longer lists the person at the account");
        };
        let contact = &person.contact;
        if stands(contact.suppression.as_ref(), now) {
            return Some("the CRM suppresses the person");
        }
        let bounced = |touch: &Touch| touch.at >= since && matches!(touch.outcome, Some(TouchOutcome::Bounced));
        if contact.verification == Verification::Undeliverable || person.history.iter().any(bounced) {
            return Some("the CRM reports that a message to the person bounced");
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

/// A reply of a person at the account.
pub(crate) struct Came {
    pub contact: String,
    what: String,
    /// `Timestamp::MIN` if the CRM records no time.
    pub at: Timestamp,
    pub subject: String,
}

impl Came {
    /// Returns the reason for the pause. It never identifies the person, because pauses are stored unencrypted.
    fn why(&self) -> String {
        match self.at {
            Timestamp::MIN => "the CRM reports that somebody there is in conversation with a colleague".to_owned(),
            at => format!("a reply came in on {}", Day(at).to_string().split(' ').next().unwrap_or_default()),
        }
    }
}

/// Returns the replies at the account since then, newest first; people in conversation with a colleague come last.
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

/// Returns the reason why nobody at the account may be contacted in this campaign, if the CRM records one.
fn barred(campaign: &Campaign, account: &Account, now: Timestamp) -> Option<&'static str> {
    let owner = account.owner.as_deref().filter(|owner| !owner.is_empty());
    match account.relation {
        Relation::Customer => Some("the account is now a customer"),
        Relation::Partner => Some("the account is now a partner"),
        Relation::Competitor => Some("the account is now a competitor"),
        Relation::None | Relation::Prospect if stands(account.suppression.as_ref(), now) => {
            Some("the CRM suppresses the account")
        }
        Relation::None | Relation::Prospect if account.open_opportunity => Some("an opportunity is now open"),
        Relation::None | Relation::Prospect => {
            owner.is_some_and(|owner| owner != campaign.sender.id).then_some("a colleague now owns the account")
        }
    }
}

fn stands(order: Option<&Suppression>, now: Timestamp) -> bool {
    order.is_some_and(|order| order.until.is_none_or(|until| now < until))
}

/// Returns whether the outcome of our own message means that a person reacted to it.
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

/// Returns whether a machine sent the touch.
const fn is_automatic(outcome: &TouchOutcome) -> bool {
    matches!(outcome, TouchOutcome::AutoReplied | TouchOutcome::Bounced)
}
