//! The context of every command: the terminal, the configuration file, the clock and the user.

use std::path::Path;

use anyhow::{Result, bail};
use baton_facts::types::Timestamp;
use baton_model::{Actor, BATON, is_invisible};

use crate::{arguments::Arguments, output::Terminal};

/// The system clock, or the fixed time that `--now` sets.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Option<Timestamp>);

impl Clock {
    /// Returns the clock of a command that runs on: the system clock, or one that starts at the fixed time.
    pub fn running(self) -> baton_server::Clock {
        self.0.map_or_else(baton_server::wall_clock, baton_server::clock_from)
    }

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
        Actor::operator(self.who().unwrap_or_default()).at_command_line(&login_names().next().unwrap_or_default())
    }

    /// Returns the user's name: from `--as`, else the login name.
    pub fn who(&self) -> Result<String> {
        // A given name counts alone, also if it cannot be used.
        let mut names: Vec<String> = match self.who {
            Some(name) if !name.is_empty() => vec![name.to_owned()],
            _ => login_names().collect(),
        };
        // Spaces that look alike are one, so that no two names look alike in the audit log.
        for name in &mut names {
            *name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            if name.chars().any(|letter| letter.is_control() || is_invisible(letter)) || mixes_scripts(name) {
                bail!(UsageError(format!(
                    "`{}` has characters that look like others or like none\nhint: pass your own name with `--as NAME`",
                    name.escape_debug()
                )));
            }
        }
        let shows = |name: &String| name.chars().any(char::is_alphanumeric);
        names.retain(shows);
        match names.into_iter().next() {
            Some(name) if is_programs(name.trim()) => bail!(UsageError(format!(
                "`{}` is the name of a program in the audit log\nhint: pass your own name with `--as NAME`",
                name.trim()
            ))),
            Some(name) => Ok(name.trim().to_owned()),
            None => {
                bail!(UsageError("no user name given\nhint: pass `--as NAME` or set BATON_USER".into()))
            }
        }
    }
}

/// Returns the login name, as far as the environment has it.
fn login_names() -> impl Iterator<Item = String> {
    ["USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok())
}

/// Returns whether a word has both Latin letters and letters of a script that resembles them.
fn mixes_scripts(name: &str) -> bool {
    name.split(' ').any(|word| {
        word.contains(|letter: char| letter.is_ascii_alphabetic())
            && word.contains(|letter| matches!(letter, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}'))
    })
}

/// Returns whether the audit log gives this name to Baton itself or to a token.
fn is_programs(name: &str) -> bool {
    let name = name.to_lowercase();
    name == BATON || name.starts_with("token ")
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
