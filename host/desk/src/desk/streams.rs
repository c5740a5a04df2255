//! What earns and loses autonomy: each package's stream, the evidence that decisions and checks bring it, and its
//! standing in words.
//!
//! The governor counts and judges; nothing here does arithmetic with evidence. It is asked before a transaction, and
//! what it said is written only where nothing has changed since.

use super::decide::LONGEST_NOTE;
use super::{Answer, Desk, Prepared, Refusal};
use crate::config::variants;
use crate::desk::view::Page;
use crate::life::{State, Step};
use crate::store::streams::{self, Change, EvidenceRow, Row, StreamKey};
use crate::store::{PackageId, audit, checks, evidence, outbox, packages};
use baton_facts::packages::HandoffPackage;
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{self, Assessment, Event, Reach, Tally};
use baton_facts::types::Timestamp;
use baton_runtime::{Exchange, Input};
use serde::Serialize;
use sqlx::SqliteConnection;

/// Five working days, in seconds.
pub(super) const WEEK: Timestamp = 7 * 86_400;

/// A stream, the plan its next package counts under, and what it starts from where it was never met.
pub(super) type Start = (StreamKey, InspectionPlan, Tally);

/// How often an event is counted anew when others change the same stream meanwhile.
pub(super) const TRIES: usize = 20;

/// A stream and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StreamView {
    /// Its number.
    pub id: i64,
    /// What it is.
    #[serde(flatten)]
    pub key: StreamKey,
    /// What it is judged under: the plan of its latest package's tier.
    pub plan: InspectionPlan,
    /// The evidence.
    pub tally: Tally,
    /// What the evidence allows, and why.
    pub assessment: Assessment,
    /// Packages prepared within the last seven days.
    pub packages_per_week: u32,
    /// Spot-checks without a verdict.
    pub open_checks: u32,
    /// Whether anything of it leaves without a decision right now.
    pub lets_go: bool,
    /// When a person last stopped or resumed it.
    pub by_hand: Option<ByHand>,
}

/// A standing that was set by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ByHand {
    /// Stopped, or resumed.
    pub stopped: bool,
    /// By whom.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Why, in their words.
    pub why: Option<String>,
}

impl Desk {
    /// Every stream with its standing, or those of one campaign.
    ///
    /// # Errors
    /// Where the governor or the store fails.
    pub async fn quality(&self, campaign: Option<&str>, now: Timestamp) -> Answer<Vec<StreamView>> {
        let mut view = self.store.view().await?;
        let rows = streams::all(&mut view, self.vault(), campaign).await?;
        drop(view);
        self.judged(rows, now).await
    }

    /// These streams with their standings as of now.
    pub(super) async fn judged(&self, rows: Vec<Row>, now: Timestamp) -> Answer<Vec<StreamView>> {
        let mut view = self.store.view().await?;
        let open = checks::open(&mut view, self.vault()).await?;
        let mut beside = Vec::with_capacity(rows.len());
        for row in &rows {
            let weekly = streams::prepared_since(&mut view, self.vault(), row.id, now - WEEK).await?;
            let by_hand = evidence::by_hand(&mut view, self.vault(), row.id).await?.map(|line| ByHand {
                stopped: line.event == Event::Stopped,
                who: line.who,
                at: line.at,
                why: line.why,
            });
            beside.push((weekly, by_hand));
        }
        drop(view);
        let mut found = Vec::with_capacity(rows.len());
        for (row, (packages_per_week, by_hand)) in rows.into_iter().zip(beside) {
            let called = self.logic.assess(row.plan.clone(), row.tally, now, packages_per_week).await;
            let open_checks = open.iter().filter(|check| check.stream == row.id).count();
            found.push(StreamView {
                id: row.id,
                key: row.key,
                plan: row.plan,
                tally: row.tally,
                assessment: (*called.result?).clone(),
                packages_per_week,
                open_checks: u32::try_from(open_checks).unwrap_or(u32::MAX),
                lets_go: !row.closed,
                by_hand,
            });
        }
        Ok(found)
    }

