//! The packages that an actor can see and decide about.
//!
//! An SDR has their own packages and the unassigned ones; a lead, an admin and the operator have the whole team's. An
//! actor who has not signed in has none.

use crate::error::Refusal;
use baton_model::{Actor, BATON, PackageId, Visible};

/// Permission of the actor to decide about a package. Only [`check`] creates it.
pub(crate) struct DecisionPermission(PackageId);

/// The cause of a package's state change, which every change needs.
#[derive(Clone, Copy)]
pub(crate) enum ChangeCause<'a> {
    /// The actor's decision about this package.
    Decision(&'a DecisionPermission),
    /// An order by the named actor for packages of any assignee: a suppression, an erasure or a stopped stream.
    Order(&'a str),
    /// One of Baton's own rules.
    Rule,
    /// News in the CRM's export, in words for users.
    News(&'static str),
}

impl ChangeCause<'_> {
    /// Returns the actor's name for the audit log.
    pub fn name<'a>(&'a self, actor: &'a Actor) -> &'a str {
        match self {
            Self::Decision(_) => actor.name(),
            Self::Order(by) => by,
            Self::Rule | Self::News(_) => BATON,
        }
    }

    /// Returns the reason for the audit log, if there is more to say than the actor's name.
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::News(why) => Some(why),
            Self::Decision(_) | Self::Order(_) | Self::Rule => None,
        }
    }

    /// Whether this cause permits a change of this package.
    pub fn covers(&self, package: &PackageId) -> bool {
        match self {
            Self::Decision(DecisionPermission(permitted)) => permitted == package,
            Self::Order(_) | Self::Rule | Self::News(_) => true,
        }
    }
}

/// Checks that the actor may decide about a package with this assignee.
pub(crate) fn check_may_decide(
    actor: &Actor,
    package: &PackageId,
    assignee: Option<&str>,
) -> Result<DecisionPermission, Refusal> {
    match actor.visible() {
        Visible::None => Err(not_signed_in()),
        visible if visible.includes(assignee) => Ok(DecisionPermission(package.clone())),
        _ => Err(Refusal::PermissionDenied("this package is assigned to another user".into())),
    }
}

/// Checks that the actor can see the team's packages. `action` completes the sentence "only a lead can …".
pub(crate) fn check_lead(actor: &Actor, action: &str) -> Result<(), Refusal> {
    match actor.visible() {
        Visible::All => Ok(()),
        Visible::OwnAndUnassigned(_) => Err(Refusal::PermissionDenied(format!("only a lead can {action}"))),
        Visible::None => Err(not_signed_in()),
    }
}

/// Returns the user to filter by: their packages and the unassigned ones are visible. `None` if all packages are.
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

#[cfg(test)]
mod tests {
    use super::{ChangeCause, check_may_decide};
    use baton_model::{Actor, PackageId, Role};

    #[test]
    fn a_permission_covers_its_own_package_only() {
        let (mine, other) = (PackageId::from("mine"), PackageId::from("other"));
        let sdr = Actor::user("mara", "Mara", Role::Sdr);
        let permitted = check_may_decide(&sdr, &mine, Some("mara")).unwrap();
        assert!(ChangeCause::Decision(&permitted).covers(&mine));
        assert!(!ChangeCause::Decision(&permitted).covers(&other));
        assert!(
            check_may_decide(&sdr, &other, Some("ben")).is_err()
                && check_may_decide(&Actor::visitor(), &mine, None).is_err()
        );
    }
}
