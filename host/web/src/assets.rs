//! The style, the script and the mark: embedded, each under a name that changes with what is in it.

use crate::error::WebError;
use crate::show::hex;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// One embedded file.
pub(crate) struct Asset {
    /// Where it is served.
    pub path: String,
    kind: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, content: &'static str) -> Self {
        let hash = hex(&Sha256::digest(content.as_bytes())[..6]);
        Self { path: format!("/assets/{name}-{hash}.{ending}"), kind, content }
    }
}

/// Of the pages, of the charts in them, and of the one page that is made of charts.
const RULES: &str = concat!(
    include_str!("../assets/page.css"),
    include_str!("../assets/chart.css"),
    include_str!("../assets/dashboard.css")
);

pub(crate) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "css", "text/css; charset=utf-8", RULES));

pub(crate) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("../assets/page.js")));

pub(crate) static MARK: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("mark", "svg", "image/svg+xml", include_str!("../assets/mark.svg")));

/// `GET /assets/{name}`. It may be kept for ever: what changes gets another name.
pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, WebError> {
    let asset = [&STYLE, &SCRIPT, &MARK].into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(&name));
    let asset = asset.ok_or_else(|| WebError::unknown("file"))?;
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content).into_response())
}
