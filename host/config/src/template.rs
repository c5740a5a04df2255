//! Checks of an angle's texts before they are filled in: syntax, placeholders, facts.
//!
//! The drafter in use describes the placeholders and the length.

use baton_facts::description::{Placeholder, TemplateSyntax};
use baton_facts::policy::Angle;
use minijinja::Environment;

use baton_model::quoted;

use super::{
    diagnostics::{all_of, closest},
    loader::FileReader,
    spanned::KeyPath,
};

/// Reports the faults of the template `text` at `path`, which belongs to `angle`.
pub(super) fn check(reading: &mut FileReader, path: &KeyPath, text: &str, angle: &Angle, syntax: &TemplateSyntax) {
    let (_, part) = path.split();
    let part = part.unwrap_or_default().to_owned();
    let example = || {
        let name = syntax.placeholders.first().map_or("name", |placeholder| placeholder.name.as_str());
        Some(format!("a placeholder is written `{{{{ {name} }}}}`"))
    };
    if text.len() > syntax.bytes_max as usize {
        let message = format!("`{part}` has {} bytes, and the maximum is {}", text.len(), syntax.bytes_max);
        return reading.error(path, message, Some("a cold email has about a thousand characters in all".into()));
    }
    if let Some((open, close)) = unbalanced(text) {
        let message = format!("`{part}` has {open} `{{{{` and {close} `}}}}`");
        return reading.error(path, message, example());
    }
    let environment = Environment::empty();
    let names = match environment.template_from_str(text) {
        Ok(template) => template.undeclared_variables(false),
        Err(error) => {
            let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            let message = format!("`{part}` is not a template: {}", quoted(&detail));
            return reading.error(path, message, example());
        }
    };
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    for name in names {
        let Some(placeholder) = syntax.placeholders.iter().find(|known| known.name == name) else {
            let known = || syntax.placeholders.iter().map(|placeholder| placeholder.name.as_str());
            let hint = match closest(name, known()) {
                Some(meant) => format!("did you mean `{{{{ {meant} }}}}`?"),
                None => format!("the placeholders are {}", all_of(known())),
            };
            reading.error(path, format!("`{part}` uses `{}`, which is not a placeholder", quoted(name)), hint);
            continue;
        };
        if placeholder.follow_up_only && !part.starts_with("follow-up-") {
            let hint = format!("write `follow-up-{part}` for the touches after the first");
            let hint = ["opener", "pitch", "call-to-action"].contains(&part.as_str()).then_some(hint);
            reading.error(path, format!("`{part}` asks for `{name}`, and no message is earlier than the first"), hint);
        }
    }
    check_facts(reading, path, &part, text, angle);
    check_literals(reading, path, &part, text, syntax);
}

fn check_facts(reading: &mut FileReader, path: &KeyPath, part: &str, text: &str, angle: &Angle) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("fact") {
        rest = after.strip_prefix('s').unwrap_or(after);
        let Some(subscript) = rest.trim_start().strip_prefix('[') else { continue };
        let subscript = subscript.trim_start();
        let Some(quote) = subscript.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        let Some((id, _)) = subscript[1..].split_once(quote) else { continue };
        if !angle.facts.iter().any(|fact| fact.id == id) {
            let known = angle.facts.iter().map(|fact| fact.id.as_str());
            let hint = match closest(id, known.clone()) {
                Some(meant) => format!("did you mean `{}`?", quoted(meant)),
                None if angle.facts.is_empty() => "add a table `[[angles.facts]]` with `id` and `text`".to_owned(),
                None => format!("the angle lists {}", all_of(known)),
            };
            reading.error(
                path,
                format!("`{part}` asks for the fact `{}`, which the angle does not list", quoted(id)),
                hint,
            );
        }
    }
}

/// Reports a known name in single braces or in another product's notation, which would be sent literally.
fn check_literals(reading: &mut FileReader, path: &KeyPath, part: &str, text: &str, syntax: &TemplateSyntax) {
    for Placeholder { name, .. } in &syntax.placeholders {
        let others = [format!("{{{name}}}"), format!("[{name}]"), format!("%{name}%"), format!("${name}")];
        for literal in others {
            let doubled = literal.starts_with('{') && text.contains(&format!("{{{literal}}}"));
            if text.contains(&literal) && !doubled {
                let hint = format!("a placeholder is written `{{{{ {name} }}}}`");
                reading.error(path, format!("`{part}` would send `{literal}` literally"), hint);
            }
        }
    }
}

fn unbalanced(text: &str) -> Option<(usize, usize)> {
    let (open, close) = (text.matches("{{").count(), text.matches("}}").count());
    (open != close).then_some((open, close))
}

/// Counts the questions of a text: question marks at the end of a word, so that a link's query is not one.
pub(super) fn questions(text: &str) -> usize {
    let mut count = 0;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends = characters.peek().is_none_or(|next| !next.is_alphanumeric() && !matches!(next, '?' | '？' | '؟'));
        count += usize::from(matches!(character, '?' | '？' | '؟') && ends);
    }
    count
}
