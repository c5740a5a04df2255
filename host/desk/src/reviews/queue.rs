//! The queue: what is to be decided next, narrowed as somebody asks, and how much there is of each sort.

use crate::access::access_scope;
use crate::autonomy::queries::spot_checks;
use crate::db::tx::ReadTx;
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use crate::packages::queries::packages::Row;
use crate::packages::queries::search_index;
use crate::reviews::queries::queue;
use crate::reviews::queries::queue::{Counted, QueuePlace, Sought};
use baton_facts::packages::HandoffPackage;
use baton_facts::policy::HandoffModel;
use baton_facts::types::Timestamp;
use baton_model::package_state::State;
use baton_model::views::Content;
use baton_model::{PackageId, Sealed};
use schemars::JsonSchema;
use serde::Serialize;

/// Rows of a page at the most.
const LARGEST_PAGE: u32 = 500;

/// The longest search, in bytes.
const LONGEST_SEARCH: usize = 200;

/// One line of the queue.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct QueueRow {
    /// The package.
    pub id: PackageId,
    /// Where it is.
    pub state: State,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// First and last name.
    pub contact: Sealed<String>,
    /// The contact's title.
    pub title: Sealed<String>,
    /// Why now, in one sentence.
    pub why_now: Sealed<String>,
    /// The draft's subject.
    pub subject: Sealed<String>,
    /// The tier's name; empty where none matched.
    pub tier: String,
    /// The tier's place among the campaign's; 0 is the highest.
    pub tier_rank: u32,
    /// The kind of the signal that carries the draft.
    pub signal_kind: String,
    /// When that signal was seen.
    pub observed: Sealed<Timestamp>,
    /// Who decides.
    pub model: HandoffModel,
    /// 0 to 100.
    pub score: u8,
    /// How many of its checks warn.
    pub warnings: u32,
    /// 1 is the first message.
    pub touch_number: u8,
    /// Silent reading, in seconds.
    pub reading_seconds: u32,
    /// When it goes stale.
    pub deadline: Timestamp,
    /// Until when it is snoozed.
    pub until: Option<Timestamp>,
    /// When it was prepared.
    pub prepared: Timestamp,
    /// The user who is to decide; none where anybody may.
    pub assignee: Option<String>,
    /// When it went to the backup reviewer, since its deadline was near.
    pub escalated: Option<Timestamp>,
    /// The verdict's deadline, where it was drawn for a check and waits for the verdict before it leaves.
    pub check_due: Option<Timestamp>,
    /// What a decision about it is bound to.
    pub digest: String,
}

/// Which packages to list. What is not to be seen by who asks is in none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Only of this campaign.
    pub campaign: Option<String>,
    /// Only in these states; none means what waits for a person now.
    pub states: Vec<State>,
    /// Only of the tier of this name; an empty name is no tier.
    pub tier: Option<String>,
    /// Only where a signal of this kind carries the draft.
    pub signal_kind: Option<String>,
    /// Only of these people.
    pub whose: Whose,
    /// Only with all of these words: beginnings of words of the account's name or domain, or whole words of the contact's
    /// name. Empty is any.
    pub search: String,
}

/// Whose packages to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Anybody's.
    #[default]
    Anybody,
    /// Those that anybody may decide about.
    Nobody,
    /// This user's, by id.
    User(String),
}

/// A page of the queue, and the keys of those around it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct QueuePage {
    /// In order.
    pub rows: Vec<QueueRow>,
    /// Opaque; absent on the last page.
    pub next: Option<String>,
    /// Opaque; absent on the first page.
    pub previous: Option<String>,
}

/// How many packages there are of one sort, among those that are to be seen by who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct QueueCount {
    /// Where they are.
    pub state: State,
    /// Whose they are.
    pub assignee: Option<String>,
    /// Their campaign.
    pub campaign: String,
    /// Their tier; empty where none matched.
    pub tier: String,
    /// Its place among the campaign's.
    pub tier_rank: i64,
    /// The kind of their signal.
    pub signal_kind: String,
    /// How many.
    pub packages: u64,
    /// How many of them wait for a person now.
    pub waiting: u64,
}

impl QueueFilter {
    /// Whether packages of that sort are among those that are asked for, words aside.
    pub fn has(&self, count: &QueueCount) -> bool {
        let fits = |wanted: &Option<String>, value: &String| wanted.as_ref().is_none_or(|wanted| wanted == value);
        let whose = match &self.whose {
            Whose::Anybody => true,
            Whose::Nobody => count.assignee.is_none(),
            Whose::User(user) => count.assignee.as_ref() == Some(user),
        };
        whose
            && fits(&self.campaign, &count.campaign)
            && fits(&self.tier, &count.tier)
            && fits(&self.signal_kind, &count.signal_kind)
    }
}

