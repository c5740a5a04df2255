//! The numbers of a figure: as a table that leads to the rows behind them, and as CSV (RFC 4180).
//!
//! What a spreadsheet would take for a formula is marked as text there: `=`, `+`, `-`, `@`, a tab or the end of a line at
//! the start of a cell gets an apostrophe in front.

use crate::show::{clipped, number};

/// Links longer than this are left out: their text would be most of the page.
const LONGEST_LINK: usize = 900;

/// One cell.
pub(super) struct Cell {
    /// As people read it.
    pub text: String,
    /// The rows behind it.
    pub href: Option<String>,
    /// As it is in the file.
    raw: String,
    /// It is in the file alone.
    pub hidden: bool,
}

impl Cell {
    /// So many, with the rows behind them where there are any.
    pub fn count(count: u64, href: String) -> Self {
        let href = Some(href).filter(|href| count > 0 && href.len() <= LONGEST_LINK);
        Self { text: number(count), href, raw: count.to_string(), hidden: false }
    }

    /// A number that has no rows of its own.
    pub fn number(count: impl Into<u64>) -> Self {
        let count = count.into();
        Self { text: number(count), href: None, raw: count.to_string(), hidden: false }
    }

    /// Whatever somebody wrote.
    pub fn text(text: &str) -> Self {
        Self { text: clipped(text, 80), href: None, raw: text.to_owned(), hidden: false }
    }

    /// One text for people and another one for the file.
    pub fn both(text: String, raw: String) -> Self {
        Self { text, href: None, raw, hidden: false }
    }

    /// For the file alone; its column has no name for people.
    pub fn filed(raw: String) -> Self {
        Self { text: String::new(), href: None, raw, hidden: true }
    }

    /// Nothing.
    pub fn none() -> Self {
        Self { text: "–".to_owned(), href: None, raw: String::new(), hidden: false }
    }
}

/// Rows with a head each, below a row of heads.
pub(super) struct Table {
    /// The name of each column, for people and for the file; one of the file alone has none for people.
    pub head: Vec<(&'static str, &'static str)>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// As a file.
    pub fn csv(&self) -> String {
        let head = self.head.iter().map(|(_, name)| *name);
        let rows = self.rows.iter().map(|row| row.iter().map(|cell| cell.raw.as_str()));
        std::iter::once(written(head)).chain(rows.map(written)).collect()
    }
}

/// One line of a file, with its end.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_as_rfc_4180_and_no_formula() {
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
    fn a_table_has_its_heads_first() {
        let table = Table {
            head: vec![("Day", "day"), ("Sent", "sent")],
            rows: vec![vec![Cell::text("2026-03-10"), Cell::count(1200, "/x".into())]],
        };
        assert_eq!(table.csv(), "day,sent\r\n2026-03-10,1200\r\n");
        assert_eq!((table.rows[0][1].text.as_str(), table.rows[0][1].href.as_deref()), ("1,200", Some("/x")));
        assert_eq!(Cell::count(0, "/x".into()).href, None);
    }
}
