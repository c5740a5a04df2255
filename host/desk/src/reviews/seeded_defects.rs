//! Planted packages: which packages get one, what a person's decision about one comes to, and what every list shows while
//! one stands in front of its original.
//!
//! A planted package goes the way of any other up to the decision and ends there: a decision about it writes down who
//! found or missed what, and nothing else. It brings no stream evidence, settles no check, keeps no recording and makes
//! no outbox entry. Its original comes to the queue afterwards, as if it had just been prepared.

use super::streams::Start;
use super::{Answer, Desk, Prepared, seat};
use crate::error::Refusal;
use crate::store::packages::Row;
use crate::store::planted::{self, Content as Planting};
use crate::store::{audit, packages, streams, tags};
use baton_facts::packages::{Check, HandoffPackage, Outcome, Verdict};
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Finding, Routing};
use baton_facts::types::{Draft, Message, Timestamp};
use baton_model::decision::{Decided, Decision, Request};
use baton_model::defect::Defect;
use baton_model::package_state::State;
use baton_model::views::{Content, Spotted};
use baton_model::{PackageId, Sealed};
use baton_quality::grading::finding;
use baton_quality::seeded_defects;
use sqlx::SqliteConnection;
use std::num::NonZeroU32;
use std::sync::Arc;

const DAY: Timestamp = 86_400;

/// Nothing is planted in front of a package that goes stale sooner than this: a decision more takes its time.
const ROOM: Timestamp = 5 * DAY;

/// What nobody has decided about makes way for its original so long before that goes stale.
const ASIDE: Timestamp = 2 * DAY;

/// How many variants the engine is asked about.
const TRIED: usize = 16;

/// A package as it is shown: itself, or what stands in for it.
pub(super) struct Shown {
    /// The package; a planted one's original.
    pub row: Row,
    pub planted: Option<planted::Row>,
}

impl Shown {
    /// The id it goes by.
    pub fn id(&self) -> &PackageId {
        self.planted.as_ref().map_or(&self.row.id, |planted| &planted.id)
    }

    /// Where it is.
    pub fn state(&self) -> State {
        self.planted.as_ref().and_then(|planted| planted.state).unwrap_or(self.row.state)
    }

    /// What it says.
    pub async fn content(&self, connection: &mut SqliteConnection, desk: &Desk) -> Answer<Sealed<Content>> {
        Ok(match &self.planted {
            Some(planted) => planted.content(connection, desk.vault()).await?.map(|planting| planting.content),
            None => self.row.content(connection, desk.vault()).await?,
        })
    }
}

impl Desk {
    /// Plants a defect in front of about one of so many packages that go before a person.
    #[must_use]
    pub fn with_planted_defects(self, one_in: Option<NonZeroU32>) -> Self {
        Self { plant: one_in, ..self }
    }

