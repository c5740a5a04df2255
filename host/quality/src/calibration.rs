//! Calibration: how reviewers handle the drafts of each kind of signal, language and version of the angle, which part
//! they rewrite most, and which of several variants they approve as written more often.
//!
//! Counted from readable columns; only the pairs of texts are decrypted, and of erased people only the count is left. A
//! comparison counts each account once, by the first decision about a draft of the time when both variants were in use:
//! variants are assigned to accounts at random.

mod statistics;
pub mod text_diff;
mod verdict;

pub use text_diff::{DiffKind, Piece};

use baton_facts::types::Timestamp;
use baton_model::angle_variants as variants;
use baton_model::decision::RejectReason;
use baton_model::{MessagePart, PackageId};
use schemars::JsonSchema;
use serde::Serialize;
use statistics::{Share, quantile};
use std::collections::{BTreeMap, HashSet};

/// Maximum number of variants that one is compared with, the latest ones.
const COMPARED_MAX: usize = 5;

/// The decisions about the drafts for one kind of signal in one language.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Calibration {
    /// The campaign's id.
    pub campaign: String,
    /// The kind of the signal.
    pub signal_kind: String,
    /// The primary subtag of the angle's language.
    pub language: String,
    /// Whether a version in use needs calibration.
    pub needs_calibration: bool,
    /// Each wording of the angle, in the order of first use.
    pub versions: Vec<VersionView>,
    /// Each variant in use, compared with the one in use for the longest.
    pub comparisons: Vec<VersionComparison>,
    /// The part that is rewritten most in the versions in use; the first of several.
    pub part: Option<MessagePart>,
    /// That part, as drafted and as sent, newest first.
    pub pairs: Vec<Pair>,
    /// Pairs that are left out because the person was erased or the retention time is over.
    pub left_out: u32,
}

/// The decisions about one version's drafts.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct VersionView {
    /// The variant's name; empty without one.
    pub variant: String,
    /// The angle's version; empty for packages of an earlier schema.
    pub version: String,
    /// Whether it is the latest wording of its variant.
    pub in_use: bool,
    /// Prepared packages.
    pub packages: u32,
    /// The time of the first package.
    pub first: Timestamp,
    /// The time of the last package.
    pub last: Timestamp,
    /// Decisions, without snoozes.
    pub decided: u32,
    /// Approved without a change.
    pub as_written: u32,
    /// Approved with another text.
    pub edited: u32,
    /// Rejected, by reason.
    pub rejected: BTreeMap<&'static str, u32>,
    /// Approved as written, among the drafts that were approved, edited or rejected for their text.
    pub as_written_share: Option<Interval>,
    /// Rewritten by a fifth or more, or rejected for the text.
    pub substantial: u32,
    /// The share of those, among the same drafts.
    pub substantial_share: Option<Interval>,
    /// The median share of the body that edits rewrote, in basis points.
    pub edited_median: Option<u16>,
    /// The 90th percentile.
    pub edited_ninetieth: Option<u16>,
    /// Edits by the part that they rewrote most.
    pub rewritten: BTreeMap<MessagePart, u32>,
    /// The part of most edits, unless another has as many.
    pub most_rewritten: Option<MessagePart>,
    /// Edits that changed a number, name, link or other fact.
    pub corrected: u32,
    /// The median review time in seconds.
    pub seconds_median: Option<u32>,
    /// Whether the drafts need substantial editing.
    pub judgement: Judgement,
    /// The reason, without a full stop.
    pub reason: String,
}

/// A share and its 95% interval (Wilson's), in basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Interval {
    /// The share.
    pub rate: u16,
    /// The lower end.
    pub lower: u16,
    /// The upper end.
    pub upper: u16,
}

/// The conclusion about a version's drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// More than a quarter need substantial editing, with 95% confidence.
    NeedsCalibration,
    /// At most a quarter do, with 95% confidence.
    NoSign,
    /// Undecided.
    Inconclusive,
    /// There are fewer than 8 decisions.
    TooFew,
}

