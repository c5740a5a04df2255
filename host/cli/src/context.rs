//! The context of every command: the terminal, the configuration file, the clock and the user.

use std::path::Path;

use anyhow::{Result, bail};
use baton_facts::types::Timestamp;
use baton_model::Actor;

use crate::{arguments::Arguments, output::Terminal};

/// The system clock, or the fixed time that `--now` sets.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Option<Timestamp>);

impl Clock {
    pub fn now(self) -> Timestamp {
        self.0.unwrap_or_else(|| chrono::Utc::now().timestamp())
    }
}

/// The context of a command.
pub struct Context<'a> {
    pub terminal: &'a Terminal,
    pub config: &'a Path,
    pub clock: Clock,
    who: Option<&'a str>,
}

impl<'a> Context<'a> {
    pub fn new(arguments: &'a Arguments, terminal: &'a Terminal) -> Self {
        Self { terminal, config: &arguments.config, clock: Clock(arguments.now), who: arguments.who.as_deref() }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the person at the terminal as an actor. A command that changes something calls [`Self::who`] first, so
    /// that it fails without a name; for the others the name does not matter.
    pub fn actor(&self) -> Actor {
        Actor::operator(self.who().unwrap_or_default())
    }

    /// Returns the user's name: from `--as`, else the login name.
    pub fn who(&self) -> Result<String> {
        let named = self.who.map(str::to_owned);
        let mut names =
            named.into_iter().chain(["USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok()));
        match names.find(|name| !name.trim().is_empty()) {
            Some(name) => Ok(name.trim().to_owned()),
            None => {
                bail!(UsageError("no user name given\nhint: pass `--as NAME` or set BATON_USER".into()))
            }
        }
    }
}

/// A command-line error that only the command itself can find. Ends with exit code 2.
#[derive(Debug)]
pub struct UsageError(pub String);

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}
