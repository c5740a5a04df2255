//! The numbers of a figure, as a table with links and as CSV (RFC 4180).
//!
//! A CSV cell that a spreadsheet would read as a formula starts with an apostrophe: one that begins with `=`, `+`, `-`, `@`,
//! a tab, or a line break.

use crate::format::{clipped, number};

/// Longer links are left out, because they would be most of the page.
const LONGEST_LINK: usize = 900;

pub(super) struct TableCell {
    /// The text on the page.
    pub text: String,
    /// The address of the rows behind it.
    pub href: Option<String>,
    /// The text in the CSV file.
    raw: String,
    /// Shown only in the CSV file.
    pub hidden: bool,
}

impl TableCell {
    /// Creates a count, with a link to its rows if there are any.
    pub fn count(count: u64, href: String) -> Self {
        let href = Some(href).filter(|href| count > 0 && href.len() <= LONGEST_LINK);
        Self { text: number(count), href, raw: count.to_string(), hidden: false }
    }

    /// Creates a number without a link.
    pub fn number(count: impl Into<u64>) -> Self {
        let count = count.into();
        Self { text: number(count), href: None, raw: count.to_string(), hidden: false }
    }

    /// Creates a cell for free text.
    pub fn text(text: &str) -> Self {
        Self { text: clipped(text, 80), href: None, raw: text.to_owned(), hidden: false }
    }

    /// Creates a cell with different texts for the page and the CSV file.
    pub fn both(text: String, raw: String) -> Self {
        Self { text, href: None, raw, hidden: false }
    }

    /// Creates a cell for the CSV file only; its column has no name on the page.
    pub fn filed(raw: String) -> Self {
        Self { text: String::new(), href: None, raw, hidden: true }
    }

    pub fn none() -> Self {
        Self { text: "–".to_owned(), href: None, raw: String::new(), hidden: false }
    }
}

pub(super) struct FigureTable {
    /// The names of each column on the page and in the CSV file; empty on the page if it is only in the file.
    pub head: Vec<(&'static str, &'static str)>,
    pub rows: Vec<Vec<TableCell>>,
}

impl FigureTable {
    pub fn csv(&self) -> String {
        let head = self.head.iter().map(|(_, name)| *name);
        let rows = self.rows.iter().map(|row| row.iter().map(|cell| cell.raw.as_str()));
        std::iter::once(written(head)).chain(rows.map(written)).collect()
    }
}

/// Formats one CSV line with its line break.
fn written<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n', '\t', '\'']) || text.trim() != text {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

pub(super) type FigureParts = (String, Option<String>, FigureTable);

/// Formats a share as a percentage: `30%`.
pub(super) fn share(some: u64, all: u64) -> String {
    if all == 0 {
        return "none".to_owned();
    }
    format!("{}%", number((some * 100 + all / 2) / all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_cells_are_escaped_and_never_formulas() {
        for (text, expected) in [
            ("funding", "funding"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("+41", "\"'+41\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("=HYPERLINK(\"https://evil.example\",\"x\")", "\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\""),
            ("株式会社", "株式会社"),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_csv_file_starts_with_its_header() {
        let table = FigureTable {
            head: vec![("Day", "day"), ("Sent", "sent")],
            rows: vec![vec![TableCell::text("2026-03-10"), TableCell::count(1200, "/x".into())]],
        };
        assert_eq!(table.csv(), "day,sent\r\n2026-03-10,1200\r\n");
        assert_eq!((table.rows[0][1].text.as_str(), table.rows[0][1].href.as_deref()), ("1,200", Some("/x")));
        assert_eq!(TableCell::count(0, "/x".into()).href, None);
    }
}