/// A comparison of two variants by the share of accounts whose draft was approved as written. The interval is
/// Newcombe's; of several comparisons all intervals hold together in 95% of cases.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct VersionComparison {
    /// The variant in use for the longest.
    pub base: String,
    /// The variant that is compared with it.
    pub variant: String,
    /// Accounts of the base whose draft was approved as written.
    pub base_as_written: u32,
    /// Accounts of the base.
    pub base_accounts: u32,
    /// Accounts of the variant whose draft was approved as written.
    pub as_written: u32,
    /// Accounts of the variant.
    pub accounts: u32,
    /// The difference of the variant's share to the base's, in basis points.
    pub difference: i16,
    /// The interval's lower end.
    pub lower: i16,
    /// The interval's upper end.
    pub upper: i16,
    /// Whether the interval excludes 0, with 20 accounts of each or more.
    pub conclusive: bool,
    /// About how many more decisions a difference like this takes; absent if it is significant.
    pub more: Option<u32>,
    /// The conclusion in words, without a full stop.
    pub reason: String,
}

/// One part of one message, as drafted and as sent.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Pair {
    /// The package.
    pub package: PackageId,
    /// The account's name.
    pub account_name: String,
    /// The time of the edit.
    pub at: Timestamp,
    /// The angle's version.
    pub version: String,
    /// The share of the body that the edit rewrote, in basis points.
    pub edited: u16,
    /// The part of the draft.
    pub drafted: String,
    /// The sent text in its place.
    pub sent: String,
    /// The difference word by word.
    pub pieces: Vec<Piece>,
}

/// A package with its decision, if there is one.
#[derive(Clone, Debug)]
pub struct PackageSample {
    pub package: PackageId,
    pub campaign: String,
    pub account: String,
    pub signal_kind: String,
    pub language: String,
    pub angle: String,
    pub prepared: Timestamp,
    pub decided: Option<DecisionSample>,
}

/// A decision about a draft.
#[derive(Clone, Debug)]
pub struct DecisionSample {
    pub request: String,
    /// `approve`, `edit` or `reject`.
    pub kind: String,
    pub reason: Option<String>,
    pub seconds: Option<u32>,
    pub edited: Option<u16>,
    pub most_rewritten: Option<MessagePart>,
    pub changed_facts: Option<u32>,
}

/// Computes the calibration without pairs.
pub fn calibrate(
    (campaign, signal_kind, language): (String, String, String),
    measured: &[PackageSample],
) -> Calibration {
    let mut wordings: BTreeMap<&str, Vec<&PackageSample>> = BTreeMap::new();
    for one in measured {
        wordings.entry(&one.angle).or_default().push(one);
    }
    let mut versions: Vec<VersionView> = wordings.iter().map(|(version, of)| counted(version, of)).collect();
    versions.sort_by_key(|version| version.first);
    for at in 0..versions.len() {
        let later = |other: &VersionView| {
            other.variant == versions[at].variant && (other.last, other.first) > (versions[at].last, versions[at].first)
        };
        versions[at].in_use = !versions.iter().any(later);
    }
    let mut rewritten: BTreeMap<MessagePart, u32> = BTreeMap::new();
    for version in versions.iter().filter(|version| version.in_use) {
        for (part, edits) in &version.rewritten {
            *rewritten.entry(*part).or_default() += edits;
        }
    }
    // Parts are in message order, and the last of the largest is taken.
    let part = rewritten.iter().rev().max_by_key(|(_, edits)| **edits).map(|(part, _)| *part);
    let needs = |version: &VersionView| version.in_use && version.judgement == Judgement::NeedsCalibration;
    Calibration {
        needs_calibration: versions.iter().any(needs),
        comparisons: comparisons(&versions, measured),
        campaign,
        signal_kind,
        language,
        versions,
        part,
        pairs: Vec::new(),
        left_out: 0,
    }
}

