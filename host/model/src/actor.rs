//! The actor of an operation: the user, program or part of Baton that acts, with what they are permitted to see.
//!
//! Every operation of the desk has one. A value that only a successful sign-in, a token or the local machine yields is
//! the only way to more than a visitor sees.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A role of a user or of a token. Each role includes the ones before it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Role {
    /// Sees their own queue and decides.
    Sdr,
    /// Sees the team's packages; stops and resumes sending and streams.
    Lead,
    /// Manages users, tokens and settings.
    Admin,
}

impl Role {
    /// Every role, the one with the fewest permissions first.
    pub const ALL: [Self; 3] = *Self::VARIANTS.as_array().expect("the number of variants");

    /// Returns the name that commands, files and the API use.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// Returns the role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// The name in the audit log of what Baton does automatically.
pub const BATON: &str = "baton";

/// The user, program or part of Baton that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    name: String,
    kind: ActorKind,
    origin: Option<ActorOrigin>,
}

/// The place that an actor's request came from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ActorOrigin {
    Network(IpAddr),
    /// The command, with the login name of the person who ran it.
    CommandLine(String),
}

/// The review time that counts of what an actor's surface reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedTime {
    /// None: nobody looks at a package.
    None,
    /// At most the time since the server showed the package to this actor.
    SinceView,
    /// The reported time, which the server itself measured.
    Measured,
    /// The reported time, which the person at the command line measured.
    Trusted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ActorKind {
    User { id: String, role: Role },
    Program { role: Role, for_user: Option<String> },
    Operator,
    System,
    Visitor,
}

impl Actor {
    const fn new(name: String, kind: ActorKind) -> Self {
        Self { name, kind, origin: None }
    }

    /// A user who has signed in.
    pub fn user(id: impl Into<String>, name: impl Into<String>, role: Role) -> Self {
        Self::new(name.into(), ActorKind::User { id: id.into(), role })
    }

    /// A program with an API token, which acts on its own or for the user with that id.
    pub fn program(name: impl Into<String>, role: Role, for_user: Option<String>) -> Self {
        Self::new(name.into(), ActorKind::Program { role, for_user })
    }

    /// The person who started the program on their own machine. Everything is permitted.
    pub fn operator(name: impl Into<String>) -> Self {
        Self::new(name.into(), ActorKind::Operator)
    }

    /// Baton: a campaign run, the sending worker or the webhook dispatcher. Everything is permitted.
    pub fn system() -> Self {
        Self::new(BATON.to_owned(), ActorKind::System)
    }

    /// Somebody who has not signed in: no package is visible.
    pub fn visitor() -> Self {
        Self::new("a visitor".to_owned(), ActorKind::Visitor)
    }

    /// Sets the network address that the request came from, for the audit log.
    #[must_use]
    pub fn at_address(self, address: Option<IpAddr>) -> Self {
        Self { origin: address.map(|address| ActorOrigin::Network(address.to_canonical())), ..self }
    }

    /// Records that the request came from the command, run by the person with this login name.
    #[must_use]
    pub fn at_command_line(self, login: &str) -> Self {
        Self { origin: Some(ActorOrigin::CommandLine(login.to_owned())), ..self }
    }

    /// Returns the name in the audit log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the place that the request came from, for the audit log: a network address, or the command line. `None`
    /// for Baton.
    pub fn origin(&self) -> Option<String> {
        Some(match self.origin.as_ref()? {
            ActorOrigin::Network(address) => address.to_string(),
            ActorOrigin::CommandLine(login) if login.is_empty() => "command line".to_owned(),
            ActorOrigin::CommandLine(login) => format!("command line, user {login}"),
        })
    }

    /// Sets the origin to that of another actor, on whose request this one acts.
    #[must_use]
    pub fn at_origin_of(self, other: &Self) -> Self {
        Self { origin: other.origin.clone(), ..self }
    }

    /// Whether the request came from the command.
    pub const fn is_at_command_line(&self) -> bool {
        matches!(self.origin, Some(ActorOrigin::CommandLine(_)))
    }

