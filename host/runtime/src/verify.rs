//! Comparison of an engine's result with the answers of the capabilities in the same call.
//!
//! An engine ranks, chooses and words. It does not invent accounts, people, signals or touches, and addresses nobody
//! but the contact it shows.

use crate::error::{Error, Mismatch};
use crate::recording::Exchange;
use baton_facts::description::{DrafterDescription, EngineDescription};
use baton_facts::packages::{HandoffPackage, Outcome, Preparation, Prospects};
use baton_facts::policy::Campaign;
use baton_facts::types::Direction;

/// The facts that the caller knows before the package is made.
pub(crate) struct ExpectedPackage<'a> {
    pub campaign: &'a Campaign,
    /// The number of earlier messages in the sequence, as far as the call says.
    pub written: usize,
    /// The id of the contact of a follow-up or another draft.
    pub contact: Option<&'a str>,
}

/// Maximum number of entries in a list of a description.
const ENTRIES_MAX: usize = 500;
/// Maximum length of a name in a description, in bytes.
const NAME_MAX: usize = 64;
/// Maximum length of a title, in characters.
const TITLE_MAX: usize = 40;

/// Checks that the engine's description can be shown to a person.
pub(crate) fn engine_description(description: &EngineDescription) -> Result<(), Error> {
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
    }
    Ok(())
}

/// Checks that the drafter's description can be shown to a person, and names placeholders and languages.
pub(crate) fn drafter_description(description: &DrafterDescription) -> Result<(), Error> {
    if let Some(templates) = &description.templates {
        listed(templates.placeholders.len())?;
        templates.placeholders.iter().try_for_each(|placeholder| named(&placeholder.name, b'_'))?;
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

/// Compares the preparation's package with the call's exchanges.
pub(crate) fn preparation(
    made: &Preparation,
    expected: &ExpectedPackage<'_>,
    exchanges: &[Exchange],
) -> Result<(), Mismatch> {
    match &made.outcome {
        Outcome::Ready(package) => ready(package, expected, exchanges),
        Outcome::Held(_) | Outcome::Disqualified(_) => Ok(()),
    }
}

fn ready(package: &HandoffPackage, expected: &ExpectedPackage<'_>, exchanges: &[Exchange]) -> Result<(), Mismatch> {
    let dossiers = || {
        exchanges.iter().filter_map(|exchange| match exchange {
            Exchange::LookUp { answer: Ok(dossier), .. } => Some(&**dossier),
            _ => None,
        })
    };
    let candidates = || {
        exchanges
            .iter()
            .filter_map(|exchange| match exchange {
                Exchange::Find { answer: Ok(candidates), .. } => Some(candidates.iter()),
                _ => None,
            })
            .flatten()
    };

    if !dossiers().any(|dossier| dossier.account == package.account) {
        return Err(Mismatch::Account);
    }
    let known = |signal| dossiers().any(|dossier| dossier.signals.contains(signal));
    if package.signals.is_empty() || !package.signals.iter().all(|ranked| known(&ranked.signal)) {
        return Err(Mismatch::Signals);
    }
    let Some(candidate) = candidates().find(|candidate| candidate.contact == package.contact) else {
        return Err(Mismatch::Contact);
    };
    if expected.contact.is_some_and(|id| id != package.contact.id) {
        return Err(Mismatch::Contact);
    }
    if candidate.history != package.history {
        return Err(Mismatch::History);
    }
    if package.contact.email.as_deref() != Some(&*package.draft.message.to) {
        return Err(Mismatch::Recipient);
    }
    let campaign = expected.campaign;
    if package.sender != campaign.sender || !campaign.angles.contains(&package.angle) {
        return Err(Mismatch::Campaign);
    }
    let signal_scores = package.signals.iter().map(|ranked| ranked.score);
    if signal_scores.chain([package.score, package.role_match.score]).any(|score| score > 100) {
        return Err(Mismatch::Range("score"));
    }
    // A follow-up may be routed more loosely than a first message, so it needs an earlier message.
    let ours = |campaign_id: &Option<String>| campaign_id.as_ref() == Some(&campaign.id);
    let earlier =
        package.history.iter().filter(|touch| touch.direction == Direction::Outbound && ours(&touch.campaign));
    let most = 1 + expected.written.max(earlier.count());
    // The reverse holds too: a first message may be the one that is routed more loosely.
    if !(1 + expected.written..=most).contains(&usize::from(package.touch_number)) {
        return Err(Mismatch::Range("touch-number"));
    }
    Ok(())
}

/// Checks that the page names only accounts that the search answered with.
pub(crate) fn prospects(made: &Prospects, exchanges: &[Exchange]) -> Result<(), Mismatch> {
    let found = |id: &str| {
        exchanges.iter().any(|exchange| match exchange {
            Exchange::Search { answer: Ok(found), .. } => found.dossiers.iter().any(|dossier| dossier.account.id == id),
            _ => false,
        })
    };
    for prospect in &made.found {
        if prospect.score > 100 {
            return Err(Mismatch::Range("score"));
        }
        if !found(&prospect.account) {
            return Err(Mismatch::Prospect);
        }
    }
    Ok(())
}
