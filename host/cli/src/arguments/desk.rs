//! Commands for the outbox, suppressions, pauses and exports.

use clap::{Args, Subcommand, ValueEnum};

use super::time_args::FutureTime;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct OutboxArgs {
    /// Show this message: a package id, or its first characters
    #[arg(value_name = "ID")]
    pub package: Option<String>,

    /// The number of messages to list, latest first
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Option<OutboxCommand>,
}

#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Withdraw an approved message before it is sent
    Withdraw(WithdrawArgs),
    /// Record whether a message with unknown delivery was sent
    Settle(SettleArgs),
    /// Send what is due now; `baton serve` does this automatically
    Transmit(TransmitArgs),
}

#[derive(Debug, Args)]
pub struct WithdrawArgs {
    /// The package id, or its first characters
    #[arg(value_name = "ID")]
    pub package: String,

    /// The reason, in your words
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

#[derive(Debug, Args)]
pub struct TransmitArgs {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SettleArgs {
    /// The package id, or its first characters
    #[arg(value_name = "ID")]
    pub package: String,

    /// Whether it was sent: look in the mailbox's sent messages, or for the Message-ID in the mail server's log
    #[arg(long, value_name = "YES|NO", alias = "left")]
    pub sent: YesNo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    Yes,
    No,
}

#[derive(Debug, Args)]
pub struct SuppressArgs {
    /// An address, a domain including its subdomains, or an account by id, domain or name
    pub value: String,

    /// The scope of the suppression; by default Baton derives it from the form of VALUE
    #[arg(long, value_enum)]
    pub scope: Option<ScopeArg>,

    /// The reason
    #[arg(long, value_enum, default_value = "listed")]
    pub reason: ReasonArg,

    /// When it expires: a date, a time, `3d` or `1w`; by default never
    #[arg(long, value_name = "TIME")]
    pub until: Option<FutureTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    Address,
    Domain,
    Account,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReasonArg {
    /// The person asked for no more messages
    OptedOut,
    /// A message to the address failed permanently
    Bounced,
    /// The person reported a message as spam
    Complaint,
    /// A legal or contractual duty, or a do-not-contact list
    Listed,
    /// Another reason
    Other,
}

#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// The person's email address
    pub address: String,

    /// Also erase other people whose records share a contact id or address with this one
    #[arg(long)]
    pub include_linked: bool,

    /// Do not ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct PauseArgs {
    /// The account, by domain, id or name
    pub account: String,

    /// The reason, in your words
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The account, by domain, id or name
    pub account: String,
}

#[derive(Debug, Args)]
pub struct StopSendingArgs {
    /// The reason, in your words
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub why: Option<String>,
}

/// Parses a reason, which must say something.
fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("the reason is empty".to_owned()) } else { Ok(text.to_owned()) }
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The table
    #[arg(value_enum)]
    pub table: ExportTable,

    /// The format; in CSV, times are ISO 8601 and a cell that a spreadsheet would run as a formula starts with `'`
    #[arg(long, value_enum, default_value = "csv")]
    pub format: ExportFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportTable {
    /// Every package with its last decision
    Packages,
    /// Every account of every campaign with its latest result
    Accounts,
    /// Every recorded action with its user and time
    #[value(alias = "trail")]
    AuditLog,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// For spreadsheets
    Csv,
    /// JSON Lines: one object per line
    Jsonl,
}
