//! The template language: placeholders, a few filters, and `if`. No loops, no includes, bounded output.
//!
//! A value is text and never read as a template. A placeholder without a value is an error unless the template gives a
//! default. The work for one template is bounded by its length and by fuel.

use std::sync::{Arc, Mutex, PoisonError};

use baton_facts::description::{Placeholder, TemplateSyntax};
use baton_facts::packages::Brief;
use minijinja::value::{Object, Value};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};

use super::{earlier, normalize};
use crate::company_name::CompanyName;
use crate::person_name::PersonName;

/// Bytes of one template. A cold email has about a thousand in all.
const TEMPLATE_MAX: usize = 4096;
/// Characters of one value. The longest, a signal's summary, is part of a sentence.
const VALUE_MAX: usize = 1000;
/// Bytes of one rendered template.
const RENDERED_MAX: usize = 16 * 1024;
/// Instructions that one template can execute; a placeholder takes two.
const FUEL: u64 = 512;
/// Bytes in one tag. The parser recurses once for each operator and each bracket.
const TAG_MAX: usize = 200;
/// Opening brackets in one tag; each uses much of a component's small stack.
const BRACKETS_MAX: usize = 6;
/// The allowed statements.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];
/// Statements in one template, since they can nest.
const STATEMENTS_MAX: usize = 24;

/// The placeholders, with their descriptions for people.
const PLACEHOLDERS: [(&str, &str); 17] = [
    ("first_name", "the contact's first name"),
    ("last_name", "the contact's last name"),
    ("title", "the contact's title"),
    ("account", "the account's name"),
    ("industry", "the industry"),
    ("country", "the country"),
    ("signal", "the signal's summary"),
    ("source", "the signal's source"),
    ("observed", "the date of the signal"),
    ("sender", "the sender's name"),
    ("sender_title", "the sender's title"),
    ("company", "the sender's company"),
    ("touch_number", "the number of the touch"),
    ("earlier_date", "the date of an earlier message"),
    ("earlier_subject", "the subject of an earlier message"),
    ("facts", "the angle's facts"),
    ("fact", "the angle's facts"),
];

/// Returns the syntax of the texts, for the drafter's description.
pub(super) fn syntax() -> TemplateSyntax {
    let placeholder = |&(name, meaning): &(&str, &str)| Placeholder {
        name: name.into(),
        meaning: meaning.into(),
        follow_up_only: name.starts_with("earlier_"),
    };
    TemplateSyntax { placeholders: PLACEHOLDERS.iter().map(placeholder).collect(), bytes_max: TEMPLATE_MAX as u32 }
}

/// The values of one brief, and the lookups that templates made.
#[derive(Debug)]
pub(super) struct Placeholders {
    values: Arc<BriefValues>,
}

#[derive(Debug)]
struct BriefValues {
    account: String,
    texts: Vec<(&'static str, String)>,
    touch_number: u8,
    facts: Arc<FactValues>,
    look_ups: Arc<LookUpLog>,
}

#[derive(Debug)]
struct FactValues {
    texts: Vec<(String, String)>,
    look_ups: Arc<LookUpLog>,
}

/// All lookups, in order. The engine reports an undefined value without its name, so this log keeps the names.
#[derive(Debug, Default)]
struct LookUpLog(Mutex<Vec<LookUp>>);

#[derive(Debug, Clone)]
struct LookUp {
    name: String,
    result: LookUpResult,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum LookUpResult {
    Value,
    Missing,
    TooLong,
    Unknown,
    UnknownFact,
}

impl LookUpLog {
    fn note(&self, name: &str, result: LookUpResult) {
        let name = name.chars().take(80).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(LookUp { name, result });
    }

