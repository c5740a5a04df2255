//! The SQL of this feature, a file for each table.

pub(crate) mod auto_release;
pub(crate) mod edit_stats;
pub(crate) mod evidence;
pub(crate) mod evidence_transfer;
pub(crate) mod history;
pub(crate) mod spot_checks;
pub(crate) mod stream_transitions;
pub(crate) mod streams;
