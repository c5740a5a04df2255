//! The README's transcripts are parts of the pilot's.

use std::path::Path;

#[test]
fn the_readme_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).expect("the file is read");
    let readme = read("README.md");
    let shown = |fence: &str| -> Vec<&str> {
        readme.split(fence).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
    };
    let blocks = [shown("```text\n"), shown("```eml\n")].concat();
    assert!(blocks.len() > 3, "the README shows too little");
    let printed = ["run.txt", "show.txt", "why.txt", "desk.txt", "message.eml"];
    let printed = printed.map(|name| read(&format!("examples/pilot/transcript/{name}")));
    for block in blocks {
        // A line of its own with an ellipsis stands for what is left out.
        for stretch in block.split("\n…\n") {
            assert!(printed.iter().any(|printed| printed.contains(stretch)), "not printed:\n{stretch}");
        }
    }
}
