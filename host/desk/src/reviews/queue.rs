//! The review queue: the packages to decide next, with filters, search and counts.

use crate::access::access_scope;
use crate::autonomy::queries::spot_checks;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::search_index;
use crate::reviews::queries::queue;
use crate::reviews::queries::queue::{GroupCount, QueueConditions, QueueKey};
use baton_facts::packages::HandoffPackage;
use baton_facts::policy::HandoffModel;
use baton_facts::types::Timestamp;
use baton_model::package_state::PackageState;
use baton_model::views::RoutedPackage;
use baton_model::{Erasable, PackageId};
use schemars::JsonSchema;
use serde::Serialize;

/// Maximum number of rows in a page.
const LARGEST_PAGE: u32 = 500;

/// Maximum length of a search, in bytes.
const LONGEST_SEARCH: usize = 200;

/// A row of the queue.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct QueueRow {
    /// The package's id.
    pub id: PackageId,
    /// The package's state.
    pub state: PackageState,
    /// The campaign's id.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The contact's first and last name.
    pub contact: Erasable<String>,
    /// The contact's title.
    pub title: Erasable<String>,
    /// Why now, in one sentence.
    pub why_now: Erasable<String>,
    /// The draft's subject.
    pub subject: Erasable<String>,
    /// The tier's name; empty if none matched.
    pub tier: String,
    /// The tier's rank in the campaign; 0 is the highest.
    pub tier_rank: u32,
    /// The kind of the signal that the draft is based on.
    pub signal_kind: String,
    /// When that signal was observed.
    pub observed: Erasable<Timestamp>,
    /// The handoff model.
    pub model: HandoffModel,
    /// The score, 0 to 100.
    pub score: u8,
    /// The number of checks that warn.
    pub warnings: u32,
    /// The number of the touch in the sequence; 1 is the first message.
    pub touch_number: u8,
    /// The estimated reading time, in seconds.
    pub reading_seconds: u32,
    /// When the package expires.
    pub deadline: Timestamp,
    /// When a snoozed package returns to the queue.
    pub until: Option<Timestamp>,
    /// When the package was prepared.
    pub prepared: Timestamp,
    /// The assignee's id; `null` if any reviewer may decide.
    pub assignee: Option<String>,
    /// When the package went to the backup reviewer because its deadline was near.
    pub escalated: Option<Timestamp>,
    /// The deadline of the spot-check, if the package was sampled and waits for the verdict before it is sent.
    pub check_due: Option<Timestamp>,
    /// The digest that a decision is bound to.
    pub digest: String,
}

/// A filter of the queue. Packages that the current user may not see are always left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Only packages of this campaign.
    pub campaign: Option<String>,
    /// Only packages in these states; empty lists those that wait for a person now.
    pub states: Vec<PackageState>,
    /// Only packages of the tier with this name; an empty name matches packages without a tier.
    pub tier: Option<String>,
    /// Only packages whose draft is based on a signal of this kind.
    pub signal_kind: Option<String>,
    /// Only packages with this assignee.
    pub assignee: AssigneeFilter,
    /// Only packages that match every word: prefixes of words in the account's name or domain, or whole words of the
    /// contact's name. Empty matches all.
    pub search: String,
}

/// An assignee filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AssigneeFilter {
    /// All packages.
    #[default]
    All,
    /// Unassigned packages.
    Unassigned,
    /// Packages assigned to the user with this id.
    User(String),
}

/// A page of the queue, with the keys of its neighbors.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct QueuePage {
    /// The rows in queue order.
    pub rows: Vec<QueueRow>,
    /// The opaque key of the next page; absent on the last page.
    pub next: Option<String>,
    /// The opaque key of the previous page; absent on the first page.
    pub previous: Option<String>,
}

/// The number of packages in one group of the queue, among those that the current user may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct QueueCount {
    /// The state of the packages.
    pub state: PackageState,
    /// The assignee's id, if any.
    pub assignee: Option<String>,
    /// The campaign's id.
    pub campaign: String,
    /// The tier's name; empty if none matched.
    pub tier: String,
    /// The tier's rank in the campaign.
    pub tier_rank: i64,
    /// The kind of the signal.
    pub signal_kind: String,
    /// The number of packages.
    pub packages: u64,
    /// The number of packages that wait for a person now.
    pub waiting: u64,
}

impl QueueFilter {
    /// Returns whether the filter includes this group; the search is ignored.
    pub fn has(&self, count: &QueueCount) -> bool {
        let fits = |wanted: &Option<String>, value: &String| wanted.as_ref().is_none_or(|wanted| wanted == value);
        let assignee = match &self.assignee {
            AssigneeFilter::All => true,
            AssigneeFilter::Unassigned => count.assignee.is_none(),
            AssigneeFilter::User(user) => count.assignee.as_ref() == Some(user),
        };
        assignee
            && fits(&self.campaign, &count.campaign)
            && fits(&self.tier, &count.tier)
            && fits(&self.signal_kind, &count.signal_kind)
    }
}

