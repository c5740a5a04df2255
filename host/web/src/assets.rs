//! Static files: style sheet, script, and icon. They are embedded, and each name contains a hash of its content.

use crate::error::WebError;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

pub(crate) struct Asset {
    pub path: String,
    kind: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, content: &'static str) -> Self {
        let hash = hex::encode(&Sha256::digest(content.as_bytes())[..6]);
        Self { path: format!("/assets/{name}-{hash}.{ending}"), kind, content }
    }
}

/// Styles for the pages, for charts, and for the dashboard.
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

/// `GET /assets/{name}`. Browsers may cache it forever, because changed content gets another name.
pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, WebError> {
    let asset = [&STYLE, &SCRIPT, &MARK].into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(&name));
    let asset = asset.ok_or_else(|| WebError::unknown("file"))?;
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content).into_response())
}
