//! Quality: the standing of each stream and its evidence, as a list by campaign and one stream in full.
//!
//! This module only shows: the standing, the bound, and the plan's results come from the governor.

pub(super) mod card;
mod stream;

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::QueryFields;
use crate::format::{count, line};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use card::StreamCard;
pub(crate) use stream::{again, show};

/// The most streams that the page lists. `baton quality` lists all of them.
const STREAMS: usize = 200;

#[derive(Template)]
#[template(path = "quality.html")]
struct QualityPage {
    layout: Layout,
    summary: String,
    campaigns: Vec<Campaign>,
    left_out: Option<String>,
}

struct Campaign {
    name: String,
    streams: Vec<StreamCard>,
}

/// `GET /quality`
pub(crate) async fn list(app: RequestState, by: CurrentUser, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let streams = app.desk().quality(asked.get("campaign"), now).await?;
    let mut campaigns: Vec<Campaign> = Vec::new();
    for stream in streams.iter().take(STREAMS) {
        let name = line(&stream.key.campaign);
        let card = StreamCard::new(stream, now);
        match campaigns.iter_mut().find(|campaign| campaign.name == name) {
            Some(campaign) => campaign.streams.push(card),
            None => campaigns.push(Campaign { name, streams: vec![card] }),
        }
    }
    campaigns.sort_by(|one, other| one.name.cmp(&other.name));
    let open = streams.iter().filter(|stream| stream.assessment.fraction < card::ALL).count();
    let summary = match (streams.len(), open) {
        (0, _) => String::new(),
        (all, 0) => format!("{}; every email is reviewed", count(all as u64, "stream")),
        (all, some) => format!("{}; {some} with auto-send", count(all as u64, "stream")),
    };
    let more = streams.len().saturating_sub(STREAMS) as u64;
    let page = QualityPage {
        layout: Layout::new(&app, &by, "Quality", NavSection::Quality, now).await?,
        summary,
        campaigns,
        left_out: (more > 0).then(|| count(more, "more stream")),
    };
    render(StatusCode::OK, &page)
}
