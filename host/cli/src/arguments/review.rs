//! Commands for packages: the queue, decisions, and the audit log.

use baton_model::Zone;
use baton_model::decision::{Overruled, RejectReason};
use baton_model::package_state::PackageState;
use clap::{Args, builder::PossibleValuesParser, builder::TypedValueParser as _};

use baton_facts::types::Timestamp;

use super::time_args::FutureTime;

#[derive(Debug, Args)]
pub struct QueueArgs {
    /// Packages of this campaign only
    #[arg(long, value_name = "CAMPAIGN")]
    pub campaign: Option<String>,

    /// Packages in this state, instead of those that wait; repeat for several
    #[arg(long, value_name = "STATE", value_parser = states(), value_delimiter = ',')]
    pub state: Vec<PackageState>,

    /// Packages in every state
    #[arg(long, conflicts_with = "state")]
    pub all: bool,

    /// Packages of this tier only
    #[arg(long, value_name = "TIER")]
    pub tier: Option<String>,

    /// Drafts based on this kind of signal only
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,

    /// Packages assigned to the user with this address, or to `nobody`
    #[arg(long, value_name = "EMAIL")]
    pub assignee: Option<String>,

    /// Search by company or domain (first letters are enough), or by the contact's full first or last name
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,

    /// The number of packages to list
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct AssignArgs {
    /// Package ids, or their first characters
    #[arg(value_name = "ID", required = true)]
    pub packages: Vec<String>,

    /// The address that the user signs in with
    #[arg(long, value_name = "EMAIL", required_unless_present = "nobody", conflicts_with = "nobody")]
    pub to: Option<String>,

    /// Unassign the packages, so that anyone can decide
    #[arg(long)]
    pub nobody: bool,
}

#[derive(Clone, Debug, Args)]
pub struct DecisionArgs {
    /// The package id, or its first characters
    #[arg(value_name = "ID")]
    pub package: String,

    /// The digest from `baton show`, or its first 8 characters or more, so that you decide on exactly what you saw.
    /// Without it, on a terminal, Baton shows the package and asks
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    pub digest: Option<String>,

    /// Your review time in seconds; an approval by digest counts as evidence of quality only from 8 seconds on
    #[arg(long, value_name = "N")]
    pub seconds: Option<u32>,

    /// An idempotency key: repeating the command with the same key returns the first result
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct OverruleArgs {
    /// Overrule a failed check, with your reason; repeat for several
    #[arg(long = "overrule", value_name = "CHECK=REASON", value_parser = overruled)]
    pub overruled: Vec<Overruled>,
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    #[command(flatten)]
    pub bound: DecisionArgs,

    /// More packages to approve at once; write each, including the first, as `ID:DIGEST`. Bulk approvals do not count
    /// as evidence of quality
    #[arg(value_name = "ID:DIGEST")]
    pub more: Vec<String>,

    #[command(flatten)]
    pub overrule: OverruleArgs,

    #[command(flatten)]
    pub later: NotBeforeArgs,
}

#[derive(Debug, Args)]
pub struct NotBeforeArgs {
    /// Send after this time, within the recipient's working hours: a date, a time, `2h`, `3d`, `1w` or `tomorrow`
    #[arg(long, value_name = "TIME")]
    pub not_before: Option<FutureTime>,
}

impl NotBeforeArgs {
    /// Returns the earliest time to send, relative to `now`, with local times in this zone.
    pub fn timestamp(&self, now: Timestamp, zone: Zone) -> Option<Timestamp> {
        self.not_before.map(|until| until.from(now, zone))
    }
}

/// A package and the digest that the reviewer saw.
#[derive(Debug)]
pub struct PackageRef {
    /// The id, or its first characters.
    pub package: String,
    /// The digest, or its first characters.
    pub digest: Option<String>,
}

impl ApproveArgs {
    /// Returns the packages in the order of the command line; there is at least one.
    pub fn packages(&self) -> Vec<PackageRef> {
        let named = |text: &String| match text.split_once(':') {
            Some((package, shown)) => PackageRef { package: package.into(), digest: Some(shown.to_ascii_lowercase()) },
            None => PackageRef { package: text.clone(), digest: None },
        };
        std::iter::once(&self.bound.package).chain(&self.more).map(named).collect()
    }
}

#[derive(Debug, Args)]
pub struct EditArgs {
    #[command(flatten)]
    pub bound: DecisionArgs,

    /// The subject line
    #[arg(long, value_name = "TEXT")]
    pub subject: Option<String>,

    /// A file with the body, or `-` for standard input. Without a subject or a body, your editor opens
    #[arg(long, value_name = "FILE")]
    pub body: Option<String>,

    /// The draft was fine and you prefer your wording, so it counts as conforming
    #[arg(long)]
    pub my_wording: bool,

    #[command(flatten)]
    pub overrule: OverruleArgs,

    #[command(flatten)]
    pub later: NotBeforeArgs,
}

#[derive(Debug, Args)]
pub struct RejectArgs {
    #[command(flatten)]
    pub bound: DecisionArgs,

    /// The reason: the text, the signals, the person, the account, only the timing, or something in the note
    #[arg(long, value_name = "REASON", value_parser = reasons())]
    pub reason: RejectReason,

    /// A note in your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct SnoozeArgs {
    #[command(flatten)]
    pub bound: DecisionArgs,

    /// When to show it again: a date, a time, `2h`, `3d`, `1w` or `tomorrow`
    #[arg(long, value_name = "TIME")]
    pub until: FutureTime,
}

#[derive(Debug, Args)]
pub struct RedraftArgs {
    #[command(flatten)]
    pub bound: DecisionArgs,

    /// Instructions for the next draft, in your words
    #[arg(long, value_name = "TEXT")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The package id, or its first characters
    #[arg(value_name = "ID")]
    pub package: String,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct AuditLogArgs {
    /// Events of this package only: its id, or its first characters
    #[arg(value_name = "ID")]
    pub package: Option<String>,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

fn states() -> impl clap::builder::TypedValueParser<Value = PackageState> {
    let names = PossibleValuesParser::new(PackageState::ALL.map(PackageState::name));
    names.try_map(|name| PackageState::from_name(&name).ok_or("unknown state"))
}

fn reasons() -> impl clap::builder::TypedValueParser<Value = RejectReason> {
    let names = PossibleValuesParser::new(RejectReason::ALL.map(RejectReason::name));
    names.try_map(|name| RejectReason::ALL.into_iter().find(|reason| reason.name() == name).ok_or("unknown reason"))
}

/// Parses a digest prefix, long enough that no other digest matches by chance.
fn digest(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    match text.len() {
        8..=64 if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(text),
        0..8 => Err("too short: give the first 8 characters of the digest or more".to_owned()),
        _ => Err("not a digest: copy it from `baton show`".to_owned()),
    }
}

fn overruled(text: &str) -> Result<Overruled, String> {
    let (check, reason) = text
        .split_once('=')
        .ok_or("expected CHECK=REASON, for example `claims-evidenced=I know it from the customer`")?;
    if check.trim().is_empty() || reason.trim().is_empty() {
        return Err("expected CHECK=REASON, with both parts".to_owned());
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
