//! The rules of the table `[review]`.

use baton_model::ReviewOptions;

use super::{loader::FileReader, spanned::KeyPath};

/// Minimum number of packages for each seeded defect: more defects would take too much of the reviewers' time.
const LEAST: u32 = 10;

/// The range of each number. Five minutes are the minimum for a check; after a week nobody remembers the message.
pub(super) const RANGES: [(&str, i64, i64); 3] =
    [("review.check-minutes", 5, 10_080), ("review.seeded-defects", 0, 1000), ("review.undo-seconds", 0, 300)];

pub(super) fn check(review: &ReviewOptions, reading: &mut FileReader) {
    if let Some(backup) = review.backup.as_ref().filter(|backup| !backup.trim().contains('@')) {
        let message = format!("`backup` must be an email address, not `{backup}`");
        let hint = "name the address that the backup reviewer signs in with: `baton users list` shows it";
        reading.error(&KeyPath::of("review").key("backup"), message, Some(hint.into()));
    }
    if (1..LEAST).contains(&review.seeded_defects) {
        let message = format!("`seeded-defects` must be 0 or from {LEAST} to 1000, not {}", review.seeded_defects);
        let hint = "it is one package in so many: 50 is usual, and 0 seeds none";
        reading.error(&KeyPath::of("review").key("seeded-defects"), message, Some(hint.into()));
    }
}
