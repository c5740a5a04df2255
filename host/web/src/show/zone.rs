//! Moments by the clock of a time zone, which is always said.

use baton_facts::types::Timestamp;
use baton_model::Zone;

/// A moment by the clock there: `2026-03-10 10:00 Europe/Berlin`.
pub(crate) fn in_zone(at: Timestamp, zone: Zone) -> String {
    zone.clock(at).map_or_else(|| at.to_string(), |shown| format!("{} {}", shown.format("%Y-%m-%d %H:%M"), zone.name()))
}
