//! Keeping what a run prepares: each touch once, each account as it was last seen.

use super::events::Happening;
use super::sequence;
use super::streams::Start;
use super::{Answer, Desk};
use crate::desk::handled::Handled;
use crate::store::planted::Content as Planting;
use crate::store::recordings::{self, About};
use crate::store::subjects::{self, Person};
use crate::store::{accounts, assignees, audit, packages, sequences, suppressions, tags};
use baton_facts::packages::{DisqualificationReason, HandoffPackage, HoldReason, Outcome, Preparation};
use baton_facts::policy::{Campaign, Tier};
use baton_facts::quality::Routing;
use baton_facts::types::{Account, Id, Timestamp};
use baton_model::PackageId;
use baton_model::package_state::{AccountState, State, Step};
use baton_model::variant_assignment;
use baton_model::views::{Content, Found, Looked};
use baton_runtime::{Input, Recording};
use sqlx::SqliteConnection;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What a run made of one account, to be kept.
#[derive(Clone, Copy, Debug)]
pub struct Prepared<'a> {
    /// The run, as [`Desk::start_run`] numbered it.
    pub run: Option<i64>,
    /// The campaign's id.
    pub campaign: &'a str,
    /// The campaign's tiers: their order is the queue's.
    pub tiers: &'a [Tier],
    /// The host's own record.
    pub account: &'a Account,
    /// Its rank among the prospects.
    pub prospect: Option<u8>,
    /// The outcome with its trace, or what went wrong.
    pub preparation: Result<&'a Preparation, &'a str>,
    /// Where a ready package goes.
    pub routing: Option<&'a Routing>,
    /// The calls that led to it.
    pub recordings: &'a [Recording],
    /// Of everything that the work rests on; see [`Desk::fingerprint`].
    pub fingerprint: &'a Fingerprint,
    /// The moment the run is about.
    pub now: Timestamp,
}

impl<'a> Prepared<'a> {
    /// What a run handled, of this campaign.
    pub fn of(
        handled: &'a Handled,
        run: Option<i64>,
        campaign: &'a str,
        tiers: &'a [Tier],
        fingerprint: &'a Fingerprint,
        now: Timestamp,
    ) -> Self {
        Self {
            run,
            campaign,
            tiers,
            account: &handled.account,
            prospect: handled.prospect,
            preparation: handled.preparation.as_deref().map_err(String::as_str),
            routing: handled.routing.as_deref(),
            recordings: &handled.recordings,
            fingerprint,
            now,
        }
    }
}

/// Stands for everything that the work on an account rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(Vec<u8>);

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A new package waits. Where a planted one stands in front of it, lists show that one in its place.
    New(PackageId),
    /// A new package took the place of one that nobody had decided about.
    Replaced {
        /// Which one.
        old: PackageId,
        /// By which one.
        new: PackageId,
    },
    /// The touch had its package; it stays as it is.
    Already(PackageId, State),
    /// A person turned down a package with the same reason to write.
    TurnedDown(PackageId),
    /// The person is suppressed or forgotten here.
    Unwanted,
    /// There is no package.
    Nothing(AccountState),
}

