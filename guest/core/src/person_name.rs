//! The name of a contact as a colleague would write it.
//!
//! Records have titles, notes, pronouns and capitals in their name fields. [`PersonName::of`] is the only way to a name
//! that a draft may use: it removes what is certainly not part of the name and refuses the rest.

mod vocabulary;

use baton_facts::types::Contact;

use crate::letter_case::normalize_case;
use crate::record_names::short;
use vocabulary::{PARTICLES, is_note, is_pronoun, is_role, is_suffix, is_title};

/// Characters of a given name.
const GIVEN_MAX: usize = 40;

/// A name that can be greeted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PersonName {
    pub(crate) given: String,
    /// Empty if only one name is recorded.
    pub(crate) family: String,
}

impl PersonName {
    /// Reads the contact's name.
    ///
    /// # Errors
    /// The reason, for a person, to follow the contact's name.
    pub(crate) fn of(contact: &Contact) -> Result<PersonName, String> {
        let field = |name: &Option<String>| name.as_deref().unwrap_or_default().trim().to_owned();
        let (first, last) = (field(&contact.first_name), field(&contact.last_name));
        // `Smith,` is a family name in the wrong field, `Ann,` is not: the address tells.
        let bare = first.trim_end_matches(',').to_lowercase();
        if first.ends_with(',') && !contact.email.as_deref().unwrap_or_default().to_lowercase().starts_with(&bare) {
            return Err("is not a name to greet: the first name ends with a comma".into());
        }
        match (first.is_empty(), last.is_empty()) {
            (true, true) => Err("has no recorded name".into()),
            (true, false) => Err("has no recorded first name".into()),
            (false, _) => read(&first, &last).map_err(|why| format!("is not a name to greet: {why}")),
        }
    }

    /// Checks that the contact has a name that a draft can use.
    ///
    /// # Errors
    /// The reason, for a person, to follow the contact's name.
    pub(crate) fn check_usable(contact: &Contact) -> Result<(), String> {
        PersonName::of(contact).map(|_| ())
    }
}

fn read(first: &str, last: &str) -> Result<PersonName, String> {
    let (first, last) = (clean(first)?, clean(last)?);
    let (first, mut last) = (without_degrees(&first), without_degrees(&last));
    let mut given = match first.split_once(',') {
        None => first,
        Some((before, after)) if last.is_empty() || same(before, &last) => {
            last = before.trim().to_owned();
            after.trim().to_owned()
        }
        Some(_) => return Err("it has a comma".into()),
    };
    if last.contains(',') {
        return Err("it has a comma".into());
    }
    given = without_titles(&given);
    last = without_titles(&last);
    for text in [&given, &last] {
        check_letters(text)?;
    }
    if given.is_empty() && last.is_empty() {
        return Err("only a title".into());
    }
    check_words(&given, &last)?;
    if last.is_empty() {
        let mut words = given.split(' ');
        let own = words.next().unwrap_or_default().to_owned();
        (last, given) = (words.collect::<Vec<_>>().join(" "), own);
    }
    let (given, last) = join_particles(given, last);
    let mut given = without_initials(&given);
    if given.matches('.').count() == 1 && given.trim_end_matches('.').chars().count() > 2 {
        given = given.trim_end_matches('.').to_owned();
    }
    if given.is_empty() {
        return Err("it has no first name".into());
    }
    if given.chars().count() == 1 && !is_ideographic(&given) {
        return Err("it is an initial".into());
    }
    if given.chars().count() > GIVEN_MAX || given.split(' ').count() > 4 {
        return Err("it is too long".into());
    }
    Ok(PersonName { given: normalize_case(&given), family: normalize_case(&last) })
}

/// Removes invisible characters, emoji, pronouns, nicknames in quotes, and punctuation around the name.
fn clean(text: &str) -> Result<String, String> {
    if text.contains(char::is_control) {
        return Err("it has a line break or control character".into());
    }
    let visible: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    let visible: String = visible.chars().map(|letter| if is_picture(letter) { ' ' } else { letter }).collect();
    let mut out = String::with_capacity(visible.len());
    let mut rest = visible.as_str();
    while let Some(at) = rest.find(['(', '[', '{', '"', '“', '„', '«']) {
        let (before, from) = rest.split_at(at);
        let open = from.chars().next().unwrap_or_default();
        let inner = &from[open.len_utf8()..];
        let close: &[char] = match open {
            '(' => &[')'],
            '[' => &[']'],
            '{' => &['}'],
            '«' => &['»'],
            _ => &['"', '”', '“'],
        };
        let Some((inner, after)) = inner.split_once(close) else { return Err("a bracket or quote is open".into()) };
        out.push_str(before);
        if before.trim().is_empty() && after.trim().is_empty() && !matches!(open, '(' | '[' | '{') {
            // The quotes are around the whole name.
            out.push_str(inner);
        } else if !is_aside(inner) {
            return Err(format!("it has the note “{}”", short(inner)));
        }
        out.push(' ');
        rest = after;
    }
    out.push_str(rest);
    let words: Vec<&str> = out.split_whitespace().filter(|word| !is_pronoun(word)).collect();
    if words.contains(&"-") || words.contains(&"–") {
        return Err("it has a note after a dash".into());
    }
    let joined = words.join(" ");
    Ok(joined
        .trim_matches(|mark: char| " ,;'’‘`´*~_.-–".contains(mark) && mark != '.')
        .trim_start_matches('.')
        .to_owned())
}

