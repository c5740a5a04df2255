//! Autonomy: the evidence of each stream, the governor's assessment of it, and the sampling of spot-checks.

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

pub use auto_release::AutoReleases;
pub use compare::{COMPARE_LIMIT, CallComparison, CompareOptions, ComponentComparison, StreamComparison};
pub use difference::{CallDifference, DraftTexts};
pub use evidence_transfer::StreamRestarts;
pub use queries::evidence::EvidenceRow;
pub use queries::streams::StreamKey;
pub use spot_checks::{SpotCheckVerdict, SpotCheckView};
pub use stream_view::{Demotion, EvidenceView, Forecast, ForecastAtRate, StandingTransition, StreamDetail};
pub use streams::{ManualChange, StreamView};
