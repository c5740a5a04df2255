//! Commands about people who answered.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Replies {
    /// Those who were taken over, in the place of those who wait
    #[arg(long)]
    pub taken: bool,

    /// How many to list at the most
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Option<RepliesCommand>,
}

#[derive(Debug, Subcommand)]
pub enum RepliesCommand {
    /// Say that you took the relationship over: a person writes from now on
    Take(Answered),
    /// Say that nobody took it over after all
    NotYet(Answered),
}

#[derive(Debug, Args)]
pub struct Answered {
    /// The reply's id, or its first 8 characters or more
    #[arg(value_name = "ID")]
    pub id: String,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}
