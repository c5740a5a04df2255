//! Real servers that the tests talk to, and the browser that takes the pictures: installed when they are missing.
//!
//! On Debian, as root, packages are installed; elsewhere the error says which command would do it.

use crate::shell::{capture, run, say, target};
use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// An SMTP server for tests that keeps what it gets and hands it out over HTTP.
const MAILDEV: &str = "maildev@3.0.0";

/// What MailDev runs on, at least.
const NODE: u32 = 20;

/// The folder below the target folder that MailDev is installed in; none where there is only an older Node than it runs
/// on, which is said.
pub fn maildev() -> Result<Option<PathBuf>> {
    let folder = target().join("servers");
    let program = folder.join("node_modules/.bin/maildev");
    if !program.is_file() {
        debian("npm", &["nodejs", "npm"])?;
        let node = node_version()?;
        if node < NODE {
            say(&format!("{MAILDEV} needs Node {NODE} and here is Node {node}: the test against it is skipped"));
            return Ok(None);
        }
        say(&format!("{MAILDEV} is not installed: running npm"));
        std::fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix"]);
        run(npm.arg(&folder).arg(MAILDEV).stdout(Stdio::null()))?;
    }
    Ok(Some(folder))
}

/// A Chromium, for pictures of the pages.
pub fn chromium() -> Result<&'static str> {
    debian("chromium", &["chromium"])?;
    Ok("chromium")
}

/// The first number of `node --version`, which is like `v20.11.1`.
fn node_version() -> Result<u32> {
    let version = capture(Command::new("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    major.with_context(|| format!("`node --version` says `{version}`"))
}

/// Makes sure that a program is there, from Debian's packages where it is missing.
fn debian(program: &str, packages: &[&str]) -> Result<()> {
    if starts(program) {
        return Ok(());
    }
    let names = packages.join(" ");
    if starts("apt-get") && is_root() {
        say(&format!("{program} is not installed: running `apt-get install {names}`"));
        run(Command::new("apt-get").args(["update", "--quiet"]).stdout(Stdio::null()))?;
        let mut install = Command::new("apt-get");
        install.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages);
        run(install.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()))?;
    }
    if !starts(program) {
        bail!("`{program}` is not installed\nhint: on Debian: sudo apt-get install {names}");
    }
    Ok(())
}

fn starts(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == "0")
}
