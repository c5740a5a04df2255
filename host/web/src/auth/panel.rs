//! Authentication of the panel in a CRM.
//!
//! Not every browser sends cookies to a frame within another site's page, and where one does, they belong to another
//! partition. So the session token is in the path. It opens the packages of one record for half an hour and no other
//! page; it is stored as a keyed hash, and `Referrer-Policy: no-referrer` keeps it from other sites. Only the panel's own
//! forms act. Cookies are ignored: the user who is signed in and the one that the CRM names can differ.

use super::CurrentUser;
use crate::app_state::{AppState, RequestState};
use crate::error::WebError;
use crate::extract::is_id;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use baton_desk::panel::{PanelSession, RecordPackage};
use baton_model::Actor;
use baton_model::PackageId;
use std::sync::Arc;

/// Whether the path belongs to the panel.
pub(crate) fn is_at(path: &str) -> bool {
    path == "/panel" || path.starts_with("/panel/")
}

/// Returns the session whose token is in the path.
pub(crate) async fn session(app: &AppState, path: &str) -> Option<PanelSession> {
    let token = path.strip_prefix("/panel/")?.split('/').next()?;
    // If the store fails here, the handler reports it: it reads the session again.
    app.visitor_desk().panel(token, app.now()).await.ok()?
}

/// Returns the user whom the CRM named when it opened the panel.
pub(crate) fn actor(session: &PanelSession) -> Actor {
    Actor::user(&session.user.id, &session.user.name, session.user.role)
}

/// A request within a panel: its user, session, and the packages of its record.
pub(crate) struct PanelContext {
    pub by: CurrentUser,
    pub session: PanelSession,
    /// The panel's path: `/panel/` and its token.
    pub place: String,
    /// The package that the path names.
    pub package: Option<PackageId>,
    /// The packages of the record, open ones first.
    pub packages: Vec<RecordPackage>,
}

impl PanelContext {
    /// Returns the package that the path names.
    pub fn named(&self) -> Result<PackageId, WebError> {
        self.package.clone().ok_or_else(|| WebError::unknown("package"))
    }
}

impl FromRequestParts<Arc<AppState>> for PanelContext {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<AppState>) -> Result<Self, WebError> {
        let app = RequestState::from_request_parts(parts, app).await?;
        let Path(named) = Path::<Vec<(String, String)>>::from_request_parts(parts, &()).await.map_err(|_| expired())?;
        let of = |wanted: &str| named.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let token = of("token").unwrap_or_default();
        let now = app.now();
        let session = app.desk().panel(token, now).await?.ok_or_else(expired)?;
        let mut package = None;
        if let Some(id) = of("id") {
            let id = PackageId(if is_id(id) { id.to_owned() } else { String::new() });
            app.desk().panel_has(&session, &id, now).await?;
            package = Some(id);
        }
        let packages = app.desk().panel_packages(&session).await?;
        let by = CurrentUser { who: session.user.name.clone(), role: session.user.role, session: None, program: None };
        Ok(Self { by, session, place: format!("/panel/{token}"), package, packages })
    }
}

fn expired() -> WebError {
    WebError::new(StatusCode::FORBIDDEN, "This panel has expired").hint("reload the record in the CRM")
}
