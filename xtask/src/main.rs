//! `cargo xtask …`: every task of this repository, from a fresh machine.
//!
//! Each task does its own set-up and prints what it does. A task is a sequence of commands and may call other tasks.
//! Nothing here links wasmtime, so that a changed guest is rebuilt within seconds.

mod autonomy;
mod contract;
mod crm;
mod demo;
mod guests;
mod pictures;
mod servers;
mod shell;
#[path = "../../host/components/sources.rs"]
mod sources;
mod tests;
mod toolchain;
mod tools;
mod wording;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask <TASK>

Tasks:
  demo      Build `baton`, run the pilot campaign and serve its review page; `--once` does not serve
  autonomy  Build and run the autonomy example: a stream is proven, suspended by a bad draft, and proven again
  crm-panel Build and run a CRM page with Baton's panel in its records, and a receiver of its webhooks
  test      Build the components and run every test; arguments go to `cargo test`
  ci        Run every check that a change must pass: format, contract, lints, docs, components, tests
  guests    Build and encode the components, and check their imports
  contract  Check that the contract is documented, and render it on one page
  wording   Print the phrases that the style guide rules out, by folder; `wording FOLDER` or `wording PATH` prints each,
            `wording --lower` lowers the numbers that are allowed
  pictures  Take the README's pictures of the review page
  bench     Measure `prepare` natively and in a component, and every page at 100,000 packages (a quarter of an hour);
            `bench --bench prepare` and `bench --bench pages -- WORDS` measure a part
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let done = match task.as_deref() {
        Some("demo") => demo::run(&rest),
        Some("autonomy") => autonomy::tell(),
        Some("crm-panel") => crm::play(),
        Some("test") => tests::test(&rest),
        Some("ci") => tests::ci(),
        Some("guests") => guests::build().map(drop),
        Some("contract") => contract::check(),
        Some("pictures") => pictures::take(),
        Some("bench") => tests::bench(&rest),
        Some("wording") => wording::run(&rest),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => {
            eprint!("error: unknown task `{other}`\n\n{HELP}");
            return ExitCode::from(2);
        }
        None => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
