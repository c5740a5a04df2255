//! Commands about what leaves, who must not be written to, and whole tables.

use clap::{Args, Subcommand, ValueEnum};

use super::Until;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Outbox {
    /// One entry: the package's id, or how it starts
    #[arg(value_name = "ID")]
    pub package: Option<String>,

    /// How many to list at the most, latest first
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Option<OutboxCommand>,
}

#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Take an approved message back before it leaves
    Withdraw(Withdraw),
    /// Say whether a message that is in doubt left
    Settle(Settle),
    /// Transmit what is due now, and say what became of it; while `baton serve` runs it does that by itself
    Transmit(Transmit),
}

#[derive(Debug, Args)]
pub struct Withdraw {
    /// The package's id, or how it starts
    #[arg(value_name = "ID")]
    pub package: String,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

#[derive(Debug, Args)]
pub struct Transmit {
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Settle {
    /// The package's id, or how it starts
    #[arg(value_name = "ID")]
    pub package: String,

    /// Whether it left: look into the mailbox's sent messages, or ask the mail server's log for the Message-ID
    #[arg(long, value_name = "YES|NO")]
    pub left: YesNo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    Yes,
    No,
}

#[derive(Debug, Args)]
pub struct Suppress {
    /// An address, a domain with all below it, or an account by id, domain or name
    pub value: String,

    /// What it covers; by default told from its form
    #[arg(long, value_enum)]
    pub scope: Option<Scope>,

    /// Why
    #[arg(long, value_enum, default_value = "listed")]
    pub reason: Reason,

    /// When it lapses: a date, a moment, `3d` or `1w`; by default never
    #[arg(long, value_name = "T")]
    pub until: Option<Until>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scope {
    Address,
    Domain,
    Account,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reason {
    /// The person asked not to be written to
    OptedOut,
    /// A message to the address failed for good
    Bounced,
    /// The person reported a message as spam
    Complaint,
    /// Legal, contractual, a do-not-contact list
    Listed,
    /// Another reason
    Other,
}

#[derive(Debug, Args)]
pub struct Forget {
    /// The person's address
    pub address: String,

    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Pause {
    /// The account, by domain, id or name
    pub account: String,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

#[derive(Debug, Args)]
pub struct Resume {
    /// The account, by domain, id or name
    pub account: String,
}

#[derive(Debug, Args)]
pub struct Stop {
    /// Why, in your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub why: String,
}

#[derive(Debug, Args)]
pub struct Export {
    /// Which table
    #[arg(value_enum)]
    pub table: Table,

    /// In which form. In CSV moments are ISO 8601, and what a spreadsheet would run as a formula begins with `'`
    #[arg(long, value_enum, default_value = "csv")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// Every package, with the last decision about it
    Packages,
    /// Every account of every campaign, with what the last run made of it
    Accounts,
    /// What happened, when, and by whom
    Trail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For spreadsheets
    Csv,
    /// JSON Lines: one object a line
    Jsonl,
}
