//! Quality: what each stream has earned, and why. The list by campaign, and one stream in full.
//!
//! Nothing here judges: the standing, the bound and what a plan can do are the governor's words and numbers.

pub(super) mod card;
mod stream;

use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::QueryFields;
use crate::show::{count, line};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use card::Card;
use std::sync::Arc;
pub(crate) use stream::{again, show};

/// What the desk calls itself in evidence.
pub(super) const DESK: &str = "baton";

/// Streams that are listed at the most; the terminal lists all.
const STREAMS: usize = 200;

#[derive(Template)]
#[template(path = "quality.html")]
struct QualityPage {
    frame: Frame,
    summary: String,
    campaigns: Vec<Campaign>,
    left_out: Option<String>,
}

struct Campaign {
    name: String,
    streams: Vec<Card>,
}

/// `GET /quality`
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let now = app.now();
    let streams = app.desk().quality(asked.get("campaign"), now).await?;
    let mut campaigns: Vec<Campaign> = Vec::new();
    for stream in streams.iter().take(STREAMS) {
        let name = line(&stream.key.campaign);
        let card = Card::new(stream, now);
        match campaigns.iter_mut().find(|campaign| campaign.name == name) {
            Some(campaign) => campaign.streams.push(card),
            None => campaigns.push(Campaign { name, streams: vec![card] }),
        }
    }
    campaigns.sort_by(|one, other| one.name.cmp(&other.name));
    let open = streams.iter().filter(|stream| stream.assessment.fraction < card::ALL).count();
    let summary = match (streams.len(), open) {
        (0, _) => String::new(),
        (all, 0) => format!("{}; nothing leaves without a decision", count(all as u64, "stream")),
        (all, some) => format!("{}; {some} may let messages go", count(all as u64, "stream")),
    };
    let more = streams.len().saturating_sub(STREAMS) as u64;
    let page = QualityPage {
        frame: Frame::new(&app, &by, "Quality", Here::Quality, now).await?,
        summary,
        campaigns,
        left_out: (more > 0).then(|| count(more, "more stream")),
    };
    render(StatusCode::OK, &page)
}
