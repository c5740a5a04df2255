//! Mara, the reviewer of the story: she reads the queued packages, opens the page that each signal points to, and
//! rejects the wrong ones.

use crate::weeks::Pages;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::views::PackageView;

/// The name of the reviewer.
pub const WHO: &str = "Mara Lindqvist";
/// The viewing time of a package in seconds. Under 8 a decision would not count as a review.
const SECONDS: u32 = 45;
/// The maximum number of decisions per day.
pub const A_DAY: usize = 40;

/// Returns her decision about the package on her screen, or `None` if its contact was erased.
pub fn decide(shown: &PackageView, pages: &Pages) -> Option<DecisionRequest> {
    shown.content.as_ref().open()?;
    let decision = match page(shown, pages) {
        None => Decision::Approve { overruled: Vec::new() },
        Some(says) => Decision::Reject { reason: RejectReason::Research, note: format!("the page says: {says}") },
    };
    Some(DecisionRequest {
        package: shown.id.clone(),
        shown: shown.digest.clone(),
        key: format!("mara-{}", shown.id.0),
        seconds: Some(SECONDS),
        bulk: false,
        not_before: None,
        decision,
    })
}

/// Whether the page that the package's signal points to contradicts the signal.
pub fn is_wrong(shown: &PackageView, pages: &Pages) -> bool {
    page(shown, pages).is_some()
}

fn page<'p>(shown: &PackageView, pages: &'p Pages) -> Option<&'p String> {
    let content = shown.content.as_ref().open()?;
    pages.get(&content.package.signals.first()?.signal.source_url)
}
