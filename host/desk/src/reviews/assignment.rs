//! Whose a package is: a lead gives it to somebody else, and the backup reviewer gets it when its time runs out. Time
//! only changes who decides; it never decides.

use crate::access::queries::{assignees, users};
use crate::access::users::UserView;
use crate::access::{access_scope, sign_in};
use crate::audit;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use crate::packages::queries::packages::Row;
use crate::packages::queries::seeded_defects;
use crate::reviews::queries::queue;
use baton_facts::types::Timestamp;
use baton_model::{PackageId, Sealed};
use schemars::JsonSchema;
use serde::Serialize;

/// Packages in one transaction.
const AT_ONCE: u32 = 200;

/// Whose a package is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Assignment {
    /// The user's id; none where anybody may decide.
    pub user: Option<String>,
    /// Their name.
    pub name: Option<Sealed<String>>,
    /// When it went to the backup reviewer, since its deadline was near.
    pub escalated: Option<Timestamp>,
}

impl Desk {
    /// The backup reviewer, where one is named and may sign in.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn backup(&self) -> Answer<Option<UserView>> {
        let mut tx = self.read().await?;
        Ok(self.backup_in(&mut tx).await?.map(UserView::from))
    }

    /// Whose this package is.
    ///
    /// # Errors
    /// Where there is no such package, it is not to be seen, or the store fails.
    pub async fn assignment(&self, id: &PackageId) -> Answer<Assignment> {
        let mut tx = self.read().await?;
        let row = self.seen(&mut tx, id).await?.row;
        let name = match &row.assignee {
            Some(user) => users::get(&mut tx, user).await?.map(|user| user.named.map(|of| of.name)),
            None => None,
        };
        Ok(Assignment { user: row.assignee, name, escalated: row.escalated })
    }

    /// Gives a package to a user, or to nobody, so that anybody may decide. Giving it to whom it is given already changes
    /// nothing.
    ///
    /// # Errors
    /// Where there is no such package or no such user, the user may not sign in, who asks does not lead, or the store
    /// fails.
    pub async fn assign(&self, id: &PackageId, to: Option<&str>, now: Timestamp) -> Answer<()> {
        let who = self.actor.name();
        access_scope::check_lead(&self.actor, "giving a package to somebody else")?;
        let mut tx = self.begin(now).await?;
        let row = self.seen(&mut tx, id).await?.row;
        if let Some(user) = to {
            let found = users::get(&mut tx, user).await?;
            if found.as_ref().and_then(sign_in::may).is_none() {
                return Err(Refusal::Invalid("there is no such user, or they may not sign in".into()).into());
            }
        }
        if assignees::set(&mut tx, &row.id, to).await? {
            let detail = to.map_or_else(|| "to nobody".to_owned(), |user| format!("to {user}"));
            self.note_of(&mut tx, &row, who, "assigned", &detail).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The user of this address, if there is one who may sign in.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn reviewer(&self, email: &str) -> Answer<Option<UserView>> {
        let mut tx = self.read().await?;
        let found = users::with_email(&mut tx, email).await?;
        Ok(found.filter(|user| sign_in::may(user).is_some()).map(UserView::from))
    }

    /// Gives what nobody has decided about, and what nobody has checked, to the backup reviewer as its deadline nears.
    /// Each goes there once: a lead may give it to somebody else afterwards.
    pub(crate) async fn escalate(&self, now: Timestamp) -> Answer<u32> {
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
                    let detail = format!("to {backup}, for its deadline is near");
                    self.note_of(&mut tx, &row, audit::DESK, "escalated", &detail).await?;
                    escalated += 1;
                }
            }
            tx.commit().await?;
        }
    }

    async fn backup_in(&self, tx: &mut ReadTx) -> Answer<Option<users::Row>> {
        let Some(email) = &self.backup else { return Ok(None) };
        let found = users::with_email(tx, email).await?;
        Ok(found.filter(|user| sign_in::may(user).is_some()))
    }

    /// What the trail says of a package that waits behind a planted one it says of the one that is shown.
    async fn note_of(&self, tx: &mut Tx, row: &Row, who: &str, what: &str, detail: &str) -> Answer<()> {
        let planted = seeded_defects::over(tx, &row.id).await?;
        let shown = planted.as_ref().map_or(&row.id, |planted| &planted.id);
        Ok(audit::note(tx, who, what, Some(shown), detail).await?)
    }
}
