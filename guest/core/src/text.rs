//! Reads plain text: lines, words, sentences, and the literal text of templates.

use baton_facts::policy::Sender;

/// Returns the lines that are not blank, trimmed.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Returns the body without the sender's signature, or all of it if the signature does not close it.
pub(crate) fn without_signature<'a>(body: &'a str, sender: &Sender) -> &'a str {
    let mut rest = body.trim_end();
    let mut wanted: Vec<&str> = lines(&sender.signature).collect();
    if wanted.is_empty() {
        return rest;
    }
    while let Some(line) = wanted.pop() {
        let (before, last) = rest.rsplit_once('\n').unwrap_or(("", rest));
        if last.trim() != line {
            return body.trim_end();
        }
        rest = before.trim_end();
    }
    // The separator line `--` above the name is not text.
    rest.strip_suffix("\n--").unwrap_or(rest).trim_end()
}

/// Returns the words of a text in lower case: runs of letters and digits.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Counts the words between white space.
pub(crate) fn word_count(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

/// Returns whether two texts have the same words in the same order.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    words(one).eq(words(other))
}

/// Returns whether the line contains `word` as a whole word.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let wanted: Vec<String> = words(word).collect();
    let found: Vec<String> = words(line).collect();
    !wanted.is_empty() && found.windows(wanted.len()).any(|window| window == wanted)
}

/// Returns the literal parts of a template: everything outside `{{ }}`, `{% %}` and `{# #}`.
pub(crate) fn literal_text(template: &str) -> impl Iterator<Item = &str> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let opening =
            rest.match_indices('{').find(|(at, _)| matches!(rest.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#')));
        let Some((start, _)) = opening else { return Some(std::mem::take(&mut rest)) };
        let own = &rest[..start];
        let close = match rest.as_bytes()[start + 1] {
            b'{' => "}}",
            b'%' => "%}",
            _ => "#}",
        };
        rest = rest[start + 2..].split_once(close).map_or("", |(_, after)| after);
        Some(own)
    })
}

/// Returns the words in the literal parts of a template.
pub(crate) fn template_words(template: &str) -> Vec<String> {
    literal_text(template).flat_map(words).collect()
}

/// Returns the significant words: those with four letters or more, or with a digit, except the most common ones.
/// Sorted, each once.
pub(crate) fn significant_words(text: &str) -> Vec<String> {
    const COMMON: [&str; 30] = [
        "about", "after", "also", "been", "before", "eine", "einen", "from", "have", "into", "just", "more", "nach",
        "over", "sich", "some", "than", "that", "their", "them", "they", "this", "være", "were", "will", "wird",
        "with", "your", "auch", "dass",
    ];
    let matters = |word: &String| {
        (word.chars().count() >= 4 || word.bytes().any(|byte| byte.is_ascii_digit()))
            && !COMMON.contains(&word.as_str())
    };
    let mut terms: Vec<String> = words(text).filter(matters).collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Returns the share of the `wanted` words among the `present` ones, in percent; 100 if none is wanted.
pub(crate) fn share(wanted: &[String], present: &[String]) -> usize {
    let mut present: Vec<&str> = present.iter().map(String::as_str).collect();
    present.sort_unstable();
    let found = wanted.iter().filter(|word| present.binary_search(&word.as_str()).is_ok()).count();
    (100 * found).checked_div(wanted.len()).unwrap_or(100)
}

/// Returns the sentences with their closing marks, split where a blank follows a mark, and at line ends.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    lines(text).flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .char_indices()
                .find(|&(at, character)| {
                    let after = rest[at + character.len_utf8()..].chars().next();
                    matches!(character, '.' | '!' | '?' | '…' | '？')
                        && after.is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '”' | ')' | '’'))
                })
                .map_or(rest.len(), |(at, character)| at + character.len_utf8());
            let (sentence, after) = rest.split_at(end);
            rest = after.trim_start();
            Some(sentence)
        })
    })
}
