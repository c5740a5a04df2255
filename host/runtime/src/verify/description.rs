//! Bounds of the descriptions that components give of themselves, which are shown to people.

use super::bounds::TEXT_MAX;
use crate::error::Error;
use baton_facts::description::{DrafterDescription, EngineDescription};

/// Maximum number of entries in a list of a description.
const ENTRIES_MAX: usize = 500;
/// Maximum length of a name in a description, in bytes.
const NAME_MAX: usize = 64;
/// Maximum length of a title, in characters.
const TITLE_MAX: usize = 40;

/// Checks that the engine's description can be shown to a person.
pub(crate) fn engine(description: &EngineDescription) -> Result<(), Error> {
    let checks = &description.checks;
    listed(checks.len())?;
    for check in checks {
        named(&check.name, b'-')?;
        let hidden = |letter: char| {
            letter.is_control()
                || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}')
                || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        if check.title.trim().is_empty() || check.title.chars().count() > TITLE_MAX || check.title.contains(hidden) {
            return Err(Error::Description("a title that is empty, too long or not text"));
        }
        explained(&check.meaning)?;
    }
    Ok(())
}

/// Checks that the drafter's description can be shown to a person, and names placeholders and languages.
pub(crate) fn drafter(description: &DrafterDescription) -> Result<(), Error> {
    if let Some(templates) = &description.templates {
        listed(templates.placeholders.len())?;
        for placeholder in &templates.placeholders {
            named(&placeholder.name, b'_')?;
            explained(&placeholder.meaning)?;
        }
        if templates.bytes_max == 0 {
            return Err(Error::Description("a maximum length of 0 for texts"));
        }
    }
    listed(description.follow_up_languages.len())?;
    description.follow_up_languages.iter().try_for_each(|language| named(language, b'-'))
}

fn listed(entries: usize) -> Result<(), Error> {
    if entries > ENTRIES_MAX { Err(Error::Description("a list of more than 500 entries")) } else { Ok(()) }
}

fn named(name: &str, separator: u8) -> Result<(), Error> {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == separator;
    if (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(is_part) {
        Ok(())
    } else {
        Err(Error::Description("a name that is empty, too long or has other characters than its syntax allows"))
    }
}

fn explained(meaning: &str) -> Result<(), Error> {
    if meaning.len() > TEXT_MAX { Err(Error::Description("a meaning that is too long")) } else { Ok(()) }
}
