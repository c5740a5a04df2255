//! Saving the outcome of a run for an account: each touch once, with the latest facts.

use crate::access::access_scope::ChangeCause;
use crate::access::queries::assignees;
use crate::accounts::queries::accounts;
use crate::audit;
use crate::autonomy::streams::StreamStart;
use crate::db::subject_keys;
use crate::db::subject_keys::Person;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::export_state;
use crate::outbox::queries::sequences;
use crate::packages::fingerprints;
use crate::packages::prepared::PreparedAccount;
use crate::packages::queries::recordings::RecordingContext;
use crate::packages::queries::seeded_defects::SeededContent as Planting;
use crate::packages::queries::{packages, recordings};
use crate::suppression::suppressions;
use crate::webhooks::events::WebhookEvent;
use baton_facts::packages::{DisqualificationReason, HandoffPackage, HoldReason, Outcome};
use baton_model::PackageId;
use baton_model::address::EmailAddress;
use baton_model::package_state::{AccountState, LifecycleEvent, PackageState};
use baton_model::views::{AccountOutcomeDetail, RoutedPackage, RunOutcome};
use baton_runtime::Input;
use std::collections::BTreeSet;

/// The result of saving an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveResult {
    /// A new package waits. If a seeded defect is in front of it, lists show the seeded package instead.
    New(PackageId),
    /// A new package replaced an undecided one.
    Replaced {
        /// The replaced package.
        old: PackageId,
        /// The new package.
        new: PackageId,
    },
    /// The touch had its package already, which stays as it is.
    Unchanged(PackageId, PackageState),
    /// A person rejected a package with the same reason to write.
    RejectedBefore(PackageId),
    /// The person is suppressed or was erased.
    Suppressed,
    /// There is no package.
    NoPackage(AccountState),
}

impl Desk {
    /// Saves the outcome of a run for one account. Saving the same again changes nothing that a user sees.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails. Nothing is saved then.
    pub async fn save_outcome(&self, prepared: &PreparedAccount<'_>) -> DeskResult<SaveResult> {
        // The governor is asked for the start of a new stream before anything is written.
        let stream = self.stream_of(prepared).await?;
        let planting = self.choose_seeded_defect(prepared, stream.as_ref()).await?;
        let mut tx = self.begin(prepared.now).await?;
        let kept = self.save_outcome_in(&mut tx, prepared, stream.as_ref(), planting.as_ref()).await?;
        tx.commit().await?;
        Ok(kept)
    }

