//! Dependencies point in one direction: between crates, between the folders of a crate, and between its files.
//!
//! The allowed directions between crates are listed here. Within a crate neither its folders nor its files have
//! circles, according to their `use` lines, where a re-export counts. Known circles are in `layering.txt`, which may
//! only shrink.

mod modules;

use modules::{Graph, circles, graph};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const GUEST: &[&str] = &["baton-facts", "baton-core", "baton-bump-alloc"];

/// The workspace crates that a crate may use: those in its list and everything that these may use. Crates of `tests`,
/// `examples` and `xtask` are free. A crate in the list need not exist yet.
const MAY_USE: &[(&str, &[&str])] = &[
    ("baton-facts", &[]),
    ("baton-bump-alloc", &[]),
    ("baton-core", &["baton-facts"]),
    ("baton-engine", GUEST),
    ("baton-drafter", GUEST),
    ("baton-governor", GUEST),
    ("baton-reader", GUEST),
    ("baton-components", &[]),
    ("baton-runtime", &["baton-facts"]),
    ("baton-conformance", &["baton-runtime"]),
    ("baton-model", &["baton-facts"]),
    ("baton-present", &["baton-model"]),
    ("baton-crm", &["baton-model"]),
    ("baton-mail", &["baton-model"]),
    ("baton-identity", &["baton-model"]),
    ("baton-quality", &["baton-model"]),
    // The desk calls the handoff logic through the components alone, never `baton-core`.
    ("baton-desk", &["baton-runtime", "baton-present", "baton-crm", "baton-mail", "baton-identity", "baton-quality"]),
    ("baton-campaign", &["baton-desk"]),
    ("baton-config", &["baton-campaign"]),
    ("baton-web", &["baton-campaign", "baton-present"]),
    ("baton-server", &["baton-config", "baton-web", "baton-components", "baton-conformance"]),
    ("baton", &["baton-server"]),
];

const FREE: &[&str] = &["tests/", "examples/", "xtask/"];

/// Third-party crates that a crate may not use.
const MAY_NOT_USE: &[(&str, &[&str])] = &[
    ("baton-core", &["wasmtime", "tokio", "sqlx", "axum", "reqwest", "getrandom", "rand"]),
    ("baton-runtime", &["sqlx", "rusqlite", "axum", "hyper", "reqwest", "lettre", "askama", "clap"]),
    ("baton-model", &["sqlx", "axum", "hyper", "reqwest", "lettre", "tokio", "wasmtime", "askama", "clap"]),
    ("baton-present", &["sqlx", "axum", "hyper", "reqwest", "lettre", "tokio", "wasmtime"]),
    ("baton-quality", &["sqlx", "axum", "hyper", "reqwest", "lettre", "wasmtime", "askama", "clap"]),
    ("baton-desk", &["axum", "hyper", "askama", "clap"]),
];

struct Package {
    /// The folder of the manifest, relative to the root.
    folder: String,
    /// Normal and build dependencies, without those of tests.
    needs: BTreeSet<String>,
}

fn root() -> PathBuf {
    std::fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).expect("the root exists")
}

fn packages() -> BTreeMap<String, Package> {
    let root = root();
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
            let folder = Path::new(&manifest).parent().and_then(|folder| folder.strip_prefix(&root).ok());
            let folder = folder.expect("below the root").display().to_string();
            let needs = package["dependencies"].as_array().expect("a list").iter();
            let needs = needs.filter(|needed| needed["kind"] != "dev").map(|needed| text(&needed["name"])).collect();
            (text(&package["name"]), Package { folder, needs })
        })
        .collect()
}

fn is_free(package: &Package) -> bool {
    FREE.iter().any(|free| format!("{}/", package.folder).starts_with(free))
}

/// Returns every crate that a crate may use, directly or through another.
fn may_use(name: &str) -> BTreeSet<&'static str> {
    let list = MAY_USE.iter().find(|(known, _)| *known == name);
    let (_, list) = list.unwrap_or_else(|| panic!("{name} is not in MAY_USE"));
    list.iter().flat_map(|used| may_use(used).into_iter().chain([*used])).collect()
}

#[test]
fn crates_use_only_crates_below_them() {
    let packages = packages();
    for (name, package) in packages.iter().filter(|(_, package)| !is_free(package)) {
        let ours: BTreeSet<&str> =
            package.needs.iter().map(String::as_str).filter(|needed| packages.contains_key(*needed)).collect();
        let may = may_use(name);
        assert!(ours.is_subset(&may), "{name} may not use {:?}", ours.difference(&may));
    }
}

#[test]
fn crates_have_no_circles() {
    let packages = packages();
    let graph: Graph = packages.iter().map(|(name, package)| (name.clone(), package.needs.clone())).collect();
    assert_eq!(circles(&graph), Vec::<Vec<String>>::new());
}

#[test]
fn crates_do_not_use_forbidden_third_party_crates() {
    let packages = packages();
    for (name, never) in MAY_NOT_USE {
        let Some(package) = packages.get(*name) else { continue };
        let found: Vec<_> = never.iter().filter(|crate_name| package.needs.contains(**crate_name)).collect();
        assert!(found.is_empty(), "{name} uses {found:?}");
    }
}

/// Returns a crate's circles as lines of `layering.txt`.
fn lines_of(name: &str, source: &Path) -> Vec<String> {
    let files = graph(source);
    let mut folders = Graph::new();
    let top = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    for (file, used) in &files {
        // Items of `lib.rs` belong to no folder.
        let used = used.iter().map(|used| top(used)).filter(|used| !used.is_empty() && *used != top(file));
        folders.entry(top(file)).or_default().extend(used);
    }
    let line = |what: &str, circle: Vec<String>| {
        let names: Vec<_> =
            circle.iter().map(|module| if module.is_empty() { "crate" } else { module.as_str() }).collect();
        format!("{name} {what}: {}", names.join(" "))
    };
    let folders = circles(&folders).into_iter().map(|circle| line("folders", circle));
    folders.chain(circles(&files).into_iter().map(|circle| line("files", circle))).collect()
}

#[test]
fn folders_and_files_have_only_the_known_circles() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/layering.txt");
    let known = std::fs::read_to_string(&path).expect("the list exists");
    let mut found = BTreeSet::new();
    for (name, package) in packages().iter().filter(|(_, package)| !is_free(package)) {
        found.extend(lines_of(name, &root().join(&package.folder).join("src")));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let head = known.lines().filter(|line| line.starts_with('#')).map(str::to_owned);
        let lines: Vec<String> = head.chain(found).collect();
        std::fs::write(&path, lines.join("\n") + "\n").expect("the list is written");
        return;
    }
    let known: BTreeSet<String> = known.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let new: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new circles: {new:#?}\ncircles to remove from layering.txt: {gone:#?}\nhint: UPDATE_EXPECT=1 rewrites the list"
    );
}
