//! `baton simulate`: a campaign's future under each handoff model and plan.

use std::path::PathBuf;
use std::str::FromStr;

use baton_facts::policy::InspectionPlan;
use baton_facts::types::BasisPoints;
use clap::Args;

#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// The campaign: the name of its file in the campaigns folder, without `.toml`
    pub campaign: String,

    /// The number of SDRs who review; defaults to the campaign's `[capacity]`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = TEAM)]
    pub sdrs: Option<u32>,

    /// Average seconds per review, 1 to 3,600; defaults to the store's median, or to 60
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3600), help_heading = TEAM)]
    pub review_seconds: Option<u32>,

    /// Packages that one SDR reviews per day, 1 to 1,000; 20 to 50 are usual. Defaults to the campaign's `[capacity]`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = TEAM)]
    pub reviews_per_day: Option<u32>,

    /// Messages that one SDR researches and writes by hand per day, 1 to 100; 5 to 10 are usual. Defaults to 8
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100), help_heading = TEAM)]
    pub by_hand_per_day: Option<u32>,

    /// The share of defects that reviewers miss, in percent; defaults to 10
    #[arg(long, value_name = "%", value_parser = percent, help_heading = TEAM)]
    pub miss_rate: Option<BasisPoints>,

    /// Working minutes until a spot-check counts as missed, 1 to 4,800; defaults to 60
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4800), help_heading = TEAM)]
    pub check_minutes: Option<u32>,

    /// Packages that a run can prepare per day, 1 to 10,000; defaults to the recent number, or to `mailbox-daily`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), help_heading = DRAFTS)]
    pub packages_per_day: Option<u32>,

    /// The share of drafts that a person would not send, in percent; defaults to the share found in each stream, or
    /// to 5
    #[arg(long, value_name = "%", value_parser = percent, help_heading = DRAFTS)]
    pub nonconforming: Option<BasisPoints>,

    /// The share of those that state a wrong fact, which stops every stream, in percent; defaults to 5
    #[arg(long, value_name = "%", value_parser = percent, help_heading = DRAFTS)]
    pub factual: Option<BasisPoints>,

    /// Compare this inspection plan as well; repeat for several. The parts are the shares inspected per level, the
    /// limit on outgoing quality and the risk limit, all in percent, and whether a sample is held until its verdict or
    /// sent: `20/4.83/15/held`, `50,20,10/4.83/20/sent`
    #[arg(long, value_name = "PLAN", help_heading = DRAFTS)]
    pub plan: Vec<PlanArg>,

    /// Working days to simulate, 1 to 1,000
    #[arg(long, value_name = "N", default_value = "40", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub days: u32,

    /// Runs of the campaign per day, 1 to 48; defaults to 2
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=48))]
    pub batches_per_day: Option<u32>,

    /// The random seed; the same seed gives the same numbers
    #[arg(long, value_name = "N", default_value = "1")]
    pub seed: u64,

    /// Repetitions per scenario, 1 to 1,000
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub runs: u32,

    /// Write a plot to this file, as SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

const TEAM: &str = "The team";
const DRAFTS: &str = "Packages and plans";

/// The largest number of levels; useful plans have fewer.
const LEVELS_MAX: usize = 10;

/// An inspection plan on the command line.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanArg {
    pub plan: InspectionPlan,
    /// The plan as the user typed it.
    pub text: String,
}

impl FromStr for PlanArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').map(str::trim).collect();
        let [sampling, limit, risk, how] = parts[..] else {
            return Err("expected four parts, for example `20/4.83/15/held`".into());
        };
        let sampling: Vec<BasisPoints> = sampling.split(',').map(percent).collect::<Result<_, _>>()?;
        if sampling.len() > LEVELS_MAX || !sampling.iter().all(|share| (1..10_000).contains(share)) {
            return Err(format!("expected up to {LEVELS_MAX} shares, each more than 0 and less than 100"));
        }
        if sampling.windows(2).any(|pair| pair[1] >= pair[0]) {
            return Err("each share must be smaller than the one before, for example `50,20,10`".into());
        }
        let held = match how {
            "held" => true,
            "sent" => false,
            _ => {
                return Err(
                    "the last part must be `held` (checked before sending) or `sent` (checked afterwards)".into()
                );
            }
        };
        let (outgoing_quality_limit, risk_limit) = (percent(limit)?, percent(risk)?);
        if outgoing_quality_limit == 0 || risk_limit == 0 {
            return Err("a limit must be more than 0".into());
        }
        Ok(Self { plan: InspectionPlan { sampling, outgoing_quality_limit, risk_limit, held }, text: text.to_owned() })
    }
}

/// Parses a percentage from 0 to 100 with up to two decimals: `5`, `4.83`, `5%`.
fn percent(text: &str) -> Result<BasisPoints, String> {
    let wrong = || "expected a percentage from 0 to 100 with up to two decimals".to_owned();
    let (whole, rest) = match text.trim().trim_end_matches('%').trim_end().split_once('.') {
        Some((whole, rest)) if (1..=2).contains(&rest.len()) => (whole.to_owned(), format!("{rest:0<2}")),
        None => (text.trim().trim_end_matches('%').trim_end().to_owned(), "00".to_owned()),
        Some(_) => return Err(wrong()),
    };
    let digits = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&whole) || !digits(&rest) {
        return Err(wrong());
    }
    let points: BasisPoints = format!("{whole}{rest}").parse().map_err(|_| wrong())?;
    if points > 10_000 { Err(wrong()) } else { Ok(points) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        for (text, expected) in
            [("5", Some(500)), ("4.83", Some(483)), ("0.5%", Some(50)), ("100 %", Some(10_000)), ("0", Some(0))]
                .into_iter()
                .chain(
                    ["", "-1", "100.01", "1.234", "1.", ".5", "1e2", "+5", "5,5", "1000", "٣"].map(|bad| (bad, None)),
                )
        {
            assert_eq!(percent(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn plans() {
        let plan = |text: &str| text.parse::<PlanArg>().map(|plan| plan.plan);
        let of = |sampling: &[BasisPoints], held| InspectionPlan {
            sampling: sampling.to_vec(),
            outgoing_quality_limit: 483,
            risk_limit: 1500,
            held,
        };
        assert_eq!(plan("20/4.83/15/held"), Ok(of(&[2000], true)));
        assert_eq!(plan("50, 20,10 / 4.83 / 15 / sent"), Ok(of(&[5000, 2000, 1000], false)));
        for bad in [
            "",
            "20",
            "20/4.83/15",
            "20/4.83/15/kept",
            "10,20/4/15/held",
            "0/4/15/held",
            "100/4/15/held",
            "20/0/15/held",
            "20/4/0/held",
            "20//15/held",
            "1,1/4/15/held",
            "20/4/15/held/x",
        ] {
            assert!(plan(bad).is_err(), "{bad}");
        }
    }
}
