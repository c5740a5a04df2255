//! What one call may use up. Every bound is per call, and going beyond one ends that call alone.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often the epoch advances: the grain of [`Limits::computing`].
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// The bounds of one call into a component.
///
/// The defaults are those the contract names in `worlds.wit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Limits {
    /// Linear memory in bytes. An instance has one.
    pub memory: usize,
    /// Elements of one table. Components compiled from Python or JavaScript need over 5,000.
    pub table_elements: usize,
    /// Computing without calling out; starts anew after each import. Rounded up to 10 ms.
    pub computing: Duration,
    /// Wall-clock time of the whole call, waiting for capabilities and for a free instance included.
    pub whole_call: Duration,
    /// Imported calls.
    pub calls: u32,
    /// Bytes of one value that a component hands over, as an argument of an import or as the result.
    pub value: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            table_elements: 8192,
            computing: Duration::from_millis(200),
            whole_call: Duration::from_secs(30),
            calls: 64,
            value: 1 << 20,
        }
    }
}

impl Limits {
    pub(crate) fn ticks(&self) -> u32 {
        let ticks = self.computing.as_millis().div_ceil(TICK.as_millis());
        u32::try_from(ticks).unwrap_or(u32::MAX).max(1)
    }
}
