//! Charts as SVG, made on the server: for a page, for a file, for whoever has no script.
//!
//! What always holds: every text is escaped by the template engine; the same chart gives the same bytes; a chart says in
//! words what it shows (`role="img"` with `title` and `desc`); lines are told apart by their dashes as well as their
//! colours, and named where they end; light and dark follow the reader's preference; no font, style sheet or script is
//! fetched from anywhere.
//!
//! Small charts below each other share what is along them. A writer of our own, since none of the chart crates there are
//! gives these: plotters paints fixed colours and sizes and marks up nothing, charts-rs brings a font to measure text
//! with, poloto follows the reader's preference but names no line where it ends and has rested since 2023. The colours
//! are those of M. Okabe and K. Ito, "Color Universal Design", 2008, and lighter ones of the same hues in the dark.

mod layout;
mod scale;
mod stacked;

use askama::Template;
pub use stacked::{Bar, Stacked};

/// The rules that a chart within a page needs; a file of its own has them in it.
pub const STYLE: &str = include_str!("../assets/chart.css");

/// Charts below each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it is about.
    pub title: String,
    /// What it shows, in words: for who does not see it.
    pub description: String,
    /// What is along all of them.
    pub along: String,
    /// From top to bottom, up to 20.
    pub panels: Vec<Panel>,
}

/// One chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What is up it, with its unit.
    pub title: String,
    /// Up to 20.
    pub lines: Vec<Line>,
}

/// One line. Lines of the same name look the same in every panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Written where it ends.
    pub name: String,
    /// From left to right, up to 10,000; what is not finite is left out.
    pub points: Vec<(f64, f64)>,
    /// It is what others are compared with: drawn in the colour of the text.
    pub baseline: bool,
}

#[derive(Template)]
#[template(path = "chart.svg", escape = "html")]
struct Drawing<'a> {
    chart: &'a Chart,
    drawn: layout::Drawn<'a>,
    style: Option<&'a str>,
}

impl Chart {
    /// A file of its own.
    pub fn file(&self) -> String {
        self.draw(Some(STYLE))
    }

    /// A part of a page, which has [`STYLE`] among its own rules.
    pub fn inline(&self) -> String {
        self.draw(None)
    }

    fn draw(&self, style: Option<&str>) -> String {
        // Writing to a string cannot fail, and nothing else in the template can.
        Drawing { chart: self, drawn: layout::drawn(self), style }.render().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
