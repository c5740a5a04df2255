//! Checks that the quoted summary and source of the signal read as news about the account.
//!
//! A feed also has version numbers, slogans, calls to subscribe and news of others. A summary that is not a sentence
//! fails; one that a person should look at warns. A message that does not quote the summary is not judged by it.

use super::context::CheckContext;
use crate::company_name::CompanyName;
use crate::person_name::{is_latin, is_latin_language};
use crate::phrase_search::find;
use crate::record_names::short;
use crate::rules::{EvidenceRef, SIGNAL_READABLE, Trace};
use crate::text::{has_word, words};

/// Letters of the longest word.
const WORD_MAX: usize = 40;

pub(super) fn check(context: &CheckContext<'_>, trace: &mut Trace) {
    let Some(ranked) = context.package.signals.first() else { return };
    let signal = &ranked.signal;
    let evidence = [EvidenceRef::Signal(&signal.id)];
    let summary = signal.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = format!("{}\n{}", context.message.subject, context.text);
    if find(&message, summary.trim_end_matches('.')).is_some() {
        if let Some(why) = broken(&summary) {
            trace.fail(SIGNAL_READABLE, format!("the summary “{}” {why}", short(&summary)), &evidence);
        } else if let Some(why) = doubt(&summary, context) {
            trace.warn(SIGNAL_READABLE, format!("the summary “{}” {why}", short(&summary)), &evidence);
        } else if let Some(why) = doubt_source(&signal.source_name, context) {
            trace.warn(SIGNAL_READABLE, why, &evidence);
        }
    } else if let Some(why) = doubt_source(&signal.source_name, context) {
        trace.warn(SIGNAL_READABLE, why, &evidence);
    }
}

/// Returns why the summary is not a sentence.
fn broken(summary: &str) -> Option<String> {
    let lower = summary.to_lowercase();
    let spaced = summary.chars().filter(|letter| letter.is_alphabetic()).all(is_latin);
    let named = words(summary).filter(|word| word.chars().any(char::is_alphabetic) && word.chars().count() > 1).count();
    let (count, short_of) = (words(summary).count(), spaced && named < 2);
    if spaced && (count < 3 || short_of) {
        return Some("is not a sentence".into());
    }
    ["unsubscribe", "click here", "read more", "lorem ipsum", "subscribe to", "view in browser", "sign up"]
        .into_iter()
        .find(|call| lower.contains(call))
        .map(|call| format!("has “{call}”"))
}

/// Returns why a person should look at the summary.
fn doubt(summary: &str, context: &CheckContext<'_>) -> Option<String> {
    let (account, language) = (&context.package.account, context.package.angle.language.as_str());
    if let Some(mark) = ["|", "http", "www.", "…", "...", "\u{fffd}", "#", "@", "!", "?", "<", "{", "[", "=", "*"]
        .into_iter()
        .find(|mark| summary.contains(mark))
    {
        return Some(format!("has “{mark}”"));
    }
    if summary
        .split('&')
        .skip(1)
        .any(|after| after.split_once(';').is_some_and(|(code, _)| !code.is_empty() && !code.contains(' ')))
    {
        return Some("has the code of a web page".into());
    }
    if context.package.signals.first().is_some_and(|ranked| ranked.signal.summary.trim().contains(['\n', '\r'])) {
        return Some("has a line break".into());
    }
    if let Some((start, _)) = summary.split_once(':')
        && start.split(' ').count() <= 2
    {
        return Some(format!("begins with “{start}:”"));
    }
    let first = words(summary).next().unwrap_or_default();
    if matches!(first.as_str(), "that" | "rt" | "dass" | "que" | "fwd" | "re") {
        return Some(format!("begins with “{first}”"));
    }
    const OWN: [&str; 20] = [
        "we", "our", "ours", "we're", "i", "my", "wir", "unser", "unsere", "unseren", "unserem", "nous", "notre",
        "nos", "nosotros", "nuestro", "nuestra", "nossa", "nosso", "noi",
    ];
    if let Some(own) = summary
        .split_whitespace()
        .map(|word| word.trim_matches(|mark: char| !mark.is_alphanumeric()))
        .find(|word| OWN.contains(&word.to_lowercase().as_str()) && *word != "I" || *word == "I'm")
    {
        return Some(format!("speaks of “{own}”, so its author is not a newspaper"));
    }
    if summary.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.chars().count() > WORD_MAX) {
        return Some("has a word that is too long".into());
    }
    let letters = summary.chars().filter(|letter| letter.is_alphabetic());
    if is_latin_language(language) && letters.clone().any(|letter| !is_latin(letter)) {
        return Some("is not in the script of the message".into());
    }
    if letters.clone().count() > 8
        && letters.clone().all(|letter| !letter.is_lowercase())
        && letters.clone().any(char::is_uppercase)
    {
        return Some("is in capitals".into());
    }
    if !names_account(summary, account) {
        return Some(format!("does not name {}", short(&account.name)));
    }
    if language.to_ascii_lowercase().starts_with("en") && !has_verb(summary) {
        return Some("has no verb".into());
    }
    bad_news(summary)
        .filter(|_| congratulates(context.text))
        .map(|word| format!("has “{word}”, and the message congratulates"))
}

