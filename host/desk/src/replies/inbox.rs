//! Replies: who answered, what we last wrote to them, and the person who takes the relationship over.
//!
//! Noting an answer is `attend.rs`'s; here it is seen and taken. Taking over sends nothing and lifts no pause: from the
//! first reply on a person writes, and Baton keeps out of it.

use crate::access::access_scope;
use crate::access::queries::users;
use crate::audit;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::packages::queries::packages;
use crate::replies::queries::replies;
use crate::replies::queries::replies::{Content, New, Row};
use crate::replies::sync_replies::Came;
use crate::suppression::suppressions;
use baton_facts::packages::Candidate;
use baton_facts::policy::Campaign;
use baton_facts::types::Timestamp;
use baton_model::package_state::State;
use baton_model::views::Page;
use baton_model::{PackageId, Sealed};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;

/// The most of one page.
const LARGEST_PAGE: u32 = 500;

/// Ids are looked up by their first 8 characters or more.
const SHORTEST: usize = 8;

/// What the CRM records.
const CRM: &str = "crm";

/// A person who answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReplyView {
    /// Its id: 12 characters.
    pub id: String,
    /// Who says that they answered: `crm` for what the CRM records.
    pub source: String,
    /// Its campaign.
    pub campaign: String,
    /// The tier of what we last wrote.
    pub tier: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// First and last name of who answered.
    pub contact: Sealed<String>,
    /// Their title.
    pub title: Sealed<String>,
    /// What the source says the answer is about; empty where it says nothing.
    pub about: Sealed<String>,
    /// When it came in, where the source says so.
    pub came: Option<Timestamp>,
    /// When it was noticed.
    pub noticed: Timestamp,
    /// What we last wrote: to this person, or else to somebody at the account.
    pub package: PackageId,
    /// Its subject.
    pub wrote: Sealed<String>,
    /// When it left; none where it is on its way.
    pub left: Option<Timestamp>,
    /// Packages that were taken back because of it.
    pub stopped: Vec<PackageId>,
    /// Everything at the account rests.
    pub resting: bool,
    /// The user whose it is, by name; none where it is anybody's.
    pub assignee: Option<Sealed<String>>,
    /// Who took the relationship over.
    pub taken: Option<TakenOver>,
}

/// Somebody took a relationship over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TakenOver {
    /// By whom.
    pub who: String,
    /// When they said so.
    pub at: Timestamp,
}

