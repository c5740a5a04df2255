//! Who may sign in, for admins: everybody, with what can be changed about them.

use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::pages::sign_in::Problem;
use crate::show::{Moment, line};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::desk::{Invitation, Role, UserView};
use baton_facts::types::Timestamp;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    frame: Frame,
    problem: Option<Problem>,
    invited: Option<Invited>,
    rows: Vec<Row>,
    /// As they were typed.
    name: String,
    email: String,
    roles: [&'static str; 3],
    passwords: bool,
}

/// An invitation that was just made: its link is shown this once.
struct Invited {
    name: String,
    link: String,
    until: Moment,
}

struct Row {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    standing: String,
    disabled: bool,
    forgotten: bool,
    yourself: bool,
}

/// What the page has to say beside the list.
#[derive(Default)]
pub(crate) struct Saying<'a> {
    pub problem: Option<Problem>,
    pub invitation: Option<&'a Invitation>,
    /// As the browser calls this machine, where the page has no public address.
    pub host: &'a str,
    pub name: &'a str,
    pub email: &'a str,
}

/// `GET /users`
pub(crate) async fn show(State(app): State<Arc<AppState>>, by: CurrentUser) -> Result<Response, WebError> {
    page(&app, &by, Saying::default()).await
}

/// The list, with what there is to say.
pub(crate) async fn page(app: &AppState, by: &CurrentUser, saying: Saying<'_>) -> Result<Response, WebError> {
    let (now, passwords) = (app.now(), app.auth.takes_passwords());
    let users = app.desk().users().await?;
    let link = |invitation: &Invitation| Invited {
        name: line(invitation.user.name.as_ref().open().map_or("", String::as_str)),
        link: format!("{}/invitation/{}", here(app, saying.host), invitation.token),
        until: Moment::new(invitation.until, now),
    };
    let status = if saying.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = UsersPage {
        frame: Frame::new(app, by, "Users", Here::Elsewhere, now).await?,
        problem: saying.problem,
        invited: saying.invitation.filter(|_| passwords).map(link),
        rows: users.iter().map(|user| Row::new(user, by, passwords, now)).collect(),
        name: line(saying.name),
        email: line(saying.email),
        roles: Role::ALL.map(Role::name),
        passwords,
    };
    render(status, &page)
}

/// Where browsers find this page.
fn here(app: &AppState, host: &str) -> String {
    app.auth.url().map_or_else(|| format!("http://{}", line(host)), ToString::to_string)
}

impl Row {
    fn new(user: &UserView, by: &CurrentUser, passwords: bool, now: Timestamp) -> Self {
        let (name, email) = (user.name.as_ref().open(), user.email.as_ref().open());
        let standing = match user {
            UserView { disabled: Some(since), .. } => format!("disabled {}", Moment::new(*since, now).relative),
            UserView { has_password: true, .. } => "may sign in".to_owned(),
            _ if !passwords => "may sign in".to_owned(),
            UserView { invited_until: Some(until), .. } if *until > now => "invited".to_owned(),
            _ => "has no password".to_owned(),
        };
        Self {
            id: user.id.clone(),
            name: name.map_or_else(|| "forgotten on request".to_owned(), |name| line(name)),
            email: email.map(|email| line(email)).unwrap_or_default(),
            role: user.role.name(),
            standing,
            disabled: user.disabled.is_some(),
            forgotten: name.is_none(),
            yourself: by.session.as_ref().is_some_and(|session| session.user.id == user.id),
        }
    }
}
