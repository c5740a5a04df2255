//! `cargo xtask …`: everything that is done to this repository, from a fresh machine.
//!
//! Each task does its own set-up and says what it did. Tasks are plain commands run one after the other; what a task
//! needs from another it calls. Nothing here links wasmtime, so that a change of a guest is a matter of seconds.

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

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask <TASK>

Tasks:
  demo      Build everything, run the pilot campaign and serve its review page; `--once` ends before it serves
  autonomy  Build everything and tell the story of a stream: pilot, proven, a bad draft, suspended, proven again
  crm-panel Build everything and play a CRM: records with the panel in them, and the webhooks that it hears
  test      Build the components and run every test
  ci        What a change must pass: format, contract, lints, docs, components, tests
  guests    Build the components, encode them and check what they import
  contract  Check the contract's own documentation, and render it on one page
  pictures  Take the README's pictures of the review page
  bench     Measure `prepare`: native, in a component, and instantiation alone; and every page at 100,000 packages
            (a quarter of an hour); `bench --bench prepare` or `bench --bench pages -- WORDS` measures some
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
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => {
            eprint!("error: there is no task `{other}`\n\n{HELP}");
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
