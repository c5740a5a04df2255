//! `baton export`: writes a whole table to standard output, page by page, so that memory use stays small.
//!
//! In CSV, a cell that a spreadsheet would run as a formula (OWASP, "CSV Injection") starts with `'`. Erased data is an
//! empty cell in CSV and `null` in JSON Lines.

use std::io::Write as _;

use anyhow::Result;
use baton_desk::DeskError;
use baton_model::views::Page;
use chrono::DateTime;
use serde::Serialize;
use serde_json::Value;

use super::with_desk;
use crate::{
    arguments::{ExportArgs, ExportFormat, ExportTable},
    context::Context,
    output::Terminal,
};

/// The number of rows to fetch at a time.
const PAGE_SIZE: u32 = 500;

/// The columns of a table in order, by their JSON names, and those that hold timestamps.
struct Columns {
    names: &'static [&'static str],
    timestamps: &'static [&'static str],
}

const PACKAGES: Columns = Columns {
    names: &[
        "package",
        "campaign",
        "account",
        "account-name",
        "contact",
        "address",
        "touch-number",
        "state",
        "tier",
        "model",
        "score",
        "prepared",
        "deadline",
        "decided-by",
        "decided",
        "decision",
        "reason",
        "seconds",
        "edited",
        "message-id",
        "sent",
    ],
    timestamps: &["prepared", "deadline", "decided", "sent"],
};

const ACCOUNTS: Columns = Columns {
    names: &[
        "campaign",
        "account",
        "name",
        "domain",
        "state",
        "reason",
        "next-run-at",
        "prospect",
        "processed-at",
        "package",
        "package-state",
        "tier",
        "model",
        "score",
    ],
    timestamps: &["next-run-at", "processed-at"],
};

const AUDIT_LOG: Columns =
    Columns { names: &["number", "at", "who", "action", "package", "detail", "client-address"], timestamps: &["at"] };

/// Writes the table.
pub fn run(context: &Context<'_>, args: &ExportArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        let columns = match args.table {
            ExportTable::Packages => &PACKAGES,
            ExportTable::Accounts => &ACCOUNTS,
            ExportTable::AuditLog => &AUDIT_LOG,
        };
        let sheet = TableWriter { terminal: context.terminal, format: args.format, columns };
        sheet.begin()?;
        match args.table {
            ExportTable::Packages => pages(&sheet, async |after| desk.export(after, PAGE_SIZE).await).await?,
            ExportTable::AuditLog => pages(&sheet, async |after| desk.audit(None, after, PAGE_SIZE).await).await?,
            ExportTable::Accounts => {
                for campaign in desk.campaigns().await? {
                    pages(&sheet, async |after| desk.accounts(&campaign, after, PAGE_SIZE).await).await?;
                }
            }
        }
        Ok(true)
    })
}

/// Fetches and writes all pages.
async fn pages<T: Serialize>(
    sheet: &TableWriter<'_>,
    fetch: impl AsyncFn(Option<&str>) -> Result<Page<T>, DeskError>,
) -> Result<()> {
    let mut after: Option<String> = None;
    loop {
        let page = fetch(after.as_deref()).await?;
        sheet.write(&page.rows)?;
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Writes rows in the chosen format.
struct TableWriter<'a> {
    terminal: &'a Terminal,
    format: ExportFormat,
    columns: &'static Columns,
}

impl TableWriter<'_> {
    fn begin(&self) -> Result<()> {
        match self.format {
            ExportFormat::Csv => {
                self.terminal.print_bytes(&line(self.columns.names.iter().map(|name| (*name).to_owned()))?)
            }
            ExportFormat::Jsonl => Ok(()),
        }
    }

    fn write(&self, rows: &[impl Serialize]) -> Result<()> {
        let mut bytes = Vec::new();
        for row in rows {
            let row = serde_json::to_value(row)?;
            match self.format {
                ExportFormat::Csv => {
                    bytes.extend(line(self.columns.names.iter().map(|name| cell(&row, name, self.columns)))?);
                }
                ExportFormat::Jsonl => writeln!(bytes, "{row}")?,
            }
        }
        self.terminal.print_bytes(&bytes)
    }
}

