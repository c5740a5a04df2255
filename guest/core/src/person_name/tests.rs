//! Names as records have them, with the name that a draft may use; `-` is refused.

use super::read;

#[test]
fn awkward_names_are_greeted_as_a_colleague_would_or_refused() {
    let mut wrong = Vec::new();
    let mut all = 0;
    for row in include_str!("names.tsv").lines().skip(1) {
        let row = row.replace("\\n", "\n").replace("\\r", "\r");
        let [first, last, given, family] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        all += 1;
        let found = read(first.trim(), last.trim());
        let right = match &found {
            Ok(name) => name.given == given && name.family == family,
            Err(_) => given == "-",
        };
        if !right {
            wrong.push(format!("{first:?} {last:?} is {given:?} {family:?}, not {found:?}"));
        }
    }
    assert!(all >= 120 && wrong.is_empty(), "{} of {all} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
