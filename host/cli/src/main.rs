//! The command `baton`: reads what the admin wrote, runs campaigns, and says what came of them and why.
//!
//! Data goes to standard output and everything else to standard error, so that output can be piped. Exit codes:
//!
//! | code | means |
//! | --- | --- |
//! | 0 | done, and nothing is wrong |
//! | 1 | something is wrong with a file, a component or the run; standard error says what |
//! | 2 | the command line is wrong |

mod arguments;
mod builtin;
mod commands;
mod print;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
use print::Terminal;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color);
    let (config, now) = (&arguments.config, arguments.now());
    let done = match &arguments.command {
        Command::Check => commands::check::run(&terminal, config),
        Command::Run(what) => commands::run::run(&terminal, config, what, now),
        Command::Show(what) => commands::look::show(&terminal, config, what, now),
        Command::Why(what) => commands::look::why(&terminal, config, what, now),
        Command::Plugin(arguments::PluginCommand::Inspect(what)) => commands::plugin::inspect(&terminal, what),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // The reader of a pipe may leave early, as `head` does: that is no fault.
        Err(error) if print::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            terminal.error(&error);
            ExitCode::FAILURE
        }
    }
}