impl Desk {
    /// The people who answered and whom nobody has taken over yet, or those who were; noticed last first. Whoever asks
    /// sees those that are theirs to see. At most 500 a page.
    ///
    /// # Errors
    /// Where `after` is no key of a page, or the store fails.
    pub async fn replies(&self, taken: bool, after: Option<&str>, limit: u32) -> Answer<Page<ReplyView>> {
        let after = after.map(key).transpose()?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let user = access_scope::assignee_filter(&self.actor)?;
        let mut tx = self.read().await?;
        let wanted = i64::from(limit) + 1;
        let mut found = replies::list(&mut tx, taken, user, after, wanted).await?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|last| format!("{}-{}", last.noticed, last.id));
        let mut rows = Vec::new();
        for row in found {
            rows.push(self.reply(&mut tx, row).await?);
        }
        Ok(Page { rows, next })
    }

    /// How many people answered whom nobody has taken over.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn replies_waiting(&self) -> Answer<u64> {
        let mut tx = self.read().await?;
        Ok(replies::waiting(&mut tx, access_scope::assignee_filter(&self.actor)?).await?)
    }

    /// A person says that they took the relationship over. Who says so of somebody who was taken over already gets the
    /// first answer, and nothing is changed.
    ///
    /// # Errors
    /// Where no reply has this id or starts with it, it is somebody else's, or the store fails.
    pub async fn take_over(&self, id: &str, now: Timestamp) -> Answer<ReplyView> {
        let who = self.actor.name();
        self.taken(who, id, true, now).await
    }

    /// A person says that nobody took the relationship over after all.
    ///
    /// # Errors
    /// As of [`Self::take_over`].
    pub async fn not_taken_over(&self, id: &str, now: Timestamp) -> Answer<ReplyView> {
        let who = self.actor.name();
        self.taken(who, id, false, now).await
    }

    async fn taken(&self, who: &str, id: &str, taken: bool, now: Timestamp) -> Answer<ReplyView> {
        if who.trim().is_empty() {
            return Err(Refusal::Invalid("say who took it over".into()).into());
        }
        let mut tx = self.begin(now).await?;
        let row = self.reply_named(&mut tx, id).await?;
        if replies::take(&mut tx, &row.id, taken.then_some((who, now))).await? {
            let what = if taken { "took-over" } else { "not-taken-over" };
            let detail = format!("the account {}", row.account);
            audit::note(&mut tx, who, what, Some(&row.package), &detail).await?;
        }
        let row = self.reply_named(&mut tx, &row.id).await?;
        let reply = self.reply(&mut tx, row).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The one reply whose id starts so, where it is to be seen.
    async fn reply_named(&self, tx: &mut ReadTx, id: &str) -> Answer<Row> {
        let id = id.trim().to_ascii_lowercase();
        if id.len() < SHORTEST {
            return Err(Refusal::Invalid("a reply is named by its first 8 characters or more".into()).into());
        }
        let mut found = replies::starting(tx, &id).await?;
        let row = found.pop().filter(|_| found.is_empty()).ok_or(Refusal::Unknown)?;
        access_scope::check(&self.actor, &row.package, self.row(tx, &row.package).await?.assignee.as_deref())?;
        Ok(row)
    }

    async fn reply(&self, tx: &mut ReadTx, row: Row) -> Answer<ReplyView> {
        let content = row.content(tx).await?;
        let package = self.row(tx, &row.package).await?;
        let (wrote, left) = match outbox::of(tx, &package.id).await? {
            Some(entry) => {
                let left = entry.ended.filter(|_| package.state == State::Sent);
                (entry.mail(tx).await?.map(|mail| mail.message.subject), left)
            }
            None => (Sealed::Forgotten, None),
        };
        let assignee = match &package.assignee {
            Some(user) => users::get(tx, user).await?.map(|user| user.named.map(|of| of.name)),
            None => None,
        };
        Ok(ReplyView {
            contact: content.as_ref().map(|content| content.contact.clone()),
            title: content.as_ref().map(|content| content.title.clone()),
            about: content.map(|content| content.subject),
            resting: suppressions::pause_of(tx, &row.account).await?.is_some(),
            tier: package.tier,
            account_name: package.account_name,
            wrote,
            left,
            assignee,
            taken: row.taken.map(|(who, at)| TakenOver { who, at }),
            id: row.id,
            source: row.source,
            campaign: row.campaign,
            account: row.account,
            came: row.came,
            noticed: row.noticed,
            package: row.package,
            stopped: row.stopped,
        })
    }

    /// Notes who answered, each person once, in the transaction that lets their account rest.
    pub(crate) async fn note_replies(
        &self,
        tx: &mut Tx,
        (campaign, account): (&Campaign, &str),
        people: &[Candidate],
        rows: &[packages::Row],
        (came, stopped): (&[&Came], &[PackageId]),
    ) -> Answer<()> {
        let mut noted = HashSet::new();
        let ours: Vec<_> = rows.iter().filter(|row| row.state == State::Sent || row.state.is_under_way()).collect();
        for came in came.iter().filter(|came| noted.insert(came.contact.as_str())) {
            let Some(person) = people.iter().map(|one| &one.contact).find(|one| one.id == came.contact) else {
                continue;
            };
            let tag = self.vault().contact_tag(&person.id);
            let to_them = ours.iter().rev().find(|row| row.target.contact_tag == tag);
            let Some(last) = to_them.or(ours.last()) else { continue };
            let content = Content {
                contact: format!("{} {}", person.first_name, person.last_name).trim().to_owned(),
                title: person.title.clone(),
                subject: came.subject.clone(),
            };
            let new = New {
                campaign: &campaign.id,
                account,
                contact: &person.id,
                address: person.email.as_deref(),
                source: CRM,
                package: &last.id,
                came: Some(came.at).filter(|at| *at != Timestamp::MIN),
                stopped,
                content: &content,
            };
            replies::note(tx, &new).await?;
        }
        Ok(())
    }
}

/// Where a page goes on.
fn key(after: &str) -> Result<(Timestamp, &str), Refusal> {
    let key = after.rsplit_once('-').and_then(|(noticed, id)| Some((noticed.parse().ok()?, id)));
    key.ok_or_else(|| Refusal::Invalid("the list does not go on there".into()))
}
