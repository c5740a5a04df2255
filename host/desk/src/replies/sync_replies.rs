//! Synchronization with the CRM's newest export: a reply pauses every sequence at its account, and packages that must no
//! longer be sent are withdrawn with the reason, whatever state of review they are in.
//!
//! The host decides this itself, whatever an engine says: an engine decides what is prepared, not whether an earlier
//! approval may still be sent. Inbound touches count as written by a person unless the CRM says that a machine wrote
//! them. Unknown outcomes change nothing.

use crate::access::access_scope::ChangeCause;
use crate::accounts::queries::accounts;
use crate::audit;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::send_log::SendChange;
use crate::outbox::queries::{outbox, sequences};
use crate::packages::queries::packages::PackageRow;
use crate::suppression::suppressions;
use crate::webhooks::events::WebhookEvent;
use baton_facts::packages::Candidate;
use baton_facts::types::{
    Account, Contact, Direction, Engagement, Relation, Suppression, Timestamp, Touch, TouchOutcome, Verification,
};
use baton_model::Erasable;
use baton_model::address::EmailAddress;
use baton_model::package_state::{LifecycleEvent, PackageState, UtcMinute};
use serde::Serialize;

const DAY: Timestamp = 86_400;

/// The changes that synchronizing the replies made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReplySync {
    /// Accounts that were paused because somebody replied.
    pub paused: u32,
    /// Packages and messages that were withdrawn.
    pub withdrawn: u32,
}

impl std::ops::AddAssign for ReplySync {
    fn add_assign(&mut self, other: Self) {
        self.paused += other.paused;
        self.withdrawn += other.withdrawn;
    }
}

impl Desk {
    /// Synchronizes the packages of one account in one campaign with the CRM's current record of it and all of its
    /// people; `None` if the CRM does not have the account.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails; nothing is changed then.
    pub async fn sync_account(
        &self,
        campaign: &str,
        id: &str,
        account: Option<&Account>,
        people: &[Candidate],
        now: Timestamp,
    ) -> DeskResult<ReplySync> {
        let mut tx = self.read().await?;
        let rows = sequences::at_account(&mut tx, campaign, id).await?;
        let facts = AccountFacts { account, people, since: first_contact(&rows), now };
        let answers = facts.since.map_or_else(Vec::new, |since| replies_since(people, since));
        let mut barred = false;
        for row in &rows {
            barred = barred || self.barred_reason(&mut tx, row, &facts).await?.is_some();
        }
        drop(tx);
        if answers.is_empty() && !barred {
            return Ok(ReplySync::default());
        }

        let mut done = ReplySync::default();
        let mut tx = self.begin(now).await?;
        let mut fresh: Vec<&CrmReply> = Vec::new();
        for came in &answers {
            let tag = self.key_ring().tag("answer", &[&came.contact, &came.kind, &came.at.to_string(), &came.subject]);
            if sequences::record_incoming(&mut tx, id, &tag).await? {
                fresh.push(came);
            }
        }
        if let Some(came) = fresh.first() {
            suppressions::set_pause(&mut tx, id, Some((audit::DESK, &came.pause_reason(), now))).await?;
            let detail = format!("the account {id}: {}", came.pause_reason());
            audit::note(&mut tx, audit::DESK, "paused", None, &detail).await?;
            let happening = WebhookEvent::Replied { campaign, account: id };
            self.record_event(&mut tx, happening).await?;
            done.paused = 1;
        }
        let mut stopped = Vec::new();
        // Read again, because a person may have decided meanwhile.
        for row in sequences::at_account(&mut tx, campaign, id).await? {
            let why = match (self.barred_reason(&mut tx, &row, &facts).await?, fresh.first()) {
                (Some(why), _) => why,
                // A reply withdraws undecided packages automatically; an approved message waits for a person.
                (None, Some(_)) if row.state.is_open() => "somebody at the account replied",
                (None, _) => continue,
            };
            self.withdraw_package(&mut tx, &row, why).await?;
            done.withdrawn += 1;
            stopped.push(row.id);
        }
        if done.withdrawn > 0 {
            // If the CRM allows the account again, the next run prepares it anew.
            accounts::forget_fingerprint(&mut tx, campaign, id).await?;
        }
        let news = (fresh.as_slice(), stopped.as_slice());
        self.note_replies(&mut tx, (campaign, id), people, &rows, news).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Returns the reason why an unsent package may no longer be sent, if the CRM records one.
    async fn barred_reason(
        &self,
        tx: &mut ReadTx,
        row: &PackageRow,
        facts: &AccountFacts<'_>,
    ) -> DeskResult<Option<&'static str>> {
        if !(row.state.is_open() || matches!(row.state, PackageState::Approved | PackageState::Scheduled)) {
            return Ok(None);
        }
        let Some(account) = facts.account else { return Ok(Some("the CRM no longer lists the account")) };
        let sender = match (&account.owner, row.content(tx).await?) {
            (Some(_), Erasable::Open(content)) => Some(content.package.sender.id),
            _ => None,
        };
        let barred = disqualified_reason(account, sender.as_deref(), facts.now);
        Ok(barred.or_else(|| self.unreachable_reason(row, facts)))
    }