    /// How many packages wait behind planted ones, in this campaign or in all: each costs a person one more review than
    /// [`Desk::waiting`] says.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn held_back(&self, campaign: Option<&str>) -> Answer<u64> {
        let mut view = self.store.view().await?;
        Ok(planted::open(&mut view, self.vault(), campaign).await?)
    }

    /// The package of that id as it is shown: a planted one, one with a planted one in front of it, or any other.
    /// Refused where it is not to be seen by who asks.
    pub(super) async fn seen(&self, connection: &mut SqliteConnection, id: &PackageId) -> Answer<Shown> {
        if let Some(planted) = planted::get(connection, self.vault(), id).await? {
            let row = self.row(connection, &planted.original).await?;
            seat::own(&row)?;
            return Ok(Shown { row, planted: Some(planted) });
        }
        let row = self.row(connection, id).await?;
        seat::own(&row)?;
        self.in_front_of(connection, row).await
    }

    /// This package, with what stands in for it.
    pub(super) async fn in_front_of(&self, connection: &mut SqliteConnection, row: Row) -> Answer<Shown> {
        Ok(Shown { planted: planted::over(connection, self.vault(), &row.id).await?, row })
    }

    /// The defect to plant in front of what a run prepared, if it is this one's turn. Asks the engine, so nothing may be
    /// open meanwhile.
    ///
    /// Which packages, and which defect, follows from the store's seed and the package alone, through the host's key: the
    /// same work gives the same again, and nobody can tell beforehand.
    pub(super) async fn planting(&self, prepared: &Prepared<'_>, stream: Option<&Start>) -> Answer<Option<Planting>> {
        let (Some(one_in), Some(content)) = (self.plant, ready(prepared)) else { return Ok(None) };
        if content.package.fresh_until.saturating_sub(prepared.now) < ROOM {
            return Ok(None);
        }
        let mut view = self.store.view().await?;
        let seed = streams::seed(&mut view, self.vault()).await?;
        let reviewed = match stream {
            _ if always_reviewed(&content) => true,
            Some(start) => streams::find(&mut view, self.vault(), &start.first.key).await?.is_none_or(|row| row.closed),
            None => true,
        };
        drop(view);
        let drawn = self.vault().tag("planted", &[&seed.to_string(), &tags::digest(self.vault(), &content)]);
        let (turn, seed) = (number(&drawn, 0), number(&drawn, 8));
        if !reviewed || !turn.is_multiple_of(one_in.get().into()) {
            return Ok(None);
        }
        let package = content.package;
        let Some(wanted) = self.verdicts(&package, prepared.now).await else { return Ok(None) };
        for variant in seeded_defects::variants(&package, seed).into_iter().take(TRIED) {
            let planted = HandoffPackage { draft: variant.draft, ..package.clone() };
            if self.verdicts(&planted, prepared.now).await.as_ref() == Some(&wanted) {
                let content = Content { package: planted, routing: content.routing };
                return Ok(Some(Planting { content, defect: variant.defect }));
            }
        }
        Ok(None)
    }

    /// Every check on a package's draft with its verdict. None where the engine does not answer: then nothing is planted.
    async fn verdicts(&self, package: &HandoffPackage, now: Timestamp) -> Option<Vec<(String, Verdict)>> {
        let message = Arc::new(package.draft.message.clone());
        let called = self.logic.inspect(Arc::new(package.clone()), message, now).await;
        let told = |check: &Check| (check.name.clone(), check.verdict);
        Some(called.result.ok()?.iter().map(told).collect())
    }

    /// Puts the planted package in front of a new one. Gives its id.
    pub(super) async fn plant(
        &self,
        connection: &mut SqliteConnection,
        original: &PackageId,
        planting: &Planting,
        now: Timestamp,
    ) -> Answer<Option<PackageId>> {
        let row = self.row(connection, original).await?;
        let aside = row.deadline - ASIDE;
        Ok(planted::add(connection, self.vault(), &row, planting, aside, now).await?)
    }

    /// A decision about a planted package: the end of it, or the moment it is put off to.
    pub(super) async fn decide_planted(&self, request: &Request, now: Timestamp) -> Answer<Decided> {
        let mut view = self.store.view().await?;
        let (planted, row) = self.planted_and_original(&mut view, request).await?;
        let _early = self.may_planted(&mut view, &planted, &row, request, now).await?;
        let planting = planted.content(&mut view, self.vault()).await?;
        drop(view);
        let (mut grade, mut result) = (None, None);
        if let Sealed::Open(planting) = planting {
            let draft = planting.content.package.draft.clone();
            // The same refusals as for any other text; what the components said is not kept.
            let heard = self.hear(planting.content, &request.decision, now).await?;
            grade = heard.and_then(|heard| heard.grade);
            result = spotted(&request.decision, &planting.defect, &draft);
        }

        let mut transaction = self.store.begin().await?;
        if let Some(answer) = self.repeated(&mut transaction, request).await? {
            return Ok(answer);
        }
        let (planted, row) = self.planted_and_original(&mut transaction, request).await?;
        let step = self.may_planted(&mut transaction, &planted, &row, request, now).await?;
        let vault = self.vault();
        let mut decided = Decided {
            package: planted.id.clone(),
            state: State::Snoozed,
            outbox: None,
            grade,
            repeated: false,
            newer: None,
            planted: None,
        };
        if let Decision::Snooze { until } = request.decision {
            if !packages::step(&mut transaction, vault, &row.id, step, Some(until), now).await? {
                return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
            }
        } else {
            // Nothing was approved, and nothing can leave: it is taken back.
            decided.state = if step.to() == State::Rejected { State::Rejected } else { State::Withdrawn };
            let end = (decided.state, result);
            if !planted::end(&mut transaction, vault, &planted.id, end, &request.who, now).await? {
                return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
            }
            let ended = planted::get(&mut transaction, vault, &planted.id).await?.ok_or(Refusal::Unknown)?;
            decided.planted = ended.told(&mut transaction, vault).await?;
        }
        planted::decide(&mut transaction, vault, &planted, request, &decided, now).await?;
        let what = request.decision.kind();
        let detail = super::decide::detail(&request.decision);
        audit::note(&mut transaction, vault, now, &request.who, what, Some(&planted.id), detail).await?;
        self.tell(&mut transaction, super::decide::happening(&row, request, &decided), now).await?;
        self.store.commit(transaction).await?;
        Ok(decided)
    }

    async fn planted_and_original(
        &self,
        connection: &mut SqliteConnection,
        request: &Request,
    ) -> Answer<(planted::Row, Row)> {
        let shown = self.seen(connection, &request.package).await?;
        Ok((shown.planted.ok_or(Refusal::Unknown)?, shown.row))
    }

    /// Whether this may be decided now: as about its original, were that the one.
    async fn may_planted(
        &self,
        connection: &mut SqliteConnection,
        planted: &planted::Row,
        row: &Row,
        request: &Request,
        now: Timestamp,
    ) -> Answer<baton_model::package_state::Move> {
        if planted.state == Some(State::Superseded) {
            return Err(self.stale_planted(connection, planted, row).await?.into());
        }
        if self.digest_of(&planted.digest) != request.shown {
            return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
        }
        self.may_now(connection, row, planted.state.unwrap_or(row.state), request, now).await
    }

    /// It made way for its original, or for what took that one's place.
    async fn stale_planted(
        &self,
        connection: &mut SqliteConnection,
        planted: &planted::Row,
        row: &Row,
    ) -> Answer<Refusal> {
        let before = planted.content(connection, self.vault()).await?.open().map(|planting| planting.content);
        self.newest(connection, row.id.clone(), before).await
    }
}