    /// Returns the review time that counts.
    pub const fn reported_time(&self) -> ReportedTime {
        match (&self.kind, &self.origin) {
            (ActorKind::Program { for_user: Some(_), .. }, _) => ReportedTime::SinceView,
            (ActorKind::Program { for_user: None, .. } | ActorKind::Visitor, _) => ReportedTime::None,
            (ActorKind::User { .. }, _) | (ActorKind::Operator, Some(ActorOrigin::Network(_))) => {
                ReportedTime::Measured
            }
            (ActorKind::Operator | ActorKind::System, _) => ReportedTime::Trusted,
        }
    }

    /// Returns the id of the user whose permissions apply. `None` unless a user acts, or a program for a user.
    pub fn user_id(&self) -> Option<&str> {
        match &self.kind {
            ActorKind::User { id, .. } => Some(id),
            ActorKind::Program { for_user, .. } => for_user.as_deref(),
            ActorKind::Operator | ActorKind::System | ActorKind::Visitor => None,
        }
    }

    /// Returns which packages are visible.
    pub fn visible(&self) -> Visible<'_> {
        match &self.kind {
            ActorKind::User { id: user, role: Role::Sdr }
            | ActorKind::Program { for_user: Some(user), role: Role::Sdr } => Visible::OwnAndUnassigned(user),
            ActorKind::User { .. } | ActorKind::Program { .. } | ActorKind::Operator | ActorKind::System => {
                Visible::All
            }
            ActorKind::Visitor => Visible::None,
        }
    }
}

/// The packages that an actor sees and decides about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible<'a> {
    /// Every package.
    All,
    /// The packages that are assigned to this user or to nobody.
    OwnAndUnassigned(&'a str),
    /// No package.
    None,
}

impl Visible<'_> {
    /// Whether a package with this assignee is visible.
    pub fn includes(self, assignee: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::OwnAndUnassigned(user) => assignee.is_none_or(|assignee| assignee == user),
            Self::None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Actor, ReportedTime, Role};

    #[test]
    fn the_reported_time_counts_as_far_as_the_server_saw_it() {
        let here = Some([127, 0, 0, 1].into());
        let program = |user: Option<&str>| Actor::program("dialler", Role::Sdr, user.map(ToOwned::to_owned));
        for (actor, expected) in [
            (program(None).at_address(here), ReportedTime::None),
            (program(Some("mara")).at_address(here), ReportedTime::SinceView),
            (program(Some("mara")), ReportedTime::SinceView),
            (Actor::visitor().at_address(here), ReportedTime::None),
            (Actor::user("mara", "Mara", Role::Sdr).at_address(here), ReportedTime::Measured),
            (Actor::operator("mara").at_address(here), ReportedTime::Measured),
            (Actor::operator("mara").at_command_line("mara"), ReportedTime::Trusted),
        ] {
            assert_eq!(actor.reported_time(), expected, "{actor:?}");
        }
    }

    #[test]
    fn an_actor_sees_what_their_role_permits() {
        let program = |role, user: Option<&str>| Actor::program("dialler", role, user.map(ToOwned::to_owned));
        for (actor, own, unassigned, of_others) in [
            (Actor::user("mara", "Mara", Role::Sdr), true, true, false),
            (Actor::user("mara", "Mara", Role::Lead), true, true, true),
            (Actor::user("mara", "Mara", Role::Admin), true, true, true),
            (program(Role::Sdr, Some("mara")), true, true, false),
            (program(Role::Lead, Some("mara")), true, true, true),
            // A program of its own reads the team's queue, whatever its role.
            (program(Role::Sdr, None), true, true, true),
            (Actor::operator("mara"), true, true, true),
            (Actor::system(), true, true, true),
            (Actor::visitor(), false, false, false),
        ] {
            let visible = actor.visible();
            let seen = (visible.includes(Some("mara")), visible.includes(None), visible.includes(Some("ben")));
            assert_eq!(seen, (own, unassigned, of_others), "{actor:?}");
        }
    }
}
