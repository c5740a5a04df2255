//! The command about another component over old recordings.

use clap::Args;

const HELP: &str = "\
Nothing live is reached, nothing is sent, and the component need not be installed.

Evidence of quality belongs to the engine and drafter that earned it. It is carried over, stream by stream, where the \
component gives exactly the packages that were recorded: as many of the latest recordings as the evidence counts \
inspections, 30 at the most, and no other one ever. With none of 30 different, a share of more than 10 % that differ is \
ruled out at 95 %; what the recordings do not hold is not ruled out at all. A stream with any difference begins in pilot.

Exit codes:
  0  everything that was executed came out the same
  1  something came out different, or something is wrong; standard error says what
  3  the desk refused to carry the evidence over";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Compare {
    /// A component file, or `engine` or `drafter` for the one that runs now
    #[arg(value_name = "FILE|WORLD")]
    pub what: String,

    /// Only the recordings of this campaign
    #[arg(long, value_name = "C")]
    pub campaign: Option<String>,

    /// Only the recordings of this stream, by its number
    #[arg(long, value_name = "N")]
    pub stream: Option<i64>,

    /// How many recordings of each stream at the most, the latest ones
    #[arg(long, value_name = "N", default_value_t = baton_desk::desk::LIMIT, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,

    /// Show every call that came to something else, not only the latest of each stream
    #[arg(long)]
    pub all: bool,

    /// Carry the evidence over where the drafts are identical
    #[arg(long)]
    pub carry_over: bool,

    /// Do not ask
    #[arg(long, requires = "carry_over")]
    pub yes: bool,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}
