//! The choice of new packages that get a seeded defect, and of the defect.

use crate::autonomy::queries::streams;
use crate::autonomy::streams::StreamStart;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::packages::fingerprints;
use crate::packages::prepared::PreparedAccount;
use crate::packages::queries::seeded_defects;
use crate::packages::queries::seeded_defects::SeededContent as Planting;
use baton_facts::packages::{Check, HandoffPackage, Outcome, Verdict};
use baton_facts::policy::HandoffModel;
use baton_facts::quality::Routing;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::RoutedPackage;
use baton_quality::seeded_defects::variants;
use std::sync::Arc;

const DAY: Timestamp = 86_400;

/// Minimum seconds to the deadline: a package that expires sooner gets no seeded defect, since it takes a decision
/// more.
const ROOM: Timestamp = 5 * DAY;

/// Seconds before the original's deadline at which an undecided seeded package is removed.
const END_BEFORE_DEADLINE_SECONDS: Timestamp = 2 * DAY;

/// Maximum number of variants that the engine is asked to inspect.
const TRIED: usize = 16;

/// The package of an outcome that has one.
fn ready(prepared: &PreparedAccount<'_>) -> Option<RoutedPackage> {
    let (Ok(made), Some(routing)) = (prepared.preparation, prepared.routing) else { return None };
    let Outcome::Ready(package) = &made.outcome else { return None };
    Some(RoutedPackage { package: package.clone(), routing: Routing::clone(routing) })
}

/// Whether a person reviews it whatever the standing of its stream.
fn always_reviewed(content: &RoutedPackage) -> bool {
    content.routing.model == HandoffModel::ReviewAndApprove
        || content.package.checks.iter().any(|check| check.verdict != Verdict::Pass)
}

/// Returns eight bytes of a tag as a number.
fn number(tag: &[u8], from: usize) -> u64 {
    tag.iter().skip(from).take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

impl Desk {
    /// Returns the defect to seed in front of a prepared package, if it is this one's turn. Calls the engine, so no
    /// transaction may be open.
    ///
    /// The choice of packages and defects follows from the store's seed and the package alone, through the host's key:
    /// the same work gives the same choice, and nobody can predict it.
    pub(crate) async fn choose_seeded_defect(
        &self,
        prepared: &PreparedAccount<'_>,
        stream: Option<&StreamStart>,
    ) -> DeskResult<Option<Planting>> {
        let (Some(one_in), Some(content)) = (self.seed_one_in, ready(prepared)) else { return Ok(None) };
        if content.package.fresh_until.saturating_sub(prepared.now) < ROOM {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let seed = streams::seed(&mut tx).await?;
        let reviewed = match stream {
            _ if always_reviewed(&content) => true,
            Some(start) => streams::find(&mut tx, &start.first.key).await?.is_none_or(|row| row.closed),
            None => true,
        };
        drop(tx);
        let drawn =
            self.key_ring().tag("planted", &[&seed.to_string(), &fingerprints::digest(self.key_ring(), &content)]);
        let (turn, seed) = (number(&drawn, 0), number(&drawn, 8));
        if !reviewed || !turn.is_multiple_of(one_in.get().into()) {
            return Ok(None);
        }
        let package = content.package;
        let Some(wanted) = self.verdicts(&package, prepared.now).await else { return Ok(None) };
        for variant in variants(&package, seed).into_iter().take(TRIED) {
            let planted = HandoffPackage { draft: variant.draft, ..package.clone() };
            if self.verdicts(&planted, prepared.now).await.as_ref() == Some(&wanted) {
                let content = RoutedPackage { package: planted, routing: content.routing };
                return Ok(Some(Planting { content, defect: variant.defect }));
            }
        }
        Ok(None)
    }

    /// Returns every check of a package's draft with its verdict. `None` if the engine does not answer: then no defect
    /// is seeded.
    async fn verdicts(&self, package: &HandoffPackage, now: Timestamp) -> Option<Vec<(String, Verdict)>> {
        let message = Arc::new(package.draft.message.clone());
        let called = self.logic.inspect(Arc::new(package.clone()), message, now).await;
        let told = |check: &Check| (check.name.clone(), check.verdict);
        Some(called.result.ok()?.iter().map(told).collect())
    }

    /// Puts the seeded package in front of a new one. Returns its id.
    pub(crate) async fn add_seeded_defect(
        &self,
        tx: &mut Tx,
        original: &PackageId,
        planting: &Planting,
    ) -> DeskResult<Option<PackageId>> {
        let row = self.row(tx, original).await?;
        let aside = row.deadline - END_BEFORE_DEADLINE_SECONDS;
        Ok(seeded_defects::add(tx, &row, planting, aside).await?)
    }
}