    /// Returns the reason why the package's person can no longer be contacted, if the CRM records one.
    fn unreachable_reason(&self, row: &PackageRow, facts: &AccountFacts<'_>) -> Option<&'static str> {
        let is_theirs = |contact: &Contact| self.key_ring().contact_tag(&contact.id) == row.target.contact_tag;
        let Some(person) = facts.people.iter().find(|one| is_theirs(&one.contact)) else {
            return Some("the CRM no longer lists the person at the account");
        };
        let contact = &person.contact;
        if is_in_force(contact.suppression.as_ref(), facts.now) {
            return Some("the CRM suppresses the person");
        }
        if !contact.unclear.is_empty() {
            return Some("the CRM's record of the person is now unclear");
        }
        // Nothing was written to a person before their first package.
        let since = facts.since.unwrap_or(row.prepared);
        let bounced = |touch: &Touch| touch.at >= since && matches!(touch.outcome, Some(TouchOutcome::Bounced));
        if contact.verification == Verification::Undeliverable || person.history.iter().any(bounced) {
            return Some("the CRM reports that a message to the person bounced");
        }
        if facts.since.is_none() && contact.engagement == Engagement::InConversation {
            return Some("the CRM reports that the person is in conversation with a colleague");
        }
        let to = |email: &str| {
            let address: Option<EmailAddress> = email.parse().ok();
            address
                .is_some_and(|address| self.key_ring().address_tags(&address).any(|tag| tag == row.target.address_tag))
        };
        (!contact.email.as_deref().is_some_and(to)).then_some("the person's address has changed")
    }

    async fn withdraw_package(&self, tx: &mut Tx, row: &PackageRow, why: &'static str) -> DeskResult<()> {
        match outbox::get_by_package(tx, &row.id).await? {
            Some(entry) => {
                let change = SendChange::NotSent;
                self.end_entry(tx, &entry, row, LifecycleEvent::Withdraw, change, Some(why), ChangeCause::News(why))
                    .await
            }
            None => {
                let step = row.state.transition(LifecycleEvent::Withdraw)?;
                self.apply_transition(tx, &row.id, step, None, ChangeCause::News(why)).await
            }
        }
    }
}

/// The CRM's current facts about an account.
struct AccountFacts<'a> {
    /// `None` if the CRM does not have it.
    account: Option<&'a Account>,
    people: &'a [Candidate],
    /// The start of the day on which the first message that was sent or approved was prepared.
    since: Option<Timestamp>,
    now: Timestamp,
}

/// Returns the start of the day of our first message to the account. Some CRMs record inbound touches by day only.
fn first_contact(rows: &[PackageRow]) -> Option<Timestamp> {
    let ours = rows.iter().filter(|row| row.state == PackageState::Sent || row.state.is_under_way());
    Some(ours.map(|row| row.prepared).min()?.div_euclid(DAY) * DAY)
}

/// A reply of a person at the account.
pub(crate) struct CrmReply {
    pub contact: String,
    kind: String,
    /// `Timestamp::MIN` if the CRM records no time.
    pub at: Timestamp,
    pub subject: String,
}

impl CrmReply {
    /// Returns the reason for the pause. It never identifies the person, because pauses are stored unencrypted.
    fn pause_reason(&self) -> String {
        match self.at {
            Timestamp::MIN => "the CRM reports that somebody there is in conversation with a colleague".to_owned(),
            at => format!("a reply came in on {}", UtcMinute(at).to_string().split(' ').next().unwrap_or_default()),
        }
    }
}

/// Returns the replies at the account since then, newest first; people in conversation with a colleague come last.
fn replies_since(people: &[Candidate], since: Timestamp) -> Vec<CrmReply> {
    let mut answers = Vec::new();
    for Candidate { contact, history } in people {
        let came = |what: &str, at, subject: &str| CrmReply {
            contact: contact.id.clone(),
            kind: what.to_owned(),
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

/// Returns the reason why nobody at the account may be contacted by this sender, if the CRM records one.
fn disqualified_reason(account: &Account, sender: Option<&str>, now: Timestamp) -> Option<&'static str> {
    let owner = account.owner.as_deref();
    match account.relation {
        Relation::Customer => Some("the account is now a customer"),
        Relation::Partner => Some("the account is now a partner"),
        Relation::Competitor => Some("the account is now a competitor"),
        Relation::None | Relation::Prospect if is_in_force(account.suppression.as_ref(), now) => {
            Some("the CRM suppresses the account")
        }
        Relation::None | Relation::Prospect if account.open_opportunity => Some("an opportunity is now open"),
        Relation::None | Relation::Prospect if !account.unclear.is_empty() => Some("the CRM's record is now unclear"),
        Relation::None | Relation::Prospect => {
            owner.is_some_and(|owner| Some(owner) != sender).then_some("a colleague now owns the account")
        }
    }
}

fn is_in_force(order: Option<&Suppression>, now: Timestamp) -> bool {
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
