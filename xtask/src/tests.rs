//! The checks: the test suite, what a change must pass, and the measurements.

use crate::contract;
use crate::guests::{self, GUESTS};
use crate::servers;
use crate::shell::{cargo, run, say};
use crate::toolchain::{WASM, checkers};
use anyhow::{Result, bail};

/// Builds the components and runs every test.
pub fn test(arguments: &[String]) -> Result<()> {
    guests::build()?;
    // A failing test binary hides nothing: the others still run, and the exit code still says that one failed.
    let mut tests = guests::host("test");
    tests.arg("--no-fail-fast");
    match servers::all() {
        Ok(Some(folder)) => {
            tests.env("BATON_MAILDEV", &folder).env("BATON_BROWSER", &folder);
        }
        Ok(None) => {}
        // On a person's machine the tests that need one say that they were skipped.
        Err(error) if std::env::var_os("CI").is_none() => say(&format!("not every server to test with: {error:#}")),
        Err(error) => return Err(error),
    }
    run(tests.args(arguments))
}

/// Runs every check that a change must pass, cheapest first. A failing check does not hide the later ones.
///
/// # Errors
/// Names the checks that failed.
pub fn ci() -> Result<()> {
    checkers()?;
    let checks: [(&str, fn() -> Result<()>); 7] = [
        ("format", || run(&mut cargo(&["fmt", "--all", "--check"]))),
        ("contract", contract::check),
        ("components", || guests::build().map(drop)),
        ("lints, components", lint_components),
        ("lints, host", || run(guests::host("clippy").args(["--quiet", "--all-targets", "--", "-D", "warnings"]))),
        ("docs", || run(guests::host("doc").args(["--quiet", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))),
        ("tests", || test(&[])),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        say(name);
        if let Err(error) = check() {
            say(&format!("{name}: {error:#}"));
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("{} of {} checks failed: {}", failed.len(), checks.len(), failed.join("; "));
    }
    Ok(())
}

fn lint_components() -> Result<()> {
    let mut clippy = cargo(&["clippy", "--quiet", "--profile", "guest", "--target", WASM]);
    for guest in GUESTS {
        clippy.args(["--package", guest.package]);
    }
    run(clippy.args(["--", "-D", "warnings"]))
}

/// `prepare` native, in a component with every guard on, and instantiation alone, as ratios of one run.
pub fn bench(arguments: &[String]) -> Result<()> {
    guests::build()?;
    run(cargo(&["bench", "--package", "baton-tests"]).args(arguments))
}
