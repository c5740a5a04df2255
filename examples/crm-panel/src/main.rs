//! A page that acts as a CRM: each record of the pilot with Baton's panel in it, and below it the received webhook
//! events.
//!
//! `crm-panel COMPANIES.csv BATON-ADDRESS PORT NOW` with BATON_PANEL_SECRET and BATON_WEBHOOK_SECRET in its
//! environment; `cargo xtask crm-panel` runs the pilot, `baton serve` and this program together. It serves only this
//! machine.

mod vendor;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Html;
use axum::routing::{get, post};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The `iss` claim of the tokens, as in `[[crm-panel]]`.
const ISSUER: &str = "http://localhost/crm";

/// The user who is signed in to this CRM, also a user of Baton.
const USER: &str = "mara@relayforge.example";

/// The maximum number of stored events.
const HEARD: usize = 30;

struct Crm {
    /// The id and name of each account.
    records: Vec<(String, String)>,
    baton: String,
    panel_key: Vec<u8>,
    webhook_secret: String,
    /// The pilot's time, and when the clock showed it: the clock starts there and runs on.
    start: (i64, Instant),
    next: AtomicU64,
    heard: Mutex<Vec<(String, String)>>,
}

impl Crm {
    fn now(&self) -> i64 {
        self.start.0.saturating_add(i64::try_from(self.start.1.elapsed().as_secs()).unwrap_or(i64::MAX))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [companies, baton, port, now] = arguments.as_slice() else {
        anyhow::bail!("crm-panel takes COMPANIES.csv, Baton's address, a port and the moment in seconds");
    };
    let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
    let crm = Crm {
        records: records(companies)?,
        baton: baton.trim_end_matches('/').to_owned(),
        panel_key: variable("BATON_PANEL_SECRET")?.into_bytes(),
        webhook_secret: variable("BATON_WEBHOOK_SECRET")?,
        start: (now.parse().context("the moment is in seconds")?, Instant::now()),
        next: AtomicU64::new(0),
        heard: Mutex::default(),
    };
    let router = Router::new()
        .route("/", get(list))
        .route("/records/{id}", get(record))
        .route("/hooks/baton", post(hear))
        .with_state(Arc::new(crm));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "CRM: http://localhost:{}/", listener.local_addr()?.port())?;
    out.flush()?;
    drop(out);
    Ok(axum::serve(listener, router).await?)
}

fn records(path: &str) -> Result<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.to_owned())?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header == name).with_context(|| format!("no `{name}`"));
    let (id, name) = (column("Record ID")?, column("Company name")?);
    let mut records = Vec::new();
    for row in reader.records() {
        let row = row?;
        if let (Some(id), Some(name)) = (row.get(id), row.get(name)) {
            records.push((id.to_owned(), name.to_owned()));
        }
    }
    Ok(records)
}

async fn list(State(crm): State<Arc<Crm>>) -> Html<String> {
    let link =
        |(id, name): &(String, String)| format!("<li><a href=\"/records/{0}\">{1}</a></li>", quoted(id), quoted(name));
    let records: String = crm.records.iter().map(link).collect();
    Html(page(&crm, "Accounts", &format!("<h1>Accounts</h1><ul class=records>{records}</ul>")))
}

async fn record(
    State(crm): State<Arc<Crm>>,
    Path(id): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Html<String>, StatusCode> {
    let (_, name) = crm.records.iter().find(|(known, _)| *known == id).ok_or(StatusCode::NOT_FOUND)?;
    let asked = |name: &str| asked.get(name).map(String::as_str);
    let theme = asked("theme").filter(|theme| *theme == "dark").unwrap_or("light");
    let height = asked("height").and_then(|height| height.parse().ok()).unwrap_or(420).clamp(100, 750);
    // The token is issued for the signed-in user when they open the record.
    let number = crm.next.fetch_add(1, Ordering::Relaxed);
    let now = crm.now();
    let token = vendor::sign(
        &crm.panel_key,
        &vendor::Opening {
            issuer: ISSUER,
            baton: &crm.baton,
            user: USER,
            record: &id,
            id: &format!("{}-{now}-{number}", std::process::id()),
            now,
        },
    );
    let sizes: String = [100, 250, 420, 750]
        .iter()
        .map(|height| format!("<a href=\"?height={height}&amp;theme={theme}\">{height}</a> "))
        .collect();
    let body = format!(
        "<p><a href=\"/\">Accounts</a></p><h1>{}</h1>\
         <p>Height {sizes} · <a href=\"?height={height}&amp;theme=light\">light</a> <a href=\"?height={height}&amp;theme=dark\">dark</a></p>\
         <iframe src=\"{}/panel?token={token}&amp;theme={theme}\" height=\"{height}\" title=\"Baton\" \
         referrerpolicy=\"no-referrer\" sandbox=\"allow-forms allow-same-origin allow-popups\"></iframe>",
        quoted(name),
        quoted(&crm.baton),
    );
    Ok(Html(page(&crm, name, &body)))
}

/// Receives a webhook event. An unsigned event is ignored.
async fn hear(State(crm): State<Arc<Crm>>, headers: HeaderMap, body: String) -> StatusCode {
    let of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = (of("webhook-id"), of("webhook-timestamp"), of("webhook-signature"));
    if !vendor::is_signed(&crm.webhook_secret, signed, &body, crm.now()) {
        return StatusCode::UNAUTHORIZED;
    }
    let mut heard = crm.heard.lock().unwrap_or_else(PoisonError::into_inner);
    if !heard.iter().any(|(id, _)| id == signed.0) {
        heard.insert(0, (signed.0.to_owned(), body));
        heard.truncate(HEARD);
    }
    StatusCode::NO_CONTENT
}

fn page(crm: &Crm, title: &str, body: &str) -> String {
    let heard = crm.heard.lock().unwrap_or_else(PoisonError::into_inner);
    let line = |(id, body): &(String, String)| format!("<li><code>{}</code> {}</li>", quoted(id), quoted(body));
    let heard: String = heard.iter().map(line).collect();
    let heard = if heard.is_empty() { "<li>nothing yet</li>".to_owned() } else { heard };
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>{} · CRM</title><style>body{{font:15px system-ui;max-width:70rem;margin:1.5rem auto;padding:0 1rem}}\
         iframe{{width:100%;border:1px solid #ccd;border-radius:8px}}.records{{columns:3}}.heard{{font-size:.85rem;overflow-wrap:anywhere}}</style>\
         <main>{body}<h2>Webhooks heard and verified</h2><ol class=heard>{heard}</ol></main></html>",
        quoted(title),
    )
}

fn quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
