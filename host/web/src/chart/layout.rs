//! The layout of a chart, in SVG units.

use super::scale::Scale;
use super::{Chart, Line};

const WIDTH: f64 = 760.0;
/// Space on the left for the tick labels.
const LEFT: f64 = 64.0;
/// Space on the right for the line names.
const RIGHT: f64 = 190.0;
/// Space at the top for the title.
const TOP: f64 = 40.0;
/// Height of a panel with its title.
const PANEL: f64 = 190.0;
const PANEL_TITLE: f64 = 30.0;
const PANEL_GAP: f64 = 22.0;
/// Space at the bottom for the axis label.
const BOTTOM: f64 = 26.0;
/// The least distance between two names.
const NAME_HEIGHT: f64 = 15.0;
/// Number of line styles, besides the baseline's.
const LOOKS: usize = 6;

const PANELS_MAX: usize = 20;
const LINES_MAX: usize = 20;
const POINTS_MAX: usize = 10_000;

/// A chart with its positions. Numbers have one decimal.
pub(super) struct ChartLayout<'a> {
    pub width: String,
    pub height: String,
    pub left: String,
    pub right: String,
    pub name_at: String,
    pub tick_at: String,
    pub middle: String,
    pub along_at: String,
    pub panels: Vec<Plot<'a>>,
}

pub(super) struct Plot<'a> {
    pub title: &'a str,
    pub title_at: String,
    pub below: String,
    pub up: Vec<Tick>,
    pub along: Vec<Tick>,
    pub lines: Vec<Stroke<'a>>,
}

pub(super) struct Tick {
    pub at: String,
    /// The position of the label.
    pub text_at: String,
    pub text: String,
}

pub(super) struct Stroke<'a> {
    pub look: String,
    pub points: String,
    pub name: &'a str,
    pub name_at: String,
}

pub(super) fn lay_out(chart: &Chart) -> ChartLayout<'_> {
    let panels = &chart.panels[..chart.panels.len().min(PANELS_MAX)];
    let names = names(chart);
    let right = WIDTH - RIGHT;
    let finite = |line: &Line| -> Vec<(f64, f64)> {
        let points = line.points.iter().take(POINTS_MAX).copied();
        points.filter(|(x, y)| x.is_finite() && y.is_finite()).collect()
    };
    let all: Vec<Vec<Vec<(f64, f64)>>> =
        panels.iter().map(|panel| panel.lines.iter().take(LINES_MAX).map(finite).collect()).collect();
    let xs = all.iter().flatten().flatten().map(|(x, _)| *x);
    let along = Scale::new(xs, (LEFT, right), 6, true);
    let mut plots = Vec::new();
    for (index, (panel, lines)) in panels.iter().zip(&all).enumerate() {
        let top = TOP + index as f64 * (PANEL + PANEL_GAP);
        let (first, bottom) = (top + PANEL_TITLE, top + PANEL);
        let up = Scale::new(lines.iter().flatten().map(|(_, y)| *y), (bottom, first), 4, false);
        let ends: Vec<f64> = lines.iter().map(|points| points.last().map_or(bottom, |(_, y)| up.place(*y))).collect();
        let placed = apart(&ends, first, bottom);
        let lines = panel.lines.iter().zip(lines).zip(placed).map(|((line, points), name_at)| {
            let points: Vec<String> =
                points.iter().map(|(x, y)| format!("{},{}", unit(along.place(*x)), unit(up.place(*y)))).collect();
            let place = names.iter().position(|name| *name == line.name).unwrap_or(0);
            let look = if line.baseline { "base".to_owned() } else { format!("look-{}", place % LOOKS) };
            Stroke { look, points: points.join(" "), name: &line.name, name_at: unit(name_at + 4.0) }
        });
        plots.push(Plot {
            title: &panel.title,
            title_at: unit(top + 14.0),
            below: unit(bottom + 16.0),
            up: ticks(&up, 4.0),
            along: ticks(&along, 0.0),
            lines: lines.collect(),
        });
    }
    let height = TOP + panels.len() as f64 * (PANEL + PANEL_GAP) + BOTTOM;
    ChartLayout {
        width: unit(WIDTH),
        height: unit(height),
        left: unit(LEFT),
        right: unit(right),
        name_at: unit(right + 8.0),
        tick_at: unit(LEFT - 8.0),
        middle: unit(f64::midpoint(LEFT, right)),
        along_at: unit(height - 14.0),
        panels: plots,
    }
}

/// Returns the names of the lines in order of appearance, without baselines.
fn names(chart: &Chart) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for line in chart.panels.iter().flat_map(|panel| &panel.lines).filter(|line| !line.baseline) {
        if !names.contains(&line.name.as_str()) {
            names.push(&line.name);
        }
    }
    names
}

fn ticks(scale: &Scale, below: f64) -> Vec<Tick> {
    let tick = |(at, text)| Tick { at: unit(at), text_at: unit(at + below), text };
    scale.ticks().into_iter().map(tick).collect()
}

/// Moves the positions down, then up, as little as needed to keep them apart and within bounds. Keeps their order.
fn apart(places: &[f64], first: f64, last: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    let mut moved: Vec<f64> = order.iter().map(|index| places[*index]).collect();
    let mut least = first;
    for place in &mut moved {
        *place = place.max(least);
        least = *place + NAME_HEIGHT;
    }
    let mut most = last;
    for place in moved.iter_mut().rev() {
        *place = place.min(most);
        most = *place - NAME_HEIGHT;
    }
    let mut result = vec![0.0; places.len()];
    for (index, place) in order.into_iter().zip(moved) {
        result[index] = place;
    }
    result
}

fn unit(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_apart() {
        for (places, expected) in [
            (&[50.0, 20.0][..], &[50.0, 20.0][..]),
            (&[20.0, 20.0, 20.0], &[20.0, 35.0, 50.0]),
            (&[100.0, 99.0, 98.0], &[100.0, 85.0, 70.0]),
            (&[0.0, -5.0], &[15.0, 0.0]),
            (&[], &[]),
        ] {
            assert_eq!(apart(places, 0.0, 100.0), expected);
        }
    }
}
