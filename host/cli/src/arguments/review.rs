//! Commands about packages: the queue, the decisions, and looking back.

use baton_desk::{desk::Overruled, desk::RejectReason, life::State};
use clap::{Args, builder::PossibleValuesParser, builder::TypedValueParser as _};

use baton_facts::types::Timestamp;

use super::Until;

#[derive(Debug, Args)]
pub struct Queue {
    /// Only of this campaign
    #[arg(long, value_name = "C")]
    pub campaign: Option<String>,

    /// Packages in this state in place of those that wait; may be given again
    #[arg(long, value_name = "STATE", value_parser = states(), value_delimiter = ',')]
    pub state: Vec<State>,

    /// Packages in every state
    #[arg(long, conflicts_with = "state")]
    pub all: bool,

    /// Only of this tier
    #[arg(long, value_name = "T")]
    pub tier: Option<String>,

    /// Only where a signal of this kind carries the draft
    #[arg(long, value_name = "K")]
    pub kind: Option<String>,

    /// Only those of the user with this address, or of `nobody`
    #[arg(long, value_name = "EMAIL")]
    pub assignee: Option<String>,

    /// Only with all of these: how words of the account's name or domain begin, or the contact's whole first or last name
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,

    /// How many to list at the most
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Assign {
    /// The packages: their ids, or how they start
    #[arg(value_name = "ID", required = true)]
    pub packages: Vec<String>,

    /// The address that the user signs in with
    #[arg(long, value_name = "EMAIL", required_unless_present = "nobody", conflicts_with = "nobody")]
    pub to: Option<String>,

    /// Anybody may decide about them
    #[arg(long)]
    pub nobody: bool,
}

/// What every decision needs.
#[derive(Clone, Debug, Args)]
pub struct Bound {
    /// The package: its id, or how it starts
    #[arg(value_name = "ID")]
    pub package: String,

    /// The digest that `baton show` printed, or its first 8 characters or more: the decision is about what was shown
    /// then. Without it, on a terminal, the package is shown and you are asked
    #[arg(long, value_name = "D", value_parser = digest)]
    pub digest: Option<String>,

    /// How long you looked, in seconds; under 8, or without it, an approval by digest brings no evidence of quality
    #[arg(long, value_name = "N")]
    pub seconds: Option<u32>,

    /// Names this request: asking again with the same key gives the first answer. By default each is another
    #[arg(long, value_name = "K")]
    pub key: Option<String>,

    /// Print what came of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// Failed checks that a person takes on.
#[derive(Debug, Args)]
pub struct Overrule {
    /// Take on a failed check, with the reason; may be given again
    #[arg(long = "overrule", value_name = "CHECK=REASON", value_parser = overruled)]
    pub overruled: Vec<Overruled>,
}

#[derive(Debug, Args)]
pub struct Approve {
    #[command(flatten)]
    pub bound: Bound,

    /// More packages to approve at once, each of them, the first too, as `ID:DIGEST`. What is approved together counts
    /// as decided and brings no evidence of quality
    #[arg(value_name = "ID:DIGEST")]
    pub more: Vec<String>,

    #[command(flatten)]
    pub overrule: Overrule,

    #[command(flatten)]
    pub later: Later,
}

/// The moment from which on something may leave.
#[derive(Debug, Args)]
pub struct Later {
    /// Send it after this moment, in the recipient's hours: a date, a moment, `2h`, `3d`, `1w` or `tomorrow`
    #[arg(long, value_name = "T")]
    pub not_before: Option<Until>,
}

impl Later {
    /// That moment, seen from now.
    pub fn moment(&self, now: Timestamp) -> Option<Timestamp> {
        self.not_before.map(|until| until.from(now))
    }
}

/// A package as it was shown.
#[derive(Debug)]
pub struct Named {
    /// Its id, or how it starts.
    pub package: String,
    /// The digest, or how it starts.
    pub digest: Option<String>,
}

impl Approve {
    /// The packages in the order in which they were named, the first one of them always there.
    pub fn named(&self) -> Vec<Named> {
        let named = |text: &String| match text.split_once(':') {
            Some((package, shown)) => Named { package: package.into(), digest: Some(shown.to_ascii_lowercase()) },
            None => Named { package: text.clone(), digest: None },
        };
        std::iter::once(&self.bound.package).chain(&self.more).map(named).collect()
    }
}

#[derive(Debug, Args)]
pub struct Edit {
    #[command(flatten)]
    pub bound: Bound,

