//! Installs the servers and the browser that the tests use, if they are missing.
//!
//! As root on Debian, packages are installed; elsewhere the error names the command to run.

use crate::shell::{capture, run, say, target};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An SMTP server for tests, which returns the received messages over HTTP.
const MAILDEV: &str = "maildev@3.0.0";

/// An identity provider that the OpenID Foundation has certified.
const OIDC_PROVIDER: &str = "oidc-provider@9.13.3";

/// Drives a browser through the pages, and checks their accessibility.
const BROWSING: [&str; 2] = ["playwright-core@1.65.1", "axe-core@4.14.1"];

/// The lowest version of Node that runs all of them.
const NODE: u32 = 20;

/// Installs the packages of npm in exactly these versions, Chromium, and the fonts. Returns the folder of the packages, or
/// `None` if Node is too old for them, which it prints.
///
/// # Errors
/// Fails if something cannot be installed here; the hint names the command to run.
pub fn all() -> Result<Option<PathBuf>> {
    let folder = target().join("servers");
    let packages = [&[MAILDEV, OIDC_PROVIDER][..], &BROWSING].concat();
    if !packages.iter().all(|package| is_there(&folder, package)) {
        debian("npm", &["nodejs", "npm"], || starts("npm"))?;
        let (node, names) = (node_version()?, packages.join(", "));
        if node < NODE {
            say(&format!("{names} need Node {NODE} and here is Node {node}: the tests with them are ignored"));
            return Ok(None);
        }
        say(&format!("installing {names}: running npm"));
        std::fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix"]);
        run(npm.arg(&folder).args(&packages).stdout(Stdio::null()))?;
    }
    chromium()?;
    fonts()?;
    Ok(Some(folder))
}

/// Whether `NAME@VERSION` is installed there.
fn is_there(folder: &Path, package: &str) -> bool {
    let Some((name, version)) = package.rsplit_once('@') else { return false };
    let manifest = std::fs::read_to_string(folder.join("node_modules").join(name).join("package.json"));
    manifest.is_ok_and(|manifest| manifest.contains(&format!("\"version\": \"{version}\"")))
}

/// Installs Chromium if it is missing, and returns its name.
pub fn chromium() -> Result<&'static str> {
    debian("chromium", &["chromium"], || starts("chromium"))?;
    Ok("chromium")
}

/// Installs the fonts that the browser tests lay pages out with; see `tests/browser/fonts`.
fn fonts() -> Result<()> {
    let fonts =
        [("liberation/LiberationSans-Regular.ttf", "fonts-liberation"), ("dejavu/DejaVuSans.ttf", "fonts-dejavu-core")];
    for (file, package) in fonts {
        let file = Path::new("/usr/share/fonts/truetype").join(file);
        debian(package, &[package], || file.exists())?;
    }
    Ok(())
}

/// Returns the major version of Node: 20 for `v20.11.1`.
fn node_version() -> Result<u32> {
    let version = capture(Command::new("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    major.with_context(|| format!("`node --version` says `{version}`"))
}

/// Installs Debian's packages if something is missing.
fn debian(name: &str, packages: &[&str], is_there: impl Fn() -> bool) -> Result<()> {
    if is_there() {
        return Ok(());
    }
    let names = packages.join(" ");
    if starts("apt-get") && is_root() {
        say(&format!("{name} is not installed: running `apt-get install {names}`"));
        run(Command::new("apt-get").args(["update", "--quiet"]).stdout(Stdio::null()))?;
        let mut install = Command::new("apt-get");
        install.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages);
        run(install.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()))?;
    }
    if !is_there() {
        bail!("`{name}` is not installed\nhint: on Debian: sudo apt-get install {names}");
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