    pub(crate) async fn save_outcome_in(
        &self,
        tx: &mut Tx,
        prepared: &PreparedAccount<'_>,
        stream: Option<&StreamStart>,
        planting: Option<&Planting>,
    ) -> DeskResult<SaveResult> {
        if let Some(export) = &self.prepared_from
            && export_state::last(tx).await?.is_some_and(|last| *last.digest != **export)
        {
            let what = "the CRM export changed while accounts were prepared from the one before";
            return Err(Refusal::ExportNotRead(what.into()).into());
        }
        let people: BTreeSet<Person<'_>> = prepared.recordings.iter().flat_map(recordings::people).collect();
        let outcome = prepared.preparation.map(|made| &made.outcome);
        let kept = match (outcome, prepared.routing) {
            (Ok(Outcome::Ready(package)), Some(routing)) => {
                let content = RoutedPackage { package: package.clone(), routing: routing.clone() };
                self.save_package(tx, prepared, &content, &people, (stream, planting)).await?
            }
            (Ok(Outcome::Held(_)), _) => SaveResult::NoPackage(AccountState::Held),
            (Ok(Outcome::Disqualified(_)), _) => SaveResult::NoPackage(AccountState::Disqualified),
            (Ok(Outcome::Ready(_)) | Err(_), _) => SaveResult::NoPackage(AccountState::Failed),
        };
        let package = match &kept {
            SaveResult::New(id)
            | SaveResult::Replaced { new: id, .. }
            | SaveResult::Unchanged(id, _)
            | SaveResult::RejectedBefore(id) => Some(id),
            SaveResult::Suppressed | SaveResult::NoPackage(_) => None,
        };
        self.withdraw_others(tx, prepared, package, &kept).await?;
        // An account to which a message was sent continues to have its package.
        let sent = match package {
            None => sequences::last_sent(tx, prepared.campaign, &prepared.account.id).await?,
            Some(_) => None,
        };
        let state = match &kept {
            SaveResult::NoPackage(state) => *state,
            SaveResult::Suppressed => AccountState::Disqualified,
            _ => AccountState::Ready,
        };
        let (reason, look_again, found) = match outcome {
            Ok(Outcome::Held(hold)) => (Some(hold_name(hold.reason)), hold.look_again, RunOutcome::Held(hold.clone())),
            Ok(Outcome::Disqualified(out)) => {
                (Some(disqualification_name(out.reason)), None, RunOutcome::Disqualified(out.clone()))
            }
            Ok(Outcome::Ready(_)) if kept == SaveResult::Suppressed => {
                (Some("suppressed"), None, RunOutcome::Suppressed)
            }
            Ok(Outcome::Ready(_)) => match package {
                Some(id) => (None, None, RunOutcome::Ready(id.clone())),
                None => (None, None, RunOutcome::Failed("the package was not routed".into())),
            },
            Err(what) => (None, None, RunOutcome::Failed(what.to_owned())),
        };
        let trace = prepared.preparation.map(|made| made.trace.clone()).unwrap_or_default();
        let account = prepared.account.clone();
        let looked = AccountOutcomeDetail { account, found, routing: prepared.routing.cloned(), trace };
        let look = accounts::NewAccountOutcome {
            campaign: prepared.campaign,
            account: &prepared.account.id,
            name: &prepared.account.name,
            domain: prepared.account.domain.as_deref().unwrap_or_default(),
            package: package.or(sent.as_ref()),
            state,
            reason,
            prospect: prepared.prospect,
            look_again,
            fingerprint: &prepared.fingerprint.0,
            run: prepared.run,
            now: prepared.now,
        };
        let keys = subject_keys::keys_for(tx, &people, prepared.now).await?;
        accounts::put(tx, &look, &keys, &looked).await?;
        if let Some(most) = touches_max(prepared) {
            sequences::set_touches_max(tx, prepared.campaign, &prepared.account.id, most).await?;
        }
        if let Some(run) = prepared.run {
            accounts::count(tx, run, state).await?;
        }
        // A call without news is not recorded a second time.
        if !matches!(kept, SaveResult::Unchanged(..) | SaveResult::RejectedBefore(_)) {
            let (campaign, account, at) = (prepared.campaign, prepared.account.id.as_str(), prepared.now);
            for recording in prepared.recordings {
                let about = RecordingContext { campaign, account, package, at };
                recordings::add(tx, about, recording).await?;
            }
        }
        Ok(kept)
    }

    /// Withdraws undecided packages that this run would no longer hand off: the account is held or disqualified now, or
    /// somebody else there is the person to write to. A failed call says nothing about the account.
    async fn withdraw_others(
        &self,
        tx: &mut Tx,
        prepared: &PreparedAccount<'_>,
        stays: Option<&PackageId>,
        kept: &SaveResult,
    ) -> DeskResult<()> {
        if *kept == SaveResult::NoPackage(AccountState::Failed) {
            return Ok(());
        }
        let open = packages::open_at(tx, prepared.campaign, &prepared.account.id).await?;
        for row in open.iter().filter(|row| stays != Some(&row.id)) {
            let step = row.state.transition(LifecycleEvent::Withdraw)?;
            self.apply_transition(tx, &row.id, step, None, ChangeCause::Rule).await?;
        }
        Ok(())
    }

