//! Checks that each claim of the draft cites a record that supports it.
//!
//! The drafter writes the claims itself, so a claim proves nothing alone: its text must occur in the message, the
//! record must exist and be fresh, and the two must be about the same thing.

use baton_facts::packages::HandoffPackage;
use baton_facts::types::{Claim, Evidence, Touch};

use super::context::CheckContext;
use super::scan::{FactKey, scan};
use crate::calendar::year_month_day;
use crate::history::is_outbound_email;
use crate::phrase_search::find;
use crate::record_names::{list, short};
use crate::rules::{CLAIMS_EVIDENCED, EvidenceRef, Trace};
use crate::text::{share, significant_words};
use crate::thread::without_prefixes;

/// The newest messages that a claim can refer to; a sequence has far fewer.
const MESSAGES_MAX: usize = 50;

/// Claims checked in one draft. More than a message has sentences are no longer evidence, and each costs a search.
const CLAIMS_MAX: usize = 100;

pub(super) fn check(context: &CheckContext<'_>, trace: &mut Trace) {
    let package = context.package;
    let claims = &package.draft.claims;
    if claims.len() > CLAIMS_MAX {
        let detail = format!("the draft has {} claims, at most {CLAIMS_MAX} are allowed", claims.len());
        return trace.fail(CLAIMS_EVIDENCED, detail, &[]);
    }
    let (mut checked, mut wrong, mut evidence) = (0, Vec::new(), Vec::new());
    for claim in claims {
        let occurs = !claim.text.trim().is_empty()
            && [&context.message.subject, &context.message.body].iter().any(|text| text.contains(&claim.text));
        if !occurs && context.is_edited {
            continue;
        }
        checked += 1;
        if !occurs {
            wrong.push(format!("“{}” does not occur in the message", short(&claim.text)));
        } else if let Err(why) = check_evidence(claim, package, context.now) {
            wrong.push(format!("“{}” {why}", short(&claim.text)));
        } else if !evidence.contains(&EvidenceRef::of(&claim.evidence)) {
            evidence.push(EvidenceRef::of(&claim.evidence));
        }
    }
    let signal = package.signals.first().map(|ranked| EvidenceRef::Signal(&ranked.signal.id));
    if !context.is_edited && !claims.iter().any(|claim| Some(EvidenceRef::of(&claim.evidence)) == signal) {
        wrong.push("no claim cites the signal that the draft is about".into());
    }
    if wrong.is_empty() {
        let detail = format!("{checked} claims, each with its evidence");
        trace.pass(CLAIMS_EVIDENCED, detail, &evidence);
    } else {
        trace.fail(CLAIMS_EVIDENCED, list(wrong.iter().map(String::as_str), 5), &evidence);
    }
}

/// Checks that the cited record exists, is fresh and is about the same thing.
///
/// # Errors
/// The reason, to follow the quoted claim.
fn check_evidence(claim: &Claim, package: &HandoffPackage, now: i64) -> Result<(), String> {
    let unknown = |id: &str| Err(format!("cites {}, which is not a record in this package", short(id)));
    let (id, record) = match &claim.evidence {
        Evidence::Signal(id) => {
            let Some(index) = package.signals.iter().position(|ranked| ranked.signal.id == *id) else {
                return unknown(id);
            };
            // The other signals were fresh when the package was prepared; their limits are not known here.
            if index == 0 && now > package.fresh_until {
                return Err("cites a signal that is out of date".into());
            }
            let signal = &package.signals[index].signal;
            (id, [&signal.summary, &signal.source_name, &signal.source_url])
        }
        Evidence::Fact(id) => match package.angle.facts.iter().find(|fact| fact.id == *id) {
            Some(fact) => (id, [&fact.text, &fact.text, &fact.text]),
            None => return unknown(id),
        },
        // An account has many small facts. The numbers, names and links among them are checked elsewhere.
        Evidence::Account => return Ok(()),
        Evidence::Contact(id) if *id != package.contact.id => return unknown(id),
        Evidence::Contact(_) if mentions_message(&claim.text, package) => return Ok(()),
        Evidence::Contact(_) => {
            return Err("cites an earlier message but gives neither its date nor its subject".into());
        }
    };
    let known: Vec<String> = record.iter().flat_map(|text| significant_words(text)).collect();
    if known.is_empty() || share(&known, &significant_words(&claim.text)) > 0 {
        Ok(())
    } else {
        Err(format!("cites {}, which is about something else", short(id)))
    }
}

/// Returns whether the text gives the date or the subject of an email we sent to the contact.
fn mentions_message(text: &str, package: &HandoffPackage) -> bool {
    let mut dates = Vec::new();
    scan(text, |fact| dates.extend(fact.keys.into_iter().flatten().filter(|key| matches!(key, FactKey::Date { .. }))));
    let dated = |touch: &Touch| {
        let Some((year, month, day)) = year_month_day(touch.at) else { return false };
        let of = [u16::try_from(year).unwrap_or(0), 0].map(|year| FactKey::Date { year, month, day });
        of.iter().any(|key| dates.contains(key))
    };
    let titled = |touch: &Touch| {
        let subject = without_prefixes(&touch.subject).trim_end_matches(|mark: char| !mark.is_alphanumeric());
        find(text, subject).is_some()
    };
    let messages = package.history.iter().rev().filter(|touch| is_outbound_email(touch)).take(MESSAGES_MAX);
    messages.into_iter().any(|touch| dated(touch) || titled(touch))
}
