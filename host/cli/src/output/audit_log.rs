//! Looking back: what happened, and what came of executing recorded calls again.

use baton_desk::desk::AuditRow;
use serde::Serialize;

use super::{
    page::{Page, Style},
    refusal::short,
    text::{count, moment},
};

/// One line for each thing that happened, oldest first.
pub fn trail(page: &mut Page, rows: &[AuditRow]) {
    for row in rows {
        let package = row.package.as_ref().map_or("", short);
        let lead = format!("{}  {:8}  {:12}  ", moment(row.at), package, row.who);
        let detail = if row.detail.is_empty() { String::new() } else { format!(": {}", row.detail) };
        let from = row.asked_from.as_ref().map_or_else(String::new, |from| format!(" (from {from})"));
        page.hanging(&[(Style::Faint, &lead)], Style::Plain, &format!("{}{detail}{from}", row.what));
    }
}

/// What came of one recorded call.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Again {
    /// The function of the contract.
    pub function: String,
    /// Absent where the recording is about somebody who was forgotten.
    pub identical: Option<bool>,
    /// The places that differ, as JSON pointers.
    pub differences: Vec<String>,
}

/// Each call, oldest first.
pub fn replayed(page: &mut Page, calls: &[Again]) {
    for call in calls {
        let (style, what) = match call.identical {
            None => (Style::Doubtful, "forgotten".to_owned()),
            Some(true) => (Style::Good, "identical".to_owned()),
            Some(false) => (Style::Bad, format!("differs in {}", count(call.differences.len(), "place"))),
        };
        page.line("", &[(Style::Plain, &format!("{:12}  ", call.function)), (style, &what)]);
        for place in &call.differences {
            page.paragraph("    ", Style::Plain, place);
        }
    }
}