/// Returns whether a word of the account's name or domain occurs, or the summary begins without a subject.
fn names_account(summary: &str, account: &baton_facts::types::Account) -> bool {
    let name = CompanyName::of(&account.name).map_or_else(|_| account.name.clone(), |name| name.short);
    let own: Vec<String> = words(&name).collect();
    let initials: String = own.iter().filter_map(|word| word.chars().next()).collect();
    let domain = account.domain.as_deref().unwrap_or_default().split('.').next().unwrap_or_default().to_lowercase();
    let squeezed: String = words(summary).collect();
    let significant = |word: &&String| {
        word.chars().count() > 2
            && !matches!(word.as_str(), "the" | "and" | "group" | "labs" | "software" | "systems" | "bank")
    };
    let known = own.iter().filter(significant).count();
    let own_named = if known == 0 {
        own.iter().any(|word| has_word(summary, word))
    } else {
        own.iter().filter(significant).any(|word| has_word(summary, word))
    };
    let by_domain = domain.chars().count() > 2
        && squeezed.contains(&domain.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>());
    let by_initials = initials.chars().count() > 1 && has_word(summary, &initials);
    let subject = summary.split_whitespace().next().unwrap_or_default();
    let no_subject = subject.starts_with(|letter: char| letter.is_lowercase()) || is_verb(&subject.to_lowercase());
    own_named || by_domain || by_initials || no_subject
}

fn has_verb(summary: &str) -> bool {
    summary.split_whitespace().skip(1).any(|word| {
        let plain = word.trim_matches(|mark: char| !mark.is_alphanumeric()).to_lowercase();
        is_verb(&plain)
    }) || words(summary).next().is_some_and(|word| is_verb(&word))
}

/// Returns whether the word can be the verb of a headline: a past tense, or a common verb in the present.
fn is_verb(word: &str) -> bool {
    const IRREGULAR: [&str; 70] = [
        "is", "are", "was", "were", "has", "have", "had", "will", "won", "wins", "win", "won't", "got", "gets", "get",
        "grew", "grows", "grow", "led", "leads", "lead", "bought", "buys", "buy", "sold", "sells", "sell", "built",
        "builds", "build", "began", "begins", "begin", "became", "becomes", "become", "made", "makes", "make", "took",
        "takes", "take", "went", "goes", "go", "brought", "brings", "bring", "put", "puts", "set", "sets", "cut",
        "cuts", "hit", "hits", "let", "spent", "spends", "told", "said", "says", "chose", "chooses", "taps", "tap",
        "brings", "kept", "keeps", "ran",
    ];
    const STEMS: [&str; 62] = [
        "raise",
        "hire",
        "open",
        "launch",
        "acquire",
        "announce",
        "appoint",
        "expand",
        "publish",
        "move",
        "plan",
        "name",
        "secure",
        "close",
        "join",
        "release",
        "sign",
        "start",
        "add",
        "extend",
        "partner",
        "receive",
        "report",
        "complete",
        "enter",
        "unveil",
        "introduce",
        "land",
        "near",
        "merge",
        "promote",
        "recruit",
        "seek",
        "invest",
        "double",
        "triple",
        "select",
        "adopt",
        "migrate",
        "ship",
        "roll",
        "adopt",
        "reach",
        "pass",
        "post",
        "file",
        "list",
        "support",
        "use",
        "need",
        "look",
        "search",
        "offer",
        "host",
        "mark",
        "celebrate",
        "pick",
        "deploy",
        "replace",
        "die",
        "sue",
        "lay",
    ];
    let stem =
        word.strip_suffix("es").filter(|stem| STEMS.contains(stem)).or_else(|| word.strip_suffix('s')).unwrap_or(word);
    IRREGULAR.contains(&word)
        || STEMS.contains(&stem)
        || word.len() > 4 && (word.ends_with("ed") || word.ends_with("ing"))
}

