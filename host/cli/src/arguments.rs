//! The command line, as people type it.

mod calibration;
mod compare;
mod crm;
mod desk;
mod plugin;
mod quality;
mod replies;
mod review;
mod simulate;
mod tokens;
mod users;
mod when;

pub use calibration::Calibration;
pub use compare::Compare;
pub use crm::{Deliveries, PanelToken, Webhooks, WebhooksCommand};
pub use desk::{
    Export, Forget, Format, Outbox, OutboxCommand, Pause, Reason, Resume, Scope, Stop, Suppress, Table, YesNo,
};
pub use plugin::{Inspect, Install, List, PluginCommand, Remove, WorldName};
pub use quality::{Checks, Found, Quality, QualityCommand, VerdictOn};
pub use replies::{Replies, RepliesCommand};
pub use review::{Approve, Assign, Bound, Edit, Named, Queue, Redraft, Reject, Replay, Snooze, Trail};
pub use simulate::Simulate;
pub use tokens::{Add as TokensAdd, List as TokensList, Revoke as TokensRevoke, TokensCommand};
pub use users::{Add as UsersAdd, List as UsersList, Named as UsersNamed, UsersCommand};
pub use when::{Until, moment};

use std::path::PathBuf;

use baton_facts::types::Timestamp;
use clap::{Args, ColorChoice, Parser, Subcommand};

/// Hands outbound sales work from software to a person at the right moment
#[derive(Debug, Parser)]
#[command(name = "baton", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// The configuration; paths in it are relative to its folder
    #[arg(long, global = true, value_name = "PATH", env = "BATON_CONFIG", default_value = "baton.toml")]
    pub config: PathBuf,

    /// Take this moment as now, for data that stands still: `2026-03-10`, `2026-03-10T09:00:00Z`
    #[arg(long, global = true, value_name = "T", env = "BATON_NOW", value_parser = moment)]
    pub now: Option<Timestamp>,

    /// Who decides; by default the login name
    #[arg(long = "as", global = true, value_name = "WHO", env = "BATON_USER")]
    pub who: Option<String>,

    /// When to use colour; NO_COLOR in the environment turns it off
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,

    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Data goes to standard output, everything else to standard error.

Exit codes:
  0  done, and nothing is wrong
  1  something is wrong with a file, a component, the store or the run
  2  the command line is wrong
  3  the desk refused, for what was shown is stale or it is not allowed now; nothing was changed";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a starter folder that runs as it is
    Init(Init),
    /// Read configuration, campaigns, data and components, and say everything that is wrong with them
    Check,
    /// Take every account to its outcome: a package, or the reason why there is none
    Run(Run),
    /// List the packages that wait for a decision, next to do first
    Queue(Queue),
    /// Show a package, by its id, as it is decided about; or what the last run made of an account
    Show(Show),
    /// List each rule that was looked at for an account in the last run, in order
    Why(Look),
    /// Approve a package: exactly the text that was shown may leave
    Approve(Approve),
    /// Send another text in the place of the draft; every check is made on it again
    Edit(Edit),
    /// Turn a package down, and say what was wrong with it
    Reject(Reject),
    /// Turn a draft down and have another one written, with your note; it takes the package's place
    Redraft(Redraft),
    /// Put a package off
    Snooze(Snooze),
    /// Give packages to a user, or to nobody: then anybody may decide
    Assign(Assign),
    /// List what is on its way, or was; with an id, the exact text
    Outbox(Outbox),
    /// List what each stream of messages has earned and why; stop one, or let it go on
    Quality(Quality),
    /// Simulate weeks of a campaign under each model and plan, before one of them is switched on
    Simulate(Box<Simulate>),
    /// List the messages that were drawn for a check and wait for a verdict
    Checks(Checks),
    /// Give the verdict on a message that was let go and drawn for a check
    Verdict(VerdictOn),
    /// List who answered and waits for a person to take over; say that you did
    Replies(Replies),
    /// Say what people make of the drafts, by kind of signal and version of the angle, and what they rewrite most
    Calibration(Calibration),
    /// Open the review page, on this machine unless `[web]` says more, and transmit what is approved
    Serve(Serve),
    /// Never write to an address, a domain or an account; what has not left is taken back
    Suppress(Suppress),
    /// Erase what is kept about a person, for good, and never write to them again
    Forget(Forget),
    /// Let everything at an account rest: an answer came in, a person took over
    Pause(Pause),
    /// Let an account that rests go on
    Resume(Resume),
    /// Press the stop button: nothing leaves until it is let go
    StopSending(Stop),
    /// Let the stop button go
    ResumeSending,
    /// Execute the recorded calls of a package again and compare what comes out
    Replay(Replay),
    /// Execute the recorded work with another engine or drafter, and show what would change
    Compare(Compare),
    /// List what happened, when, and by whom
    Trail(Trail),
    /// Write a whole table to standard output
    Export(Export),
    /// List what webhooks were told and are to be told; tell it again
    Webhooks(Webhooks),
    /// Print a link that opens a CRM's panel, as the CRM would make it, to try it out
    PanelToken(PanelToken),
    /// Say who may sign in on the review page, and what they may do
    #[command(subcommand)]
    Users(UsersCommand),
    /// Say which programs may use the API, and what they may do
    #[command(subcommand)]
    Tokens(TokensCommand),
    /// Look at components, install them and take them out
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Print the completions of a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct Init {
    /// The folder; it is made where there is none
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct Run {
    /// The campaign: the name of a file in the campaigns folder, without `.toml`
    pub campaign: String,

    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,

    /// Only this account, by domain, id or name, whether it is due or not; may be given again
    #[arg(long, value_name = "A")]
    pub account: Vec<String>,

    /// How many accounts are in flight at a time; by default two for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub jobs: Option<u16>,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Another port than `listen` in `[web]` says, which is 7420 by default; 0 takes a free one
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The package's id, or its first 8 characters or more; or an account, by domain, id or name
    #[arg(value_name = "PACKAGE|ACCOUNT")]
    pub what: String,

    /// The campaign of the account; may be left out when there is only one
    #[arg(long, value_name = "C")]
    pub campaign: Option<String>,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Look {
    /// The account, by domain, id or name
    pub account: String,

    /// The campaign; may be left out when there is only one
    #[arg(long, value_name = "C")]
    pub campaign: Option<String>,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
