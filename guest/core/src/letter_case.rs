//! The case of names that a record has in capitals or in lower case throughout.

/// Words that stay in lower case within a name.
const LOWER: [&str; 22] = [
    "van", "von", "der", "den", "de", "la", "le", "del", "da", "di", "do", "dos", "das", "du", "ter", "ten", "zu",
    "zum", "y", "e", "af", "av",
];

/// Returns the name with normal case if all its letters have the same case, and unchanged otherwise.
pub(crate) fn normalize_case(name: &str) -> String {
    let letters = || name.chars().filter(|letter| letter.is_alphabetic());
    let all_upper = letters().all(|letter| !letter.is_lowercase()) && letters().any(char::is_uppercase);
    let all_lower = letters().all(|letter| !letter.is_uppercase()) && letters().any(char::is_lowercase);
    // Two capitals are initials: JP, AJ.
    if !(all_lower || all_upper && letters().count() > 2) {
        return name.to_owned();
    }
    let words: Vec<String> = name
        .split(' ')
        .enumerate()
        .map(|(index, word)| {
            let lower = word.to_lowercase();
            if (index > 0 || name.contains(' ')) && LOWER.contains(&lower.as_str()) {
                lower
            } else {
                capitalized(&lower)
            }
        })
        .collect();
    words.join(" ")
}

/// Capitalizes those words of a name that `is_word` accepts, and leaves the others, which are acronyms.
pub(crate) fn capitalize_words(name: &str, is_word: impl Fn(&str) -> bool) -> String {
    let words: Vec<String> = name
        .split(' ')
        .map(|word| if is_word(word) { capitalized(&word.to_lowercase()) } else { word.to_owned() })
        .collect();
    words.join(" ")
}

/// Returns the lower-case word with a capital at the beginning, after `-`, `'` and `Mc`.
fn capitalized(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut start = true;
    let mut since = 0;
    for letter in word.chars() {
        if start {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        since = if start { 1 } else { since + 1 };
        // `O'Brien` and `D'Angelo`, not `Ta'ir`.
        start = matches!(letter, '-' | '.')
            || matches!(letter, '\'' | '’') && since == 2
            || out.ends_with("Mc") && since == 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_of_one_case_changes() {
        for (name, expected) in [
            ("DANA", "Dana"),
            ("dana", "Dana"),
            ("JEAN-LUC", "Jean-Luc"),
            ("O'BRIEN", "O'Brien"),
            ("MCDONALD", "McDonald"),
            ("McDonald", "McDonald"),
            ("VAN DER BERG", "van der Berg"),
            ("de la cruz", "de la Cruz"),
            ("ÉLODIE", "Élodie"),
            ("JP", "JP"),
            ("DeShawn", "DeShawn"),
            ("山田", "山田"),
            ("", ""),
        ] {
            assert_eq!(normalize_case(name), expected);
        }
    }
}
