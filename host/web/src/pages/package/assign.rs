//! Whose the package is, and the form by which a lead gives it to somebody else.

use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::pages::queue::team;
use crate::show::{Moment, line};
use baton_desk::DeskError;
use baton_desk::desk::Role;
use baton_facts::types::Timestamp;
use baton_model::{PackageId, Sealed};

pub(super) struct Assigned {
    pub id: String,
    pub whose: String,
    /// When it went to the backup reviewer.
    pub escalated: Option<Moment>,
    /// Ids and names, and whose it is; empty for whoever may not give it away.
    pub people: Vec<(String, String, bool)>,
}

impl Assigned {
    /// None where nobody signs in: then it is the same for all.
    pub async fn of(
        app: &AppState,
        by: &CurrentUser,
        id: &PackageId,
        now: Timestamp,
    ) -> Result<Option<Self>, DeskError> {
        let Some(session) = &by.session else { return Ok(None) };
        let assignment = app.desk().assignment(id).await?;
        let whose = match (&assignment.user, assignment.name) {
            (None, _) => "anybody".to_owned(),
            (Some(user), _) if *user == session.user.id => "you".to_owned(),
            (Some(_), Some(Sealed::Open(name))) => line(&name),
            (Some(_), _) => "somebody who was forgotten".to_owned(),
        };
        let mut people = Vec::new();
        if by.role >= Role::Lead {
            for (user, member) in team(app, by).await?.into_iter().filter(|(_, member)| member.may) {
                let theirs = assignment.user.as_ref() == Some(&user);
                people.push((user, member.name, theirs));
            }
        }
        let escalated = assignment.escalated.map(|at| Moment::new(at, now));
        Ok(Some(Self { id: id.0.clone(), whose, escalated, people }))
    }
}
