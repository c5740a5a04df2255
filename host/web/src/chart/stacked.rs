//! Stacked bar charts as SVG: vertical bars for days, and horizontal bars for categories.
//!
//! The rules for all charts apply. Parts differ in pattern as well as color, in the order of the legend. The page describes
//! the chart in words, so a bar has no text of its own.

use super::scale::Scale;
use askama::Template;
use std::fmt::Write as _;

const WIDTH: f64 = 560.0;
const LEFT: f64 = 46.0;
const EDGE: f64 = 6.0;
/// Height of a line of the legend.
const LEGEND: f64 = 20.0;
/// Height of the plot of vertical bars.
const PLOT: f64 = 170.0;
/// Height of a horizontal bar with its label above.
const STRIPE: f64 = 38.0;
/// The most labels along the bars.
const WORDS: usize = 8;
/// Approximate width of a letter.
const LETTER: f64 = 6.6;

const PARTS_MAX: usize = 6;
const BARS_MAX: usize = 120;

/// A chart of bars with several parts each.
#[derive(Clone, Debug, PartialEq)]
pub struct StackedBarChart {
    /// Unique on the page; letters only.
    pub id: &'static str,
    pub title: String,
    /// A description of the chart in words.
    pub description: String,
    /// Names of the parts, from the start of the bar; at most 6.
    pub parts: Vec<String>,
    /// At most 120.
    pub bars: Vec<Bar>,
    /// The value of a full horizontal bar; the longest bar if `None`.
    pub whole: Option<f64>,
    /// Name of the limit line across vertical bars.
    pub limit: Option<String>,
    /// A line before a vertical bar: the index of the bar, and the name of the line.
    pub mark: Option<(usize, String)>,
}

/// A bar of the chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    pub label: String,
    /// Length of each part. Negative numbers and NaN are left out.
    pub parts: Vec<f64>,
    /// Shown at the end of a horizontal bar.
    pub note: String,
    /// Position of the limit line at this vertical bar.
    pub limit: Option<f64>,
}

struct Key<'a> {
    look: usize,
    x: String,
    y: String,
    text_x: String,
    text_y: String,
    name: &'a str,
}

struct Path {
    look: usize,
    path: String,
}

struct Word<'a> {
    x: String,
    y: String,
    text: &'a str,
}

struct Tick {
    at: String,
    text_at: String,
    text: String,
}

