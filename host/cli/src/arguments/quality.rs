//! Commands for streams, their standing, and spot-checks.

use clap::{Args, Subcommand, ValueEnum};

const NUMBERS: &str = "\
Definitions:
  clean         good reviews in a row since the last level; a plan requires a number of them (its
                clearance number)
  bound         with 95% confidence, at most this share of the stream's drafts is nonconforming,
                however often you look; a stream is proven once the bound is within its tier's risk
                limit. The bound assumes that inspections are sampled at random, that every finding
                is recorded, and that draft quality is stable
  limit         the largest average share of sent messages that is nonconforming (AOQL), adjusted
                for messages sent before a verdict
  sent before a catch
                nonconforming messages sent, on average, before one is sampled, found, and stops
                the stream
  to clear      reviews needed, on average, until a stream can auto-send";

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = NUMBERS)]
pub struct QualityArgs {
    /// Show this stream in full, by its number: standing, plan and evidence
    #[arg(value_name = "STREAM", conflicts_with = "campaign", value_parser = clap::value_parser!(i64).range(1..))]
    pub stream: Option<i64>,

    /// Streams of this campaign only
    #[arg(long, value_name = "CAMPAIGN")]
    pub campaign: Option<String>,

    /// The number of lines of evidence to show, latest first; 0 to 1000
    #[arg(long, value_name = "N", default_value = "20", requires = "stream",
          value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub evidence: u32,

    /// Show the share of seeded defects that reviewers miss, instead of the streams
    #[arg(long, conflicts_with_all = ["campaign", "stream"])]
    pub reviewers: bool,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Option<QualityCommand>,
}

#[derive(Debug, Subcommand)]
pub enum QualityCommand {
    /// Stop auto-send for a stream and return its unsent messages to review
    Stop(StreamStopArgs),
    /// Lift a stop; the stream still has to earn auto-send
    Resume(StreamStopArgs),
}

#[derive(Debug, Args)]
pub struct StreamStopArgs {
    /// The stream's number
    pub stream: i64,

    /// The reason, in your words
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

#[derive(Debug, Args)]
pub struct SpotChecksArgs {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct VerdictArgs {
    /// The package id, or its first characters
    #[arg(value_name = "ID")]
    pub package: String,

    /// Your finding
    #[arg(value_enum)]
    pub finding: FindingArg,

    /// The digest from `baton show`, or its first 8 characters or more
    #[arg(long, value_name = "DIGEST")]
    pub digest: String,

    /// Your review time in seconds; a conforming verdict counts as evidence only from 8 seconds on
    #[arg(long, value_name = "N")]
    pub seconds: Option<u32>,

    /// The reason for your finding, in your words; required unless the finding is `conforming`
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,

    /// An idempotency key: repeating the command with the same key returns the first result
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingArg {
    /// Fit to send as it was
    Conforming,
    /// Should not have been sent as it was
    Nonconforming,
    /// A claim, name, number, recipient or link is wrong
    FactualDefect,
}
