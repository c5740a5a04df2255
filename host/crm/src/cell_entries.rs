//! Cells that hold several values.

use baton_model::address::EmailAddress;

/// Returns the addresses in a cell with one or several.
pub(super) fn addresses(cell: &str) -> impl Iterator<Item = EmailAddress> + '_ {
    entries(cell).filter_map(|entry| entry.parse().ok())
}

/// Returns the values of a cell, split at the separators that people use.
pub(super) fn entries(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', ',', '|', ' ', '\n', '\t']).map(str::trim).filter(|entry| !entry.is_empty())
}
