//! The replies inbox: people who replied, the last message to them, and the user who takes the relationship over.
//!
//! `sync_replies.rs` records replies; this module lists them and marks them as taken over. A takeover sends nothing and
//! lifts no pause: from the first reply on a person writes, and Baton sends nothing there.

use crate::access::access_scope;
use crate::audit;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::packages::queries::packages;
use crate::replies::queries::replies;
use crate::replies::queries::replies::{NewReply, ReplyContent, ReplyRecord};
use crate::replies::sync_replies::CrmReply;
use crate::suppression::suppressions;
use crate::users;
use baton_facts::packages::Candidate;
use baton_facts::types::Timestamp;
use baton_model::package_state::PackageState;
use baton_model::views::Page;
use baton_model::{Erasable, PackageId};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;

/// Maximum number of rows in a page.
const LARGEST_PAGE: u32 = 500;

/// Minimum length of an id prefix in a lookup.
const SHORTEST: usize = 8;

/// The source of replies that the CRM records.
const CRM: &str = "crm";

/// A person who replied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReplyView {
    /// The reply's id: 12 characters.
    pub id: String,
    /// The source of the reply: `crm` for one that the CRM records.
    pub source: String,
    /// The campaign's id.
    pub campaign: String,
    /// The tier of the last message to the account.
    pub tier: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The contact's first and last name.
    pub contact: Erasable<String>,
    /// The contact's title.
    pub title: Erasable<String>,
    /// The reply's subject; empty if the source has none.
    pub about: Erasable<String>,
    /// When the reply was received, if the source records it.
    pub received: Option<Timestamp>,
    /// When the desk recorded the reply.
    pub recorded: Timestamp,
    /// The last package for this person, or else for anybody at the account.
    pub package: PackageId,
    /// The subject of that message.
    pub last_subject: Erasable<String>,
    /// When that message was sent; `null` if it has not been sent.
    pub sent_at: Option<Timestamp>,
    /// Packages that were withdrawn because of the reply.
    pub withdrawn: Vec<PackageId>,
    /// Whether the account is paused.
    pub paused: bool,
    /// The assignee's name; `null` if nobody is assigned.
    pub assignee: Option<Erasable<String>>,
    /// The user who took the relationship over.
    pub takeover: Option<Takeover>,
}

/// A takeover of a relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Takeover {
    /// The user who took it over.
    pub who: String,
    /// When the user reported it.
    pub at: Timestamp,
}

impl Desk {
    /// Returns a page of replies, most recently recorded first: those waiting for a takeover, or those taken over.
    /// Lists only the replies that the current user may see; at most 500 per page.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` is not a page key, or `DeskError::Store`.
    pub async fn replies(&self, taken: bool, after: Option<&str>, limit: u32) -> DeskResult<Page<ReplyView>> {
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

    /// Counts the replies that nobody has taken over.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn replies_waiting(&self) -> DeskResult<u64> {
        let mut tx = self.read().await?;
        Ok(replies::waiting(&mut tx, access_scope::assignee_filter(&self.actor)?).await?)
    }

    /// Marks the relationship as taken over by this user. If it is taken over already, returns the existing takeover
    /// and changes nothing.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if not exactly one reply has an id that starts with `id`, [`Refusal::Invalid`] if `id` is
    /// too short, [`Refusal::PermissionDenied`] if another user is assigned, or `DeskError::Store`.
    pub async fn take_over(&self, id: &str, now: Timestamp) -> DeskResult<ReplyView> {
        let who = self.actor.name();
        self.set_takeover(who, id, true, now).await
    }

    /// Undoes a takeover.
    ///
    /// # Errors
    /// As for [`Self::take_over`].
    pub async fn undo_take_over(&self, id: &str, now: Timestamp) -> DeskResult<ReplyView> {
        let who = self.actor.name();
        self.set_takeover(who, id, false, now).await
    }

