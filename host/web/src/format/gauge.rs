//! Small charts beside a number: filled cells, and a bound against its limit. Each has a label that says what it shows.

use baton_facts::types::BasisPoints;

/// Above this number, cells are merged into one bar.
const MOST_CELLS: u32 = 60;

/// The distance between the starts of two cells.
const PITCH: u32 = 8;

/// The width of a gauge.
const GAUGE_WIDTH: u32 = 240;

pub(crate) struct Cells {
    pub label: String,
    pub width: u32,
    pub cells: Vec<GaugeCell>,
}

pub(crate) struct GaugeCell {
    pub x: u32,
    pub width: u32,
    pub class: &'static str,
}

impl Cells {
    /// Draws `filled` of `total` cells as filled, as one bar if there are too many cells.
    pub fn progress(filled: u32, total: u32, label: String) -> Self {
        let class = |full| if full { "full" } else { "open" };
        if total > MOST_CELLS {
            let part = u32::try_from(u64::from(GAUGE_WIDTH) * u64::from(filled.min(total)) / u64::from(total))
                .unwrap_or(GAUGE_WIDTH);
            let cells = vec![
                GaugeCell { x: 0, width: GAUGE_WIDTH, class: class(false) },
                GaugeCell { x: 0, width: part, class: class(true) },
            ];
            return Self { label, width: GAUGE_WIDTH, cells };
        }
        Self::row(total, label, |index| class(index < filled))
    }

    /// Draws the results of the last inspections, oldest first. `recent` has the newest first.
    pub fn recent(recent: &[bool], how_many: u32, label: String) -> Self {
        let how_many = how_many.min(50);
        Self::row(how_many, label, |index| {
            let nonconforming = recent.get((how_many - 1 - index) as usize) == Some(&true);
            if nonconforming { "bad" } else { "full" }
        })
    }

    fn row(total: u32, label: String, class: impl Fn(u32) -> &'static str) -> Self {
        let cells = (0..total).map(|index| GaugeCell { x: index * PITCH, width: PITCH - 2, class: class(index) });
        Self { label, width: (total * PITCH).saturating_sub(2).max(1), cells: cells.collect() }
    }
}

/// An upper bound and the limit it has to stay within.
pub(crate) struct Gauge {
    pub label: String,
    pub width: u32,
    /// The position of the bound, in pixels.
    pub bound: u32,
    /// The position of the limit, in pixels.
    pub limit: u32,
    pub class: &'static str,
}

impl Gauge {
    /// Uses a scale up to twice the limit, or up to 100% if the bound is larger.
    pub fn new(bound: BasisPoints, limit: BasisPoints, label: String) -> Self {
        let twice = u32::from(limit).saturating_mul(2).clamp(1, 10_000);
        let scale = if u32::from(bound) <= twice { twice } else { 10_000 };
        let at = |points: BasisPoints| (u32::from(points) * GAUGE_WIDTH / scale).min(GAUGE_WIDTH);
        let class = if bound <= limit { "full" } else { "over" };
        Self { label, width: GAUGE_WIDTH, bound: at(bound), limit: at(limit), class }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_filled_from_the_left() {
        let shown = |cells: Cells| -> String { cells.cells.iter().map(|cell| &cell.class[..1]).collect() };
        assert_eq!(shown(Cells::progress(2, 4, String::new())), "ffoo");
        assert_eq!(shown(Cells::progress(9, 4, String::new())), "ffff");
        assert_eq!(shown(Cells::progress(0, 0, String::new())), "");
        assert_eq!(shown(Cells::recent(&[false, false, true, false], 4, String::new())), "fbff");
        assert_eq!(Cells::recent(&[], 900, String::new()).cells.len(), 50);
        let many = Cells::progress(100, 400, String::new());
        assert_eq!((many.cells.len(), many.cells[1].width), (2, 60));
    }

    #[test]
    fn a_bound_and_its_limit_fit() {
        for (bound, limit, expected) in
            [(1500, 1500, (120, 120, "full")), (5000, 1500, (120, 36, "over")), (0, 0, (0, 0, "full"))]
        {
            let gauge = Gauge::new(bound, limit, String::new());
            assert_eq!((gauge.bound, gauge.limit, gauge.class), expected);
        }
    }
}
