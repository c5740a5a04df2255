//! The files of a crate, the files in their `use` lines, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::{Item, UseTree};

/// The modules that each module uses, by path without `crate::`; the root is the empty path.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// Reads the files below a folder `src`, without tests.
pub fn graph(source: &Path) -> Graph {
    let mut files = BTreeMap::new();
    read(source, "", &mut files);
    let modules: BTreeSet<&String> = files.keys().collect();
    let edges = files.iter().map(|(module, text)| {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {module}: {error}", source.display()));
        let mut paths = Vec::new();
        uses(&file.items, &mut paths);
        let used = paths.iter().filter_map(|path| resolved(module, path, &modules));
        (module.clone(), used.filter(|used| used != module).collect())
    });
    edges.collect()
}

fn read(folder: &Path, module: &str, files: &mut BTreeMap<String, String>) {
    let joined = |name: &str| if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        if name == "tests" || name.ends_with("_tests") {
            continue;
        }
        if path.is_dir() {
            read(&path, &joined(&name), files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("readable");
            let module =
                if ["lib", "main", "mod"].contains(&name.as_str()) { module.to_owned() } else { joined(&name) };
            // A crate with both `lib.rs` and `main.rs` has one root here.
            files.entry(module).or_default().push_str(&text);
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

fn uses(items: &[Item], paths: &mut Vec<Vec<String>>) {
    for item in items {
        if let Item::Use(line) = item
            && !is_test(&line.attrs)
        {
            tree(&line.tree, &mut Vec::new(), paths);
        }
    }
}

fn tree(tree_: &UseTree, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match tree_ {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            tree(&path.tree, before, paths);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|item| tree(item, before, paths)),
        UseTree::Name(name) => paths.push([before.as_slice(), &[name.ident.to_string()]].concat()),
        UseTree::Rename(name) => paths.push([before.as_slice(), &[name.ident.to_string()]].concat()),
        UseTree::Glob(_) => paths.push(before.clone()),
    }
}

/// Returns the module that a path leads into, or `None` if it is in another crate.
fn resolved(module: &str, path: &[String], modules: &BTreeSet<&String>) -> Option<String> {
    let mut place: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            place.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|part| part == "super") {
                place.pop();
                rest = &rest[1..];
            }
        }
        first => {
            let child = [place.as_slice(), &[first]].concat().join("::");
            if !modules.contains(&child) {
                return None;
            }
        }
    }
    for part in rest {
        place.push(part);
        if !modules.contains(&place.join("::")) {
            place.pop();
            break;
        }
    }
    Some(place.join("::"))
}

/// Returns the circles: sets of modules of which each uses every other, directly or indirectly.
pub fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> = graph.keys().map(|from| (from, reach(graph, from))).collect();
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for (from, reach) in &reached {
        if seen.contains(*from) {
            continue;
        }
        let circle: Vec<String> = graph
            .keys()
            .filter(|to| to == from || (reach.contains(to) && reached[to].contains(from)))
            .cloned()
            .collect();
        seen.extend(circle.iter().cloned());
        if circle.len() > 1 {
            circles.push(circle);
        }
    }
    circles
}

fn reach<'a>(graph: &'a Graph, from: &String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = graph.get(from).into_iter().flatten().collect();
    while let Some(module) = open.pop() {
        if reached.insert(module) {
            open.extend(graph.get(module).into_iter().flatten());
        }
    }
    reached
}

#[test]
fn a_circle_is_found_and_a_chain_is_not() {
    let graph = |edges: &[(&str, &[&str])]| -> Graph {
        edges.iter().map(|(from, to)| ((*from).to_owned(), to.iter().map(|to| (*to).to_owned()).collect())).collect()
    };
    let found = circles(&graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"]), ("e", &[])]));
    assert_eq!(found, [["a", "b", "c"]]);
    assert!(circles(&graph(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])).is_empty());
}

#[test]
fn paths_are_resolved_to_files() {
    let names = ["", "a", "a::b", "c"].map(str::to_owned);
    let modules: BTreeSet<&String> = names.iter().collect();
    let check = |module: &str, path: &str, expected: Option<&str>| {
        let path: Vec<String> = path.split("::").map(str::to_owned).collect();
        assert_eq!(resolved(module, &path, &modules).as_deref(), expected, "{path:?}");
    };
    check("c", "crate::a::b::Type", Some("a::b"));
    check("a::b", "super::Type", Some("a"));
    check("a::b", "super::super::Type", Some(""));
    check("a", "b::Type", Some("a::b"));
    check("a", "std::fmt", None);
    check("c", "crate::Type", Some(""));
}
