//! The standing of a stream, from its evidence.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Standing, Suspension, Tally};
use baton_facts::types::{BasisPoints, Timestamp};

use super::bound::upper_bound_points;
use super::count::{RECENT, is_halted, update_level};
use super::eta;
use super::plan::{ALL, SamplingPlan};

/// Returns the standing, the share to inspect, and the reason: "11 of 15 good reviews in a row; defect rate at most 27
/// % (limit 15%); about 3 days at today's volume".
///
/// Sampling less than everything requires all of these: the clearance number of conforming inspections in a row at each
/// level up to this one, an upper bound on the nonconforming rate within the risk limit, no open missed check, no stop
/// by a person, and an inspection within the last 90 days and 500 releases. In `probation` a stream is cleared for the
/// first level while the bound is above the limit, and everything is reviewed, or it is at the first of several levels.
/// `proven` is beyond that.
///
/// `packages_per_week` counts the last five working days.
pub fn assess(plan: &InspectionPlan, tally: &Tally, now: Timestamp, packages_per_week: u32) -> Assessment {
    assess_under(&SamplingPlan::new(plan), tally.clone(), now, packages_per_week)
}

/// Assesses with a plan that is parsed once for many streams.
pub(super) fn assess_under(plan: &SamplingPlan, tally: Tally, now: Timestamp, packages_per_week: u32) -> Assessment {
    let tally = update_level(plan, tally, Some(now));
    let upper_bound = upper_bound_points(tally.inspected, tally.nonconforming);
    let bounded = upper_bound <= plan.risk_limit;
    let cleared = tally.level > 0 || plan.clearance.is_some_and(|clearance| tally.clean_run >= clearance);
    let standing = if is_halted(&tally) {
        Standing::Suspended
    } else if !cleared {
        if tally.suspended.is_some() { Standing::Suspended } else { Standing::Pilot }
    } else if !bounded || tally.level == 0 || (tally.level == 1 && plan.levels() > 1) {
        Standing::Probation
    } else {
        Standing::Proven
    };
    let fraction = if is_halted(&tally) || !bounded { ALL } else { plan.fraction(tally.level) };
    let clearance = plan.clearance.unwrap_or(0);
    let still_needed = if tally.level < plan.levels() { clearance.saturating_sub(tally.clean_run) } else { 0 };
    let defects = tally.recent.iter().take(RECENT).filter(|nonconforming| **nonconforming).count();
    let assessment = Assessment {
        standing,
        level: tally.level,
        fraction,
        clearance,
        still_needed,
        upper_bound,
        recent_nonconforming: u8::try_from(defects).unwrap_or(u8::MAX),
        reason: String::new(),
    };
    Assessment { reason: describe_standing(plan, &tally, &assessment, packages_per_week), ..assessment }
}

fn describe_standing(plan: &SamplingPlan, tally: &Tally, assessment: &Assessment, packages_per_week: u32) -> String {
    let mut clauses = Vec::new();
    if plan.clearance.is_none() {
        clauses
            .push("no number of good reviews can meet the plan's quality limit, so everything is reviewed".to_owned());
    }
    if assessment.standing == Standing::Suspended {
        clauses.push(suspension_reason(tally).to_owned());
    }
    if assessment.fraction < ALL {
        clauses.push(format!("{} are checked", percent(assessment.fraction)));
    }
    let last = tally.level == plan.levels();
    match plan.clearance {
        Some(clearance) if !last => {
            let towards = if tally.level > 0 { format!(" toward level {}", tally.level + 1) } else { String::new() };
            clauses.push(format!("{} of {clearance} good reviews in a row{towards}", tally.clean_run.min(clearance)));
        }
        Some(_) => clauses.push(format!("{} good reviews in a row", tally.clean_run)),
        None => clauses.push(format!("{} inspected", tally.inspected)),
    }
    let bound = percent(assessment.upper_bound);
    let bounded = assessment.upper_bound <= plan.risk_limit;
    let limit = percent(plan.risk_limit);
    clauses.push(format!("defect rate at most {bound} (limit {limit})"));
    if tally.nonconforming > 0 {
        let of = tally.inspected.min(RECENT as u64);
        clauses.push(format!("{} of the last {of} with a defect", assessment.recent_nonconforming));
    }
    if plan.clearance.is_some() && !is_halted(tally) && (!last || !bounded) {
        let inspections = eta::inspections(plan, tally);
        clauses.push(eta::describe_eta(inspections, assessment.fraction, packages_per_week));
    }
    clauses.join("; ")
}

const fn suspension_reason(tally: &Tally) -> &'static str {
    if tally.stopped {
        return "stopped until somebody resumes it";
    }
    if tally.overdue > 0 {
        return match tally.suspended {
            Some(Suspension::MissedChecks) => "two spot-checks were missed and one is still open",
            _ => "a spot-check was missed and is still open",
        };
    }
    match tally.suspended {
        Some(Suspension::Fingerprint) => "suspended: a wrong fact was reported in another stream with the same drafter",
        Some(Suspension::MissedChecks) => "suspended: two spot-checks were missed",
        Some(Suspension::Lapse) => "suspended: too long without an inspection",
        Some(Suspension::Person) => "stopped by somebody and resumed since",
        Some(Suspension::Defect) | None => "suspended after a defect",
    }
}

/// Formats basis points: "15%", "4.83%".
fn percent(points: BasisPoints) -> String {
    let (whole, hundredths) = (points / 100, points % 100);
    let digits = format!("{whole}.{hundredths:02}");
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests;