impl Desk {
    /// Notes that a run starts; gives its number.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn start_run(&self, campaign: &str, now: Timestamp) -> Answer<i64> {
        let mut transaction = self.store.begin().await?;
        let run = accounts::start_run(&mut transaction, self.vault(), campaign, now).await?;
        self.store.commit(transaction).await?;
        Ok(run)
    }

    /// Notes that a run is complete.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn finish_run(&self, run: i64, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        accounts::finish_run(&mut transaction, self.vault(), run, now).await?;
        Ok(self.store.commit(transaction).await?)
    }

    /// Of everything that the work on an account rests on, as JSON or any other text: the account with its signals,
    /// its people, the campaign and tiers, the components' digests.
    pub fn fingerprint(&self, parts: &[&str]) -> Fingerprint {
        Fingerprint(self.vault().tag("fingerprint", parts))
    }

    /// The campaign as this account gets it: of an angle's versions one, at random by the account and for good.
    pub fn campaign_for<'a>(&self, campaign: &'a Campaign, account: &str) -> Cow<'a, Campaign> {
        variant_assignment::for_account(campaign, account, |parts| self.vault().tag("version", parts))
    }

    /// Which of these accounts a run has to work on, in the order they are given in. The others have a package that
    /// is open or under way, a sequence whose next message is not due or that is over, rest, or would come out as they
    /// did before.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn due(&self, campaign: &str, looked: &[(Id, Fingerprint)], now: Timestamp) -> Answer<Vec<Id>> {
        let mut view = self.store.view().await?;
        let known = accounts::known(&mut view, self.vault(), campaign).await?;
        let due =
            looked.iter().filter(|(id, fingerprint)| known.get(id).is_none_or(|known| is_due(known, fingerprint, now)));
        Ok(due.map(|(id, _)| id.clone()).collect())
    }

    /// Keeps what a run made of one account. Keeping the same again changes nothing that a person sees.
    ///
    /// # Errors
    /// Where the store fails; nothing is kept then.
    pub async fn keep(&self, prepared: &Prepared<'_>) -> Answer<Kept> {
        // The governor is asked what a stream that was never met starts from, before anything is written.
        let stream = self.stream_of(prepared).await?;
        let planting = self.planting(prepared, stream.as_ref()).await?;
        let mut transaction = self.store.begin().await?;
        let kept = self.keep_in(&mut transaction, prepared, stream.as_ref(), planting.as_ref()).await?;
        self.store.commit(transaction).await?;
        Ok(kept)
    }

    pub(super) async fn keep_in(
        &self,
        connection: &mut SqliteConnection,
        prepared: &Prepared<'_>,
        stream: Option<&Start>,
        planting: Option<&Planting>,
    ) -> Answer<Kept> {
        let vault = self.vault();
        let people: BTreeSet<Person<'_>> = prepared.recordings.iter().flat_map(recordings::people).collect();
        let outcome = prepared.preparation.map(|made| &made.outcome);
        let kept = match (outcome, prepared.routing) {
            (Ok(Outcome::Ready(package)), Some(routing)) => {
                let content = Content { package: package.clone(), routing: routing.clone() };
                self.keep_package(connection, prepared, &content, &people, (stream, planting)).await?
            }
            (Ok(Outcome::Held(_)), _) => Kept::Nothing(AccountState::Held),
            (Ok(Outcome::Disqualified(_)), _) => Kept::Nothing(AccountState::Disqualified),
            (Ok(Outcome::Ready(_)) | Err(_), _) => Kept::Nothing(AccountState::Failed),
        };
        let package = match &kept {
            Kept::New(id) | Kept::Replaced { new: id, .. } | Kept::Already(id, _) | Kept::TurnedDown(id) => Some(id),
            Kept::Unwanted | Kept::Nothing(_) => None,
        };
        self.drop_others(connection, prepared, package, &kept).await?;
        // Where a message left, the account goes on having its package.
        let sent = match package {
            None => sequences::last(connection, vault, prepared.campaign, &prepared.account.id).await?,
            Some(_) => None,
        };
        let state = match &kept {
            Kept::Nothing(state) => *state,
            Kept::Unwanted => AccountState::Disqualified,
            _ => AccountState::Ready,
        };
        let (reason, look_again, found) = match outcome {
            Ok(Outcome::Held(hold)) => (Some(hold_name(hold.reason)), hold.look_again, Found::Held(hold.clone())),
            Ok(Outcome::Disqualified(out)) => (Some(out_name(out.reason)), None, Found::Disqualified(out.clone())),
            Ok(Outcome::Ready(_)) if kept == Kept::Unwanted => (Some("suppressed"), None, Found::Unwanted),
            Ok(Outcome::Ready(_)) => match package {
                Some(id) => (None, None, Found::Ready(id.clone())),
                None => (None, None, Found::Failed("the package was not routed".into())),
            },
            Err(what) => (None, None, Found::Failed(what.to_owned())),
        };
        let trace = prepared.preparation.map(|made| made.trace.clone()).unwrap_or_default();
        let account = prepared.account.clone();
        let looked = Looked { account, found, routing: prepared.routing.cloned(), trace };
        let look = accounts::Look {
            campaign: prepared.campaign,
            account: &prepared.account.id,
            name: &prepared.account.name,
            domain: &prepared.account.domain,
            package: package.or(sent.as_ref()),
            state,
            reason,
            prospect: prepared.prospect,
            look_again,
            fingerprint: &prepared.fingerprint.0,
            run: prepared.run,
            now: prepared.now,
        };
        let keys = subjects::keys_for(connection, vault, &people, prepared.now).await?;
        accounts::put(connection, vault, &look, &keys, &looked).await?;
        if let Some(most) = touches_max(prepared) {
            sequences::set_touches_max(connection, vault, prepared.campaign, &prepared.account.id, most).await?;
        }
        if let Some(run) = prepared.run {
            accounts::count(connection, vault, run, state).await?;
        }
        // A call that brought nothing new is not recorded a second time.
        if !matches!(kept, Kept::Already(..) | Kept::TurnedDown(_)) {
            let (campaign, account, at) = (prepared.campaign, prepared.account.id.as_str(), prepared.now);
            for recording in prepared.recordings {
                let about = About { campaign, account, package, at };
                recordings::add(connection, vault, about, recording).await?;
            }
        }
        Ok(kept)
    }

    /// Takes back what nobody has decided about and what this run would not hand off any more: the account is held or
    /// out now, or somebody else there is the one to write to. A call that failed says nothing about the account.
    async fn drop_others(
        &self,
        connection: &mut SqliteConnection,
        prepared: &Prepared<'_>,
        stays: Option<&PackageId>,
        kept: &Kept,
    ) -> Answer<()> {
        if *kept == Kept::Nothing(AccountState::Failed) {
            return Ok(());
        }
        let open = packages::open_at(connection, self.vault(), prepared.campaign, &prepared.account.id).await?;
        for row in open.iter().filter(|row| stays != Some(&row.id)) {
            let step = row.state.step(Step::Withdraw)?;
            self.step(connection, &row.id, step, None, audit::DESK, prepared.now).await?;
        }
        Ok(())
    }

    async fn keep_package(
        &self,
        connection: &mut SqliteConnection,
        prepared: &Prepared<'_>,
        content: &Content,
        people: &BTreeSet<Person<'_>>,
        (stream, planting): (Option<&Start>, Option<&Planting>),
    ) -> Answer<Kept> {
        let vault = self.vault();
        let (package, now) = (&content.package, prepared.now);
        let target = tags::target(vault, package);
        if suppressions::on(connection, vault, &target, now).await?.is_some() {
            return Ok(Kept::Unwanted);
        }
        let earlier = packages::of_touch(connection, vault, prepared.campaign, package).await?;
        let (mut state, mut until, mut replaced) = (State::Queued, None, None);
        let mut assignee = None;
        if let Some(earlier) = earlier {
            let same =
                earlier.draft_tag == tags::draft_tag(vault, package) && goes_as_before(&earlier, content, stream);
            match earlier.state {
                State::Rejected if earlier.lead_signal == tags::lead_signal(package) => {
                    return Ok(Kept::TurnedDown(earlier.id));
                }
                open if open.is_open() => {
                    if same {
                        return Ok(Kept::Already(earlier.id, open));
                    }
                    let step = open.step(Step::Supersede)?;
                    // What was put off stays put off.
                    (state, until) = (open, earlier.until);
                    assignee = earlier.assignee;
                    self.step(connection, &earlier.id, step, None, audit::DESK, now).await?;
                    replaced = Some(earlier.id);
                }
                gone if gone.is_under_way() || gone == State::Sent => return Ok(Kept::Already(earlier.id, gone)),
                _ => {}
            }
        }
        let tier_rank = prepared.tiers.iter().position(|tier| tier.name == content.routing.tier);
        let trace = prepared.preparation.map(|made| made.trace.as_slice()).unwrap_or_default();
        let stream = match stream {
            None => None,
            Some(start) => Some((self.meet(connection, start, now).await?, &start.first.plan)),
        };
        if assignee.is_none() {
            assignee = assignees::next(connection, vault, prepared.campaign, &prepared.account.id).await?;
        }
        let new = packages::New {
            content,
            trace,
            campaign: prepared.campaign,
            tier_rank: tier_rank.unwrap_or(prepared.tiers.len()),
            people,
            state,
            until,
            stream,
            assignee: assignee.as_deref(),
            now,
        };
        let Some(id) = packages::add(connection, vault, &new).await? else { return Ok(Kept::Unwanted) };
        // Never where somebody may have seen an earlier text.
        let planted = match planting {
            Some(planting) if replaced.is_none() => self.plant(connection, &id, planting, now).await?,
            _ => None,
        };
        let shown = planted.as_ref().unwrap_or(&id);
        audit::note(connection, vault, now, audit::DESK, "prepared", Some(shown), &prepared_detail(package)).await?;
        let happening = Happening::Ready {
            package: shown,
            campaign: prepared.campaign,
            account: &prepared.account.id,
            tier: &content.routing.tier,
            model: content.routing.model,
            touch_number: package.touch_number,
            deadline: package.fresh_until,
            replaces: replaced.as_ref(),
        };
        // What was put off stays put off, and is no news.
        if state == State::Queued {
            self.tell(connection, happening, now).await?;
        }
        Ok(match replaced {
            None => Kept::New(id),
            Some(old) => {
                packages::set_newer(connection, vault, &old, &id).await?;
                Kept::Replaced { old, new: id }
            }
        })
    }
}

