//! The command line, as people type it.

use std::path::PathBuf;

use baton_facts::types::Timestamp;
use chrono::{DateTime, NaiveDate, NaiveTime};
use clap::{Args, ColorChoice, Parser, Subcommand};

/// Hands outbound sales work from software to a person at the right moment
#[derive(Debug, Parser)]
#[command(
    name = "baton",
    version,
    after_help = "Exit codes: 0 done, 1 something is wrong with the files or the run, 2 the command line is wrong"
)]
pub struct Arguments {
    /// The configuration; paths in it are relative to its folder
    #[arg(long, global = true, value_name = "PATH", env = "BATON_CONFIG", default_value = "baton.toml")]
    pub config: PathBuf,

    /// When to use colour; NO_COLOR in the environment turns it off
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,

    /// Take this moment as now, for data that stands still: `2026-03-10`, `2026-03-10T09:00:00Z`
    #[arg(long, global = true, value_name = "T", env = "BATON_NOW", value_parser = moment)]
    pub now: Option<Timestamp>,

    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// The moment the command is about.
    pub fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(|| chrono::Utc::now().timestamp())
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read configuration, campaigns, data and components, and say everything that is wrong with them
    Check,
    /// Take every account to its outcome: a package, or the reason why there is none
    Run(Run),
    /// Show what the last run made of an account, as an SDR would read it
    Show(Look),
    /// List each rule that was looked at for an account in the last run, in order
    Why(Look),
    /// Look at components
    #[command(subcommand)]
    Plugin(PluginCommand),
}

#[derive(Debug, Args)]
pub struct Run {
    /// The campaign: the name of a file in the campaigns folder, without `.toml`
    pub campaign: String,

    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,

    /// Only this account, by domain, id or name, whether it is due or not; may be given again
    #[arg(long, value_name = "A")]
    pub account: Vec<String>,

    /// How many accounts are in flight at a time; by default two for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub jobs: Option<u16>,
}

#[derive(Debug, Args)]
pub struct Look {
    /// The account, by domain, id or name
    pub account: String,

    /// The campaign; may be left out when there is only one
    #[arg(long, value_name = "C")]
    pub campaign: Option<String>,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Say what a component is, what it asks for, and whether this host would run it
    Inspect(Inspect),
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// A component file
    pub file: PathBuf,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

/// An ISO 8601 date, which is midnight UTC, or date-time with its offset.
fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.timestamp());
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(day.and_time(NaiveTime::MIN).and_utc().timestamp());
    }
    Err("it is neither a date such as 2026-03-10 nor a moment such as 2026-03-10T09:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn moments() {
        for (text, expected) in [
            ("1970-01-02", Some(86_400)),
            ("1970-01-01T01:00:00+01:00", Some(0)),
            ("2026-03-10T09:00:00Z", Some(1_773_133_200)),
            ("10.03.2026", None),
            ("2026-03-10T09:00:00", None),
            ("", None),
        ] {
            assert_eq!(moment(text).ok(), expected, "{text}");
        }
    }
}
