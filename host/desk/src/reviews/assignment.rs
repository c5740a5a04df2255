//! Assignees of packages: a lead can reassign a package, and the backup reviewer gets it when its deadline is near.
//!
//! Time only changes who decides; it never decides.

use crate::access::queries::{assignees, users};
use crate::access::users::UserView;
use crate::access::{access_scope, sign_in};
use crate::audit;
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use crate::packages::queries::packages::Row;
use crate::packages::queries::seeded_defects;
use crate::reviews::queries::queue;
use baton_facts::types::Timestamp;
use baton_model::{PackageId, Sealed};
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::SqliteConnection;

/// Maximum number of packages in one transaction.
const AT_ONCE: u32 = 200;

/// The assignee of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Assignment {
    /// The user's id; `null` if any reviewer may decide.
    pub user: Option<String>,
    /// The user's name.
    pub name: Option<Sealed<String>>,
    /// When the package went to the backup reviewer because its deadline was near.
    pub escalated: Option<Timestamp>,
}

impl Desk {
    /// Sets the address of the backup reviewer, who gets packages and spot-checks that are undecided when a quarter of
    /// their time is left, at most one day.
    #[must_use]
    pub fn with_backup(self, email: Option<&str>) -> Self {
        Self { backup: email.map(Into::into), ..self }
    }

    /// Returns the backup reviewer if one is configured and may sign in.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn backup(&self) -> Answer<Option<UserView>> {
        let mut view = self.store.view().await?;
        Ok(self.backup_in(&mut view).await?.map(UserView::from))
    }

    /// Returns the assignee of a package.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there is no such package, [`Refusal::NotYours`] if the current user may not see it, or
    /// `DeskError::Store`.
    pub async fn assignment(&self, id: &PackageId) -> Answer<Assignment> {
        let mut view = self.store.view().await?;
        let row = self.seen(&mut view, id).await?.row;
        let name = match &row.assignee {
            Some(user) => users::get(&mut view, self.vault(), user).await?.map(|user| user.named.map(|of| of.name)),
            None => None,
        };
        Ok(Assignment { user: row.assignee, name, escalated: row.escalated })
    }

    /// Assigns a package to a user, or to nobody, so that any reviewer may decide. Assigning it to the current assignee
    /// changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] if the current user is not a lead, [`Refusal::Unknown`] if there is no such package,
    /// [`Refusal::Invalid`] if there is no such user or they may not sign in, or `DeskError::Store`.
    pub async fn assign(&self, who: &str, id: &PackageId, to: Option<&str>, now: Timestamp) -> Answer<()> {
        access_scope::leads("reassigning a package")?;
        let mut transaction = self.store.begin().await?;
        let row = self.seen(&mut transaction, id).await?.row;
        if let Some(user) = to {
            let found = users::get(&mut transaction, self.vault(), user).await?;
            if found.as_ref().and_then(sign_in::may).is_none() {
                return Err(Refusal::Invalid("there is no such user, or they may not sign in".into()).into());
            }
        }
        if assignees::set(&mut transaction, self.vault(), &row.id, to).await? {
            let detail = to.map_or_else(|| "to nobody".to_owned(), |user| format!("to {user}"));
            self.note_of(&mut transaction, &row, who, "assigned", &detail, now).await?;
        }
        Ok(self.store.commit(transaction).await?)
    }

    /// Returns the user with this address, if that user may sign in.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn reviewer(&self, email: &str) -> Answer<Option<UserView>> {
        let mut view = self.store.view().await?;
        let found = users::with_email(&mut view, self.vault(), email).await?;
        Ok(found.filter(|user| sign_in::may(user).is_some()).map(UserView::from))
    }

    /// Assigns undecided packages and pending spot-checks to the backup reviewer when their deadline is near. Each is
    /// escalated once: a lead may reassign it afterwards.
    pub(crate) async fn escalate(&self, now: Timestamp) -> Answer<u32> {
        let mut escalated = 0;
        loop {
            let mut transaction = self.store.begin().await?;
            let Some(backup) = self.backup_in(&mut transaction).await?.map(|user| user.id) else {
                return Ok(escalated);
            };
            let mut rows = queue::near(&mut transaction, self.vault(), &backup, now, AT_ONCE).await?;
            if rows.is_empty() {
                rows = queue::checks_near(&mut transaction, self.vault(), &backup, now, AT_ONCE).await?;
            }
            if rows.is_empty() {
                return Ok(escalated);
            }
            for row in rows {
                if assignees::escalate(&mut transaction, self.vault(), &row.id, &backup, now).await? {
                    let detail = format!("to {backup}: the deadline is near");
                    self.note_of(&mut transaction, &row, audit::DESK, "escalated", &detail, now).await?;
                    escalated += 1;
                }
            }
            self.store.commit(transaction).await?;
        }
    }

    async fn backup_in(&self, connection: &mut SqliteConnection) -> Answer<Option<users::Row>> {
        let Some(email) = &self.backup else { return Ok(None) };
        let found = users::with_email(connection, self.vault(), email).await?;
        Ok(found.filter(|user| sign_in::may(user).is_some()))
    }

    /// Records an audit entry for the package that users see: while a seeded defect hides the original, that is the
    /// seeded package.
    async fn note_of(
        &self,
        connection: &mut SqliteConnection,
        row: &Row,
        who: &str,
        what: &str,
        detail: &str,
        now: Timestamp,
    ) -> Answer<()> {
        let planted = seeded_defects::over(connection, self.vault(), &row.id).await?;
        let shown = planted.as_ref().map_or(&row.id, |planted| &planted.id);
        Ok(audit::note(connection, self.vault(), now, who, what, Some(shown), detail).await?)
    }
}
