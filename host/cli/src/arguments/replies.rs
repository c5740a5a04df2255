//! `baton replies`: prospects who replied, and who takes over.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RepliesArgs {
    /// List replies that someone took over, instead of those that wait
    #[arg(long, alias = "taken")]
    pub taken_over: bool,

    /// The number of replies to list
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Option<RepliesCommand>,
}

#[derive(Debug, Subcommand)]
pub enum RepliesCommand {
    /// Take over: you reply yourself from now on
    #[command(alias = "take")]
    TakeOver(ReplyArgs),
    /// Undo a takeover
    #[command(alias = "not-yet")]
    UndoTakeover(ReplyArgs),
}

#[derive(Debug, Args)]
pub struct ReplyArgs {
    /// The reply id, or its first 8 characters or more
    #[arg(value_name = "ID")]
    pub id: String,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}
