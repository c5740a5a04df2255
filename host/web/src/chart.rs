//! SVG charts, rendered on the server for pages and files.
//!
//! Every text is escaped by the template engine, and equal charts give equal bytes. A chart describes itself in words
//! (`role="img"` with `title` and `desc`). Lines differ in dash pattern as well as color, and light and dark follow the
//! reader's preference. Nothing is fetched: no font, style sheet, or script.
//!
//! No chart crate we found offers this (plotters, charts-rs, poloto). The colors are from M. Okabe and K. Ito, "Color
//! Universal Design", 2008, with lighter shades for dark mode.

mod layout;
mod scale;
mod stacked;

use askama::Template;
pub use stacked::{Bar, StackedBarChart};

/// The styles that an inline chart needs. A chart file contains them.
pub const STYLE: &str = include_str!("../assets/chart.css");

/// A stack of panels that share the horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub title: String,
    /// A description for people who cannot see the chart.
    pub description: String,
    /// Label of the horizontal axis.
    pub along: String,
    /// At most 20, from top to bottom.
    pub panels: Vec<Panel>,
}

/// One chart of the stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Label of the vertical axis, with its unit.
    pub title: String,
    /// At most 20.
    pub lines: Vec<Line>,
}

/// A line. Lines with the same name look the same in every panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Shown at the end of the line.
    pub name: String,
    /// At most 10,000, from left to right. Points that are not finite are left out.
    pub points: Vec<(f64, f64)>,
    /// A line to compare others with, in the text color.
    pub baseline: bool,
}

#[derive(Template)]
#[template(path = "chart.svg", escape = "html")]
struct Drawing<'a> {
    chart: &'a Chart,
    drawn: layout::ChartLayout<'a>,
    style: Option<&'a str>,
}

impl Chart {
    /// Returns a standalone SVG file.
    pub fn file(&self) -> String {
        self.draw(Some(STYLE))
    }

    /// Returns SVG for a page that includes [`STYLE`].
    pub fn inline(&self) -> String {
        self.draw(None)
    }

    fn draw(&self, style: Option<&str>) -> String {
        // Writing to a string cannot fail, and nothing else in the template can.
        Drawing { chart: self, drawn: layout::lay_out(self), style }.render().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
