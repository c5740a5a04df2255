//! How much may be sent between two looks at the evidence, and the share of it that is inspected.

use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Assessment, Standing};
use baton_facts::types::BasisPoints;

/// Packages of a batch at the most: what may leave between two looks at the evidence.
pub const BATCH: usize = 50;

/// The share that is audited under the model `automatic`, once its stream is proven at the plan's last level.
const AUDIT: BasisPoints = 200;

/// The share of what a standing lets go that is inspected: under the model `automatic` an audit remains, once the stream
/// is proven at the plan's last level.
pub fn share(model: HandoffModel, assessment: &Assessment) -> BasisPoints {
    match model {
        HandoffModel::Automatic if assessment.standing == Standing::Proven && assessment.still_needed == 0 => AUDIT,
        _ => assessment.fraction,
    }
}
