//! Commands about components.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Say what a component is, what it asks for, and whether this host would run it
    Inspect(Inspect),
    /// Put a component in the place of the one that runs now
    Install(Install),
    /// List which component runs for each world
    List(List),
    /// Take an installed component out; the built-in one runs again
    Remove(Remove),
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// A component file
    pub file: PathBuf,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Install {
    /// A component file
    pub file: PathBuf,

    /// Do not ask: what it asks for is granted
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct List {
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Remove {
    /// Which one
    #[arg(value_enum)]
    pub world: WorldName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WorldName {
    Engine,
    Drafter,
    Governor,
    Reader,
}
