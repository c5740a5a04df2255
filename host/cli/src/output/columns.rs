//! Listings in columns that fit the page: a line per item, with a sentence below it.

use textwrap::core::display_width;

use super::{
    page::{Style, TextPage},
    text::plain,
};

/// The maximum width of a column.
const COLUMN_MAX: usize = 34;

/// Prints rows in columns, each with a sentence below it. Cells that are too wide are cut off.
pub fn listing(page: &mut TextPage, header: &[&str], rows: &[(Vec<String>, String)]) {
    let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    let rows: Vec<(Vec<String>, &str)> =
        rows.iter().map(|(cells, below)| (cells.iter().map(|cell| plain(cell)).collect(), below.as_str())).collect();
    let mut widths: Vec<usize> = Vec::new();
    for column in 0..header.len() {
        let cells = rows.iter().filter_map(|(cells, _)| cells.get(column)).chain(header.get(column));
        widths.push(cells.map(|cell| display_width(cell)).max().unwrap_or(0).min(COLUMN_MAX));
    }
    // Shrink the widest column until the line fits.
    while widths.iter().map(|width| width + 2).sum::<usize>() > page.width() + 2 {
        match widths.iter_mut().max_by_key(|width| **width) {
            Some(widest) if *widest > 8 => *widest -= 1,
            _ => break,
        }
    }
    page.line("", &[(Style::Heading, &line(&header, &widths))]);
    let indent = " ".repeat(widths.first().map_or(0, |width| width + 2));
    for (cells, below) in rows {
        page.line("", &[(Style::Plain, &line(&cells, &widths))]);
        if !below.is_empty() {
            page.paragraph(&indent, Style::Faint, below);
        }
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let mut shown = cell.clone();
        if display_width(&shown) > *width {
            while display_width(&shown) + 1 > *width {
                shown.pop();
            }
            shown.push('…');
        }
        line += &shown;
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(display_width(&shown)) + 2));
    }
    line.trim_end().to_owned()
}
