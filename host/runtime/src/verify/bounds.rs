//! Bounds of values that are kept and shown: numbers, times, and the length of texts and lists.
//!
//! They are far above any honest value. Their purpose is that no page, list or date breaks by a component's answer.

use crate::error::Mismatch;
use baton_facts::packages::Check;
use baton_facts::types::{Evidence, Timestamp};

/// The maximum length of a sentence for people, in bytes.
pub(crate) const TEXT_MAX: usize = 16 << 10;
/// The maximum length of the text of an email, in bytes.
pub(crate) const BODY_MAX: usize = 128 << 10;
/// The maximum length of an id, a name or an address, in bytes.
pub(crate) const NAME_MAX: usize = 1 << 10;
/// The maximum number of entries of a list.
pub(crate) const LIST_MAX: usize = 500;
/// The last second of the year 9999, beyond which dates cannot be written.
pub(crate) const LAST_MOMENT: Timestamp = 253_402_300_799;
/// 10,000 basis points are everything.
pub(crate) const ALL: u16 = 10_000;

type Bounded = Result<(), Mismatch>;

/// Refuses the field unless `fits`.
pub(crate) fn require(field: &'static str, fits: bool) -> Bounded {
    if fits { Ok(()) } else { Err(Mismatch::Range(field)) }
}

/// Bounds a text for people.
pub(crate) fn text(field: &'static str, text: &str) -> Bounded {
    require(field, text.len() <= TEXT_MAX)
}

/// Bounds an id or a name.
pub(crate) fn name(field: &'static str, name: &str) -> Bounded {
    require(field, name.len() <= NAME_MAX)
}

/// Bounds the number of entries.
pub(crate) fn list<T>(field: &'static str, list: &[T]) -> Bounded {
    require(field, list.len() <= LIST_MAX)
}

/// Bounds a time to the dates that can be written.
pub(crate) fn moment(field: &'static str, at: Timestamp) -> Bounded {
    require(field, (0..=LAST_MOMENT).contains(&at))
}

/// Bounds the rules that a component evaluated.
pub(crate) fn checks(field: &'static str, checks: &[Check]) -> Bounded {
    list(field, checks)?;
    checks.iter().try_for_each(|check| {
        require(field, (1..=64).contains(&check.name.len()))?;
        text(field, &check.detail)?;
        list(field, &check.evidence)?;
        check.evidence.iter().try_for_each(|record| evidence(field, record))
    })
}

/// Bounds the id of a piece of evidence.
pub(crate) fn evidence(field: &'static str, record: &Evidence) -> Bounded {
    match record {
        Evidence::Signal(id) | Evidence::Fact(id) | Evidence::Contact(id) => name(field, id),
        Evidence::Account => Ok(()),
    }
}