    fn all(&self) -> Vec<LookUp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Placeholders {
    pub(super) fn of(brief: &Brief) -> Self {
        let Brief { account, contact, signal, sender, angle, .. } = brief;
        let look_ups = Arc::new(LookUpLog::default());
        let observed = chrono::DateTime::from_timestamp(signal.observed_at, 0)
            .map(|moment| moment.date_naive().to_string())
            .unwrap_or_default();
        let referenced = earlier::referenced(brief);
        let name = PersonName::of(contact).ok();
        let part = |part: fn(&PersonName) -> &str| name.as_ref().map(part).map(str::to_owned).unwrap_or_default();
        let company = CompanyName::of(&account.name).map(|name| name.short).unwrap_or_default();
        let texts = vec![
            ("first_name", part(|name| &name.given)),
            ("last_name", part(|name| &name.family)),
            ("title", normalize::value(contact.title.as_deref().unwrap_or_default())),
            ("account", company),
            ("industry", normalize::value(account.industry.as_deref().unwrap_or_default())),
            ("country", normalize::value(account.country.as_deref().unwrap_or_default())),
            ("signal", normalize::fragment(&signal.summary)),
            ("source", normalize::value(&signal.source_name)),
            ("observed", observed),
            ("sender", normalize::value(&sender.name)),
            ("sender_title", normalize::value(&sender.title)),
            ("company", normalize::value(&sender.company)),
            ("earlier_date", referenced.map(|sent| earlier::date(sent.at, &angle.language)).unwrap_or_default()),
            ("earlier_subject", referenced.map(earlier::subject).unwrap_or_default()),
        ];
        let facts = angle.facts.iter().map(|fact| (fact.id.clone(), normalize::fragment(&fact.text))).collect();
        let account = normalize::value(&account.name).chars().take(80).collect();
        let facts = Arc::new(FactValues { texts: facts, look_ups: look_ups.clone() });
        Self { values: Arc::new(BriefValues { account, texts, touch_number: brief.touch_number, facts, look_ups }) }
    }

    /// Returns the value of a placeholder, whether or not a template uses it.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let (_, text) = self.values.texts.iter().find(|(known, _)| *known == name)?;
        (!text.is_empty()).then_some(text.as_str())
    }

    /// Returns whether any template so far used this placeholder's value.
    pub(super) fn was_used(&self, name: &str) -> bool {
        self.values.look_ups.all().iter().any(|look_up| look_up.name == name && look_up.result == LookUpResult::Value)
    }

    /// Renders a template, not yet normalized. `part` names it in errors, which are one sentence.
    pub(super) fn render(&self, part: &str, template: &str) -> Result<String, String> {
        check_only_placeholders(template).map_err(|why| format!("the angle's {part} {why}"))?;
        let environment = environment();
        let before = self.values.look_ups.all().len();
        let filled = environment
            .template_from_str(template)
            .and_then(|compiled| compiled.render(Value::from_dyn_object(self.values.clone())));
        let look_ups = self.values.look_ups.all().split_off(before);
        // An unknown name is a typing error even with a default.
        let invalid =
            look_ups.iter().find(|look_up| !matches!(look_up.result, LookUpResult::Value | LookUpResult::Missing));
        if let Some(look_up) = invalid {
            return Err(self.describe_failure(part, look_up));
        }
        match filled {
            Ok(text) if text.len() <= RENDERED_MAX => Ok(text),
            Ok(text) => Err(format!(
                "the angle's {part} renders to {} bytes, more than the limit of {RENDERED_MAX}",
                text.len()
            )),
            Err(error) => {
                let missing = look_ups.iter().rev().find(|look_up| look_up.result == LookUpResult::Missing);
                Err(match (error.kind(), missing) {
                    (ErrorKind::UndefinedError | ErrorKind::InvalidOperation, Some(look_up)) => {
                        self.describe_failure(part, look_up)
                    }
                    _ => engine_error(part, &error),
                })
            }
        }
    }

    fn describe_failure(&self, part: &str, look_up: &LookUp) -> String {
        let name = &look_up.name;
        let words = PLACEHOLDERS.iter().find(|(known, _)| known == name).map_or(name.as_str(), |(_, words)| words);
        match look_up.result {
            LookUpResult::UnknownFact => {
                format!("the angle's {part} uses the fact `{name}`, which the angle does not list")
            }
            LookUpResult::Unknown => {
                let known: Vec<&str> =
                    PLACEHOLDERS.iter().map(|(known, _)| *known).filter(|known| *known != "fact").collect();
                format!("the angle's {part} uses `{name}`, which is not a placeholder; available: {}", known.join(", "))
            }
            LookUpResult::TooLong => {
                format!("the angle's {part} uses {words}, which has more than {VALUE_MAX} characters")
            }
            LookUpResult::Missing | LookUpResult::Value => format!(
                "the angle's {part} uses {words}, which is not recorded for {}; record it, or write \
                 {{{{ {name} | default(\"…\") }}}}",
                self.values.account
            ),
        }
    }
}

impl Object for BriefValues {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let (result, value) = match name {
            "touch_number" => (LookUpResult::Value, Some(Value::from(self.touch_number))),
            "facts" | "fact" => (LookUpResult::Value, Some(Value::from_dyn_object(self.facts.clone()))),
            _ => look_up(
                self.texts.iter().find(|(known, _)| *known == name).map(|(_, text)| text),
                LookUpResult::Unknown,
            ),
        };
        self.look_ups.note(name, result);
        value
    }
}

impl Object for FactValues {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let text = self.texts.iter().find(|(id, _)| id == name).map(|(_, text)| text);
        let (result, value) = look_up(text, LookUpResult::UnknownFact);
        self.look_ups.note(name, result);
        value
    }
}

