//! Commands about standings and spot-checks.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Quality {
    /// Only this campaign's streams
    #[arg(long, value_name = "C")]
    pub campaign: Option<String>,

    /// What reviewers miss of planted defects, in the place of the streams
    #[arg(long, conflicts_with = "campaign")]
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
