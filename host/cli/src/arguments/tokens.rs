//! `baton tokens`: API tokens for programs.

use super::users::roles;
use baton_desk::access::Role;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum TokensCommand {
    /// Create a token for a program and print it once
    Add(AddTokenArgs),
    /// List tokens with their role and last use
    List(ListTokensArgs),
    /// Revoke a token at once
    Revoke(RevokeTokenArgs),
}

#[derive(Debug, Args)]
pub struct AddTokenArgs {
    /// The program's name in the audit log, for example `hubspot`
    pub name: String,

    /// The role whose permissions the token has
    #[arg(long, value_name = "ROLE", default_value = "sdr", value_parser = roles())]
    pub role: Role,

    /// The user the program acts for: the token has no more access than they have
    #[arg(long = "for", value_name = "EMAIL")]
    pub of_user: Option<String>,

    /// The number of days until the token expires; by default never
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub expires: Option<u16>,
}

#[derive(Debug, Args)]
pub struct ListTokensArgs {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RevokeTokenArgs {
    /// The token's name
    pub name: String,
}
