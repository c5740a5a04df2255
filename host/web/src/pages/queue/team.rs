//! The users to whom packages can be assigned.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use baton_desk::DeskError;
use baton_desk::access::Role;
use baton_model::Sealed;
use std::collections::BTreeMap;

/// A user to whom packages can be assigned.
pub(crate) struct Member {
    pub name: String,
    /// Packages can be assigned to them.
    pub may: bool,
}

/// Returns the team by user id for leads and admins, and nobody for SDRs.
pub(crate) async fn team(app: &RequestState, by: &CurrentUser) -> Result<BTreeMap<String, Member>, DeskError> {
    if by.role < Role::Lead || !app.desk().has_users().await? {
        return Ok(BTreeMap::new());
    }
    let named = app.desk().users().await?.into_iter().map(|user| {
        let may = user.disabled.is_none() && matches!(user.name, Sealed::Open(_));
        let name = user.name.open().map_or_else(|| "Deleted user".to_owned(), |name| crate::format::line(&name));
        (user.id, Member { name, may })
    });
    Ok(named.collect())
}
