//! Fingerprint of the sources that the components are built from. `cargo xtask guests` stores it beside the components, and
//! this crate's build compares it, so that a component older than its sources is noticed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the file with the fingerprint, beside the components.
pub const FILE: &str = "sources";

/// The files and folders, relative to the checkout. The lock file is left out: it changes with every host dependency.
pub const PATHS: [&str; 2] = ["guest", "wit"];

/// Returns the fingerprint of the sources in this checkout.
pub fn fingerprint(checkout: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for path in PATHS {
        collect(&checkout.join(path), &mut files)?;
    }
    files.sort();
    // FNV-1a: it has to notice an edit, not to withstand an attacker.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for byte in bytes.iter().chain(&[0]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for file in files {
        let name = file.strip_prefix(checkout).unwrap_or(&file);
        add(name.to_string_lossy().replace('\\', "/").as_bytes());
        // Comments and blank lines do not change a component.
        let comment = if file.extension().is_some_and(|kind| kind == "toml") { "#" } else { "//" };
        for line in fs::read_to_string(&file)?.lines().map(str::trim) {
            if !line.is_empty() && !line.starts_with(comment) {
                add(line.as_bytes());
            }
        }
    }
    Ok(format!("{hash:016x}\n"))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // Tests, benchmarks and frozen releases of the contract are not part of a component.
        if matches!(name, "tests" | "benches" | "released") {
            return Ok(());
        }
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "wit" || kind == "toml") {
        files.push(path.to_path_buf());
    }
    Ok(())
}
