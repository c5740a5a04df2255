//! The command that looks ahead.

use std::path::PathBuf;
use std::str::FromStr;

use baton_facts::policy::InspectionPlan;
use baton_facts::types::BasisPoints;
use clap::Args;

/// Where a range is named, anything outside of it is refused.
#[derive(Debug, Args)]
pub struct Simulate {
    /// The campaign: the name of a file in the campaigns folder, without `.toml`
    pub campaign: String,

    /// How many SDRs review; by default the campaign's `[review]` says it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = TEAM)]
    pub sdrs: Option<u32>,

    /// Seconds that a review takes on average, 1 to 3,600; by default the store's median, else 60
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3600), help_heading = TEAM)]
    pub review_seconds: Option<u32>,

    /// Packages that an SDR reviews in a day, 1 to 1,000; 20 to 50 are usual. By default the campaign's `[review]`
    /// says it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = TEAM)]
    pub reviews_per_day: Option<u32>,

    /// Messages that an SDR researches and writes by hand in a day, 1 to 100; 5 to 10 are usual, 8 by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100), help_heading = TEAM)]
    pub by_hand_per_day: Option<u32>,

    /// The share of defects that a reviewer does not see, in percent; 10 by default
    #[arg(long, value_name = "%", value_parser = percent, help_heading = TEAM)]
    pub miss_rate: Option<BasisPoints>,

    /// Working minutes until a spot-check counts as missed, 1 to 4,800; 60 by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4800), help_heading = TEAM)]
    pub check_minutes: Option<u32>,

    /// Packages that could be prepared in a day, 1 to 10,000; by default as many as lately, else `mailbox-daily`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), help_heading = DRAFTS)]
    pub packages_per_day: Option<u32>,

    /// The share of drafts that a person would not send, in percent; by default what inspection found in each stream,
    /// else 5
    #[arg(long, value_name = "%", value_parser = percent, help_heading = DRAFTS)]
    pub nonconforming: Option<BasisPoints>,

    /// The share of those with a wrong fact, which stops every stream, in percent; 5 by default
    #[arg(long, value_name = "%", value_parser = percent, help_heading = DRAFTS)]
    pub factual: Option<BasisPoints>,

    /// Compare this plan as well; may be given again. Shares inspected level by level, limit on outgoing quality, risk
    /// limit, all in percent, and whether a sample is held: `20/4.83/15/held`, `50,20,10/4.83/20/sent`
    #[arg(long, value_name = "PLAN", help_heading = DRAFTS)]
    pub plan: Vec<Plan>,

    /// Working days, 1 to 1,000
    #[arg(long, value_name = "N", default_value = "40", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub days: u32,

    /// Runs of the campaign in a day, 1 to 48; 2 by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=48))]
    pub batches_per_day: Option<u32>,

    /// The same seed gives the same numbers
    #[arg(long, value_name = "N", default_value = "1")]
    pub seed: u64,

    /// How many times each way is simulated, 1 to 1,000
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub runs: u32,

    /// Write the plot to this file, as SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

const TEAM: &str = "The team";
const DRAFTS: &str = "Packages and plans";

/// Plans with more levels than this are none that anybody wants.
const LEVELS_MAX: usize = 10;

/// An inspection plan as people type it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub plan: InspectionPlan,
    /// As it was typed.
    pub text: String,
}

impl FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').map(str::trim).collect();
        let [sampling, limit, risk, how] = parts[..] else {
            return Err("not four parts; for instance `20/4.83/15/held`".into());
        };
        let sampling: Vec<BasisPoints> = sampling.split(',').map(percent).collect::<Result<_, _>>()?;
        if sampling.len() > LEVELS_MAX || !sampling.iter().all(|share| (1..10_000).contains(share)) {
            return Err(format!("up to {LEVELS_MAX} shares, each more than 0 and less than 100"));
        }
        if sampling.windows(2).any(|pair| pair[1] >= pair[0]) {
            return Err("each share must be smaller than the one before; for instance `50,20,10`".into());
        }
        let held = match how {
            "held" => true,
            "sent" => false,
            _ => return Err("a sample is `held` until its verdict, or `sent` and looked at afterwards".into()),
        };
        let (outgoing_quality_limit, risk_limit) = (percent(limit)?, percent(risk)?);
        if outgoing_quality_limit == 0 || risk_limit == 0 {
            return Err("no plan keeps a limit of 0".into());
        }
        Ok(Self { plan: InspectionPlan { sampling, outgoing_quality_limit, risk_limit, held }, text: text.to_owned() })
    }
}

/// A share in percent, from 0 to 100 with up to two decimals: `5`, `4.83`, `5%`.
fn percent(text: &str) -> Result<BasisPoints, String> {
    let wrong = || "not a share in percent from 0 to 100 with up to two decimals".to_owned();
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
        let plan = |text: &str| text.parse::<Plan>().map(|plan| plan.plan);
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
