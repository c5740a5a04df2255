//! The documents: their commands run, their transcripts are printed, and their links and names are current.
//!
//! A command in a `console` block runs here, in order, in a folder with a finished run of the pilot. Output in a `text` or
//! `eml` block is part of a transcript that another test keeps current. A block without a language fails, so that no
//! transcript stays untested.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
    process::Command,
};

use crate::{
    baton,
    fixture::{DeskFolder, NOW},
    text,
};

/// One guide for each reader.
const GUIDES: [&str; 6] = [
    "host/README.md",
    "host/web/README.md",
    "host/runtime/README.md",
    "wit/README.md",
    "guest/README.md",
    "examples/README.md",
];

/// Commands that cannot run here: how they begin, the file with the test or task that runs them, and a part of that file.
const ELSEWHERE: [(&str, &str, &str); 5] = [
    ("cargo install --path host/cli", "host/cli/Cargo.toml", "name = \"baton\""),
    ("curl ", "tests/suite/api/requests.rs", "only_a_token_grants_access"),
    ("target/debug/embed", "examples/embed/tests/transcript.rs", "the_package_is_the_one_in_the_file"),
    ("target/debug/autonomy figures", "examples/autonomy/tests/story.rs", "the_readme_shows_the_governors_figures"),
    ("cargo test ", "xtask/src/tests.rs", "guests::host(\"test\")"),
];

/// The blocks of this page are compared with the command's help by another test.
const REFERENCE: &str = "host/cli/COMMANDS.md";

/// Languages of blocks that hold no transcript.
const QUOTED: [&str; 6] = ["toml", "json", "html", "wit", "python", "js"];

/// A Markdown file.
struct Document {
    /// From the root of the repository.
    name: String,
    text: String,
}

/// A fenced block, and the line on which it begins.
struct Block {
    language: String,
    line: usize,
    text: String,
}

fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("the root exists")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns every file of the repository, from its root.
fn files() -> Vec<String> {
    fn visit(folder: &Path, root: &Path, files: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("the folder is read") {
            let path = entry.expect("the entry is read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", ".git", "node_modules"].contains(&name.as_str()) {
                    visit(&path, root, files);
                }
            } else {
                let path = path.strip_prefix(root).expect("it is below the root");
                files.push(path.to_string_lossy().into_owned());
            }
        }
    }
    let (root, mut files) = (root(), Vec::new());
    visit(&root, &root, &mut files);
    files.sort();
    files
}

fn documents() -> Vec<Document> {
    let names = files().into_iter().filter(|name| name.ends_with(".md"));
    names.map(|name| Document { text: read(&root().join(&name)), name }).collect()
}

