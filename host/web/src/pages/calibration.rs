//! Calibration: how often drafts are approved, edited, or rejected, by kind of signal and version of the angle. For one
//! kind, it compares drafted and sent texts.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::format::{DisplayTime, clipped, count, date, line, lines};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::DeskError;
use baton_desk::access::Role;
use baton_facts::packages::HandoffPackage;
use baton_facts::types::Timestamp;
use baton_quality::calibration::{Calibration, DiffKind, Judgement, Pair, VersionComparison, VersionView};

/// Text pairs shown for one kind of signal.
const PAIRS: u32 = 10;

/// The longest text shown on one side of a pair, in characters.
const LONGEST: usize = 1200;

/// Kinds of signal per page, and versions per kind: the latest ones.
const KINDS: usize = 40;
const VERSIONS: usize = 8;

#[derive(Template)]
#[template(path = "calibration.html")]
struct CalibrationPage {
    layout: Layout,
    kinds: Vec<SignalDrafts>,
    /// Kinds that are not shown.
    more: usize,
    /// One kind is selected, so its texts are shown.
    narrowed: bool,
    /// The viewer sees texts only of their own and unassigned packages.
    own: bool,
}

struct SignalDrafts {
    name: String,
    campaign: String,
    language: String,
    needs: bool,
    /// Newest first.
    versions: Vec<VersionStats>,
    /// Number of older versions that are not shown.
    earlier: usize,
    comparisons: Vec<(bool, String)>,
    /// The address of the texts; `None` if nothing was rewritten.
    texts: Option<String>,
    part: String,
    pairs: Vec<TextPair>,
    left_out: Option<String>,
}

struct VersionStats {
    name: String,
    class: &'static str,
    decided: u32,
    as_written: String,
    edited: u32,
    median: String,
    ninetieth: String,
    rejected: String,
    most: String,
    conclusion: String,
}

struct TextPair {
    href: String,
    account: String,
    at: DisplayTime,
    edited: u16,
    drafted: Vec<ComparedSpan>,
    sent: Vec<ComparedSpan>,
}

struct ComparedSpan {
    text: String,
    changed: bool,
}

/// `GET /calibration`, with `campaign` and `kind` for one kind's texts.
pub(crate) async fn show(app: RequestState, by: CurrentUser, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let (campaign, kind) = (asked.get("campaign"), asked.get("kind"));
    let narrowed = kind.is_some();
    let found = app.desk().calibration(campaign, kind, if narrowed { PAIRS } else { 0 }).await?;
    if narrowed && found.is_empty() {
        return Err(WebError::unknown("kind of signal"));
    }
    let layout = Layout::new(&app, &by, "Drafts", NavSection::Calibration, now).await?;
    let more = found.len().saturating_sub(KINDS);
    let kinds = found.iter().take(KINDS).map(|kind| SignalDrafts::new(kind, narrowed, now)).collect();
    render(StatusCode::OK, &CalibrationPage { layout, kinds, more, narrowed, own: by.role == Role::Sdr })
}

/// A note that drafts like a package's are often rewritten, with a link to the texts.
pub(super) struct RewriteWarning {
    pub kind: String,
    pub reason: String,
    pub href: String,
}

impl RewriteWarning {
    /// Returns `None` if they are not, or if there is too little evidence.
    pub async fn of(app: &RequestState, campaign: &str, package: &HandoffPackage) -> Result<Option<Self>, DeskError> {
        let Some(kind) = package.signals.first().map(|ranked| ranked.signal.kind.as_str()) else { return Ok(None) };
        let found = app.desk().calibration(Some(campaign), Some(kind), 0).await?;
        let mut versions = found.iter().flat_map(|kind| &kind.versions);
        let own = versions.find(|version| version.in_use && version.version == package.angle.version);
        let own = own.filter(|version| version.judgement == Judgement::NeedsCalibration);
        Ok(own.map(|version| Self {
            kind: line(kind),
            reason: line(&version.reason),
            href: with_query("/calibration", &[("campaign", Some(campaign)), ("kind", Some(kind))]),
        }))
    }
}

