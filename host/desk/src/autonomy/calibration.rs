//! Calibration: the counts of the store, and the pairs of texts behind them.

use crate::autonomy::queries::edit_stats;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use baton_model::{Erasable, angle_variants as variants};
use baton_quality::calibration::{Calibration, DiffKind, PackageSample, Pair, calibrate, text_diff};
use std::collections::BTreeMap;

/// Maximum number of pairs of texts.
const PAIRS_MAX: u32 = 50;

/// Calibration covers the packages saved last: older drafts were written under other conditions.
const LATEST: u32 = 1000;

impl Desk {
    /// Returns how reviewers handled the drafts of the 1,000 packages saved last, by campaign, kind and language, with
    /// up to `pairs` pairs of texts each, from packages that the actor may see. The counts are the team's.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn calibration(
        &self,
        campaign: Option<&str>,
        kind: Option<&str>,
        pairs: u32,
    ) -> DeskResult<Vec<Calibration>> {
        let mut tx = self.read().await?;
        let mut kinds: BTreeMap<(String, String, String), Vec<PackageSample>> = BTreeMap::new();
        for one in edit_stats::latest(&mut tx, campaign, kind, LATEST).await? {
            let key = (one.campaign.clone(), one.signal_kind.clone(), variants::primary_subtag(&one.language));
            kinds.entry(key).or_default().push(one);
        }
        let mut found = Vec::with_capacity(kinds.len());
        for (key, measured) in kinds {
            let mut calibration = calibrate(key, &measured);
            self.add_pairs(&mut tx, &mut calibration, &measured, pairs.min(PAIRS_MAX)).await?;
            found.push(calibration);
        }
        Ok(found)
    }

    async fn add_pairs(
        &self,
        tx: &mut ReadTx,
        calibration: &mut Calibration,
        measured: &[PackageSample],
        wanted: u32,
    ) -> DeskResult<()> {
        let Some(part) = calibration.part else { return Ok(()) };
        let edits = measured.iter().rev().filter_map(|one| {
            let decided = one.decided.as_ref()?;
            (decided.most_rewritten == Some(part)).then_some((one, decided))
        });
        for (one, decided) in edits {
            if calibration.pairs.len() >= wanted as usize {
                break;
            }
            if !self.actor.visible().includes(self.row(tx, &one.package).await?.assignee.as_deref()) {
                continue;
            }
            match edit_stats::texts(tx, &one.package, &decided.request).await? {
                Erasable::Erased => calibration.left_out += 1,
                Erasable::Open(texts) => {
                    let pieces = text_diff::pieces(&texts.draft, &texts.sent, part);
                    calibration.pairs.push(Pair {
                        package: one.package.clone(),
                        account_name: texts.account_name,
                        at: texts.at,
                        version: one.angle.clone(),
                        edited: decided.edited.unwrap_or_default(),
                        drafted: text_diff::without(&pieces, DiffKind::New),
                        sent: text_diff::without(&pieces, DiffKind::Removed),
                        pieces,
                    });
                }
            }
        }
        Ok(())
    }
}