/// What a run prepared, where that is a package.
fn ready(prepared: &Prepared<'_>) -> Option<Content> {
    let (Ok(made), Some(routing)) = (prepared.preparation, prepared.routing) else { return None };
    let Outcome::Ready(package) = &made.outcome else { return None };
    Some(Content { package: package.clone(), routing: Routing::clone(routing) })
}

/// Whether it goes before a person whatever its stream's standing is.
fn always_reviewed(content: &Content) -> bool {
    content.routing.model == HandoffModel::ReviewAndApprove
        || content.package.checks.iter().any(|check| check.verdict != Verdict::Pass)
}

/// Eight bytes of a tag as a number.
fn number(tag: &[u8], from: usize) -> u64 {
    tag.iter().skip(from).take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Whether the decision found what was planted; none where it says nothing about the draft.
fn spotted(decision: &Decision, defect: &Defect, planted: &Draft) -> Option<Spotted> {
    match decision {
        Decision::Edit { message, .. } => {
            let message = Message { to: planted.message.to.clone(), ..message.clone() };
            Some(if seeded_defects::is_in(defect, &message, &planted.message) {
                Spotted::Missed
            } else {
                Spotted::Found
            })
        }
        decision => match finding(decision, None)? {
            Finding::Conforming => Some(Spotted::Missed),
            Finding::Nonconforming | Finding::FactualDefect => Some(Spotted::Found),
        },
    }
}
