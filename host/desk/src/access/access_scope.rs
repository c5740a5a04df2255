//! Whose packages somebody may see and decide about.
//!
//! A surface that has let somebody in says so around the whole of their request, so that no operation can leave it out.
//! An SDR has their own packages and those that are nobody's; a lead has the team's. Where nobody has signed in, on this
//! machine alone and for what the desk does by itself, nothing is out of reach.

use crate::access::users::Role;
use crate::error::Refusal;

tokio::task_local! {
    static SEAT: Seat;
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The user's id.
    pub user: String,
    /// What they may do.
    pub role: Role,
}

/// Does this work on behalf of a user: what is not theirs to see is refused, and left out of every list. None is
/// somebody for whom nothing is out of reach.
pub async fn on_behalf_of<T>(seat: Option<Seat>, work: impl Future<Output = T>) -> T {
    match seat {
        Some(seat) => SEAT.scope(seat, work).await,
        None => work.await,
    }
}

/// The SDR who asks, if it is one: to them alone something is out of reach.
pub(crate) fn sdr() -> Option<String> {
    SEAT.try_with(|seat| (seat.role == Role::Sdr).then(|| seat.user.clone())).ok().flatten()
}

/// Whether a package of this assignee is to be seen.
pub(crate) fn has(assignee: Option<&str>) -> bool {
    assignee.is_none_or(|assignee| sdr().is_none_or(|user| user == assignee))
}

/// Whether this package is to be seen and decided about.
pub(crate) fn own(assignee: Option<&str>) -> Result<(), Refusal> {
    match has(assignee) {
        true => Ok(()),
        false => Err(Refusal::NotYours("this package is assigned to somebody else".into())),
    }
}

/// Whether who asks leads.
pub(crate) fn leads(what: &str) -> Result<(), Refusal> {
    match sdr() {
        None => Ok(()),
        Some(_) => Err(Refusal::NotYours(format!("{what} takes a lead"))),
    }
}
