//! The checks: the test suite, what a change must pass, and the measurements.

use crate::contract;
use crate::guests::{self, GUESTS};
use crate::servers;
use crate::shell::{cargo, run, say};
use crate::toolchain::{WASM, checkers};
use anyhow::Result;

/// Builds the components and runs every test.
pub fn test(arguments: &[String]) -> Result<()> {
    guests::build()?;
    let mut tests = guests::host("test");
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

/// What a change must pass, cheapest first.
pub fn ci() -> Result<()> {
    checkers()?;
    say("format");
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    say("contract");
    contract::check()?;
    guests::build()?;
    say("lints, components");
    let mut clippy = cargo(&["clippy", "--quiet", "--profile", "guest", "--target", WASM]);
    for guest in GUESTS {
        clippy.args(["--package", guest.package]);
    }
    run(clippy.args(["--", "-D", "warnings"]))?;
    say("lints, host");
    run(guests::host("clippy").args(["--quiet", "--all-targets", "--", "-D", "warnings"]))?;
    say("docs");
    run(guests::host("doc").args(["--quiet", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    say("tests");
    test(&[])
}

/// `prepare` native, in a component with every guard on, and instantiation alone, as ratios of one run.
pub fn bench(arguments: &[String]) -> Result<()> {
    guests::build()?;
    run(cargo(&["bench", "--package", "baton-tests"]).args(arguments))
}
