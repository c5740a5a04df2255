//! `baton users`: who can sign in to the review page.

use baton_desk::access::Role;
use clap::{Args, Subcommand, builder::PossibleValuesParser, builder::TypedValueParser as _};

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// Add a user and print their invitation link
    Add(AddUserArgs),
    /// List users with their roles
    List(ListUsersArgs),
    /// Change a user's role
    Role(SetRoleArgs),
    /// Print a new invitation link
    Invite(UserArgs),
    /// Set a user's password, from a prompt or from standard input
    Password(UserArgs),
    /// Disable a user and sign them out everywhere
    Disable(UserArgs),
    /// Enable a disabled user again
    Enable(UserArgs),
}

#[derive(Debug, Args)]
pub struct AddUserArgs {
    /// The address that the user signs in with
    pub email: String,

    /// First and last name for the audit log; you cannot change it later
    #[arg(long, value_name = "NAME")]
    pub name: String,

    /// The role: an SDR decides on packages, a lead also resumes sending and assigns, an admin can do everything
    #[arg(long, value_name = "ROLE", default_value = "sdr", value_parser = roles())]
    pub role: Role,
}

#[derive(Debug, Args)]
pub struct ListUsersArgs {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SetRoleArgs {
    /// The address that the user signs in with
    pub email: String,

    /// The new role
    #[arg(value_parser = roles())]
    pub role: Role,
}

#[derive(Debug, Args)]
pub struct UserArgs {
    /// The address that the user signs in with
    pub email: String,
}

pub fn roles() -> impl clap::builder::TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::name)).try_map(|name| Role::from_name(&name).ok_or("unknown role"))
}
