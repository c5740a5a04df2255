//! Commands about which programs may use the API.

use super::users::roles;
use baton_desk::desk::Role;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum TokensCommand {
    /// Make a token for a program; it is shown this once
    Add(Add),
    /// List every token, with what it may do and when it was last used
    List(List),
    /// Make a token worthless at once
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub struct Add {
    /// What the trail calls the program: `hubspot`
    pub name: String,

    /// What it may do: like an SDR, a lead or an admin
    #[arg(long, value_name = "ROLE", default_value = "sdr", value_parser = roles())]
    pub role: Role,

    /// The address of the user on whose behalf it asks: it sees and may no more than they
    #[arg(long = "for", value_name = "EMAIL")]
    pub of_user: Option<String>,

    /// After how many days it ends by itself
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub expires: Option<u16>,
}

#[derive(Debug, Args)]
pub struct List {
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Revoke {
    /// The token's name
    pub name: String,
}
