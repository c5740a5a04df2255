//! The audit log, and the result of replaying recorded calls.

use baton_model::views::AuditEntry;
use serde::Serialize;

use super::{
    page::{Style, TextPage},
    refusal::short,
    text::{count, moment},
};

/// Prints one line per event, oldest first.
pub fn events(page: &mut TextPage, rows: &[AuditEntry]) {
    for row in rows {
        let package = row.package.as_ref().map_or("", short);
        let lead = format!("{}  {:8}  {:12}  ", moment(row.at), package, row.who);
        let detail = if row.detail.is_empty() { String::new() } else { format!(": {}", row.detail) };
        let from = row.client_address.as_ref().map_or_else(String::new, |from| format!(" (from {from})"));
        page.hanging(&[(Style::Faint, &lead)], Style::Plain, &format!("{}{detail}{from}", past(&row.action)));
    }
}

/// Returns a decision in the past tense, as every other action is.
fn past(action: &str) -> &str {
    match action {
        "approve" => "approved",
        "edit" => "edited",
        "reject" => "rejected",
        "snooze" => "snoozed",
        other => other,
    }
}

/// The result of replaying one recorded call.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReplayLine {
    /// The function of the WIT contract.
    pub function: String,
    /// `None` if the recording was erased.
    pub identical: Option<bool>,
    /// JSON pointers to the values that differ.
    pub differences: Vec<String>,
}

/// Prints one line per call, oldest first.
pub fn replayed(page: &mut TextPage, calls: &[ReplayLine]) {
    for call in calls {
        let (style, what) = match call.identical {
            None => (Style::Doubtful, "erased".to_owned()),
            Some(true) => (Style::Good, "identical".to_owned()),
            Some(false) => (Style::Bad, format!("differs in {}", count(call.differences.len(), "place"))),
        };
        page.line("", &[(Style::Plain, &format!("{:12}  ", call.function)), (style, &what)]);
        for place in &call.differences {
            page.paragraph("    ", Style::Plain, place);
        }
    }
}
