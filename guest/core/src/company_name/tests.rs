//! Names as records have them, with the name that a draft may use; `?` is doubted, `-` is refused.

use super::CompanyName;

#[test]
fn awkward_company_names_are_written_as_a_person_would_or_refused() {
    let (mut all, mut wrong) = (0, Vec::new());
    for row in include_str!("names.tsv").lines().skip(1) {
        let (name, expected) = row.split_once('\t').expect("two columns");
        let found = CompanyName::of(&name.replace("\\n", "\n"));
        all += 1;
        let outcome = match &found {
            Ok(CompanyName { short, doubt: None }) => short.clone(),
            Ok(CompanyName { short, doubt: Some(_) }) => format!("?{short}"),
            Err(_) => "-".into(),
        };
        if outcome != expected {
            wrong.push(format!("{name:?} is {expected:?}, not {found:?}"));
        }
    }
    assert!(all >= 60 && wrong.is_empty(), "{} of {all} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
