//! Maps values to positions, with ticks at round numbers.

/// A linear scale from 0, or from the lowest value if that is negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    step: f64,
    from: f64,
    to: f64,
}

/// The distance between ticks is one of these times a power of ten.
const STEPS: [f64; 4] = [1.0, 2.0, 2.5, 5.0];

impl Scale {
    /// Creates a scale that fits these values, drawn from `from` to `to`, with about the given number of ticks. It ends at
    /// a tick, or at the last value if it is `tight`.
    pub fn new(values: impl Iterator<Item = f64>, within: (f64, f64), ticks: u32, tight: bool) -> Self {
        Self::stepping(values, within, ticks, tight, |_| true)
    }

    /// Creates a scale for counts, which ends at a tick and has only whole numbers.
    pub fn counting(values: impl Iterator<Item = f64>, within: (f64, f64), ticks: u32) -> Self {
        Self::stepping(values, within, ticks, false, |step| step >= 1.0 && step.fract() == 0.0)
    }

    fn stepping(
        values: impl Iterator<Item = f64>,
        (from, to): (f64, f64),
        ticks: u32,
        tight: bool,
        fits: impl Fn(f64) -> bool,
    ) -> Self {
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        // Larger differences cannot be drawn.
        (low, high) = (low.max(-1e15), high.min(1e15));
        if high - low < 1e-9 {
            high = low + 1.0;
        }
        let least = (high - low) / f64::from(ticks.max(1));
        let power = 10_f64.powf(least.log10().floor());
        let steps = [power, 10.0 * power].into_iter().flat_map(|power| STEPS.map(|step| step * power));
        let step = steps.into_iter().find(|step| *step >= least * 0.999 && fits(*step)).unwrap_or(10.0 * power);
        if !tight {
            (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        }
        Self { low, high, step, from, to }
    }

    pub fn place(&self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.from + share * (self.to - self.from)
    }

    /// Returns the position and label of each tick.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let decimals =
            if self.step >= 1.0 && self.step.fract() == 0.0 { 0 } else { (1.0 - self.step.log10()).ceil() as usize };
        let first = (self.low / self.step).ceil();
        let count = ((self.high - first * self.step) / self.step + 1e-9).floor().clamp(0.0, 50.0) as u32;
        let tick = |index: u32| {
            let value = (first + f64::from(index)) * self.step;
            (self.place(value), number(value, decimals))
        };
        (0..=count).map(tick).collect()
    }
}

/// Formats a number with thousands separators, and without a sign before 0.
fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let rest = rest.trim_end_matches('0').trim_end_matches('.');
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    let sign = if value < 0.0 && !text.trim_matches(['0', '.']).is_empty() { "−" } else { "" };
    format!("{sign}{shown}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        for (high, expected) in [
            (0.0, &["0", "0.25", "0.5", "0.75", "1"][..]),
            (0.83, &["0", "0.25", "0.5", "0.75", "1"]),
            (4.0, &["0", "1", "2", "3", "4"]),
            (47.0, &["0", "20", "40", "60"]),
            (99.0, &["0", "25", "50", "75", "100"]),
            (12_345.0, &["0", "5,000", "10,000", "15,000"]),
            (-3.0, &["−3", "−2", "−1", "0"]),
        ] {
            let scale = Scale::new([high].into_iter(), (0.0, 1.0), 4, false);
            let shown: Vec<String> = scale.ticks().into_iter().map(|(_, text)| text).collect();
            assert_eq!(shown, expected, "{high}");
        }
    }

    #[test]
    fn what_is_counted_is_whole() {
        for (high, expected) in [
            (0.0, &["0", "1"][..]),
            (1.0, &["0", "1"]),
            (3.0, &["0", "1", "2", "3"]),
            (10.0, &["0", "5", "10"]),
            (99.0, &["0", "25", "50", "75", "100"]),
        ] {
            let scale = Scale::counting([high].into_iter(), (0.0, 1.0), 4);
            let shown: Vec<String> = scale.ticks().into_iter().map(|(_, text)| text).collect();
            assert_eq!(shown, expected, "{high}");
        }
    }

    #[test]
    fn places_are_within() {
        let scale = Scale::new([10.0].into_iter(), (100.0, 0.0), 4, true);
        assert_eq!([0.0, 5.0, 10.0, 11.0].map(|value| scale.place(value)), [100.0, 50.0, 0.0, 0.0]);
        let vast = Scale::new([f64::MAX].into_iter(), (0.0, 1.0), 4, false);
        assert!(vast.place(f64::MAX) <= 1.0 && vast.ticks().len() < 60);
    }
}