    async fn save_package(
        &self,
        tx: &mut Tx,
        prepared: &PreparedAccount<'_>,
        content: &RoutedPackage,
        people: &BTreeSet<Person<'_>>,
        (stream, planting): (Option<&StreamStart>, Option<&Planting>),
    ) -> DeskResult<SaveResult> {
        let (package, now) = (&content.package, prepared.now);
        if let Err(error) = package.draft.message.to.parse::<EmailAddress>() {
            return Err(
                Refusal::Invalid(format!("the recipient of the package is not an email address: {error}")).into()
            );
        }
        let target = fingerprints::target(tx.keys(), package);
        if suppressions::longest_for(tx, &target, now).await?.is_some() {
            return Ok(SaveResult::Suppressed);
        }
        let earlier = packages::of_touch(tx, prepared.campaign, package).await?;
        let (mut state, mut until, mut replaced) = (PackageState::Queued, None, None);
        let mut assignee = None;
        if let Some(earlier) = earlier {
            let same = earlier.draft_tag == fingerprints::draft_tag(tx.keys(), package)
                && has_same_routing(&earlier, content, stream);
            match earlier.state {
                PackageState::Rejected if earlier.lead_signal == fingerprints::lead_signal(package) => {
                    return Ok(SaveResult::RejectedBefore(earlier.id));
                }
                open if open.is_open() => {
                    if same {
                        return Ok(SaveResult::Unchanged(earlier.id, open));
                    }
                    let step = open.transition(LifecycleEvent::Supersede)?;
                    // A snoozed package stays snoozed.
                    (state, until) = (open, earlier.until);
                    assignee = earlier.assignee;
                    self.apply_transition(tx, &earlier.id, step, None, ChangeCause::Rule).await?;
                    replaced = Some(earlier.id);
                }
                gone if gone.is_under_way() || gone == PackageState::Sent => {
                    return Ok(SaveResult::Unchanged(earlier.id, gone));
                }
                _ => {}
            }
        }
        let tier_rank = prepared.tiers.iter().position(|tier| Some(&tier.name) == content.routing.tier.as_ref());
        let trace = prepared.preparation.map(|made| made.trace.as_slice()).unwrap_or_default();
        let stream = match stream {
            None => None,
            Some(start) => Some((self.find_or_add_stream(tx, start).await?, &start.first.plan)),
        };
        if assignee.is_none() {
            assignee = assignees::next(tx, prepared.campaign, &prepared.account.id).await?;
        }
        let new = packages::NewPackage {
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
        let Some(id) = packages::add(tx, &new).await? else { return Ok(SaveResult::Suppressed) };
        // Never if somebody may have seen an earlier text.
        let planted = match planting {
            Some(planting) if replaced.is_none() => self.add_seeded_defect(tx, &id, planting).await?,
            _ => None,
        };
        let shown = planted.as_ref().unwrap_or(&id);
        audit::note(tx, audit::DESK, "prepared", Some(shown), &prepared_detail(package)).await?;
        let happening = WebhookEvent::PackageReady {
            package: shown,
            campaign: prepared.campaign,
            account: &prepared.account.id,
            tier: content.routing.tier.as_deref().unwrap_or_default(),
            model: content.routing.model,
            touch_number: package.touch_number,
            deadline: package.fresh_until,
            replaces: replaced.as_ref(),
        };
        // A snoozed package stays snoozed and is not reported as ready.
        if state == PackageState::Queued {
            self.record_event(tx, happening).await?;
        }
        Ok(match replaced {
            None => SaveResult::New(id),
            Some(old) => {
                packages::set_newer(tx, &old, &id).await?;
                SaveResult::Replaced { old, new: id }
            }
        })
    }
}

/// Returns the maximum number of messages of the campaign.
fn touches_max(prepared: &PreparedAccount<'_>) -> Option<u8> {
    prepared.recordings.iter().find_map(|recording| match &recording.input {
        Input::Prepare { assignment } | Input::FollowUp { assignment, .. } | Input::Redraft { assignment, .. } => {
            Some(assignment.campaign.touches_max)
        }
        _ => None,
    })
}

/// Returns whether a package with the same draft also has the same routing and plan. If the admin has changed a tier
/// since, or a check warns now, the queued one must not be sent under the earlier conditions.
fn has_same_routing(earlier: &packages::PackageRow, content: &RoutedPackage, stream: Option<&StreamStart>) -> bool {
    earlier.tier == content.routing.tier.as_deref().unwrap_or_default()
        && earlier.model == content.routing.model
        && earlier.warnings == packages::warnings(&content.package)
        && earlier.plan.as_ref() == stream.map(|start| &start.first.plan)
}

fn prepared_detail(package: &HandoffPackage) -> String {
    format!("touch {}, score {}", package.touch_number, package.score)
}

pub(crate) const fn hold_name(reason: HoldReason) -> &'static str {
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
        HoldReason::RecordUnclear => "record-unclear",
    }
}

pub(crate) const fn disqualification_name(reason: DisqualificationReason) -> &'static str {
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