fn counted(version: &str, measured: &[&PackageSample]) -> VersionView {
    let decided: Vec<&DecisionSample> = measured.iter().filter_map(|one| one.decided.as_ref()).collect();
    let count = |test: fn(&DecisionSample) -> bool| decided.iter().filter(|one| test(one)).count() as u32;
    let mut rejected: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut rewritten: BTreeMap<MessagePart, u32> = BTreeMap::new();
    for one in &decided {
        if let Some(reason) = one.reason.as_deref().and_then(|reason| reason.parse::<RejectReason>().ok()) {
            *rejected.entry(reason.name()).or_default() += 1;
        }
        if let Some(part) = one.most_rewritten {
            *rewritten.entry(part).or_default() += 1;
        }
    }
    let mut shares: Vec<u16> = decided.iter().filter_map(|one| one.edited).collect();
    let mut seconds: Vec<u32> = decided.iter().filter_map(|one| one.seconds).collect();
    shares.sort_unstable();
    seconds.sort_unstable();
    let of = count(|one| as_written(one).is_some());
    let as_written = count(|one| as_written(one) == Some(true));
    let substantial = count(|one| one.edited.is_some_and(|share| share >= verdict::SUBSTANTIAL) || is_turned_down(one));
    let substantial_share = Share { hits: substantial, of };
    let most = rewritten.values().max().copied().unwrap_or_default();
    let mut with_most = rewritten.iter().filter(|(_, edits)| **edits == most).map(|(part, _)| *part);
    let most_rewritten = with_most.next().filter(|_| with_most.next().is_none());
    let edited_median = quantile(&shares, 0.5);
    let (judgement, reason) = verdict::judge_version(substantial_share, edited_median, most_rewritten);
    VersionView {
        variant: variants::variant_name(version).to_owned(),
        version: version.to_owned(),
        in_use: false,
        packages: u32::try_from(measured.len()).unwrap_or(u32::MAX),
        first: measured.first().map_or(0, |one| one.prepared),
        last: measured.last().map_or(0, |one| one.prepared),
        decided: u32::try_from(decided.len()).unwrap_or(u32::MAX),
        as_written,
        edited: count(|one| one.kind == "edit"),
        rejected,
        as_written_share: verdict::interval(Share { hits: as_written, of }),
        substantial,
        substantial_share: verdict::interval(substantial_share),
        edited_median,
        edited_ninetieth: quantile(&shares, 0.9),
        rewritten,
        most_rewritten,
        corrected: count(|one| one.changed_facts.is_some_and(|facts| facts > 0)),
        seconds_median: quantile(&seconds, 0.5),
        judgement,
        reason,
    }
}

/// Compares each variant in use with the one in use for the longest. A variant without a package since the newest came
/// is not in use any more, or not yet.
fn comparisons(versions: &[VersionView], measured: &[PackageSample]) -> Vec<VersionComparison> {
    let in_use = || versions.iter().filter(|version| version.in_use);
    let newest = in_use().map(|version| version.first).max().unwrap_or_default();
    let mut tried = in_use().filter(|version| version.last >= newest);
    let Some(base) = tried.next() else { return Vec::new() };
    let mut others: Vec<&VersionView> = tried.collect();
    others.drain(..others.len().saturating_sub(COMPARED_MAX));
    let compared = others.iter().map(|other| {
        let since = base.first.max(other.first);
        let share = |version: &VersionView| by_account(measured, since, [&base.version, &other.version], version);
        verdict::compare_variants((&base.variant, share(base)), (&other.variant, share(other)), others.len())
    });
    compared.collect()
}

/// Returns how many accounts' first draft since then, of either variant, was of this variant and approved as written.
fn by_account(measured: &[PackageSample], since: Timestamp, either: [&str; 2], version: &VersionView) -> Share {
    let mut seen = HashSet::new();
    let mut share = Share { hits: 0, of: 0 };
    for one in measured.iter().filter(|one| one.prepared >= since && either.contains(&one.angle.as_str())) {
        let Some(as_written) = one.decided.as_ref().and_then(as_written) else { continue };
        if seen.insert(&one.account) && one.angle == version.version {
            share.of += 1;
            share.hits += u32::from(as_written);
        }
    }
    share
}

/// Returns whether the draft was approved as it is; `None` if the decision says nothing about its text.
fn as_written(decided: &DecisionSample) -> Option<bool> {
    match decided.kind.as_str() {
        "approve" => Some(true),
        "edit" => Some(false),
        _ => is_turned_down(decided).then_some(false),
    }
}

/// Returns whether it was rejected for its text.
fn is_turned_down(decided: &DecisionSample) -> bool {
    decided.reason.as_deref() == Some(RejectReason::Draft.name())
}