/// Writes a line. Texts are quoted, also without need: a spreadsheet that separates cells at semicolons would otherwise
/// begin a cell, and a formula, inside a text.
fn line(cells: impl Iterator<Item = String>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::NonNumeric).from_writer(Vec::new());
    writer.write_record(cells)?;
    Ok(writer.into_inner()?)
}

fn cell(row: &Value, name: &str, columns: &Columns) -> String {
    match &row[name] {
        Value::Null => String::new(),
        Value::String(text) => escape_formula(text),
        Value::Number(number) if columns.timestamps.contains(&name) => {
            let moment = number.as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
            moment.map_or_else(|| number.to_string(), |moment| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        }
        other => other.to_string(),
    }
}

/// Quotes text that starts a formula, or with a character that spreadsheets skip before one.
fn escape_formula(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_facts::policy::HandoffModel;
    use baton_model::Erasable;
    use baton_model::package_state::{AccountState, PackageState};
    use baton_model::views::{AccountStatus, AuditEntry, ExportRow};

    fn package() -> ExportRow {
        ExportRow {
            package: "0123456789ab".into(),
            campaign: "pilot".into(),
            account: "101".into(),
            account_name: "=HYPERLINK(\"http://evil.example\",\"Northbeam; Inc.\")".into(),
            contact: Erasable::Open("@SUM(A1)".into()),
            address: Erasable::Erased,
            touch_number: 1,
            state: PackageState::Sent,
            tier: "named".into(),
            model: HandoffModel::ReviewAndApprove,
            score: 90,
            prepared: 0,
            deadline: 86_400,
            decided_by: Some("-1+1".into()),
            decided: None,
            decision: None,
            reason: None,
            seconds: Some(12),
            edited: None,
            message_id: None,
            sent: Some(i64::MAX),
        }
    }

    #[test]
    fn every_column_of_a_row_is_written() {
        let trail = AuditEntry {
            number: 1,
            at: 0,
            who: "m".into(),
            action: "w".into(),
            package: None,
            detail: String::new(),
            client_address: None,
        };
        let account = AccountStatus {
            campaign: "pilot".into(),
            account: "101".into(),
            name: "Northbeam".into(),
            domain: String::new(),
            state: AccountState::Held,
            reason: None,
            next_run_at: None,
            prospect: None,
            processed_at: 0,
            package: None,
            package_state: None,
            tier: None,
            model: None,
            score: None,
        };
        let rows = [
            (serde_json::to_value(package()), PACKAGES),
            (serde_json::to_value(account), ACCOUNTS),
            (serde_json::to_value(trail), AUDIT_LOG),
        ];
        for (row, columns) in rows {
            let row = row.expect("a row is JSON");
            let mut names: Vec<&str> = row.as_object().expect("an object").keys().map(String::as_str).collect();
            let mut written = columns.names.to_vec();
            names.sort_unstable();
            written.sort_unstable();
            assert_eq!(names, written);
            assert!(columns.timestamps.iter().all(|moment| columns.names.contains(moment)));
        }
    }

    #[test]
    fn a_spreadsheet_runs_no_cell() {
        let row = serde_json::to_value(package()).expect("a row is JSON");
        let line = line(PACKAGES.names.iter().map(|name| cell(&row, name, &PACKAGES))).expect("a line");
        assert_eq!(
            String::from_utf8(line).expect("UTF-8"),
            "\"0123456789ab\",\"pilot\",101,\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"Northbeam; Inc.\"\")\",\
             \"'@SUM(A1)\",\"\",1,\"sent\",\"named\",\"review-and-approve\",90,\"1970-01-01T00:00:00Z\",\
             \"1970-01-02T00:00:00Z\",\"'-1+1\",\"\",\"\",\"\",12,\"\",\"\",9223372036854775807\n"
        );
    }

    #[test]
    fn what_starts_a_formula() {
        for (text, expected) in
            [("=1", "'=1"), ("\t=1", "'\t=1"), ("a=1", "a=1"), ("", ""), ("ä", "ä"), ("＝1", "'＝1")]
        {
            assert_eq!(escape_formula(text), expected);
        }
    }
}