impl Desk {
    /// A page of packages, next to do first: the higher tier, then what goes stale first, then the better score.
    /// `after` is the `next` or the `previous` of another page.
    ///
    /// # Errors
    /// Where `after` is no such key, the search is too long, or the store fails.
    pub async fn queue(
        &self,
        filter: &QueueFilter,
        after: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Answer<QueuePage> {
        let place = |text| QueuePlace::from_text(text).ok_or_else(|| Refusal::Invalid("there is no such page".into()));
        let place = after.map(place).transpose()?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let none = QueuePage { rows: Vec::new(), next: None, previous: None };
        let Some(sought) = self.sought(filter)? else { return Ok(none) };
        let mut tx = self.read().await?;
        let mut found = queue::page(&mut tx, &sought, place.as_ref(), limit + 1, now).await?;
        let more = found.len() > limit as usize;
        let backwards = place.as_ref().is_some_and(QueuePlace::is_before);
        if more && backwards {
            found.remove(0);
        }
        found.truncate(limit as usize);
        let (has_next, has_previous) = if backwards { (true, more) } else { (more, place.is_some()) };
        let next = found.last().filter(|_| has_next).map(|row| QueuePlace::of(row, false).to_text());
        let previous = found.first().filter(|_| has_previous).map(|row| QueuePlace::of(row, true).to_text());
        let mut rows = Vec::with_capacity(found.len());
        for row in found {
            rows.push(self.queue_row(&mut tx, row).await?);
        }
        Ok(QueuePage { rows, next, previous })
    }

    /// How many packages wait now for a person who asks, in this campaign or in all.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn waiting(&self, campaign: Option<&str>, now: Timestamp) -> Answer<u64> {
        let counts = self.queue_counts(now).await?;
        let of = counts.iter().filter(|count| campaign.is_none_or(|campaign| campaign == count.campaign));
        Ok(of.map(|count| count.waiting).sum())
    }

    /// How many packages there are of each sort.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn queue_counts(&self, now: Timestamp) -> Answer<Vec<QueueCount>> {
        let mut tx = self.read().await?;
        let counted = queue::counts(&mut tx).await?;
        let moved = queue::moved_by_time(&mut tx, now).await?;
        drop(tx);
        let same = |one: &Counted, other: &Counted| {
            one.state == other.state
                && one.assignee == other.assignee
                && one.campaign == other.campaign
                && (&one.tier, one.tier_rank) == (&other.tier, other.tier_rank)
                && one.signal_kind == other.signal_kind
        };
        let counts = counted.into_iter().filter_map(|count| {
            let state = State::named(&count.state)?;
            let moved = moved.iter().find(|moved| same(moved, &count)).map_or(0, |moved| moved.packages);
            let waiting = match state {
                State::Queued => count.packages - moved,
                State::Snoozed => moved,
                _ => 0,
            };
            Some(QueueCount {
                state,
                assignee: Some(count.assignee).filter(|user| !user.is_empty()),
                campaign: count.campaign,
                tier: count.tier,
                tier_rank: count.tier_rank,
                signal_kind: count.signal_kind,
                packages: count.packages.unsigned_abs(),
                waiting: waiting.max(0).unsigned_abs(),
            })
        });
        Ok(counts.filter(|count| self.actor.visible().includes(count.assignee.as_deref())).collect())
    }

    /// What is looked for; none where nothing of it is to be seen by who asks.
    fn sought(&self, filter: &QueueFilter) -> Answer<Option<Sought>> {
        if filter.search.len() > LONGEST_SEARCH {
            return Err(Refusal::Invalid("a search has up to 200 bytes".into()).into());
        }
        let words = search_index::sought(self.vault(), &filter.search);
        if words.is_empty() && !filter.search.trim().is_empty() {
            return Ok(None);
        }
        let whose = match (&filter.whose, access_scope::assignee_filter(&self.actor)?) {
            (Whose::Anybody, None) => Vec::new(),
            (Whose::Anybody, Some(user)) => vec![Some(user.to_owned()), None],
            (Whose::Nobody, _) => vec![None],
            (Whose::User(asked), Some(user)) if asked != user => return Ok(None),
            (Whose::User(user), _) => vec![Some(user.clone())],
        };
        Ok(Some(Sought {
            campaign: filter.campaign.clone(),
            tier: filter.tier.clone(),
            kind: filter.signal_kind.clone(),
            states: filter.states.clone(),
            whose,
            words,
        }))
    }

    async fn queue_row(&self, tx: &mut ReadTx, row: Row) -> Answer<QueueRow> {
        let shown = self.in_front_of(tx, row).await?;
        let (content, id) = (shown.content(tx).await?, shown.id().clone());
        let digest = match &shown.planted {
            None => self.digest(&shown.row),
            Some(planted) => self.digest_of(&planted.digest),
        };
        let row = shown.row;
        let check = spot_checks::get(tx, &row.id).await?;
        let check = check.filter(|check| check.finding.is_none() && row.state.is_open());
        let package = content.as_ref().map(|content: &Content| &content.package);
        let some = |of: fn(&HandoffPackage) -> String| -> Sealed<String> { package.map(of) };
        Ok(QueueRow {
            contact: some(|package| {
                format!("{} {}", package.contact.first_name, package.contact.last_name).trim().to_owned()
            }),
            title: some(|package| package.contact.title.clone()),
            why_now: some(|package| package.why_now.clone()),
            subject: some(|package| package.draft.message.subject.clone()),
            observed: match package {
                Sealed::Open(package) => {
                    package.signals.first().map_or(Sealed::Forgotten, |ranked| Sealed::Open(ranked.signal.observed_at))
                }
                Sealed::Forgotten => Sealed::Forgotten,
            },
            id,
            state: row.state,
            campaign: row.campaign,
            account: row.target.account,
            account_name: row.account_name,
            tier: row.tier,
            tier_rank: u32::try_from(row.tier_rank).unwrap_or(u32::MAX),
            signal_kind: row.signal_kind,
            model: row.model,
            score: row.score,
            warnings: row.warnings,
            touch_number: row.touch,
            reading_seconds: row.reading_seconds,
            deadline: row.deadline,
            until: row.until,
            prepared: row.prepared,
            assignee: row.assignee,
            escalated: row.escalated,
            check_due: check.map(|check| check.due),
            digest,
        })
    }
}