fn look_up(text: Option<&String>, unknown: LookUpResult) -> (LookUpResult, Option<Value>) {
    match text {
        None => (unknown, None),
        Some(text) if text.is_empty() => (LookUpResult::Missing, None),
        Some(text) if text.chars().nth(VALUE_MAX).is_some() => (LookUpResult::TooLong, None),
        Some(text) => (LookUpResult::Value, Some(Value::from(text.as_str()))),
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    // An undefined value can be tested by `if`, and is an error when written.
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("lower", |text: String| text.to_lowercase());
    environment.add_filter("upper", |text: String| text.to_uppercase());
    environment.add_filter("trim", |text: String| text.trim().to_owned());
    environment.add_filter("capitalize", |text: String| capitalize(&text));
    environment.add_filter("title", |text: String| text.split(' ').map(capitalize).collect::<Vec<_>>().join(" "));
    for name in ["default", "d"] {
        environment.add_filter(name, |value: Value, other: Option<Value>| {
            if value.is_undefined() { other.unwrap_or_else(|| Value::from("")) } else { value }
        });
    }
    environment.add_test("defined", |value: Value| !value.is_undefined());
    environment.add_test("undefined", |value: Value| value.is_undefined());
    environment
}

fn capitalize(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters.as_str().to_lowercase().chars()).collect())
}

/// Rejects everything that could turn a small template into much work or stack before it is parsed: long texts and
/// tags, deep nesting, statements that loop, define or capture, and multiplication, which repeats strings.
fn check_only_placeholders(template: &str) -> Result<(), String> {
    if template.len() > TEMPLATE_MAX {
        return Err(format!("has {} bytes, more than the limit of {TEMPLATE_MAX}", template.len()));
    }
    let mut statements = 0;
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        rest = &rest[start + 1..];
        let (statement, close) = match rest.as_bytes().first() {
            Some(b'#') => {
                rest = rest.split_once("#}").map_or("", |(_, after)| after);
                continue;
            }
            Some(b'{') => (false, "}}"),
            Some(b'%') => (true, "%}"),
            _ => continue,
        };
        rest = &rest[1..];
        let (tag, after) = split_tag(rest, close)?;
        rest = after;
        if !statement {
            continue;
        }
        statements += 1;
        let word = tag.trim_start_matches(['-', '+']).trim_start();
        let word = word.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        if !STATEMENTS.contains(&word) {
            return Err(format!("uses `{word}`; only placeholders, filters and `if` are allowed"));
        }
        if statements > STATEMENTS_MAX {
            return Err(format!("has more than {STATEMENTS_MAX} statements"));
        }
    }
    Ok(())
}

/// Splits the tag at the beginning of `text` from the rest. A tag without an end is left to the parser.
fn split_tag<'a>(text: &'a str, close: &str) -> Result<(&'a str, &'a str), String> {
    let (mut quote, mut depth, mut escaped) = (None, 0_usize, false);
    for (index, letter) in text.char_indices() {
        if index > TAG_MAX {
            return Err(format!("has a placeholder of more than {TAG_MAX} bytes"));
        }
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, _) if text[index..].starts_with(close) => return Ok((&text[..index], &text[index + 2..])),
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[') => depth += 1,
            (None, '*' | '{') => {
                return Err(format!("uses `{letter}`; only placeholders, filters and `if` are allowed"));
            }
            _ => {}
        }
        if depth > BRACKETS_MAX {
            return Err(format!("has more than {BRACKETS_MAX} brackets in one placeholder"));
        }
    }
    Ok((text, ""))
}

/// Describes the template engine's error, with its line if there is one.
fn engine_error(part: &str, error: &minijinja::Error) -> String {
    let what = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "takes too many steps".to_owned(),
        (ErrorKind::UndefinedError, _) => "uses a value that does not exist".to_owned(),
        (kind, None) => format!("cannot be filled: {kind}"),
        (_, Some(detail)) => format!("cannot be filled: {detail}"),
    };
    let line = error.line().map_or_else(String::new, |line| format!(" (line {line})"));
    format!("the angle's {part} {what}{line}")
}
