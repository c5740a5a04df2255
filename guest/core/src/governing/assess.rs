//! What a stream's evidence allows.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Standing, Tally};

/// Full inspection, whatever the evidence: the standing `pilot`, under which every package is reviewed.
///
/// This governor counts no evidence towards a clearance number, so there is none to reach: `clearance` and
/// `still-needed` are 0, and the upper bound is the trivial one of 100 %.
pub fn assess(_plan: &InspectionPlan, tally: &Tally) -> Assessment {
    Assessment {
        standing: Standing::Pilot,
        level: 0,
        fraction: 10_000,
        recent_nonconforming: 0,
        clearance: 0,
        still_needed: 0,
        upper_bound: 10_000,
        reason: format!(
            "every package is reviewed: this governor does not let evidence earn less inspection; {} inspected so far, {} \
             of them nonconforming",
            tally.inspected, tally.nonconforming
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_evidence_loosens_the_pilot() {
        let plan = InspectionPlan { sampling: vec![2000], outgoing_quality_limit: 483, risk_limit: 1500, held: true };
        for (inspected, nonconforming, clean_run) in [(0, 0, 0), (500, 0, 500), (u64::MAX, u64::MAX, u32::MAX)] {
            let assessment = assess(&plan, &Tally { inspected, nonconforming, clean_run, level: 1 });
            assert_eq!((assessment.standing, assessment.level), (Standing::Pilot, 0));
            assert_eq!(assessment.upper_bound, 10_000);
            assert!(assessment.reason.contains(&format!("{inspected} inspected")));
        }
    }
}