    async fn set_takeover(&self, who: &str, id: &str, taken: bool, now: Timestamp) -> DeskResult<ReplyView> {
        if who.trim().is_empty() {
            return Err(Refusal::Invalid("the user who took it over is missing".into()).into());
        }
        let mut tx = self.begin(now).await?;
        let row = self.reply_named(&mut tx, id).await?;
        if replies::set_takeover(&mut tx, &row.id, taken.then_some((who, now))).await? {
            let what = if taken { "took-over" } else { "not-taken-over" };
            let detail = format!("the account {}", row.account);
            audit::note(&mut tx, who, what, Some(&row.package), &detail).await?;
        }
        let row = self.reply_named(&mut tx, &row.id).await?;
        let reply = self.reply(&mut tx, row).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Returns the one reply whose id starts with `id`, if the current user may see it.
    async fn reply_named(&self, tx: &mut ReadTx, id: &str) -> DeskResult<ReplyRecord> {
        let id = id.trim().to_ascii_lowercase();
        if id.len() < SHORTEST {
            return Err(Refusal::Invalid("a reply's id needs at least its first 8 characters".into()).into());
        }
        let mut found = replies::starting(tx, &id).await?;
        let row = found.pop().filter(|_| found.is_empty()).ok_or(Refusal::PackageNotFound)?;
        access_scope::check_may_decide(
            &self.actor,
            &row.package,
            self.row(tx, &row.package).await?.assignee.as_deref(),
        )?;
        Ok(row)
    }

    async fn reply(&self, tx: &mut ReadTx, row: ReplyRecord) -> DeskResult<ReplyView> {
        let content = row.content(tx).await?;
        let package = self.row(tx, &row.package).await?;
        let (wrote, left) = match outbox::get_by_package(tx, &package.id).await? {
            Some(entry) => {
                let left = entry.ended.filter(|_| package.state == PackageState::Sent);
                (entry.mail(tx).await?.map(|mail| mail.message.subject), left)
            }
            None => (Erasable::Erased, None),
        };
        let assignee = match &package.assignee {
            Some(user) => users::get(tx, user).await?.map(|user| user.identity.map(|of| of.name)),
            None => None,
        };
        Ok(ReplyView {
            contact: content.as_ref().map(|content| content.contact.clone()),
            title: content.as_ref().map(|content| content.title.clone()),
            about: content.map(|content| content.subject),
            paused: suppressions::pause_reason(tx, &row.account).await?.is_some(),
            tier: package.tier,
            account_name: package.account_name,
            last_subject: wrote,
            sent_at: left,
            assignee,
            takeover: row.taken.map(|(who, at)| Takeover { who, at }),
            id: row.id,
            source: row.source,
            campaign: row.campaign,
            account: row.account,
            received: row.came,
            recorded: row.noticed,
            package: row.package,
            withdrawn: row.stopped,
        })
    }

    /// Records each person who replied once, in the transaction that pauses the account.
    pub(crate) async fn note_replies(
        &self,
        tx: &mut Tx,
        (campaign, account): (&str, &str),
        people: &[Candidate],
        rows: &[packages::PackageRow],
        (came, stopped): (&[&CrmReply], &[PackageId]),
    ) -> DeskResult<()> {
        let mut noted = HashSet::new();
        let ours: Vec<_> =
            rows.iter().filter(|row| row.state == PackageState::Sent || row.state.is_under_way()).collect();
        for came in came.iter().filter(|came| noted.insert(came.contact.as_str())) {
            let Some(person) = people.iter().map(|one| &one.contact).find(|one| one.id == came.contact) else {
                continue;
            };
            let tag = self.key_ring().contact_tag(&person.id);
            let to_them = ours.iter().rev().find(|row| row.target.contact_tag == tag);
            let Some(last) = to_them.or(ours.last()) else { continue };
            let content = ReplyContent {
                contact: baton_model::full_name(person),
                title: person.title.clone().unwrap_or_default(),
                subject: came.subject.clone(),
            };
            let new = NewReply {
                campaign,
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

/// Parses a page key.
fn key(after: &str) -> Result<(Timestamp, &str), Refusal> {
    let key = after.rsplit_once('-').and_then(|(noticed, id)| Some((noticed.parse().ok()?, id)));
    key.ok_or_else(|| Refusal::Invalid("there is no such page".into()))
}
