//! `baton plugin`: components and which of them runs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Show a component's world, its imports, and whether this host can run it
    Inspect(InspectArgs),
    /// Install a component in place of the current one
    Install(InstallArgs),
    /// List the component in use for each world
    List(ListPluginsArgs),
    /// Remove an installed component and use the built-in one again
    Remove(RemoveArgs),
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A component file
    pub file: PathBuf,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct InstallArgs {
    /// A component file
    pub file: PathBuf,

    /// Grant its imports without asking
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct ListPluginsArgs {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The world whose component to remove
    #[arg(value_enum)]
    pub world: WorldArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WorldArg {
    Engine,
    Drafter,
    Governor,
    Reader,
}
