//! `cargo xtask pictures`: takes the README's pictures of the review page (light, dark and narrow) with Chromium.

use crate::{demo, guests, servers, shell};
use anyhow::{Context, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The variants of a picture: the end of its name, the window, and whether the reader prefers dark pages.
const WINDOWS: [(&str, &str, bool); 3] =
    [("light", "1280,800", false), ("dark", "1280,800", true), ("narrow", "390,844", false)];

/// Runs and serves the pilot, and takes the README's pictures into `examples/pilot/pictures`, and one of every page into
/// `pages` of the target folder.
pub fn take() -> Result<()> {
    let browser = servers::chromium()?;
    let folder = demo::prepared("pictures", &["baton"])?;
    shell::run(demo::baton(&folder, &["run", "pilot"]).stdout(Stdio::null()))?;
    let queue = shell::capture(&mut demo::baton(&folder, &["queue", "--json"]))?;
    let mut ids = queue.split("\"id\": \"").skip(1).filter_map(|rest| rest.split('"').next());
    let shown = ids.nth(1).context("the queue is too short")?;
    let (_page, link) = serve(&folder)?;
    let (address, _) = link.split_once("start/").context("the page printed no link")?;
    // The browser stores the cookie that the link sets.
    shoot(browser, &link, WINDOWS[0].1, false, &folder.join("browser"), &folder.join("queue.png"))?;
    let pictures = shell::root().join("examples/pilot/pictures");
    let others = shell::target().join("pages");
    for place in [&pictures, &others] {
        std::fs::create_dir_all(place)?;
    }
    let take = |name: &str, path: &str| -> Result<()> {
        for (window, size, dark) in WINDOWS {
            let file = pictures.join(format!("{name}-{window}.png"));
            shoot(browser, &format!("{address}{path}"), size, dark, &folder.join("browser"), &file)?;
            shell::say(&format!("{}", file.display()));
        }
        Ok(())
    };
    take("queue", "")?;
    take("package", &format!("packages/{shown}"))?;
    decide(&folder, &queue)?;
    take("quality", "quality")?;
    // The test that visits every page takes a picture of each.
    let tools = servers::all()?.context("playwright-core is not installed")?;
    let mut walk = guests::host("test");
    walk.args(["--features", "baton-tests/browser", "browser_walks::every_page"])
        .env("BATON_BROWSER", tools)
        .env("BATON_PICTURES", &others);
    shell::run(&mut walk)?;
    shell::say(&format!("every page: {}", others.display()));
    Ok(())
}

/// Decides some packages, so that the streams have evidence: most are approved, one in nine is rejected, and one in five
/// stays in the queue.
fn decide(folder: &Path, queue: &str) -> Result<()> {
    let rows = queue.split("\"id\": \"").skip(1).filter(|row| !row.contains("\"review-and-approve\""));
    for (number, id) in rows.filter_map(|row| row.split('"').next()).enumerate() {
        let shown = shell::capture(&mut demo::baton(folder, &["show", id, "--json"]))?;
        let digest = shown.split("\"digest\": \"").nth(1).and_then(|rest| rest.split('"').next());
        let bound = ["--digest", digest.context("the package has no digest")?, "--seconds", "41"];
        let decision: &[&str] = match number {
            number if number % 9 == 3 => &["reject", id, "--reason", "draft"],
            number if number % 5 == 4 => continue,
            _ => &["approve", id],
        };
        shell::run(
            demo::baton(folder, &[&["--as", "Mara Lindqvist"], decision, &bound].concat())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
    }
    Ok(())
}

/// A server that is stopped when the task ends.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Serves the page on a free port and returns the link that opens it.
fn serve(folder: &Path) -> Result<(Serving, String)> {
    let mut child =
        demo::baton(folder, &["--as", "Mara Lindqvist", "serve", "--port", "0"]).stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().context("its output is not captured")?;
    let serving = Serving(child);
    for line in BufReader::new(out).lines() {
        if let Some((_, rest)) = line?.split_once("http://") {
            let address = rest.split_whitespace().next().unwrap_or_default();
            return Ok((serving, format!("http://{address}")));
        }
    }
    bail!("`baton serve` exited before it printed its address")
}

fn shoot(browser: &str, address: &str, size: &str, dark: bool, profile: &Path, file: &Path) -> Result<()> {
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--window-size={size}"))
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)))
        .arg(format!("--screenshot={}", file.display()))
        .arg(address)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    shell::run(&mut command)
}
