//! Dependencies point one way. What is not listed here may not depend on anything of ours.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each package may depend on, of ours. `tests`, `examples` and `xtask` are free.
const MAY: &[(&str, &[&str])] = &[
    ("baton-facts", &[]),
    ("baton-bump-alloc", &[]),
    ("baton-core", &["baton-facts"]),
    ("baton-engine", &["baton-facts", "baton-core", "baton-bump-alloc"]),
    ("baton-drafter", &["baton-facts", "baton-core", "baton-bump-alloc"]),
    ("baton-governor", &["baton-facts", "baton-core", "baton-bump-alloc"]),
    ("baton-reader", &["baton-facts", "baton-core", "baton-bump-alloc"]),
    ("baton-runtime", &["baton-facts"]),
    ("baton-components", &[]),
    ("baton-conformance", &["baton-facts", "baton-runtime"]),
    ("baton-model", &["baton-facts"]),
    ("baton-present", &["baton-facts", "baton-model"]),
    ("baton-crm", &["baton-facts", "baton-model"]),
    ("baton-mail", &["baton-facts", "baton-model"]),
    ("baton-identity", &["baton-facts", "baton-model"]),
    ("baton-quality", &["baton-facts", "baton-model"]),
    // The desk reaches the logic through the components alone.
    ("baton-desk", &["baton-facts", "baton-model", "baton-runtime", "baton-mail", "baton-identity", "baton-quality"]),
    (
        "baton-campaign",
        &[
            "baton-facts",
            "baton-model",
            "baton-runtime",
            "baton-mail",
            "baton-identity",
            "baton-quality",
            "baton-crm",
            "baton-desk",
        ],
    ),
    (
        "baton-config",
        &[
            "baton-facts",
            "baton-model",
            "baton-runtime",
            "baton-mail",
            "baton-identity",
            "baton-quality",
            "baton-crm",
            "baton-desk",
            "baton-campaign",
        ],
    ),
    (
        "baton-web",
        &[
            "baton-facts",
            "baton-model",
            "baton-present",
            "baton-mail",
            "baton-identity",
            "baton-quality",
            "baton-campaign",
            "baton-desk",
        ],
    ),
    (
        "baton-server",
        &[
            "baton-facts",
            "baton-model",
            "baton-runtime",
            "baton-mail",
            "baton-identity",
            "baton-quality",
            "baton-crm",
            "baton-desk",
            "baton-campaign",
            "baton-present",
            "baton-config",
            "baton-web",
            "baton-components",
        ],
    ),
    (
        "baton",
        &[
            "baton-facts",
            "baton-model",
            "baton-runtime",
            "baton-mail",
            "baton-identity",
            "baton-quality",
            "baton-crm",
            "baton-desk",
            "baton-campaign",
            "baton-present",
            "baton-config",
            "baton-web",
            "baton-server",
            "baton-components",
            "baton-conformance",
        ],
    ),
];

const FREE: &[&str] = &["tests/", "examples/", "xtask/"];

/// What a package may not bring in from elsewhere.
const MAY_NOT: &[(&str, &[&str])] = &[
    ("baton-core", &["wasmtime", "tokio", "sqlx", "axum", "reqwest", "getrandom", "rand"]),
    ("baton-runtime", &["sqlx", "rusqlite", "axum", "hyper", "reqwest", "lettre", "askama", "clap"]),
    ("baton-desk", &["axum", "hyper", "askama", "clap"]),
];

struct Package {
    folder: String,
    /// Normal and build dependencies: what tests need is their own affair.
    needs: BTreeSet<String>,
}

fn packages() -> BTreeMap<String, Package> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let root = std::fs::canonicalize(root).expect("the root is there");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(&root)
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let packages = metadata["packages"].as_array().expect("a list");
    packages
        .iter()
        .map(|package| {
            let manifest = text(&package["manifest_path"]);
            let folder = manifest.strip_prefix(&format!("{}/", root.display())).unwrap_or(&manifest).to_owned();
            let needs = package["dependencies"].as_array().expect("a list").iter();
            let needs = needs.filter(|needed| needed["kind"] != "dev").map(|needed| text(&needed["name"])).collect();
            (text(&package["name"]), Package { folder, needs })
        })
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    for (name, package) in &packages {
        if FREE.iter().any(|free| package.folder.starts_with(free)) {
            continue;
        }
        let ours: BTreeSet<&str> =
            package.needs.iter().map(String::as_str).filter(|needed| packages.contains_key(*needed)).collect();
        let may = MAY.iter().find(|(known, _)| known == name).map(|(_, may)| *may);
        let may: BTreeSet<&str> = may.unwrap_or_else(|| panic!("{name} is not in the list")).iter().copied().collect();
        assert!(ours.is_subset(&may), "{name} depends on {:?}", ours.difference(&may));
    }
}

#[test]
fn the_logic_and_the_runtime_stay_lean() {
    let packages = packages();
    for (name, never) in MAY_NOT {
        let package = &packages[*name];
        let found: Vec<_> = never.iter().filter(|crate_name| package.needs.contains(**crate_name)).collect();
        assert!(found.is_empty(), "{name} depends on {found:?}");
    }
}
