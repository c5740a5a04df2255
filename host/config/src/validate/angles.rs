//! Rules for angles: their texts must be valid, and it must be clear which angle applies.

use std::collections::BTreeMap;

use baton_facts::description::{DrafterDescription, TemplateSyntax};
use baton_facts::policy::{Angle, Campaign};

use super::{earlier, language, not_empty, one_line, primary_subtag, unique};
use crate::diagnostics::any_of;
use crate::loader::FileReader;
use crate::spanned::KeyPath;
use crate::template;
use baton_model::angle_variants;
use baton_model::angle_variants::VARIANTS_MAX;
use baton_model::quoted;

pub(super) fn check(
    reading: &mut FileReader,
    campaign: &mut Campaign,
    variants: &[String],
    drafter: Option<&DrafterDescription>,
) {
    let list = KeyPath::of("angles");
    if campaign.angles.is_empty() {
        let hint = "add a table `[[angles]]` for each kind of signal worth writing about";
        reading.error(&list, "the campaign has no angle, so there is nothing to write about", Some(hint.into()));
    }
    for (index, angle) in campaign.angles.iter_mut().enumerate() {
        let here = list.index(index);
        not_empty(reading, &here.key("signal-kind"), &angle.signal_kind);
        language(reading, &here.key("language"), &mut angle.language);
        let templates = drafter.and_then(|drafter| drafter.templates.as_ref());
        texts(reading, &here, angle, templates);
        if let Some(drafter) = drafter.filter(|_| campaign.touches_max > 1) {
            follow_up(reading, &here, angle, drafter);
        }
        facts(reading, &here, angle);
        if reading.tree.is_written(&here.key("version")) {
            version(reading, &here.key("version"), &angle.version);
        }
        name(reading, &here.key("variant"), variants.get(index));
    }
    distinct(reading, &list, &campaign.angles, variants);

    let own = primary_subtag(&campaign.language);
    let spoken = campaign.angles.iter().any(|angle| primary_subtag(&angle.language) == own);
    if !spoken && !campaign.angles.is_empty() {
        let message = format!("no angle is written in the campaign's own language `{}`", quoted(&campaign.language));
        let hint = "contacts whose language is not recorded will be held";
        reading.warn(&KeyPath::of("language"), message, Some(hint.into()));
    }
}

fn texts(reading: &mut FileReader, here: &KeyPath, angle: &Angle, templates: Option<&TemplateSyntax>) {
    let parts = [
        ("subject", &angle.subject),
        ("greeting", &angle.greeting),
        ("opener", &angle.opener),
        ("pitch", &angle.pitch),
        ("call-to-action", &angle.call_to_action),
    ];
    one_line(reading, &here.key("subject"), &angle.subject);
    let further = angle_variants::follow_up_texts(angle).into_iter().filter_map(|(key, text)| Some((key, text?)));
    for (key, text) in parts.map(|(key, text)| (key, text.as_str())).into_iter().chain(further) {
        let path = here.key(key);
        if !reading.is_valid(&path) || !not_empty(reading, &path, text) {
            continue;
        }
        if let Some(templates) = templates {
            template::check(reading, &path, text, angle, templates);
        }
        let questions = template::questions(text);
        if questions > 1 {
            let message = format!("`{key}` asks {questions} questions");
            reading.error(&path, message, Some("a message asks one thing of its reader".into()));
        }
    }
}

/// A follow-up without a reference to an earlier message needs a review each time, and a language without words for one
/// has no follow-ups.
fn follow_up(reading: &mut FileReader, here: &KeyPath, angle: &Angle, drafter: &DrafterDescription) {
    let path = here.key("follow-up-opener");
    match &angle.follow_up_opener {
        Some(opener) => {
            let placeholders = drafter.templates.iter().flat_map(|templates| &templates.placeholders);
            let earlier: Vec<&str> =
                placeholders.filter(|known| known.follow_up_only).map(|known| known.name.as_str()).collect();
            let refers = earlier.iter().any(|name| opener.contains(name));
            if !opener.trim().is_empty() && !earlier.is_empty() && !refers {
                let message = "`follow-up-opener` refers to no earlier message";
                let names: Vec<String> = earlier.iter().map(|name| format!("{{{{ {name} }}}}")).collect();
                reading.warn(&path, message, Some(format!("use {}", any_of(names.iter().map(String::as_str)))));
            }
        }
        None if angle_variants::has_follow_ups(angle, drafter) => {}
        None => {
            let language = quoted(&angle.language);
            let message = format!("an angle in `{language}` without a `follow-up-opener` gets no follow-ups");
            let hint = "write one, or set `touches-max = 1`";
            reading.warn(here, message, Some(hint.into()));
        }
    }
}

fn version(reading: &mut FileReader, path: &KeyPath, version: &str) {
    if not_empty(reading, path, version) && version.contains(angle_variants::VARIANT_SEPARATOR) {
        let message = format!("`version` has a slash: `{}`", quoted(version));
        reading.error(path, message, Some("the text before a slash would be a `variant`".into()));
    }
}

fn name(reading: &mut FileReader, path: &KeyPath, variant: Option<&String>) {
    let Some(variant) = variant.filter(|name| reading.tree.is_written(path) && !angle_variants::is_variant_name(name))
    else {
        return;
    };
    let message = format!("`{}` is not the name of a variant", quoted(variant));
    let hint = "up to 24 small letters, digits and hyphens, for instance `variant = \"b\"`";
    reading.error(path, message, Some(hint.into()));
}

/// Reports variants of the same kind and language whose names do not differ; one of them may have no name.
fn distinct(reading: &mut FileReader, list: &KeyPath, angles: &[Angle], variants: &[String]) {
    let mut seen: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, angle) in angles.iter().enumerate() {
        let here = list.index(index);
        if !reading.is_valid(&here.key("signal-kind")) || !reading.is_valid(&here.key("language")) {
            continue;
        }
        let earlier = seen.entry(angle_variants::kind_and_language(angle)).or_default();
        let name = |at: usize| variants.get(at).map_or("", String::as_str);
        let same = earlier.iter().copied().find(|&at| name(at) == name(index));
        earlier.push(index);
        let (kind, language) = (quoted(&angle.signal_kind), quoted(&angle.language));
        if let Some(at) = same {
            let line = reading.line(&list.index(at)).map_or_else(String::new, |line| format!(" in line {line}"));
            let another = if name(at).is_empty() { String::new() } else { format!(" with the variant `{}`", name(at)) };
            let message = format!("there is another angle for `{kind}` in `{language}`{another}{line}");
            let hint = "keep one, or give this one a `variant` of its own to compare them: `variant = \"b\"`";
            reading.error(&here.key("signal-kind"), message, Some(hint.into()));
        } else if earlier.len() == VARIANTS_MAX + 1 {
            let message = format!("there are more than {VARIANTS_MAX} versions for `{kind}` in `{language}`");
            let hint = "each gets its share of the accounts; compare few at a time";
            reading.error(&here.key("signal-kind"), message, Some(hint.into()));
        }
    }
}

/// Reports a repeated id of a fact: it is evidence for a claim, so within an angle it must mean one text.
fn facts(reading: &mut FileReader, here: &KeyPath, angle: &Angle) {
    let list = here.key("facts");
    for (index, fact) in angle.facts.iter().enumerate() {
        let path = list.index(index);
        not_empty(reading, &path.key("id"), &fact.id);
        not_empty(reading, &path.key("text"), &fact.text);
        let before = earlier(&list, "id", index, |at| &angle.facts[at].id);
        unique(reading, &path.key("id"), &fact.id, "fact", before);
    }
}
