//! Times in a time zone, which is always shown.

use baton_facts::types::Timestamp;
use baton_model::Zone;

/// Formats a time in a zone: `Tue, Mar 10, 2026, 10:00 Europe/Berlin`.
pub(crate) fn in_zone(at: Timestamp, zone: Zone) -> String {
    zone.clock(at)
        .map_or_else(|| at.to_string(), |shown| format!("{} {}", shown.format("%a, %b %-d, %Y, %H:%M"), zone.name()))
}