impl Desk {
    /// Returns a page of packages: the higher tier first, then the earlier deadline, then the better score. `after` is
    /// the `next` or the `previous` key of another page.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` is not a page key or the search is too long, or `DeskError::Store`.
    pub async fn queue(
        &self,
        filter: &QueueFilter,
        after: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> DeskResult<QueuePage> {
        let place = |text| QueueKey::from_text(text).ok_or_else(|| Refusal::Invalid("there is no such page".into()));
        let place = after.map(place).transpose()?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let none = QueuePage { rows: Vec::new(), next: None, previous: None };
        let Some(sought) = self.queue_conditions(filter)? else { return Ok(none) };
        let mut tx = self.read().await?;
        let mut found = queue::page(&mut tx, &sought, place.as_ref(), limit + 1, now).await?;
        let more = found.len() > limit as usize;
        let backwards = place.as_ref().is_some_and(QueueKey::is_before);
        if more && backwards {
            found.remove(0);
        }
        found.truncate(limit as usize);
        let (has_next, has_previous) = if backwards { (true, more) } else { (more, place.is_some()) };
        let next = found.last().filter(|_| has_next).map(|row| QueueKey::of(row, false).to_text());
        let previous = found.first().filter(|_| has_previous).map(|row| QueueKey::of(row, true).to_text());
        let mut rows = Vec::with_capacity(found.len());
        for row in found {
            rows.push(self.queue_row(&mut tx, row).await?);
        }
        Ok(QueuePage { rows, next, previous })
    }

    /// Counts the packages that wait for the current user, in this campaign or in all.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn waiting(&self, campaign: Option<&str>, now: Timestamp) -> DeskResult<u64> {
        let counts = self.queue_counts(now).await?;
        let of = counts.iter().filter(|count| campaign.is_none_or(|campaign| campaign == count.campaign));
        Ok(of.map(|count| count.waiting).sum())
    }

    /// Counts the packages of each group.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn queue_counts(&self, now: Timestamp) -> DeskResult<Vec<QueueCount>> {
        let mut tx = self.read().await?;
        let counted = queue::counts(&mut tx).await?;
        let moved = queue::moved_by_time(&mut tx, now).await?;
        drop(tx);
        let same = |one: &GroupCount, other: &GroupCount| {
            one.state == other.state
                && one.assignee == other.assignee
                && one.campaign == other.campaign
                && (&one.tier, one.tier_rank) == (&other.tier, other.tier_rank)
                && one.signal_kind == other.signal_kind
        };
        let counts = counted.into_iter().filter_map(|count| {
            let state = PackageState::from_name(&count.state)?;
            let moved = moved.iter().find(|moved| same(moved, &count)).map_or(0, |moved| moved.packages);
            let waiting = match state {
                PackageState::Queued => count.packages - moved,
                PackageState::Snoozed => moved,
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

    /// Builds the query; `None` if the current user may see nothing that it could match.
    fn queue_conditions(&self, filter: &QueueFilter) -> DeskResult<Option<QueueConditions>> {
        if filter.search.len() > LONGEST_SEARCH {
            return Err(Refusal::Invalid("a search must not be longer than 200 bytes".into()).into());
        }
        let words = search_index::search_words(self.key_ring(), &filter.search);
        if words.is_empty() && !filter.search.trim().is_empty() {
            return Ok(None);
        }
        let assignees = match (&filter.assignee, access_scope::assignee_filter(&self.actor)?) {
            (AssigneeFilter::All, None) => Vec::new(),
            (AssigneeFilter::All, Some(user)) => vec![Some(user.to_owned()), None],
            (AssigneeFilter::Unassigned, _) => vec![None],
            (AssigneeFilter::User(asked), Some(user)) if asked != user => return Ok(None),
            (AssigneeFilter::User(user), _) => vec![Some(user.clone())],
        };
        Ok(Some(QueueConditions {
            campaign: filter.campaign.clone(),
            tier: filter.tier.clone(),
            kind: filter.signal_kind.clone(),
            states: filter.states.clone(),
            assignees,
            words,
        }))
    }

    async fn queue_row(&self, tx: &mut ReadTx, row: PackageRow) -> DeskResult<QueueRow> {
        let shown = self.with_seeded_defect(tx, row).await?;
        let (content, id) = (shown.content(tx).await?, shown.id().clone());
        let digest = match &shown.seeded_defect {
            None => self.shown_digest(&shown.row),
            Some(planted) => self.shown_digest_of(&planted.digest),
        };
        let row = shown.row;
        let check = spot_checks::get(tx, &row.id).await?;
        let check = check.filter(|check| check.finding.is_none() && row.state.is_open());
        let package = content.as_ref().map(|content: &RoutedPackage| &content.package);
        let some = |of: fn(&HandoffPackage) -> String| -> Erasable<String> { package.map(of) };
        Ok(QueueRow {
            contact: some(|package| baton_model::full_name(&package.contact)),
            title: some(|package| package.contact.title.clone().unwrap_or_default()),
            why_now: some(|package| package.why_now.clone()),
            subject: some(|package| package.draft.message.subject.clone()),
            observed: match package {
                Erasable::Open(package) => {
                    package.signals.first().map_or(Erasable::Erased, |ranked| Erasable::Open(ranked.signal.observed_at))
                }
                Erasable::Erased => Erasable::Erased,
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
