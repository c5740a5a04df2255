//! The command `baton`: reads what the admin wrote, runs campaigns, and is the desk where a person decides.
//!
//! Data goes to standard output and everything else to standard error, so that output can be piped. Exit codes:
//!
//! | code | means |
//! | --- | --- |
//! | 0 | done, and nothing is wrong |
//! | 1 | something is wrong with a file, a component, the store or the run; standard error says what |
//! | 2 | the command line is wrong |
//! | 3 | the desk refused: what was shown is stale, or it is not allowed now; nothing was changed |

mod arguments;
mod builtin;
mod commands;
mod context;
mod files;
mod print;

use std::process::ExitCode;

use anyhow::Result;
use arguments::{Arguments, Command, PluginCommand};
use baton_desk::desk::DeskError;
use clap::{CommandFactory as _, Parser as _};
use context::{Context, Usage};
use print::Terminal;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color);
    match done(&arguments, &Context::new(&arguments, &terminal)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // The reader of a pipe may leave early, as `head` does: that is no fault.
        Err(error) if print::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            terminal.error(&error);
            match error.downcast_ref() {
                Some(DeskError::Refused(_)) => ExitCode::from(3),
                _ if error.is::<Usage>() => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn done(arguments: &Arguments, context: &Context<'_>) -> Result<bool> {
    let Context { terminal, config, .. } = context;
    match &arguments.command {
        Command::Init(what) => commands::init::run(context, what),
        Command::Check => commands::check::run(context),
        Command::Run(what) => commands::run::run(terminal, config, what, context.now()),
        Command::Queue(what) => commands::queue::run(context, what),
        Command::Show(what) => commands::look::show(context, what),
        Command::Why(what) => commands::look::why(context, what),
        Command::Approve(what) => commands::decide::approve(context, what),
        Command::Edit(what) => commands::decide::edit(context, what),
        Command::Reject(what) => commands::decide::reject(context, what),
        Command::Redraft(what) => commands::redraft::redraft(context, what),
        Command::Snooze(what) => commands::decide::snooze(context, what),
        Command::Assign(what) => commands::assign::run(context, what),
        Command::Outbox(what) => commands::outbox::run(context, what),
        Command::Quality(what) => commands::quality::run(context, what),
        Command::Simulate(what) => commands::simulate::run(context, what),
        Command::Checks(what) => commands::quality::checks(context, what),
        Command::Replies(what) => commands::replies::run(context, what),
        Command::Calibration(what) => commands::calibration::run(context, what),
        Command::Verdict(what) => commands::quality::verdict(context, what),
        Command::Serve(what) => commands::serve::run(context, what),
        Command::Suppress(what) => commands::people::suppress(context, what),
        Command::Forget(what) => commands::people::forget(context, what),
        Command::Pause(what) => commands::people::pause(context, what),
        Command::Resume(what) => commands::people::resume(context, what),
        Command::StopSending(what) => commands::people::stop_sending(context, what),
        Command::ResumeSending => commands::people::resume_sending(context),
        Command::Replay(what) => commands::trail::replay(context, what),
        Command::Compare(what) => commands::compare::run(context, what),
        Command::Trail(what) => commands::trail::trail(context, what),
        Command::Export(what) => commands::export::run(context, what),
        Command::Webhooks(what) => commands::webhooks::run(context, what),
        Command::PanelToken(what) => commands::panel_token::run(context, what),
        Command::Users(what) => commands::users::run(context, what),
        Command::Tokens(what) => commands::tokens::run(context, what),
        Command::Plugin(PluginCommand::Inspect(what)) => commands::plugin::inspect(terminal, what),
        Command::Plugin(PluginCommand::Install(what)) => commands::plugin::install(context, what),
        Command::Plugin(PluginCommand::List(what)) => commands::plugin::list(context, what),
        Command::Plugin(PluginCommand::Remove(what)) => commands::plugin::remove(context, what),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "baton", &mut script);
            terminal.print_bytes(&script).map(|()| true)
        }
    }
}
