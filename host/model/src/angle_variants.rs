//! Variants of one angle that are compared with each other, and their names.
//!
//! The contract identifies an angle by its kind, language and version. A variant's name is written before the version,
//! separated by a slash, so that every stored version names its variant, and a change of the wording is another
//! version.

use baton_facts::description::DrafterDescription;
use baton_facts::policy::Angle;

/// Separates a variant's name from its version.
pub const VARIANT_SEPARATOR: char = '/';

/// Maximum number of variants of one angle: more would leave each with too few accounts for a result.
pub const VARIANTS_MAX: usize = 6;

/// Returns the name of the variant that a version belongs to; empty if it has none.
pub fn variant_name(version: &str) -> &str {
    version.split_once(VARIANT_SEPARATOR).map_or("", |(variant, _)| variant)
}

/// Returns the version of a variant.
pub fn version_of(variant: &str, version: &str) -> String {
    if variant.is_empty() { version.to_owned() } else { format!("{variant}{VARIANT_SEPARATOR}{version}") }
}

/// Returns whether the text can be a variant's name.
pub fn is_variant_name(name: &str) -> bool {
    (1..=24).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Returns the kind and language that variants of one angle share, as the engine matches them: `Leadership_Change` is
/// `leadership-change`, and `en-GB` is `en`.
pub fn kind_and_language(angle: &Angle) -> (String, String) {
    let fold = |letter: char| if matches!(letter, '_' | ' ') { '-' } else { letter.to_ascii_lowercase() };
    (angle.signal_kind.trim().chars().map(fold).collect(), primary_subtag(&angle.language))
}

/// Returns the primary subtag of a BCP 47 tag, in lower case.
pub fn primary_subtag(tag: &str) -> String {
    tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The keys of the texts for follow-ups.
pub fn follow_up_texts(angle: &Angle) -> [(&'static str, Option<&str>); 3] {
    [
        ("follow-up-opener", angle.follow_up_opener.as_deref()),
        ("follow-up-pitch", angle.follow_up_pitch.as_deref()),
        ("follow-up-call-to-action", angle.follow_up_call_to_action.as_deref()),
    ]
}

/// Returns whether follow-ups can be written with the angle: the angle or the drafter has words for them.
pub fn has_follow_ups(angle: &Angle, drafter: &DrafterDescription) -> bool {
    angle.follow_up_opener.is_some() || drafter.follow_up_languages.contains(&primary_subtag(&angle.language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_names_its_variant() {
        for (name, version, expected) in [("", "e681f060a182", "e681f060a182"), ("b", "e681f060a182", "b/e681f060a182")]
        {
            assert_eq!(version_of(name, version), expected);
            assert_eq!(variant_name(expected), name);
        }
    }

    #[test]
    fn names_are_short_and_plain() {
        for (name, expected) in
            [("a", true), ("long-pitch-2", true), ("", false), ("A", false), ("a/b", false), ("é", false)]
        {
            assert_eq!(is_variant_name(name), expected, "{name}");
        }
        assert!(!is_variant_name(&"x".repeat(25)));
    }
}
