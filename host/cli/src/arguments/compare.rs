//! `baton compare`: another component over old recordings.

use clap::Args;

const HELP: &str = "\
The comparison reaches nothing live and sends nothing. You do not have to install the component.

Evidence of quality belongs to the engine and drafter that earned it. `--carry-over` moves a stream's evidence to the \
new component if it reproduces the recorded packages exactly: the latest recordings, as many as the evidence counts \
inspections and at most 30, and no earlier comparison found a difference. If none of 30 differ, then with 95% \
confidence at most 10% of such packages would. Cases that no recording covers are not tested. A stream with any \
difference starts again in pilot.

Exit codes:
  0  every recording gave the same result
  1  a recording gave a different result, or something failed; standard error says which
  3  refused: the evidence cannot be carried over";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct CompareArgs {
    /// A component file, or `engine` or `drafter` for the one in use
    #[arg(value_name = "FILE|WORLD")]
    pub what: String,

    /// Recordings of this campaign only
    #[arg(long, value_name = "CAMPAIGN")]
    pub campaign: Option<String>,

    /// Recordings of this stream only, by its number
    #[arg(long, value_name = "N")]
    pub stream: Option<i64>,

    /// The number of latest recordings to compare per stream
    #[arg(long, value_name = "N", default_value_t = baton_desk::autonomy::COMPARE_LIMIT, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,

    /// Show every call that differs, not only the latest of each stream
    #[arg(long)]
    pub all: bool,

    /// Carry evidence over for streams whose packages are identical
    #[arg(long)]
    pub carry_over: bool,

    /// Do not ask for confirmation
    #[arg(long, requires = "carry_over")]
    pub yes: bool,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}