fn is_due(known: &accounts::Known, fingerprint: &Fingerprint, now: Timestamp) -> bool {
    let changed = known.fingerprint != fingerprint.0;
    let any = |test: fn(State) -> bool| known.packages.iter().any(|state| test(*state));
    if known.paused || any(State::is_under_way) {
        return false;
    }
    let is_time = known.look_again.is_some_and(|at| at <= now);
    if any(|state| state == State::Sent) && !any(State::is_open) {
        return sequence::goes_on(known.state, known.reason.as_deref(), known.latest, changed, is_time);
    }
    match known.state {
        AccountState::Failed => true,
        AccountState::Held => changed || is_time,
        AccountState::Disqualified => changed,
        AccountState::Ready if any(State::is_open) => changed,
        // Turned down, and nothing is different.
        AccountState::Ready => changed || any(|state| matches!(state, State::Expired | State::Failed)),
    }
}

/// How many messages the campaign of this work sends at the most.
fn touches_max(prepared: &Prepared<'_>) -> Option<u8> {
    prepared.recordings.iter().find_map(|recording| match &recording.input {
        Input::Prepare { assignment } | Input::FollowUp { assignment, .. } | Input::Redraft { assignment, .. } => {
            Some(assignment.campaign.touches_max)
        }
        _ => None,
    })
}

