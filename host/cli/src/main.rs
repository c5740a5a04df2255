//! The command `baton`: parses arguments, calls the desk, and prints results.
//!
//! Data goes to standard output and everything else to standard error, so that output can be piped. Exit codes are
//! stable; `COMMANDS.md` lists them with every command.

mod arguments;
mod builtin;
mod commands;
mod context;
mod files;
mod output;

use std::process::ExitCode;

use anyhow::Result;
use arguments::{Arguments, Command, PluginCommand};
use baton_desk::DeskError;
use baton_server::ServerError;
use context::{Context, UsageError};
use output::Terminal;

fn main() -> ExitCode {
    let arguments = arguments::help::parse();
    let terminal = Terminal::new(arguments.color);
    match run(&arguments, &Context::new(&arguments, &terminal)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // A closed pipe is not an error: `head` stops reading early.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let error = unwrap_server_error(error);
            terminal.error(&error);
            match error.downcast_ref() {
                Some(DeskError::Refused(_)) => ExitCode::from(3),
                _ if error.is::<UsageError>() => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Returns the cause of a server error, since output and exit codes depend on the cause.
fn unwrap_server_error(error: anyhow::Error) -> anyhow::Error {
    match error.downcast() {
        Ok(ServerError::Settings(problems)) => problems.into(),
        Ok(ServerError::Store(error)) => error.into(),
        Ok(ServerError::Desk(error)) => error.into(),
        Ok(other) => other.into(),
        Err(error) => error,
    }
}

fn run(arguments: &Arguments, context: &Context<'_>) -> Result<bool> {
    let Context { terminal, config, .. } = context;
    match &arguments.command {
        Command::Init(args) => commands::init::run(context, args),
        Command::Check => commands::check::run(context),
        Command::Run(args) => commands::run::run(terminal, config, args, context.now()),
        Command::Queue(args) => commands::queue::run(context, args),
        Command::Show(args) => commands::show::show(context, args),
        Command::Why(args) => commands::show::why(context, args),
        Command::Approve(args) => commands::decide::approve(context, args),
        Command::Edit(args) => commands::decide::edit(context, args),
        Command::Reject(args) => commands::decide::reject(context, args),
        Command::Redraft(args) => commands::redraft::redraft(context, args),
        Command::Snooze(args) => commands::decide::snooze(context, args),
        Command::Assign(args) => commands::assign::run(context, args),
        Command::Outbox(args) => commands::outbox::run(context, args),
        Command::Quality(args) => commands::quality::run(context, args),
        Command::Simulate(args) => commands::simulate::run(context, args),
        Command::SpotChecks(args) => commands::quality::spot_checks(context, args),
        Command::Replies(args) => commands::replies::run(context, args),
        Command::Drafts(args) => commands::drafts::run(context, args),
        Command::Verdict(args) => commands::quality::verdict(context, args),
        Command::Serve(args) => commands::serve::run(context, args),
        Command::Backup(args) => commands::backup::back_up(context, args),
        Command::Restore(args) => commands::backup::restore(context, args),
        Command::Suppress(args) => commands::suppressions::suppress(context, args),
        Command::Forget(args) => commands::forget::run(context, args),
        Command::Pause(args) => commands::suppressions::pause(context, args),
        Command::Resume(args) => commands::suppressions::resume(context, args),
        Command::StopSending(args) => commands::suppressions::stop_sending(context, args),
        Command::ResumeSending => commands::suppressions::resume_sending(context),
        Command::Replay(args) => commands::audit_log::replay(context, args),
        Command::Compare(args) => commands::compare::run(context, args),
        Command::AuditLog(args) => commands::audit_log::list(context, args),
        Command::Export(args) => commands::export::run(context, args),
        Command::Webhooks(args) => commands::webhooks::run(context, args),
        Command::PanelToken(args) => commands::panel_token::run(context, args),
        Command::Users(args) => commands::users::run(context, args),
        Command::Tokens(args) => commands::tokens::run(context, args),
        Command::Plugin(PluginCommand::Inspect(args)) => commands::plugin::inspect(terminal, args),
        Command::Plugin(PluginCommand::Install(args)) => commands::plugin::install(context, args),
        Command::Plugin(PluginCommand::List(args)) => commands::plugin::list(context, args),
        Command::Plugin(PluginCommand::Remove(args)) => commands::plugin::remove(context, args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut arguments::help::command(), "baton", &mut script);
            terminal.print_bytes(&script).map(|()| true)
        }
    }
}
