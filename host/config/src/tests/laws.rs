//! Laws for any text.

use proptest::prelude::*;

use super::{BATON, CAMPAIGN, Settings, campaign};

/// The text with the characters from `start` on, `length` of them, replaced.
fn spliced(text: &str, start: usize, length: usize, insert: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let start = start % (letters.len() + 1);
    let end = (start + length).min(letters.len());
    letters[..start].iter().copied().chain(insert.chars()).chain(letters[end..].iter().copied()).collect()
}

fn refused_with_words(text: &str) -> Result<(), TestCaseError> {
    if let Err(problems) = campaign(text) {
        prop_assert!(problems.has_errors());
        prop_assert!(!problems.to_string().chars().any(|c| c.is_control() && c != '\n'));
    }
    if let Err(problems) = Settings::parse("baton.toml".as_ref(), text) {
        prop_assert!(problems.has_errors());
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        refused_with_words(&text)?;
    }

    #[test]
    fn any_slip_of_the_pen_is_read_or_refused(
        start in any::<usize>(), length in 0..30_usize, insert in r#"[ -~\n\x00\u{202e}é]{0,12}|-1|99999999999|\{\{|true|\[|"|="#,
    ) {
        refused_with_words(&spliced(CAMPAIGN, start, length, &insert))?;
        refused_with_words(&spliced(BATON, start, length, &insert))?;
        refused_with_words(&spliced(include_str!("../campaign.exemplar.toml"), start, length, &insert))?;
    }
}
