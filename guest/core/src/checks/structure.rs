//! Checks the parts of the message: an opener that names the signal, the angle's pitch, and one call to action.

use baton_facts::packages::Verdict;

use super::context::CheckContext;
use crate::record_names::{list, short};
use crate::rules::{EvidenceRef, ONE_CALL_TO_ACTION, OPENER_NAMES_SIGNAL, PARTS_OCCUR, PITCH_IS_ANGLES, Trace};
use crate::template::default_texts::default_texts;
use crate::text::{literal_text, sentences, share, significant_words, template_words, words};

/// The share of the signal's significant words, in percent, that names the signal.
const NAMED_MIN: usize = 50;

/// The share of the angle's own words, in percent, from which a pitch passes, however it is worded.
const SAME_MIN: usize = 60;
const NEAR_MIN: usize = 30;

pub(super) fn check(context: &CheckContext<'_>, trace: &mut Trace) {
    parts_occur(context, trace);
    opener(context, trace);
    pitch(context, trace);
    call_to_action(context, trace);
}

fn parts_occur(context: &CheckContext<'_>, trace: &mut Trace) {
    let draft = &context.package.draft;
    let parts = [("opener", &draft.opener), ("pitch", &draft.pitch), ("call to action", &draft.call_to_action)];
    let missing = parts
        .iter()
        .filter(|(_, part)| part.trim().is_empty() || !context.message.body.contains(part.as_str()))
        .map(|(name, _)| *name);
    let missing = list(missing, 3);
    if missing.is_empty() {
        trace.pass(PARTS_OCCUR, "opener, pitch and call to action occur in the body", &[]);
    } else if context.is_edited {
        trace.pass(PARTS_OCCUR, format!("{missing} rewritten by hand"), &[]);
    } else {
        trace.fail(PARTS_OCCUR, format!("{missing} missing from the body"), &[]);
    }
}

fn opener(context: &CheckContext<'_>, trace: &mut Trace) {
    let draft = &context.package.draft;
    let Some(ranked) = context.package.signals.first() else {
        return trace.fail(OPENER_NAMES_SIGNAL, "the package has no signal to name", &[]);
    };
    // In an edited message the signal may be named anywhere.
    let text = if context.is_edited { context.text } else { &draft.opener };
    let summary = ranked.signal.summary.trim();
    let named =
        if text.contains(summary) { 100 } else { share(&significant_words(summary), &words(text).collect::<Vec<_>>()) };
    let detail = format!("{named}% of the words of “{}”", short(summary));
    if named >= NAMED_MIN {
        trace.pass(
            OPENER_NAMES_SIGNAL,
            format!("the opener names the signal, with {detail}"),
            &[EvidenceRef::Signal(&ranked.signal.id)],
        );
    } else {
        let detail = format!("the opener does not name the signal, it has {detail}");
        trace.push(OPENER_NAMES_SIGNAL, context.missing_verdict(), detail, &[EvidenceRef::Signal(&ranked.signal.id)]);
    }
}

/// Compares the pitch with the words of the angle's template, since a drafter may reword it.
fn pitch(context: &CheckContext<'_>, trace: &mut Trace) {
    let angle = &context.package.angle;
    let text = if context.is_edited { context.text } else { &context.package.draft.pitch };
    let present: Vec<String> = words(text).collect();
    let same = |template: &str| {
        let wanted: Vec<String> = literal_text(template).flat_map(significant_words).collect();
        share(&if wanted.is_empty() { template_words(template) } else { wanted }, &present)
    };
    // A follow-up may have its own pitch, or refer to the first message.
    let follow_up = if context.package.touch_number > 1 {
        [angle.follow_up_pitch.as_deref(), default_texts(&angle.language).map(|texts| texts.pitch)]
    } else {
        [None, None]
    };
    let same = follow_up.into_iter().flatten().map(same).fold(same(&angle.pitch), usize::max);
    let detail = format!("the pitch has {same}% of the words of the angle's");
    let verdict = match same {
        SAME_MIN.. => Verdict::Pass,
        NEAR_MIN.. => Verdict::Warn,
        _ => context.missing_verdict(),
    };
    trace.push(PITCH_IS_ANGLES, verdict, detail, &[]);
}

fn call_to_action(context: &CheckContext<'_>, trace: &mut Trace) {
    let ours = &context.package.draft.call_to_action;
    let sources: Vec<&str> = context.package.signals.iter().map(|ranked| ranked.signal.source_url.as_str()).collect();
    let count = match context.text.split_once(ours.as_str()).filter(|_| !ours.trim().is_empty()) {
        // The call to action counts as one request even if no known phrase is found in it.
        Some((before, after)) => {
            count_requests(before, &sources) + count_requests(ours, &sources).max(1) + count_requests(after, &sources)
        }
        None => count_requests(context.text, &sources),
    };
    match count {
        1 => trace.pass(ONE_CALL_TO_ACTION, "the message asks for one thing", &[]),
        0 => {
            let detail = "no question or request was found in the message";
            trace.push(ONE_CALL_TO_ACTION, context.missing_verdict(), detail, &[]);
        }
        several => trace.fail(ONE_CALL_TO_ACTION, format!("the message asks for {several} things"), &[]),
    }
}

/// Counts the sentences that ask the reader for something: questions, requests and links. An offer to unsubscribe is
/// not a request.
fn count_requests(text: &str, sources: &[&str]) -> usize {
    const REQUESTS: [&str; 34] = [
        "book a",
        "book time",
        "schedule a",
        "let me know",
        "get in touch",
        "reach out to me",
        "reply with",
        "reply to",
        "just reply",
        "hit reply",
        "click",
        "sign up",
        "register",
        "download",
        "grab a",
        "pick a time",
        "pick a slot",
        "call me",
        "give me a call",
        "send me",
        "drop me",
        "have a look",
        "take a look",
        "check out",
        "watch the",
        "read our",
        "visit our",
        "sagen sie",
        "melden sie",
        "antworten sie",
        "schreiben sie",
        "buchen sie",
        "rufen sie",
        "dites-moi",
    ];
    const OPT_OUTS: [&str; 8] = [
        "unsubscribe",
        "opt out",
        "opt-out",
        "hear from me",
        "hear from us",
        "no longer",
        "abmelden",
        "not interested",
    ];
    let is_request = |sentence: &&str| {
        let lower = sentence.to_lowercase();
        if OPT_OUTS.iter().any(|opt_out| lower.contains(opt_out)) {
            return false;
        }
        let link = |word: &str| {
            (word.contains("://") || word.starts_with("www."))
                && !sources.iter().any(|source| !source.is_empty() && word.contains(source))
        };
        lower.ends_with(['?', '？'])
            || lower.contains("? ")
            || REQUESTS.iter().any(|request| lower.contains(request))
            || sentence.split_whitespace().any(link)
    };
    sentences(text).filter(is_request).count()
}