/// Returns whether the text in brackets or quotes can be dropped: pronouns, or a nickname.
fn is_aside(inner: &str) -> bool {
    let inner = inner.trim();
    let nickname = !inner.contains(' ')
        && inner.starts_with(char::is_uppercase)
        && inner.chars().all(char::is_alphabetic)
        && !is_note(inner)
        && !is_role(inner)
        && inner.chars().skip(1).any(char::is_lowercase);
    is_pronoun(inner) || nickname
}

/// Removes degrees and generations from the end: `Ann, MBA`, `Okafor Jr.`.
fn without_degrees(name: &str) -> String {
    let mut parts: Vec<&str> = name.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let only_degrees = |part: &&str| part.split(' ').all(|word| is_suffix(word, true) || is_title(word));
    while parts.len() > 1 && parts.last().is_some_and(only_degrees) {
        parts.pop();
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|part| {
            let mut words: Vec<&str> = part.split(' ').collect();
            while words.len() > 1 && words.last().is_some_and(|word| is_suffix(word, false)) {
                words.pop();
            }
            words.join(" ")
        })
        .collect();
    // `Jr.` alone in a field belongs to the other one.
    match &parts[..] {
        [only] if is_suffix(only, false) => String::new(),
        _ => parts.join(", "),
    }
}

fn without_titles(name: &str) -> String {
    let mut words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let titles = words.iter().take_while(|word| is_title(word)).count();
    words.drain(..titles);
    words.join(" ")
}

/// Checks that only letters, and the marks that names have, occur.
fn check_letters(name: &str) -> Result<(), String> {
    for letter in name.chars() {
        let fits = letter == ' '
            || matches!(letter, '\'' | '’' | '-' | '‑' | '.' | '·' | 'ʼ')
            || letter.is_alphabetic()
            || is_combining(letter);
        // Signs of text that was read in the wrong encoding.
        if !fits || matches!(letter, 'ª' | 'º' | 'µ' | 'ƒ' | 'ˆ') {
            return Err(format!("it has “{letter}”"));
        }
    }
    for word in name.split([' ', '-']) {
        let dot = word.trim_end_matches('.').contains('.') && word.split('.').any(|part| part.chars().count() > 3);
        if dot {
            return Err("it looks like an account name".into());
        }
        let lower = word.chars().any(char::is_lowercase);
        if lower && (word.ends_with(['Ã', 'Â']) || word.chars().skip(1).any(|letter| matches!(letter, 'Ã' | 'Â'))) {
            return Err("it was read in the wrong encoding".into());
        }
        let latin = word.chars().any(|letter| letter.is_alphabetic() && is_latin(letter));
        if latin && word.chars().any(|letter| letter.is_alphabetic() && !is_latin(letter)) {
            return Err("it mixes scripts".into());
        }
    }
    Ok(())
}

fn check_words(given: &str, family: &str) -> Result<(), String> {
    let plain = |word: &str| word.trim_matches(|mark: char| !mark.is_alphanumeric()).to_lowercase();
    for word in given.split(' ').chain(family.split(' ')) {
        let word = plain(word);
        if is_note(&word) {
            return Err(format!("“{word}” is a note"));
        }
        let mut letters = word.chars();
        let first = letters.next();
        if word.chars().count() >= 3 && letters.all(|letter| Some(letter) == first) {
            return Err("it is one letter, repeated".into());
        }
    }
    for word in given.split(' ') {
        let word = plain(word);
        if is_role(&word) {
            return Err(format!("“{word}” is not a first name"));
        }
        if matches!(word.as_str(), "and" | "und" | "et" | "y" | "e" | "or" | "oder" | "ou" | "o") && given.contains(' ')
        {
            return Err("it names two people".into());
        }
    }
    if given == "NA" && family != family.to_uppercase() {
        return Err("“NA” is not a first name".into());
    }
    // One name of one field is a person's, `The CTO` is not.
    if family.split(' ').any(|word| matches!(plain(word).as_str(), "team" | "department" | "abteilung")) {
        return Err("it is a group".into());
    }
    Ok(())
}

/// Moves particles at the end of the given name to the family name: `John van der`, `Berg`.
fn join_particles(given: String, family: String) -> (String, String) {
    let mut words: Vec<&str> = given.split(' ').collect();
    let mut moved: Vec<&str> = Vec::new();
    while words.len() > 1 && words.last().is_some_and(|word| PARTICLES.contains(&word.to_lowercase().as_str())) {
        moved.extend(words.pop());
    }
    if moved.is_empty() || family.is_empty() {
        return (given, family);
    }
    moved.reverse();
    (words.join(" "), format!("{} {family}", moved.join(" ")))
}

/// Removes initials beside a name: `J. Robert`, `Dana Q.`.
fn without_initials(given: &str) -> String {
    let is_initial = |word: &&str| word.trim_end_matches('.').chars().count() == 1 && word.is_ascii();
    let words: Vec<&str> = given.split(' ').collect();
    let named: Vec<&str> = words.iter().copied().filter(|word| !is_initial(word)).collect();
    if named.is_empty() { given.trim_end_matches('.').to_owned() } else { named.join(" ") }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Returns whether the letter is of the Latin script.
pub(crate) fn is_latin(letter: char) -> bool {
    matches!(letter, 'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Returns whether messages in the language are in the Latin script.
pub(crate) fn is_latin_language(tag: &str) -> bool {
    const OTHERS: [&str; 17] =
        ["ar", "be", "bg", "el", "fa", "he", "hi", "hy", "ja", "ka", "ko", "mk", "ru", "sr", "th", "uk", "zh"];
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    !OTHERS.contains(&primary.as_str())
}

fn is_ideographic(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
}

fn is_combining(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}')
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe0f}')
}

fn is_picture(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests;
