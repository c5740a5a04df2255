//! The packages that an actor sees and decides about.
//!
//! An SDR has their own packages and the unassigned ones; a lead, an admin and the operator have the team's. Somebody
//! who has not signed in has none.

use crate::error::Refusal;
use baton_model::{Actor, BATON, PackageId, Visible};

/// A package that the actor may decide about. Only [`check`] creates it.
pub(crate) struct MayDecide(PackageId);

/// The reason why a package changes its state. Nothing changes a state without one.
#[derive(Clone, Copy)]
pub(crate) enum ChangeCause<'a> {
    /// The actor decides about this package.
    Decision(&'a MayDecide),
    /// An order for many packages, of any assignee: a suppression, an erasure or a stopped stream, by this name.
    Order(&'a str),
    /// A rule of Baton.
    Rule,
}

impl ChangeCause<'_> {
    /// Returns the name in the audit log.
    pub fn name<'a>(&'a self, actor: &'a Actor) -> &'a str {
        match self {
            Self::Decision(_) => actor.name(),
            Self::Order(by) => by,
            Self::Rule => BATON,
        }
    }

    /// Whether this is a reason for a change of this package.
    pub fn covers(&self, package: &PackageId) -> bool {
        match self {
            Self::Decision(MayDecide(permitted)) => permitted == package,
            Self::Order(_) | Self::Rule => true,
        }
    }
}

/// Checks that the actor may decide about a package with this assignee.
pub(crate) fn check(actor: &Actor, package: &PackageId, assignee: Option<&str>) -> Result<MayDecide, Refusal> {
    match actor.visible() {
        Visible::None => Err(not_signed_in()),
        visible if visible.includes(assignee) => Ok(MayDecide(package.clone())),
        _ => Err(Refusal::PermissionDenied("this package is assigned to somebody else".into())),
    }
}

/// Checks that the actor sees the team's packages.
pub(crate) fn check_lead(actor: &Actor, action: &str) -> Result<(), Refusal> {
    match actor.visible() {
        Visible::All => Ok(()),
        Visible::OwnAndUnassigned(_) => Err(Refusal::PermissionDenied(format!("{action} takes a lead"))),
        Visible::None => Err(not_signed_in()),
    }
}

/// Returns the user whose packages, with the unassigned ones, are visible. `None` if every package is.
pub(crate) fn assignee_filter(actor: &Actor) -> Result<Option<&str>, Refusal> {
    match actor.visible() {
        Visible::All => Ok(None),
        Visible::OwnAndUnassigned(user) => Ok(Some(user)),
        Visible::None => Err(not_signed_in()),
    }
}

fn not_signed_in() -> Refusal {
    Refusal::PermissionDenied("sign in first".into())
}