/// Whether a package with the same draft also goes where it went, under the same plan. Where the admin has changed a
/// tier since, or a check warns now, the one that is queued must not leave by what held before.
fn goes_as_before(earlier: &packages::Row, content: &Content, stream: Option<&Start>) -> bool {
    earlier.tier == content.routing.tier
        && earlier.model == content.routing.model
        && earlier.warnings == packages::warnings(&content.package)
        && earlier.plan.as_ref() == stream.map(|start| &start.first.plan)
}

fn prepared_detail(package: &HandoffPackage) -> String {
    format!("touch {}, score {}", package.touch_number, package.score)
}

pub(super) const fn hold_name(reason: HoldReason) -> &'static str {
    match reason {
        HoldReason::NoFreshSignal => "no-fresh-signal",
        HoldReason::NoRoleMatch => "no-role-match",
        HoldReason::NoDeliverableContact => "no-deliverable-contact",
        HoldReason::RecentlyTouched => "recently-touched",
        HoldReason::InConversation => "in-conversation",
        HoldReason::OwnedByColleague => "owned-by-colleague",
        HoldReason::AccountBusy => "account-busy",
        HoldReason::SequenceEnded => "sequence-ended",
        HoldReason::UnsupportedLanguage => "unsupported-language",
        HoldReason::DraftFailed => "draft-failed",
    }
}

pub(super) const fn out_name(reason: DisqualificationReason) -> &'static str {
    match reason {
        DisqualificationReason::OutsideIndustry => "outside-industry",
        DisqualificationReason::OutsideSize => "outside-size",
        DisqualificationReason::OutsideCountry => "outside-country",
        DisqualificationReason::Customer => "customer",
        DisqualificationReason::Competitor => "competitor",
        DisqualificationReason::Partner => "partner",
        DisqualificationReason::Suppressed => "suppressed",
    }
}
