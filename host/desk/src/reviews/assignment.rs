//! Assignees of packages: a lead can reassign a package, and the backup reviewer gets it when its deadline is near.
//!
//! Time only changes who decides; it never decides.

use crate::access::queries::assignees;
use crate::access::users::UserView;
use crate::access::{access_scope, sign_in};
use crate::audit;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::seeded_defects;
use crate::reviews::queries::queue;
use crate::users;
use baton_facts::types::Timestamp;
use baton_model::{Erasable, PackageId};
use schemars::JsonSchema;
use serde::Serialize;

/// Maximum number of packages in one transaction.
const AT_ONCE: u32 = 200;

/// The assignee of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Assignment {
    /// The user's id; `null` if any reviewer may decide.
    pub user: Option<String>,
    /// The user's name.
    pub name: Option<Erasable<String>>,
    /// When the package went to the backup reviewer because its deadline was near.
    pub escalated: Option<Timestamp>,
}

impl Desk {
    /// Returns the backup reviewer if one is configured and may sign in.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn backup(&self) -> DeskResult<Option<UserView>> {
        let mut tx = self.read().await?;
        Ok(self.backup_in(&mut tx).await?.map(UserView::from))
    }

    /// Returns the assignee of a package.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if there is no such package, [`Refusal::PermissionDenied`] if the current user may not see it, or
    /// `DeskError::Store`.
    pub async fn assignment(&self, id: &PackageId) -> DeskResult<Assignment> {
        let mut tx = self.read().await?;
        let row = self.shown_package(&mut tx, id).await?.row;
        let name = match &row.assignee {
            Some(user) => users::get(&mut tx, user).await?.map(|user| user.identity.map(|of| of.name)),
            None => None,
        };
        Ok(Assignment { user: row.assignee, name, escalated: row.escalated })
    }

    /// Assigns a package to a user, or to nobody, so that any reviewer may decide. Assigning it to the current assignee
    /// changes nothing.
    ///
    /// # Errors
    /// [`Refusal::PermissionDenied`] if the current user is not a lead, [`Refusal::PackageNotFound`] if there is no such package,
    /// [`Refusal::Invalid`] if there is no such user or they may not sign in, or `DeskError::Store`.
    pub async fn assign(&self, id: &PackageId, to: Option<&str>, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        access_scope::check_lead(&self.actor, "reassign a package")?;
        let mut tx = self.begin(now).await?;
        let row = self.shown_package(&mut tx, id).await?.row;
        if let Some(user) = to {
            let found = users::get(&mut tx, user).await?;
            if found.as_ref().and_then(sign_in::active_user).is_none() {
                return Err(Refusal::Invalid("there is no such user, or they may not sign in".into()).into());
            }
        }
        if assignees::set(&mut tx, &row.id, to).await? {
            let detail = to.map_or_else(|| "to nobody".to_owned(), |user| format!("to {user}"));
            self.note_of(&mut tx, &row, who, "assigned", &detail).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Returns the user with this address, if that user may sign in.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn reviewer(&self, email: &str) -> DeskResult<Option<UserView>> {
        let mut tx = self.read().await?;
        let found = users::with_email(&mut tx, email).await?;
        Ok(found.filter(|user| sign_in::active_user(user).is_some()).map(UserView::from))
    }

    /// Assigns undecided packages and pending spot-checks to the backup reviewer when their deadline is near. Each is
    /// escalated once: a lead may reassign it afterwards.
    pub(crate) async fn escalate(&self, now: Timestamp) -> DeskResult<u32> {
        let mut escalated = 0;
        loop {
            let mut tx = self.begin(now).await?;
            let Some(backup) = self.backup_in(&mut tx).await?.map(|user| user.id) else {
                return Ok(escalated);
            };
            let mut rows = queue::near(&mut tx, &backup, now, AT_ONCE).await?;
            if rows.is_empty() {
                rows = queue::checks_near(&mut tx, &backup, now, AT_ONCE).await?;
            }
            if rows.is_empty() {
                return Ok(escalated);
            }
            for row in rows {
                if assignees::escalate(&mut tx, &row.id, &backup).await? {
                    let detail = format!("to {backup}: the deadline is near");
                    self.note_of(&mut tx, &row, audit::DESK, "escalated", &detail).await?;
                    escalated += 1;
                }
            }
            tx.commit().await?;
        }
    }

    async fn backup_in(&self, tx: &mut ReadTx) -> DeskResult<Option<users::UserRow>> {
        let Some(email) = &self.backup else { return Ok(None) };
        let found = users::with_email(tx, email).await?;
        Ok(found.filter(|user| sign_in::active_user(user).is_some()))
    }

    /// Records an audit entry for the package that users see: while a seeded defect hides the original, that is the
    /// seeded package.
    async fn note_of(&self, tx: &mut Tx, row: &PackageRow, who: &str, what: &str, detail: &str) -> DeskResult<()> {
        let planted = seeded_defects::open_for(tx, &row.id).await?;
        let shown = planted.as_ref().map_or(&row.id, |planted| &planted.id);
        Ok(audit::note(tx, who, what, Some(shown), detail).await?)
    }
}
