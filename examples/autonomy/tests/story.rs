//! The example prints the story in its file, and the README shows lines of the story and the governor's figures.
//! `UPDATE_EXPECT=1` rewrites the story and the figures.

use expect_test::expect_file;
use std::path::{Path, PathBuf};
use std::process::Command;

fn autonomy(arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let components = std::env::var_os("BATON_COMPONENTS").map_or_else(
        || {
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
            target.join("components")
        },
        PathBuf::from,
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_autonomy"));
    let output = command.args(arguments).arg(root.join(components)).output().expect("the example starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

#[test]
fn the_story_is_the_one_in_the_file() {
    expect_file!["../story.txt"].assert_eq(&autonomy(&[]));
}

#[test]
fn the_readme_shows_lines_of_the_story() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let story = std::fs::read_to_string(folder.join("story.txt")).expect("the story is read");
    let readme = std::fs::read_to_string(readme()).expect("the README is read");
    let blocks: Vec<&str> = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert!(!blocks.is_empty(), "the README has no lines of the story");
    for stretch in blocks.iter().flat_map(|block| block.split("\n…\n")) {
        assert!(story.contains(stretch), "not printed:\n{stretch}");
    }
}

#[test]
fn the_readme_shows_the_governors_figures() {
    const END: &str = "<!-- end -->";
    let figures = autonomy(&["figures"]);
    let mut readme_now = std::fs::read_to_string(readme()).expect("the README is read");
    let readme_then = readme_now.clone();
    let mut tables = 0;
    for figure in figures.split("<!-- figures: ").skip(1) {
        let name = figure.split(" -->").next().expect("a name");
        let begin = format!("<!-- figures: {name} -->");
        let table = format!("{begin}{}", figure.split_once(" -->").expect("a table").1);
        let table = table.split_once(END).expect("an end").0;
        let from = readme_now.find(&begin).unwrap_or_else(|| panic!("the README has no place for `{name}`"));
        let length = readme_now[from..].find(END).expect("an end");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            readme_now.replace_range(from..from + length, table);
        } else {
            assert_eq!(&readme_now[from..from + length], table, "the figures `{name}` differ");
        }
        tables += 1;
    }
    assert_eq!(tables, readme_now.matches(END).count(), "a table that the example does not print");
    if readme_now != readme_then {
        std::fs::write(readme(), readme_now).expect("the README is written");
    }
}