    /// A page of a stream's evidence, oldest first.
    ///
    /// # Errors
    /// Where `after` is no such key, or the store fails.
    pub async fn evidence(&self, stream: i64, after: Option<&str>, limit: u32) -> Answer<Page<EvidenceRow>> {
        let after = match after {
            None => 0,
            Some(text) => text.parse().map_err(|_| Refusal::Invalid("there is no such page".into()))?,
        };
        let limit = limit.clamp(1, 1000);
        let mut view = self.store.view().await?;
        let mut rows = streams::evidence(&mut view, self.vault(), stream, after, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.number.to_string());
        Ok(Page { rows, next })
    }

    /// A person stops a stream: nothing of it leaves without a decision, whatever its evidence says, and what has not
    /// left comes back to review. Stopping what is stopped changes nothing.
    ///
    /// # Errors
    /// Where there is no such stream, no reason is given or one of more than 4,000 bytes, or the governor or the store fails.
    pub async fn stop_stream(&self, who: &str, stream: i64, why: &str, now: Timestamp) -> Answer<()> {
        self.by_hand(who, stream, Event::Stopped, why, now).await
    }

    /// A person lifts their stop. What the plan asks for stays to be earned.
    ///
    /// # Errors
    /// As for [`Self::stop_stream`].
    pub async fn resume_stream(&self, who: &str, stream: i64, why: &str, now: Timestamp) -> Answer<()> {
        self.by_hand(who, stream, Event::Resumed, why, now).await
    }

    async fn by_hand(&self, who: &str, stream: i64, event: Event, why: &str, now: Timestamp) -> Answer<()> {
        let why = why.trim();
        if why.is_empty() {
            return Err(Refusal::Invalid("say why in a few words: everybody sees it beside the stream".into()).into());
        }
        if why.len() > LONGEST_NOTE {
            return Err(Refusal::Invalid("the reason is too long".into()).into());
        }
        for _ in 0..TRIES {
            let mut changes = self.hear_event(stream, None, event).await?;
            let Some(own) = changes.first_mut() else { return Ok(()) };
            let tally = &own.stream.tally;
            let is_so = if event == Event::Stopped { tally.stopped } else { !tally.stopped && tally.overdue == 0 };
            if is_so {
                return Ok(());
            }
            own.why = Some(why.to_owned());
            let mut transaction = self.store.begin().await?;
            if self.write_changes(&mut transaction, &changes, None, who, now).await? {
                let what = if event == Event::Stopped { "stopped-stream" } else { "resumed-stream" };
                let detail = format!("stream {stream}: {why}");
                audit::note(&mut transaction, self.vault(), now, who, what, None, &detail).await?;
                return Ok(self.store.commit(transaction).await?);
            }
        }
        Err(busy().into())
    }

    /// The stream that a package's evidence counts for, and what a new one starts from. None without a tier, since then
    /// there is no plan.
    pub(super) async fn stream_of(&self, prepared: &Prepared<'_>) -> Answer<Option<Start>> {
        use baton_facts::packages::Outcome;
        let (Ok(made), Some(routing)) = (prepared.preparation, prepared.routing) else { return Ok(None) };
        let Outcome::Ready(package) = &made.outcome else { return Ok(None) };
        let Some(tier) = prepared.tiers.iter().find(|tier| tier.name == routing.tier) else { return Ok(None) };
        let Some(mut key) = key(prepared, package) else { return Ok(None) };
        let customer = self.vault().tag("customer", &[&key.customer]);
        key.customer = customer.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let mut view = self.store.view().await?;
        let known = streams::find(&mut view, self.vault(), &key).await?;
        let reworded = match known {
            Some(row) => return Ok(Some((key, tier.inspection.clone(), row.tally))),
            None => streams::reworded(&mut view, self.vault(), &key).await?,
        };
        drop(view);
        let tally = match reworded {
            None => new_tally(),
            Some(before) => {
                let event = Event::Changed(quality::Change::Wording);
                self.logic.count(tier.inspection.clone(), before.tally, event).await.result?.tally
            }
        };
        Ok(Some((key, tier.inspection.clone(), tally)))
    }

    /// What an event makes of a stream, and of the others that it reaches.
    pub(super) async fn hear_event(
        &self,
        stream: i64,
        plan: Option<InspectionPlan>,
        event: Event,
    ) -> Answer<Vec<Change>> {
        let mut view = self.store.view().await?;
        let row = streams::get(&mut view, self.vault(), stream).await?.ok_or(Refusal::NoStream(stream))?;
        let others = streams::of_fingerprint(&mut view, self.vault(), &row).await?;
        drop(view);
        let plan = plan.unwrap_or_else(|| row.plan.clone());
        let counted = (*self.logic.count(plan, row.tally, event).await.result?).clone();
        let reaches = counted.stops == Reach::Fingerprint;
        let mut changes = vec![Change { stream: row, event, counted, why: None }];
        if reaches {
            for other in others {
                let event = Event::DefectElsewhere;
                let counted = (*self.logic.count(other.plan.clone(), other.tally, event).await.result?).clone();
                changes.push(Change { stream: other, event, counted, why: None });
            }
        }
        Ok(changes)
    }