impl Document {
    fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut open = false;
        for (index, line) in self.text.lines().enumerate() {
            let unindented = line.trim_start();
            if let Some(language) = unindented.strip_prefix("```") {
                open = !open;
                if open {
                    blocks.push(Block { language: language.to_owned(), line: index + 1, text: String::new() });
                }
            } else if let (true, Some(block)) = (open, blocks.last_mut()) {
                block.text += line;
                block.text.push('\n');
            }
        }
        assert!(!open, "{}: a block without an end", self.name);
        blocks
    }

    /// The text outside of blocks.
    fn prose(&self) -> String {
        let mut open = false;
        let lines = self.text.lines().filter(|line| {
            let fence = line.trim_start().starts_with("```");
            open ^= fence;
            !open && !fence
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The words in code style.
    fn code(&self) -> Vec<String> {
        self.prose().split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn links(&self) -> Vec<String> {
        let prose = self.prose();
        let mut links = Vec::new();
        for (begin, end) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"'), ("href=\"", '"')] {
            links.extend(prose.split(begin).skip(1).filter_map(|rest| rest.split(end).next()).map(str::to_owned));
        }
        links
    }

    /// The anchors of its headings, as forges make them.
    fn anchors(&self) -> BTreeSet<String> {
        let prose = self.prose();
        let headings = prose.lines().filter_map(|line| line.strip_prefix('#')).map(|rest| rest.trim_start_matches('#'));
        let slug = |heading: &str| -> String {
            let kept = heading.trim().to_lowercase();
            let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        let named = prose.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
        headings.map(slug).chain(named).collect()
    }
}

/// The words of a command line, with the quotes of a shell and without its comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => (quote, begun) = (Some(c), true),
            (None, '#') if !begun => return words,
            (None, ' ') => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            (_, c) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// Asserts that each stretch is printed; a line with only an ellipsis marks omitted lines.
fn is_printed(printed: &[String], shown: &str, place: &str) {
    for stretch in shown.trim_end().trim_end_matches("\n…").split("\n…\n") {
        assert!(printed.iter().any(|printed| printed.contains(stretch)), "{place}: not printed:\n{stretch}");
    }
}

/// The outputs that tests keep current.
fn transcripts() -> Vec<String> {
    let tests: Vec<String> = files()
        .iter()
        .filter(|name| name.starts_with("host/cli/tests/") && name.ends_with(".rs"))
        .map(|name| read(&root().join(name)))
        .collect();
    let mut printed = vec![read(&root().join("examples/autonomy/story.txt"))];
    for name in files().iter().filter(|name| name.starts_with("examples/pilot/transcript/")) {
        let file = name.strip_prefix("examples/pilot/").unwrap_or(name);
        assert!(tests.iter().any(|test| test.contains(file)), "no test keeps {name} current");
        printed.push(read(&root().join(name)));
    }
    printed
}

#[test]
fn transcripts_in_documents_are_printed() {
    let printed = transcripts();
    let mut shown = 0;
    for document in documents().iter().filter(|document| document.name != REFERENCE) {
        for block in document.blocks() {
            let place = format!("{}:{}", document.name, block.line);
            match block.language.as_str() {
                "text" | "eml" => {
                    is_printed(&printed, &block.text, &place);
                    shown += 1;
                }
                "console" => assert!(block.text.trim_start().starts_with("$ "), "{place}: begins without a command"),
                // An example in Rust is compiled with the documentation of its crate.
                "rust" => {
                    let library = root().join(&document.name).with_file_name("src/lib.rs");
                    assert!(read(&library).contains("include_str!(\"../README.md\")"), "{place}: is not compiled");
                }
                other => assert!(QUOTED.contains(&other), "{place}: a block in the language {other:?}"),
            }
        }
    }
    assert!(shown > 3, "the documents show too little");
}

/// Runs a command of a document and returns its output, or `None` if another test or task runs it.
fn run(desk: &DeskFolder, folder: &mut PathBuf, line: &str, place: &str) -> Option<String> {
    let words = words(line);
    if let ["cd", other] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // The folder is a copy of the pilot.
        *folder = if other == "examples/pilot" { desk.path().to_owned() } else { folder.join(other) };
        assert!(folder.is_dir(), "{place}: {other} is not a folder");
        return None;
    }
    if line.starts_with("cargo tree ") {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(root()).env("CARGO_NET_OFFLINE", "true");
        return Some(text(&shell.output().expect("a shell starts").stdout));
    }
    if let ["cargo", "xtask", task, ..] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        let tasks = read(&root().join("xtask/src/main.rs"));
        assert!(tasks.contains(&format!("Some(\"{task}\")")), "{place}: xtask has no task {task}");
        return None;
    }
    if ELSEWHERE.iter().any(|(begin, ..)| line.starts_with(begin)) {
        return None;
    }
    assert_eq!(words[0].trim_start_matches("target/debug/"), "baton", "{place}: no test runs `{line}`");
    let mut arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    // A document names the configuration from where its reader is; here it is in the folder. The time is the pilot's.
    for option in ["--config", "--now"] {
        if let Some(at) = arguments.iter().position(|argument| *argument == option) {
            arguments.drain(at..at + 2);
        }
    }
    // It runs until it is stopped, and another test does that.
    if arguments[0] == "serve" {
        return None;
    }
    let output = baton(folder, &[&["--now", NOW], &arguments[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{place}: `{line}`: {}{}", text(&output.stdout), text(&output.stderr));
    Some(desk.same(&format!("{}{}", text(&output.stdout), text(&output.stderr))))
}

#[test]
fn commands_in_documents_run() {
    for (begin, file, part) in ELSEWHERE {
        assert!(read(&root().join(file)).contains(part), "{file} has no `{part}`, for `{begin}`");
    }
    for document in documents() {
        let mut blocks = document.blocks();
        blocks.retain(|block| block.language == "console");
        if blocks.is_empty() {
            continue;
        }
        let desk = DeskFolder::new();
        let mut folder = desk.path().to_owned();
        for block in blocks {
            let place = format!("{}:{}", document.name, block.line);
            for command in format!("\n{}", block.text).split("\n$ ").skip(1) {
                let (line, shown) = command.split_once('\n').unwrap_or((command, ""));
                let output = run(&desk, &mut folder, line, &place);
                if !shown.trim().is_empty() {
                    is_printed(&[output.expect("a command that runs here")], shown, &place);
                }
            }
        }
    }
}

#[test]
fn settings_in_documents_exist() {
    let exemplars =
        ["baton", "campaign"].map(|name| read(&root().join(format!("host/config/src/{name}.exemplar.toml"))));
    let keys = format!("\n{}", exemplars.join("\n"));
    for document in documents() {
        for block in document.blocks().iter().filter(|block| block.language == "toml") {
            // A manifest of Cargo.
            if ["[package]", "[dependencies]"].iter().any(|table| block.text.contains(table)) {
                continue;
            }
            for line in block.text.lines().map(str::trim_start) {
                let key = line.split(" = ").next().unwrap_or_default();
                let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                let wanted = match line.strip_prefix('[') {
                    Some(_) => line.split(" #").next().unwrap_or_default().trim_end().to_owned(),
                    None if is_key && line.contains(" = ") => format!("{key} ="),
                    None => continue,
                };
                let place = format!("{}:{}", document.name, block.line);
                assert!(keys.contains(&format!("\n{wanted}")), "{place}: `{wanted}` is not a setting");
            }
        }
    }
}

/// Resolves `..` and `.` without looking at the disk.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

#[test]
fn links_in_documents_work() {
    let documents = documents();
    let mut broken = Vec::new();
    for document in &documents {
        let folder = Path::new(&document.name).parent().unwrap_or(Path::new(""));
        for link in document.links() {
            if ["http:", "https:", "mailto:"].iter().any(|scheme| link.starts_with(scheme)) {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let path = match file {
                "" => PathBuf::from(&document.name),
                file => normal(&folder.join(file)),
            };
            let there = root().join(&path).exists();
            let target = documents.iter().find(|other| Path::new(&other.name) == path);
            let anchored = anchor.is_empty() || target.is_some_and(|target| target.anchors().contains(anchor));
            if !there || !anchored {
                broken.push(format!("{}: {link}", document.name));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn names_in_documents_exist() {
    let files = files();
    let source: String =
        files.iter().filter(|name| name.ends_with(".rs")).map(|name| read(&root().join(name))).collect();
    let folders: BTreeSet<&str> = files.iter().filter_map(|name| name.split_once('/')).map(|(top, _)| top).collect();
    let mut unknown = Vec::new();
    // The changelog names what was there at the time.
    for document in documents().iter().filter(|document| !["CHANGELOG.md", REFERENCE].contains(&document.name.as_str()))
    {
        let folder = Path::new(&document.name).parent().unwrap_or(Path::new(""));
        for word in document.code() {
            let pattern = |c: char| c.is_whitespace() || "*<>{}…$\"".contains(c);
            if word.contains(pattern) || word.starts_with("target/") {
                continue;
            }
            let known = if word.split_once('/').is_some_and(|(top, _)| folders.contains(top)) {
                root().join(word.trim_end_matches('/')).exists() || root().join(folder).join(&word).exists()
            } else if [".rs", ".wit", ".md"].iter().any(|end| word.len() > end.len() && word.ends_with(end)) {
                let below = normal(&folder.join(&word)).to_string_lossy().into_owned();
                files.iter().any(|name| *name == below || *name == word || name.ends_with(&format!("/{word}")))
            } else if is_test_name(&word) {
                source.contains(&format!("fn {word}("))
            } else {
                true
            };
            if !known {
                unknown.push(format!("{}: {word}", document.name));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// Four words or more, as only names of tests have them.
fn is_test_name(word: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    word.split('_').count() >= 4 && word.split('_').all(is_word)
}

#[test]
fn the_readme_is_short_and_leads_to_every_guide() {
    let readme = Document { name: "README.md".to_owned(), text: read(&root().join("README.md")) };
    let lines = readme.text.lines().count();
    assert!(lines <= 150, "the README has {lines} lines");
    let links = readme.links();
    for guide in GUIDES.into_iter().chain([".github/CONTRIBUTING.md", ".github/SECURITY.md", "CHANGELOG.md"]) {
        assert!(links.iter().any(|link| link == guide), "the README has no link to {guide}");
    }
}
