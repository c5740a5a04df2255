//! What every command is given: where to write, which configuration, whose moment counts as now, and who decides.

use std::path::Path;

use anyhow::{Result, bail};
use baton_facts::types::Timestamp;

use crate::{arguments::Arguments, print::Terminal};

/// The clock of this program: the machine's, or one that stands still for data that does.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Option<Timestamp>);

impl Clock {
    /// Now.
    pub fn now(self) -> Timestamp {
        self.0.unwrap_or_else(|| chrono::Utc::now().timestamp())
    }
}

/// What every command is given.
pub struct Context<'a> {
    pub terminal: &'a Terminal,
    pub config: &'a Path,
    pub clock: Clock,
    who: Option<&'a str>,
}

impl<'a> Context<'a> {
    /// As the command line and the environment say.
    pub fn new(arguments: &'a Arguments, terminal: &'a Terminal) -> Self {
        Self { terminal, config: &arguments.config, clock: Clock(arguments.now), who: arguments.who.as_deref() }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Who decides: whom `--as` names, else who is logged in.
    pub fn who(&self) -> Result<String> {
        let named = self.who.map(str::to_owned);
        let mut names =
            named.into_iter().chain(["USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok()));
        match names.find(|name| !name.trim().is_empty()) {
            Some(name) => Ok(name.trim().to_owned()),
            None => bail!(Usage("it cannot be told who decides\nhint: say it with `--as WHO` or in BATON_USER".into())),
        }
    }
}

/// The command line lacks something that only the command itself could tell. Ends with exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}
