//! How a campaign went lately, as far as it says what may come: volumes, rates, and how long a review takes.

use super::{Answer, Desk, MissRate};
use crate::store::{StreamKey, history, streams};
use baton_facts::types::Timestamp;
use serde::Serialize;

const WEEK: Timestamp = 7 * 86_400;

/// Weeks that are looked back at the most.
const WEEKS: u32 = 8;

/// Decisions whose time is looked at: the last ones.
const DECISIONS: u32 = 200;

/// What is known of a campaign. Of one that was never run it is nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct History {
    /// Whole weeks that the volumes are of; 0 where the campaign has run for less than one, and they are of what there
    /// is.
    pub weeks: u32,
    /// Packages that were prepared, by tier and stream.
    pub volumes: Vec<Volume>,
    /// What inspection found, by tier and stream. Of streams that differ in their wording or their producers alone, the
    /// latest counts.
    pub rates: Vec<Rate>,
    /// The median time of the last decisions in seconds, and of how many it is.
    pub review_seconds: Option<(u32, u32)>,
    /// What reviewers miss of planted defects, where any was decided about.
    pub miss_rate: Option<MissRate>,
}

/// Packages of a tier and a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Volume {
    /// The tier's name.
    pub tier: String,
    /// The kind of signal.
    pub signal_kind: String,
    /// The angle's language.
    pub language: String,
    /// Whether they are follow-ups.
    pub follow_up: bool,
    /// How many.
    pub packages: u32,
}

/// What inspection found in a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rate {
    /// The tier's name.
    pub tier: String,
    /// The kind of signal.
    pub signal_kind: String,
    /// The angle's language.
    pub language: String,
    /// Whether they are follow-ups.
    pub follow_up: bool,
    /// Inspections that count.
    pub inspected: u64,
    /// Nonconforming ones among them.
    pub nonconforming: u64,
}

impl Desk {
    /// How the campaign went lately.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn history(&self, campaign: &str, now: Timestamp) -> Answer<History> {
        let mut view = self.store.view().await?;
        let vault = self.vault();
        let first = history::first_prepared(&mut view, vault, campaign).await?.unwrap_or(now);
        let weeks = u32::try_from((now.saturating_sub(first) / WEEK).clamp(0, WEEKS.into())).unwrap_or(0);
        let since = now.saturating_sub(Timestamp::from(weeks.max(1)) * WEEK);
        let volumes = history::volumes(&mut view, vault, campaign, since).await?;
        let mut rates: Vec<Rate> = Vec::new();
        // The latest first.
        for row in streams::all(&mut view, vault, Some(campaign)).await?.into_iter().rev() {
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
        let mut seconds = history::seconds(&mut view, vault, campaign, DECISIONS).await?;
        seconds.sort_unstable();
        let of = u32::try_from(seconds.len()).unwrap_or(u32::MAX);
        let review_seconds = seconds.get(seconds.len() / 2).map(|median| (*median, of));
        drop(view);
        let miss_rate = self.miss_rate(now).await?;
        Ok(History { weeks, volumes, rates, review_seconds, miss_rate })
    }
}
