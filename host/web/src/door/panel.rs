//! The door of the panel in a CRM.
//!
//! A frame within a page of another site is not given cookies by every browser, and where it is, they are another
//! partition's. So who asks is in the path: the session's own token, which opens one record's packages for half an hour
//! and no other page. It is kept as a keyed hash, no page names it to anybody else (`Referrer-Policy: no-referrer`), and
//! what acts is a form of the panel itself, as everywhere. A cookie is not looked at here: whoever is signed in beside it
//! and whoever the CRM says need not be the same.

use super::By;
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use baton_desk::desk::{PanelSession, RecordPackage, Seat};
use baton_model::PackageId;

/// Ids are 12 or 16 characters; longer ones are not looked up.
const LONGEST_ID: usize = 64;

/// Whether the path is a panel's.
pub(crate) fn is_at(path: &str) -> bool {
    path == "/panel" || path.starts_with("/panel/")
}

/// On whose behalf a panel's request is done: that of the user whom the CRM named when it opened the panel.
pub(crate) async fn seat(web: &Web, path: &str) -> Option<Seat> {
    let token = path.strip_prefix("/panel/")?.split('/').next()?;
    // Where the store fails, so does the handler, which looks again.
    let session = web.desk().panel(token, web.now()).await.ok()??;
    Some(Seat { user: session.user.id, role: session.user.role })
}

/// Who asks, in which panel, and about which of its record's packages.
pub(crate) struct InPanel {
    pub by: By,
    pub session: PanelSession,
    /// Where the panel is: `/panel/` and its token.
    pub place: String,
    /// The one that the path names.
    pub package: Option<PackageId>,
    /// Every package of the record, what is open first.
    pub packages: Vec<RecordPackage>,
}

impl InPanel {
    /// The package that the path names.
    pub fn named(&self) -> Result<PackageId, Trouble> {
        self.package.clone().ok_or_else(|| Trouble::unknown("package"))
    }
}

impl FromRequestParts<Web> for InPanel {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Trouble> {
        let Path(named) = Path::<Vec<(String, String)>>::from_request_parts(parts, web).await.map_err(|_| over())?;
        let of = |wanted: &str| named.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let token = of("token").unwrap_or_default();
        let now = web.now();
        let session = web.desk().panel(token, now).await?.ok_or_else(over)?;
        let mut package = None;
        if let Some(id) = of("id") {
            let sound = id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let id = PackageId(if sound { id.to_owned() } else { String::new() });
            web.desk().panel_has(&session, &id, now).await?;
            package = Some(id);
        }
        let packages = web.desk().panel_packages(&session).await?;
        let by = By { who: session.user.name.clone(), role: session.user.role, session: None, program: None };
        Ok(Self { by, session, place: format!("/panel/{token}"), package, packages })
    }
}

fn over() -> Trouble {
    Trouble::new(StatusCode::FORBIDDEN, "This panel was open for long enough").hint("reload the record in the CRM")
}
