//! `baton drafts` in the pilot: decisions about drafts, and edits.

use crate::fixture::DeskFolder;
use std::fs;

/// A body written by a person that passes every check.
const TEXT: &str = "\
Hi Dana,

I read in Transit Weekly that Northbeam Logistics raised a $42M Series C led by Harbour Lane. More people shipping at
once means more releases to keep an eye on, and that is what we help with.

Is safer shipping on your list for this year?

Mara Lindqvist
";

#[test]
fn what_people_make_of_the_drafts() {
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    fs::write(desk.path().join("text.txt"), TEXT).expect("the text is written");
    desk.done(&["edit", &package.id, "--digest", package.shown(), "--body", "text.txt"]);
    let kinds = desk.json(&["drafts", "pilot", "--kind", "funding", "--pairs", "3", "--json"]);
    let english = kinds.as_array().expect("kinds").iter().find(|kind| kind["language"] == "en").expect("English");
    let version = &english["versions"][0];
    assert_eq!(
        (&version["edited"], &version["judgement"], &english["part"]),
        (&1.into(), &"too-few".into(), &"pitch".into())
    );
    assert_eq!(english["pairs"][0]["package"], package.id);

    let said = desk.done(&["drafts", "pilot", "--kind", "funding", "--pairs", "1"]);
    assert!(said.contains("pilot · funding · en") && said.contains("too few to tell; 7 more at the least"), "{said}");
    assert!(said.contains("[-A round usually means more -]people") && said.contains("{+More +}people"), "{said}");
    assert!(desk.done(&["drafts", "--kind", "nonsense"]).contains("no drafts yet"));
}
