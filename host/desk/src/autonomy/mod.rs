//! Which streams may send without a decision: the evidence, the governor's assessment of it, and the sampling of spot-checks.

pub(crate) mod auto_release;
pub(crate) mod calibration;
pub(crate) mod compare;
pub(crate) mod difference;
pub(crate) mod evidence_transfer;
pub(crate) mod history;
pub(crate) mod miss_rate;
pub(crate) mod queries;
pub(crate) mod sampling;
pub(crate) mod spot_checks;
pub(crate) mod stream_view;
pub(crate) mod streams;

pub use auto_release::Batches;
pub use compare::{CallCompared, Comparing, Comparison, LIMIT, StreamCompared};
pub use difference::{CameTo, Texts};
pub use evidence_transfer::Anew;
pub use queries::evidence::EvidenceRow;
pub use queries::streams::StreamKey;
pub use spot_checks::{CheckView, Verdict};
pub use stream_view::{AtRate, EvidenceView, Fallen, Foreseen, StreamDetail, Turn};
pub use streams::{ByHand, StreamView};
