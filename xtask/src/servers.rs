//! Real servers that the tests talk to, and the browser that walks the pages and takes the pictures: installed when they
//! are missing.
//!
//! On Debian, as root, packages are installed; elsewhere the error says which command would do it.

use crate::shell::{capture, run, say, target};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An SMTP server for tests that keeps what it gets and hands it out over HTTP.
const MAILDEV: &str = "maildev@3.0.0";

/// What leads a browser through the pages, and what looks at each of them for whoever cannot see or use a mouse.
const BROWSING: [&str; 2] = ["playwright-core@1.65.1", "axe-core@4.14.1"];

/// What all of them run on, at least.
const NODE: u32 = 20;

/// Installs what the tests talk to and what is missing of it: the packages of npm, in exactly these versions, and a Chromium.
/// Gives the folder below the target folder that the packages are in; none where there is only an older Node than they run
/// on, which is said.
///
/// # Errors
/// Where something cannot be installed here; the hint says how it can.
pub fn all() -> Result<Option<PathBuf>> {
    let folder = target().join("servers");
    let packages = [&[MAILDEV][..], &BROWSING].concat();
    if !packages.iter().all(|package| is_there(&folder, package)) {
        debian("npm", &["nodejs", "npm"])?;
        let (node, names) = (node_version()?, packages.join(", "));
        if node < NODE {
            say(&format!("{names} need Node {NODE} and here is Node {node}: the tests with them are skipped"));
            return Ok(None);
        }
        say(&format!("installing {names}: running npm"));
        std::fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix"]);
        run(npm.arg(&folder).args(&packages).stdout(Stdio::null()))?;
    }
    chromium()?;
    Ok(Some(folder))
}

/// Whether `NAME@VERSION` is installed there.
fn is_there(folder: &Path, package: &str) -> bool {
    let Some((name, version)) = package.rsplit_once('@') else { return false };
    let manifest = std::fs::read_to_string(folder.join("node_modules").join(name).join("package.json"));
    manifest.is_ok_and(|manifest| manifest.contains(&format!("\"version\": \"{version}\"")))
}

/// A Chromium, for walks through the pages and pictures of them.
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
