//! The user list, where admins add users, change roles, and disable access.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::format::{DisplayTime, line};
use crate::pages::sign_in::FormProblem;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::access::{Invitation, Role, UserView};
use baton_facts::types::Timestamp;

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    layout: Layout,
    problem: Option<FormProblem>,
    invited: Option<InvitationLink>,
    rows: Vec<UserItem>,
    /// As typed in a form that was refused.
    name: String,
    email: String,
    roles: [&'static str; 3],
    passwords: bool,
}

/// A new invitation. Its link is shown only once.
struct InvitationLink {
    name: String,
    link: String,
    until: DisplayTime,
}

struct UserItem {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    standing: String,
    disabled: bool,
    forgotten: bool,
    yourself: bool,
}

/// The outcome of a form, shown beside the list.
#[derive(Default)]
pub(crate) struct UsersPageState<'a> {
    pub problem: Option<FormProblem>,
    pub invitation: Option<&'a Invitation>,
    /// The `Host` header, for links if no public URL is configured.
    pub host: &'a str,
    pub name: &'a str,
    pub email: &'a str,
}

/// `GET /users`
pub(crate) async fn show(app: RequestState, by: CurrentUser) -> Result<Response, WebError> {
    page(&app, &by, UsersPageState::default()).await
}

/// Renders the list with the outcome of a form.
pub(crate) async fn page(
    app: &RequestState,
    by: &CurrentUser,
    saying: UsersPageState<'_>,
) -> Result<Response, WebError> {
    let (now, passwords) = (app.now(), app.auth.takes_passwords());
    let users = app.desk().users().await?;
    let link = |invitation: &Invitation| InvitationLink {
        name: line(invitation.user.name.as_ref().open().map_or("", String::as_str)),
        link: format!("{}/invitation/{}", here(app, saying.host), invitation.token),
        until: DisplayTime::new(invitation.until, now),
    };
    let status = if saying.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = UsersPage {
        layout: Layout::new(app, by, "Users", NavSection::Elsewhere, now).await?,
        problem: saying.problem,
        invited: saying.invitation.filter(|_| passwords).map(link),
        rows: users.iter().map(|user| UserItem::new(user, by, passwords, now)).collect(),
        name: line(saying.name),
        email: line(saying.email),
        roles: Role::ALL.map(Role::name),
        passwords,
    };
    render(status, &page)
}

/// Returns the base URL of this site.
fn here(app: &RequestState, host: &str) -> String {
    app.auth.url().map_or_else(|| format!("http://{}", line(host)), ToString::to_string)
}

impl UserItem {
    fn new(user: &UserView, by: &CurrentUser, passwords: bool, now: Timestamp) -> Self {
        let (name, email) = (user.name.as_ref().open(), user.email.as_ref().open());
        let standing = match user {
            UserView { disabled: Some(since), .. } => format!("Disabled {}", DisplayTime::new(*since, now).relative),
            UserView { has_password: true, .. } => "Active".to_owned(),
            _ if !passwords => "Active".to_owned(),
            UserView { invited_until: Some(until), .. } if *until > now => "InvitationLink".to_owned(),
            _ => "No password".to_owned(),
        };
        Self {
            id: user.id.clone(),
            name: name.map_or_else(|| "Deleted on request".to_owned(), |name| line(name)),
            email: email.map(|email| line(email)).unwrap_or_default(),
            role: user.role.name(),
            standing,
            disabled: user.disabled.is_some(),
            forgotten: name.is_none(),
            yourself: by.session.as_ref().is_some_and(|session| session.user.id == user.id),
        }
    }
}
