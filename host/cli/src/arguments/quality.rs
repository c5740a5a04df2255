//! Commands about standings and spot-checks.

use clap::{Args, Subcommand, ValueEnum};

/// What the numbers mean.
const NUMBERS: &str = "\
What the numbers mean:
  clean       how many in a row conformed since the level before; a plan asks for so many (its clearance number)
  bound       with 95 % certainty no more of the stream's drafts than this are nonconforming, however often it is
              looked at; a stream is proven once this is within its tier's risk limit. It holds while what is inspected
              is drawn at random, nothing found is left out, and drafts stay as good as they are
  limit       the most that leaves nonconforming on average (AOQL), restated for what leaves before a verdict
  leave before a catch
              how many nonconforming messages leave, on average, before one is drawn, found, and stops the stream
  to clear    how many reviews it takes, on average, until a stream may let messages go by itself";

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = NUMBERS)]
pub struct Quality {
    /// One stream in full, by its number: its standing and what took it, what its plan can prove, its evidence
    #[arg(value_name = "STREAM", conflicts_with = "campaign", value_parser = clap::value_parser!(i64).range(1..))]
    pub stream: Option<i64>,

    /// Only this campaign's streams
    #[arg(long, value_name = "C")]
    pub campaign: Option<String>,

    /// How many lines of the stream's evidence to show, latest first; 0 to 1000
    #[arg(long, value_name = "N", default_value = "20", requires = "stream",
          value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub evidence: u32,

    /// What reviewers miss of planted defects, in the place of the streams
    #[arg(long, conflicts_with_all = ["campaign", "stream"])]
    pub reviewers: bool,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Option<QualityCommand>,
}

#[derive(Debug, Subcommand)]
pub enum QualityCommand {
    /// Stop a stream: nothing of it leaves without a decision, and what has not left comes back to review
    Stop(ByHand),
    /// Lift a stop; what the plan asks for stays to be earned
    Resume(ByHand),
}

#[derive(Debug, Args)]
pub struct ByHand {
    /// The stream's number
    pub stream: i64,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

#[derive(Debug, Args)]
pub struct Checks {
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct VerdictOn {
    /// The package's id, or how it starts
    #[arg(value_name = "ID")]
    pub package: String,

    /// What you found
    #[arg(value_enum)]
    pub finding: Found,

    /// The digest that `baton show` printed, or its first 8 characters or more
    #[arg(long, value_name = "D")]
    pub digest: String,

    /// How long you looked; under 8 seconds, or without it, a conforming verdict brings no evidence
    #[arg(long, value_name = "N")]
    pub seconds: Option<u32>,

    /// What is wrong, in your words; needed unless it is conforming
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,

    /// Makes asking again the same request
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Found {
    /// Fit to have left
    Conforming,
    /// It should not have left as it is
    Nonconforming,
    /// A claim, name, number, recipient or link is wrong
    FactualDefect,
}
