//! The recent history of a campaign for simulations: volumes, rates and review times.

use crate::autonomy::queries::streams::StreamKey;
use crate::autonomy::queries::{history, streams};
use crate::desk::{Desk, DeskResult};
use baton_facts::types::Timestamp;
use baton_quality::history::{History, Rate};

const WEEK: Timestamp = 7 * 86_400;

/// Maximum number of weeks to look back.
const WEEKS: u32 = 8;

/// Maximum number of decisions whose times are used, the latest ones.
const DECISIONS: u32 = 200;

impl Desk {
    /// Returns the recent history of the campaign.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn history(&self, campaign: &str, now: Timestamp) -> DeskResult<History> {
        let mut tx = self.read().await?;
        let first = history::first_prepared(&mut tx, campaign).await?.unwrap_or(now);
        let weeks = u32::try_from((now.saturating_sub(first) / WEEK).clamp(0, WEEKS.into())).unwrap_or(0);
        let since = now.saturating_sub(Timestamp::from(weeks.max(1)) * WEEK);
        let volumes = history::volumes(&mut tx, campaign, since).await?;
        let mut rates: Vec<Rate> = Vec::new();
        // The latest first.
        for row in streams::all(&mut tx, Some(campaign)).await?.into_iter().rev() {
            let (key, tally) = (row.key, row.tally);
            let known = |rate: &Rate| {
                (&rate.tier, &rate.signal_kind, &rate.language, rate.follow_up)
                    == (&key.tier, &key.signal_kind, &key.language, key.follow_up)
            };
            if !rates.iter().any(known) {
                let (inspected, nonconforming) = (tally.inspected, tally.nonconforming);
                let StreamKey { tier, signal_kind, language, follow_up, .. } = key;
                rates.push(Rate { tier, signal_kind, language, follow_up, inspected, nonconforming });
            }
        }
        let mut seconds = history::seconds(&mut tx, campaign, DECISIONS).await?;
        seconds.sort_unstable();
        let of = u32::try_from(seconds.len()).unwrap_or(u32::MAX);
        let review_seconds = seconds.get(seconds.len() / 2).map(|median| (*median, of));
        drop(tx);
        let miss_rate = self.miss_rate(now).await?;
        Ok(History { weeks, volumes, rates, review_seconds, miss_rate })
    }
}
