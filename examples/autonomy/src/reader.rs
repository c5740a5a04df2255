//! Mara, as far as the story needs her: she reads what waits for a person, opens the page that each signal points to, and
//! turns down what is not so.

use crate::weeks::Pages;
use baton_model::decision::{Decision, RejectReason, Request};
use baton_model::views::PackageView;

/// In whose name she decides.
pub const WHO: &str = "Mara Lindqvist";
/// Seconds she looks at a package. Under 8 a decision would not count as a look.
const SECONDS: u32 = 45;
/// Decisions of a day at the most.
pub const A_DAY: usize = 40;

/// What she decides about the package on her screen; nothing where its person is forgotten.
pub fn decide(shown: &PackageView, pages: &Pages) -> Option<Request> {
    shown.content.as_ref().open()?;
    let decision = match page(shown, pages) {
        None => Decision::Approve { overruled: Vec::new() },
        Some(says) => Decision::Reject { reason: RejectReason::Research, note: format!("the page says: {says}") },
    };
    Some(Request {
        package: shown.id.clone(),
        shown: shown.digest.clone(),
        key: format!("mara-{}", shown.id.0),
        seconds: Some(SECONDS),
        bulk: false,
        not_before: None,
        decision,
    })
}

/// Whether the page that the package's signal points to says another thing.
pub fn is_wrong(shown: &PackageView, pages: &Pages) -> bool {
    page(shown, pages).is_some()
}

fn page<'p>(shown: &PackageView, pages: &'p Pages) -> Option<&'p String> {
    let content = shown.content.as_ref().open()?;
    pages.get(&content.package.signals.first()?.signal.source_url)
}