#[derive(Template)]
#[template(path = "stacked.svg", escape = "html")]
struct Drawing<'a> {
    chart: &'a StackedBarChart,
    width: String,
    height: String,
    left: String,
    right: String,
    tick_at: String,
    keys: Vec<Key<'a>>,
    ticks: Vec<Tick>,
    paths: Vec<Path>,
    words: Vec<Word<'a>>,
    notes: Vec<Word<'a>>,
    limit: Option<(String, Word<'a>)>,
    mark: Option<(String, Word<'a>)>,
    track: Option<String>,
}

impl StackedBarChart {
    /// Returns vertical bars, for a page that includes [`super::STYLE`].
    pub fn vertical(&self) -> String {
        let (keys, top) = self.legend(self.limit.as_deref());
        let (top, bottom) = (top + 10.0, top + 10.0 + PLOT);
        let bars = self.bars();
        let highest = bars.iter().flat_map(|bar| [self.values(bar).iter().sum::<f64>(), bar.limit.unwrap_or(0.0)]);
        let scale = Scale::counting(highest.map(finite), (bottom, top), 4);
        let step = (WIDTH - LEFT - EDGE) / bars.len().max(1) as f64;
        let gap = (step * 0.18).min(6.0);
        let start = |index: usize| LEFT + index as f64 * step;
        let mut paths: Vec<Path> = (0..self.parts.len().min(PARTS_MAX)).map(Path::new).collect();
        let mut limit = String::new();
        for (index, bar) in bars.iter().enumerate() {
            let mut reached = 0.0;
            for (path, value) in paths.iter_mut().zip(self.values(bar)) {
                let (from, to) = (scale.place(reached), scale.place(reached + value));
                reached += value;
                path.rect(start(index) + gap / 2.0, to, step - gap, from - to);
            }
            if let Some(value) = bar.limit {
                let (x, y) = (unit(start(index)), unit(scale.place(finite(value))));
                // Writing to a string cannot fail.
                let _ = write!(limit, "M{x} {y}h{}", unit(step));
            }
        }
        let every = bars.len().div_ceil(WORDS).max(1);
        // The last bar, which is today, always has a label.
        let named = bars.iter().enumerate().filter(|(index, _)| (bars.len() - 1 - index).is_multiple_of(every));
        let words = named.map(|(index, bar)| Word {
            x: unit((start(index) + step / 2.0).clamp(LEFT, WIDTH - 20.0)),
            y: unit(bottom + 16.0),
            text: &bar.label,
        });
        let mark = self.mark.as_ref().map(|(before, name)| {
            let x = start((*before).min(bars.len()));
            let line = format!("M{} {}V{}", unit(x), unit(top), unit(bottom));
            (line, Word { x: unit(x + 4.0), y: unit(top + 10.0), text: name })
        });
        let ticks = scale.ticks().into_iter().map(|(at, text)| Tick { at: unit(at), text_at: unit(at + 4.0), text });
        self.drawn(Drawing {
            chart: self,
            width: unit(WIDTH),
            height: unit(bottom + 24.0),
            left: unit(LEFT),
            right: unit(WIDTH - EDGE),
            tick_at: unit(LEFT - 6.0),
            ticks: ticks.collect(),
            words: words.collect(),
            notes: Vec::new(),
            limit: self.limit.as_deref().filter(|_| !limit.is_empty()).map(|name| {
                let last = keys.last();
                let x = last.map_or(EDGE, |key| end(key));
                let y = last.map_or(15.0, |key| key.text_y.parse().unwrap_or(15.0));
                (limit, Word { x: unit(x + 24.0), y: unit(y), text: name })
            }),
            mark,
            paths,
            keys,
            track: None,
        })
    }

    /// Returns horizontal bars, for a page that includes [`super::STYLE`].
    pub fn horizontal(&self) -> String {
        let (keys, top) = self.legend(None);
        let bars = self.bars();
        let longest = bars.iter().map(|bar| self.values(bar).iter().sum::<f64>()).fold(0.0, f64::max);
        let whole = self.whole.map_or(longest, finite).max(1e-9);
        let (from, room) = (EDGE, WIDTH - 2.0 * EDGE);
        let mut paths: Vec<Path> = (0..self.parts.len().min(PARTS_MAX)).map(Path::new).collect();
        let (mut words, mut notes, mut track) = (Vec::new(), Vec::new(), String::new());
        for (index, bar) in bars.iter().enumerate() {
            let y = top + 8.0 + index as f64 * STRIPE;
            let mut reached = 0.0;
            for (path, value) in paths.iter_mut().zip(self.values(bar)) {
                let (start, end) = ((reached / whole).min(1.0), ((reached + value) / whole).min(1.0));
                reached += value;
                path.rect(from + start * room, y + 17.0, (end - start) * room, 13.0);
            }
            let _ = write!(track, "M{} {}h{}v13h-{}z", unit(from), unit(y + 17.0), unit(room), unit(room));
            words.push(Word { x: unit(from), y: unit(y + 12.0), text: &bar.label });
            notes.push(Word { x: unit(WIDTH - EDGE), y: unit(y + 12.0), text: &bar.note });
        }
        self.drawn(Drawing {
            chart: self,
            width: unit(WIDTH),
            height: unit(top + 12.0 + bars.len() as f64 * STRIPE),
            left: unit(EDGE),
            right: unit(WIDTH - EDGE),
            tick_at: unit(EDGE),
            ticks: Vec::new(),
            words,
            notes,
            limit: None,
            mark: None,
            paths,
            keys,
            track: Some(track),
        })
    }

    fn drawn(&self, drawing: Drawing<'_>) -> String {
        // Writing to a string cannot fail, and nothing else in the template can.
        drawing.render().unwrap_or_default()
    }

    fn bars(&self) -> &[Bar] {
        &self.bars[..self.bars.len().min(BARS_MAX)]
    }

    fn values(&self, bar: &Bar) -> Vec<f64> {
        bar.parts.iter().take(self.parts.len().min(PARTS_MAX)).map(|value| finite(*value)).collect()
    }

    /// Returns the legend and its height. A single part needs no legend.
    fn legend(&self, limit: Option<&str>) -> (Vec<Key<'_>>, f64) {
        if self.parts.len() < 2 && limit.is_none() {
            return (Vec::new(), 0.0);
        }
        let (mut x, mut y) = (EDGE, 4.0);
        let mut keys = Vec::new();
        let wide = |name: &str| 24.0 + name.chars().count() as f64 * LETTER;
        for (look, name) in self.parts.iter().take(PARTS_MAX).enumerate() {
            if x + wide(name) > WIDTH - EDGE && x > EDGE {
                (x, y) = (EDGE, y + LEGEND);
            }
            let (text_x, text_y) = (unit(x + 18.0), unit(y + 11.0));
            keys.push(Key { look, x: unit(x), y: unit(y), text_x, text_y, name });
            x += wide(name);
        }
        (keys, y + LEGEND)
    }
}

/// Returns the approximate end of a name in the legend.
fn end(key: &Key<'_>) -> f64 {
    key.text_x.parse().unwrap_or(EDGE) + key.name.chars().count() as f64 * LETTER + 6.0
}

impl Path {
    fn new(look: usize) -> Self {
        Self { look, path: String::new() }
    }

    fn rect(&mut self, x: f64, y: f64, width: f64, height: f64) {
        if width > 0.0 && height > 0.0 {
            let (x, y, width, height) = (unit(x), unit(y), unit(width), unit(height));
            // Writing to a string cannot fail.
            let _ = write!(self.path, "M{x} {y}h{width}v{height}h-{width}z");
        }
    }
}

/// Clamps a value to the range that can be shown.
fn finite(value: f64) -> f64 {
    if value.is_finite() { value.clamp(0.0, 1e12) } else { 0.0 }
}

fn unit(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chart(bars: Vec<Bar>) -> StackedBarChart {
        StackedBarChart {
            id: "x",
            title: "Packages".into(),
            description: "Two of them".into(),
            parts: vec!["sent".into(), "rejected".into()],
            bars,
            whole: None,
            limit: Some("capacity".into()),
            mark: Some((1, "60 s".into())),
        }
    }

    fn bar(label: &str, parts: &[f64]) -> Bar {
        Bar { label: label.into(), parts: parts.to_vec(), note: "3".into(), limit: Some(4.0) }
    }

    #[test]
    fn bars_stand_on_each_other() {
        let svg = chart(vec![bar("1 March", &[2.0, 2.0])]).vertical();
        // The scale ends at 4, so each part is half of the plot.
        assert!(svg.contains("M49 119h502v85h-502z") && svg.contains("M49 34h502v85h-502z"), "{svg}");
        assert!(svg.contains("role=\"img\"") && svg.contains("aria-label=\"Packages: Two of them\""), "{svg}");
        for text in ["sent", "rejected", "capacity", "60 s", "1 March"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text} in {svg}");
        }
    }

    #[test]
    fn text_stays_text() {
        let hostile = "</text></svg><script>alert(1)</script>\"'>";
        let mut chart = chart(vec![bar(hostile, &[1.0])]);
        (chart.title, chart.description) = (hostile.into(), hostile.into());
        chart.parts = vec![hostile.into(), hostile.into()];
        (chart.limit, chart.mark) = (Some(hostile.into()), Some((0, hostile.into())));
        chart.bars[0].note = hostile.into();
        for svg in [chart.vertical(), chart.horizontal()] {
            assert!(!svg.contains("<script") && svg.matches("</svg>").count() == 1, "{svg}");
            assert!(!svg.contains("style="), "{svg}");
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_drawn_within(values in prop::collection::vec(any::<f64>(), 0..300), parts in 0..9_usize) {
            let mut chart = chart(values.chunks(parts.max(1)).map(|parts| bar("x", parts)).collect());
            chart.parts = (0..parts).map(|part| part.to_string()).collect();
            for svg in [chart.vertical(), chart.horizontal()] {
                prop_assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("h--"), "{}", svg);
            }
        }
    }
}