impl SignalDrafts {
    fn new(of: &Calibration, narrowed: bool, now: Timestamp) -> Self {
        let rewritten = of.part.filter(|_| !narrowed);
        let href = || with_query("/calibration", &[("campaign", Some(&of.campaign)), ("kind", Some(&of.signal_kind))]);
        Self {
            name: line(&of.signal_kind),
            campaign: line(&of.campaign),
            language: line(&of.language),
            needs: of.needs_calibration,
            versions: of.versions.iter().rev().take(VERSIONS).map(VersionStats::new).collect(),
            earlier: of.versions.len().saturating_sub(VERSIONS),
            comparisons: of
                .comparisons
                .iter()
                .map(|one: &VersionComparison| (one.conclusive, line(&one.reason)))
                .collect(),
            texts: rewritten.map(|_| href()),
            part: of.part.map_or_else(String::new, |part| part.to_string()),
            pairs: of.pairs.iter().map(|pair| TextPair::new(pair, now)).collect(),
            left_out: (of.left_out > 0).then(|| count(of.left_out, "pair")),
        }
    }
}

impl VersionStats {
    fn new(of: &VersionView) -> Self {
        let percent =
            |share: Option<u16>| share.map_or_else(|| "–".to_owned(), |share| format!("{}%", share.div_ceil(100)));
        let rejected: Vec<String> = of.rejected.iter().map(|(why, times)| format!("{why} {times}")).collect();
        let mut said = of.reason.clone();
        if of.corrected > 0 {
            said += &format!("; {} corrected a fact", count(of.corrected, "edit"));
        }
        if !of.in_use {
            said += &format!("; no longer in use, last used {}", date(of.last));
        }
        Self {
            name: if of.version.is_empty() { "(unknown)".to_owned() } else { clipped(&of.version, 60) },
            class: match of.judgement {
                Judgement::NeedsCalibration if of.in_use => "warn",
                Judgement::NoSign => "good",
                _ => "quiet",
            },
            decided: of.decided,
            as_written: match of.as_written_share {
                Some(share) => format!(
                    "{} ({}%, {} to {}%)",
                    of.as_written,
                    (share.rate + 50) / 100,
                    (share.lower + 50) / 100,
                    (share.upper + 50) / 100
                ),
                None => of.as_written.to_string(),
            },
            edited: of.edited,
            median: percent(of.edited_median),
            ninetieth: percent(of.edited_ninetieth),
            rejected: if rejected.is_empty() { "–".to_owned() } else { rejected.join(", ") },
            most: of.most_rewritten.map_or_else(|| "–".to_owned(), |part| part.to_string()),
            conclusion: line(&said),
        }
    }
}

impl TextPair {
    fn new(pair: &Pair, now: Timestamp) -> Self {
        Self {
            href: format!("/packages/{}", pair.package),
            account: clipped(&pair.account_name, 120),
            at: DisplayTime::new(pair.at, now),
            edited: pair.edited.div_ceil(100),
            drafted: side(pair, DiffKind::Removed),
            sent: side(pair, DiffKind::New),
        }
    }
}

/// Returns one side of a pair: the text that both sides share, and the text that only this side has.
fn side(pair: &Pair, own: DiffKind) -> Vec<ComparedSpan> {
    let mut left = LONGEST;
    let mut stretches = Vec::new();
    for piece in pair.pieces.iter().filter(|piece| piece.kind == own || piece.kind == DiffKind::Same) {
        let text: String = piece.text.chars().take(left).collect();
        let cut = text.len() < piece.text.len();
        left -= text.chars().count();
        // CRLF and LF line endings look the same to a reader.
        stretches.push(ComparedSpan { text: lines(&text.replace("\r\n", "\n")), changed: piece.kind == own });
        if cut {
            stretches.push(ComparedSpan { text: "…".to_owned(), changed: false });
            break;
        }
    }
    stretches
}
