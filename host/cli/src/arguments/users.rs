//! Commands about who may sign in.

use baton_desk::desk::Role;
use clap::{Args, Subcommand, builder::PossibleValuesParser, builder::TypedValueParser as _};

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// Add somebody; prints a link by which they choose a password
    Add(Add),
    /// List everybody, with what they may do
    List(List),
    /// Give somebody another role
    Role(SetRole),
    /// Print a new link by which somebody chooses a password
    Invite(Named),
    /// Set somebody's password: asked for on a terminal, else read from standard input
    Password(Named),
    /// Let somebody sign in no more, and sign them out everywhere
    Disable(Named),
    /// Let somebody who was disabled sign in again
    Enable(Named),
}

#[derive(Debug, Args)]
pub struct Add {
    /// The address to sign in with
    pub email: String,

    /// First and last name, as the trail will have it; it does not change
    #[arg(long, value_name = "NAME")]
    pub name: String,

    /// What they may do: an SDR decides; a lead also stops sending and lets it go on; an admin may do everything
    #[arg(long, value_name = "ROLE", default_value = "sdr", value_parser = roles())]
    pub role: Role,
}

#[derive(Debug, Args)]
pub struct List {
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SetRole {
    /// The address to sign in with
    pub email: String,

    /// What they may do from now on
    #[arg(value_parser = roles())]
    pub role: Role,
}

#[derive(Debug, Args)]
pub struct Named {
    /// The address to sign in with
    pub email: String,
}

pub fn roles() -> impl clap::builder::TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::name)).try_map(|name| Role::named(&name).ok_or("it is no role"))
}
