//! The size of a batch, and the share of it that is inspected.

use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Assessment, Standing};
use baton_facts::types::BasisPoints;

/// Maximum number of packages in a batch, which are released between two assessments of the evidence.
pub const BATCH: usize = 50;

/// The audited share under the model `automatic`, once its stream is proven at the plan's last level.
const AUDIT: BasisPoints = 200;

/// Returns the inspected share of released packages: under the model `automatic` an audit remains, once the stream is
/// proven at the plan's last level.
pub fn share(model: HandoffModel, assessment: &Assessment) -> BasisPoints {
    match model {
        HandoffModel::Automatic if assessment.standing == Standing::Proven && assessment.still_needed == 0 => AUDIT,
        _ => assessment.fraction,
    }
}