    /// The subject
    #[arg(long, value_name = "S")]
    pub subject: Option<String>,

    /// A file with the text, or `-` for standard input. With neither a subject nor a text, your editor opens on both
    #[arg(long, value_name = "FILE")]
    pub body: Option<String>,

    /// Much is rewritten as a matter of taste: the draft was sendable, and is counted so
    #[arg(long)]
    pub my_wording: bool,

    #[command(flatten)]
    pub overrule: Overrule,

    #[command(flatten)]
    pub later: Later,
}

#[derive(Debug, Args)]
pub struct Reject {
    #[command(flatten)]
    pub bound: Bound,

    /// What was wrong: the text, the signals, the person, the account, only the moment, or what the note says
    #[arg(long, value_name = "REASON", value_parser = reasons())]
    pub reason: RejectReason,

    /// In your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct Snooze {
    #[command(flatten)]
    pub bound: Bound,

    /// When it comes back: a date, a moment, `2h`, `3d`, `1w` or `tomorrow`
    #[arg(long, value_name = "T")]
    pub until: Until,
}

#[derive(Debug, Args)]
pub struct Redraft {
    #[command(flatten)]
    pub bound: Bound,

    /// What is wrong with the draft, or what another one is to do better, in your words
    #[arg(long, value_name = "TEXT")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct Replay {
    /// The package: its id, or how it starts
    #[arg(value_name = "ID")]
    pub package: String,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Trail {
    /// Only of this package: its id, or how it starts
    #[arg(value_name = "ID")]
    pub package: Option<String>,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

fn states() -> impl clap::builder::TypedValueParser<Value = State> {
    let names = PossibleValuesParser::new(State::ALL.map(State::name));
    names.try_map(|name| State::named(&name).ok_or("it is no state"))
}

fn reasons() -> impl clap::builder::TypedValueParser<Value = RejectReason> {
    let names = PossibleValuesParser::new(RejectReason::ALL.map(RejectReason::name));
    names.try_map(|name| RejectReason::ALL.into_iter().find(|reason| reason.name() == name).ok_or("it is no reason"))
}

/// Hexadecimal digits, enough of them that none is hit by chance.
fn digest(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    match text.len() {
        8..=64 if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(text),
        0..8 => Err("a digest is named by its first 8 characters or more".to_owned()),
        _ => Err("it is no digest; `baton show` prints it".to_owned()),
    }
}

fn overruled(text: &str) -> Result<Overruled, String> {
    let (check, reason) =
        text.split_once('=').ok_or("it is not like `claims-evidenced=I know it from the customer`")?;
    if check.trim().is_empty() || reason.trim().is_empty() {
        return Err("both the check and the reason are needed".to_owned());
    }
    Ok(Overruled { check: check.trim().to_owned(), reason: reason.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests() {
        for (text, expected) in
            [("3FA1b2c4", Some("3fa1b2c4")), ("3fa1b2c", None), ("3fa1b2cx", None), ("", None), (&"a".repeat(65), None)]
        {
            assert_eq!(digest(text).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn overruled_checks() {
        let over = |check: &str, reason: &str| Some(Overruled { check: check.into(), reason: reason.into() });
        for (text, expected) in [
            ("numbers-carried = it is 4=2+2 ", over("numbers-carried", "it is 4=2+2")),
            ("numbers-carried", None),
            ("numbers-carried= ", None),
            ("=because", None),
        ] {
            assert_eq!(overruled(text).ok(), expected, "{text}");
        }
    }
}
