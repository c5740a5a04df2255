//! The command line: every command, argument and option, as clap types.
//!
//! The first line of a doc comment is the help text that users read. [`help::command`] adds groups and examples to it, so
//! parse, print help and complete with it and [`help::parse`], never with the derived type alone.

mod compare;
mod crm;
mod desk;
mod drafts;
pub mod help;
mod plugin;
mod quality;
mod replies;
mod review;
mod simulate;
mod time_args;
mod tokens;
mod users;

pub use compare::CompareArgs;
pub use crm::{DeliveriesArgs, PanelTokenArgs, WebhooksArgs, WebhooksCommand};
pub use desk::{
    ExportArgs, ExportFormat, ExportTable, ForgetArgs, OutboxArgs, OutboxCommand, PauseArgs, ReasonArg, ResumeArgs,
    ScopeArg, StopSendingArgs, SuppressArgs, YesNo,
};
pub use drafts::DraftsArgs;
pub use plugin::{InspectArgs, InstallArgs, ListPluginsArgs, PluginCommand, RemoveArgs, WorldArg};
pub use quality::{FindingArg, QualityArgs, QualityCommand, SpotChecksArgs, VerdictArgs};
pub use replies::{RepliesArgs, RepliesCommand};
pub use review::{
    ApproveArgs, AssignArgs, AuditLogArgs, DecisionArgs, EditArgs, PackageRef, QueueArgs, RedraftArgs, RejectArgs,
    ReplayArgs, SnoozeArgs,
};
pub use simulate::SimulateArgs;
pub use time_args::timestamp;
pub use tokens::{AddTokenArgs, ListTokensArgs, RevokeTokenArgs, TokensCommand};
pub use users::{AddUserArgs, ListUsersArgs, UserArgs, UsersCommand};

use std::path::PathBuf;

use baton_facts::types::Timestamp;
use clap::{Args, ColorChoice, Parser, Subcommand};

/// Hands outbound sales work from software to a person at the right moment
#[derive(Debug, Parser)]
#[command(name = "baton", version)]
pub struct Arguments {
    /// The configuration file; relative paths in it start from its folder
    #[arg(long, global = true, value_name = "PATH", env = "BATON_CONFIG", default_value = "baton.toml",
          help_heading = GLOBAL)]
    pub config: PathBuf,

    /// Use this time as now, for example `2026-03-10` or `2026-03-10T09:00:00Z`
    #[arg(long, global = true, value_name = "TIME", env = "BATON_NOW", value_parser = timestamp, help_heading = GLOBAL)]
    pub now: Option<Timestamp>,

    /// Your name for decisions and the audit log; defaults to your login name
    #[arg(long = "as", global = true, value_name = "NAME", env = "BATON_USER", help_heading = GLOBAL)]
    pub who: Option<String>,

    /// When to use color; setting NO_COLOR turns it off
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = GLOBAL)]
    pub color: ColorChoice,

    #[command(subcommand)]
    pub command: Command,
}

/// The heading of the options that every command takes.
pub const GLOBAL: &str = "Global options";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a starter folder that runs as it is
    Init(InitArgs),
    /// Check configuration, campaigns, data and components
    Check,
    /// Run a campaign: research accounts and prepare packages
    Run(RunArgs),
    /// List packages that wait for a decision, most urgent first
    Queue(QueueArgs),
    /// Show a package, or the latest result for an account
    Show(ShowArgs),
    /// Explain an account's latest result, rule by rule
    Why(WhyArgs),
    /// Approve a package and send exactly the text you saw
    Approve(ApproveArgs),
    /// Approve a package with your own text; every check runs again
    Edit(EditArgs),
    /// Reject a package and say what was wrong
    Reject(RejectArgs),
    /// Reject a draft and request another one with your note
    Redraft(RedraftArgs),
    /// Hide a package until later
    Snooze(SnoozeArgs),
    /// Assign packages to a user, or to nobody
    Assign(AssignArgs),
    /// List scheduled and sent messages, or show one
    Outbox(OutboxArgs),
    /// Show how close each stream is to auto-send
    Quality(QualityArgs),
    /// Simulate a campaign under each handoff model and plan
    Simulate(Box<SimulateArgs>),
    /// List messages that wait for a spot-check
    #[command(alias = "checks")]
    SpotChecks(SpotChecksArgs),
    /// Record the verdict of a spot-check
    Verdict(VerdictArgs),
    /// List replies that wait for someone to take over
    Replies(RepliesArgs),
    /// Show how often drafts are approved as written, and what gets edited
    #[command(alias = "calibration")]
    Drafts(DraftsArgs),
    /// Serve the review page and send approved messages
    Serve(ServeArgs),
    /// Back up the store into one file, also while it is in use
    Backup(BackupArgs),
    /// Restore the store from a backup
    Restore(RestoreArgs),
    /// Never write to an address, domain or account
    Suppress(SuppressArgs),
    /// Erase a person's data for good and suppress their address
    Forget(ForgetArgs),
    /// Pause all sequences and sends at an account
    Pause(PauseArgs),
    /// Resume a paused account
    Resume(ResumeArgs),
    /// Stop all sending until `baton resume-sending`
    StopSending(StopSendingArgs),
    /// Resume sending
    ResumeSending,
    /// Run a package's recorded calls again and compare the results
    Replay(ReplayArgs),
    /// Run another engine or drafter over old recordings
    Compare(CompareArgs),
    /// List who did what, and when
    #[command(alias = "trail")]
    AuditLog(AuditLogArgs),
    /// Export packages, accounts or the audit log
    Export(ExportArgs),
    /// List webhook deliveries and retry them
    Webhooks(WebhooksArgs),
    /// Print a signed link that opens the CRM panel, for testing
    PanelToken(PanelTokenArgs),
    /// Manage who can sign in to the review page
    #[command(subcommand)]
    Users(UsersCommand),
    /// Manage API tokens for programs
    #[command(subcommand)]
    Tokens(TokensCommand),
    /// Inspect, install and remove components
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to create the files in; Baton creates it if needed
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// The campaign: the name of its file in the campaigns folder, without `.toml`
    pub campaign: String,

    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,

    /// Work on this account only, by domain, id or name, whether it is due or not; repeat for several
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Vec<String>,

    /// Accept an export that lacks many accounts with open packages, whose packages are then withdrawn
    #[arg(long)]
    pub yes: bool,

    /// Number of accounts to work on at a time; defaults to two per processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub jobs: Option<u16>,
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The port, instead of the one in `[web] listen` (default 7420); 0 picks a free one
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
}

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to create; it must not exist
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Replace the store that is there, and keep it beside the new one
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A package id (8 characters or more), or an account by domain, id or name
    #[arg(value_name = "PACKAGE|ACCOUNT")]
    pub what: String,

    /// The account's campaign; optional if you have run only one
    #[arg(long, value_name = "CAMPAIGN")]
    pub campaign: Option<String>,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct WhyArgs {
    /// The account, by domain, id or name
    pub account: String,

    /// The campaign; optional if you have run only one
    #[arg(long, value_name = "CAMPAIGN")]
    pub campaign: Option<String>,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}
