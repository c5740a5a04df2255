//! The test suite, the checks that a change must pass, and the benchmarks.

use crate::contract;
use crate::guests;
use crate::servers;
use crate::shell::{cargo, run, say};
use crate::toolchain::{WASM, checkers};
use crate::tools;
use anyhow::{Result, bail};

/// Builds the components and runs every test.
pub fn test(arguments: &[String]) -> Result<()> {
    guests::build()?;
    // A failing test binary hides nothing: the others still run, and the exit code still says that one failed.
    let mut tests = guests::host("test");
    tests.arg("--no-fail-fast");
    let installed = match servers::all() {
        Ok(Some(folder)) => {
            tests.env("BATON_MAILDEV", &folder).env("BATON_BROWSER", &folder);
            true
        }
        Ok(None) => false,
        Err(error) => {
            say(&format!("some test servers are missing: {error:#}"));
            false
        }
    };
    // The tests that need a missing one are reported as ignored on a developer's machine, and fail in CI.
    if installed || std::env::var_os("CI").is_some() {
        tests.args(["--features", "baton-tests/browser,baton-tests/servers"]);
    }
    let all = run(tests.args(arguments));
    // Exports that others wrote are not part of the repository.
    if arguments.is_empty() && std::env::var_os("BATON_CORPUS").is_some() {
        run(guests::host("test").args(["corpus::", "--", "--ignored"]))?;
    }
    all
}

/// Runs every check that a change must pass, cheapest first. A failing check does not hide the later ones.
///
/// # Errors
/// Names the checks that failed.
pub fn ci() -> Result<()> {
    checkers()?;
    let checks: [(&str, fn() -> Result<()>); 9] = [
        ("format", || run(&mut cargo(&["fmt", "--all", "--check"]))),
        ("spelling", tools::spelling),
        ("dependencies", tools::dependencies),
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
    for guest in guests::all() {
        clippy.args(["--package", guest.package]);
    }
    run(clippy.args(["--", "-D", "warnings"]))
}

/// Measures `prepare` natively, in a component with every limit on, and instantiation alone, as ratios of one run; and
/// the pages.
pub fn bench(arguments: &[String]) -> Result<()> {
    guests::build()?;
    run(cargo(&["bench", "--package", "baton-tests"]).args(arguments))
}