    /// Writes what events made of their streams; what is stopped comes back to review in the same transaction. False,
    /// with nothing to be committed, where a stream changed since it was counted from.
    pub(super) async fn write_changes(
        &self,
        connection: &mut SqliteConnection,
        changes: &[Change],
        package: Option<&PackageId>,
        who: &str,
        now: Timestamp,
    ) -> Answer<bool> {
        for (index, change) in changes.iter().enumerate() {
            let package = package.filter(|_| index == 0);
            if !streams::put(connection, self.vault(), change, package, who, now).await? {
                return Ok(false);
            }
            if change.counted.stops != Reach::None {
                let recalled = self.recall(connection, &change.stream, who, now).await?;
                evidence::recalled(connection, self.vault(), change.stream.id, recalled).await?;
            }
        }
        Ok(true)
    }

    /// Whatever this stream let go and has not left waits for a person again. Gives how many packages that is.
    async fn recall(&self, connection: &mut SqliteConnection, stream: &Row, who: &str, now: Timestamp) -> Answer<u32> {
        let mut recalled = 0;
        for entry in outbox::let_go_by(connection, self.vault(), stream.id).await? {
            let package = self.row(connection, &entry.package).await?;
            if matches!(package.state, State::Approved | State::Authorised) {
                self.back_to_review(connection, &package, &entry, who, now).await?;
                recalled += 1;
            }
        }
        let detail = format!("stream {}: nothing leaves without a decision", stream.id);
        audit::note(connection, self.vault(), now, who, "stream-closed", None, &detail).await?;
        Ok(recalled)
    }

    /// Takes back what a standing had let go, with nothing of it left in the outbox.
    pub(super) async fn back_to_review(
        &self,
        connection: &mut SqliteConnection,
        package: &packages::Row,
        entry: &outbox::Row,
        who: &str,
        now: Timestamp,
    ) -> Answer<()> {
        let step = package.state.step(Step::Recall)?;
        self.step(connection, &package.id, step, None, who, now).await?;
        outbox::take_out(connection, self.vault(), entry).await?;
        Ok(checks::drop(connection, self.vault(), &package.id).await?)
    }
}

pub(super) fn busy() -> Refusal {
    Refusal::Invalid("others are changing the same evidence right now: ask again".into())
}

/// What the recordings of the work say about how the draft came to be.
fn key(prepared: &Prepared<'_>, package: &HandoffPackage) -> Option<StreamKey> {
    let made = prepared.recordings.iter().find_map(|recording| match &recording.input {
        Input::Prepare { assignment } | Input::FollowUp { assignment, .. } | Input::Redraft { assignment, .. } => {
            Some((recording, assignment))
        }
        _ => None,
    });
    let (recording, assignment) = made?;
    let drafter = recording.exchanges.iter().rev().find_map(|exchange| match exchange {
        Exchange::Write { answer: Ok(_), provenance, .. } => Some(serde_json::to_string(provenance).ok()?),
        _ => None,
    });
    Some(StreamKey {
        campaign: prepared.campaign.to_owned(),
        signal_kind: package.signals.first()?.signal.kind.clone(),
        follow_up: package.touch_number > 1,
        language: package.angle.language.clone(),
        engine: recording.component.to_string(),
        drafter: drafter?,
        customer: serde_json::to_string(&assignment.campaign.customer.roles).ok()?,
        variant: variants::variant(&package.angle.version).to_owned(),
        angle: package.angle.version.clone(),
    })
}

/// Of a stream that nobody has looked at.
fn new_tally() -> Tally {
    Tally {
        inspected: 0,
        nonconforming: 0,
        clean_run: 0,
        level: 0,
        cleared_with: 0,
        recent: 0,
        last_inspected: None,
        released: 0,
        overdue: 0,
        last_missed: None,
        suspended: None,
        stopped: false,
    }
}
