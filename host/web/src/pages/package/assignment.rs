//! The assignee of the package, and the form by which a lead assigns it to another user.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::format::{DisplayTime, line};
use crate::pages::queue::team;
use baton_desk::DeskError;
use baton_desk::access::Role;
use baton_facts::types::Timestamp;
use baton_model::{Erasable, PackageId};

pub(super) struct AssignmentCard {
    pub id: String,
    pub assignee: String,
    /// When it was escalated to the backup reviewer.
    pub escalated: Option<DisplayTime>,
    /// User ids, names, and whether each one is the assignee; empty for users who cannot assign.
    pub people: Vec<(String, String, bool)>,
}

impl AssignmentCard {
    /// Returns `None` if nobody signs in; then there are no assignees.
    pub async fn of(
        app: &RequestState,
        by: &CurrentUser,
        id: &PackageId,
        now: Timestamp,
    ) -> Result<Option<Self>, DeskError> {
        let Some(session) = &by.session else { return Ok(None) };
        let assignment = app.desk().assignment(id).await?;
        let assignee = match (&assignment.user, assignment.name) {
            (None, _) => "anyone on the team".to_owned(),
            (Some(user), _) if *user == session.user.id => "you".to_owned(),
            (Some(_), Some(Erasable::Open(name))) => line(&name),
            (Some(_), _) => "a deleted user".to_owned(),
        };
        let mut people = Vec::new();
        if by.role >= Role::Lead {
            for (user, member) in team(app, by).await?.into_iter().filter(|(_, member)| member.may) {
                let theirs = assignment.user.as_ref() == Some(&user);
                people.push((user, member.name, theirs));
            }
        }
        let escalated = assignment.escalated.map(|at| DisplayTime::new(at, now));
        Ok(Some(Self { id: id.0.clone(), assignee, escalated, people }))
    }
}