/// Returns the first word of bad news.
fn bad_news(summary: &str) -> Option<String> {
    const BAD: [&str; 64] = [
        "dies",
        "died",
        "dead",
        "death",
        "passes",
        "layoff",
        "layoffs",
        "lawsuit",
        "lawsuits",
        "sues",
        "sued",
        "breach",
        "breached",
        "hacked",
        "hack",
        "ransomware",
        "fraud",
        "bankrupt",
        "bankruptcy",
        "insolvency",
        "insolvent",
        "recall",
        "recalls",
        "fined",
        "investigated",
        "investigation",
        "probe",
        "scandal",
        "fired",
        "fires",
        "killed",
        "kills",
        "accident",
        "explosion",
        "shuts",
        "shutting",
        "shutdown",
        "losses",
        "loses",
        "outage",
        "leak",
        "leaked",
        "resigns",
        "ousted",
        "indicted",
        "arrested",
        "strike",
        "crash",
        "redundancies",
        "dismissals",
        "gestorben",
        "stirbt",
        "tod",
        "entlässt",
        "entlassungen",
        "insolvenz",
        "datenleck",
        "klage",
        "licencie",
        "licenciements",
        "faillite",
        "despidos",
        "quiebra",
        "demissões",
    ];
    let bad = words(summary).find(|word| BAD.contains(&word.as_str()));
    let lower = summary.to_lowercase();
    bad.or_else(|| {
        [
            "lays off",
            "laid off",
            "job cuts",
            "cuts jobs",
            "cut jobs",
            "cuts staff",
            "chapter 11",
            "steps down",
            "data leak",
        ]
        .into_iter()
        .find(|phrase| lower.contains(phrase))
        .map(str::to_owned)
    })
}

fn congratulates(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "congratulat",
        "congrats",
        "well done",
        "glückw",
        "gratul",
        "félicit",
        "felicit",
        "enhorabuena",
        "parabéns",
        "complimenti",
        "gefeliciteerd",
    ]
    .into_iter()
    .any(|word| lower.contains(word))
}

/// Returns why the source is not one that a person reads.
fn doubt_source(source: &str, context: &CheckContext<'_>) -> Option<String> {
    let source = source.trim();
    if source.is_empty() || find(context.text, source).is_none() {
        return None;
    }
    const PRIVATE: [&str; 34] = [
        "crm",
        "intent",
        "tracking",
        "tracker",
        "chatgpt",
        "gpt",
        "openai",
        "claude",
        "gemini",
        "copilot",
        "ai",
        "llm",
        "visit",
        "visits",
        "slack",
        "sdr",
        "internal",
        "import",
        "enrichment",
        "zoominfo",
        "6sense",
        "bombora",
        "clearbit",
        "apollo",
        "hubspot",
        "salesforce",
        "leadfeeder",
        "unknown",
        "test",
        "n/a",
        "manual",
        "scraper",
        "spreadsheet",
        "note",
    ];
    let private = PRIVATE.into_iter().find(|word| has_word(source, word));
    let odd = ["#", "(", "@", "|", "{", "<", "\n", "://"].into_iter().find(|mark| source.contains(mark));
    let script = is_latin_language(&context.package.angle.language)
        && source.chars().any(|letter| letter.is_alphabetic() && !is_latin(letter));
    let why = match (private, odd) {
        (Some(word), _) => format!("“{word}” is not what a person reads"),
        (None, Some(mark)) => format!("it has “{mark}”"),
        (None, None) if script => "it is not in the script of the message".into(),
        (None, None) if words(source).all(|word| word.chars().all(|letter| letter.is_ascii_digit())) => {
            "it is a number".into()
        }
        (None, None) => return None,
    };
    Some(format!("the source “{}” does not read as a publication: {why}", short(source)))
}

#[cfg(test)]
mod tests;
