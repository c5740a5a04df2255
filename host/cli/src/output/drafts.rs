//! How reviewers receive the drafts: a table of versions, the comparison in words, and pairs of texts.

use baton_quality::calibration::{Calibration, DiffKind, Judgement, Pair, VersionView};

use super::{
    columns::listing,
    page::{Style, TextPage},
    refusal::short,
    text::{count, day},
};

/// Prints one kind of signal in one language.
pub fn kind(page: &mut TextPage, kind: &Calibration) {
    let name = format!("{} · {} · {}", kind.campaign, kind.signal_kind, kind.language);
    page.gap();
    if kind.needs_calibration {
        page.line("", &[(Style::Title, &name), (Style::Plain, "  "), (Style::Doubtful, "needs calibration")]);
    } else {
        page.line("", &[(Style::Title, &name)]);
    }
    let header = ["version", "decided", "as written", "edited", "rejected", "median edit", "90th", "most edited"];
    let rows: Vec<(Vec<String>, String)> = kind.versions.iter().map(|one| (cells(one), below(one))).collect();
    listing(page, &header, &rows);
    for comparison in &kind.comparisons {
        let style = if comparison.conclusive { Style::Good } else { Style::Plain };
        page.paragraph("  ", style, &comparison.reason);
    }
    for pair in &kind.pairs {
        texts(page, kind, pair);
    }
    if kind.left_out > 0 {
        let more =
            format!("{} left out: the person's data or the texts were erased", count(kind.left_out as usize, "pair"));
        page.paragraph("  ", Style::Faint, &more);
    }
}

fn cells(version: &VersionView) -> Vec<String> {
    let of = |number: u32, share: Option<u16>| match share {
        Some(share) => format!("{number} ({}%)", (share + 50) / 100),
        None => number.to_string(),
    };
    let percent = |share: Option<u16>| share.map_or_else(String::new, |share| format!("{}%", share.div_ceil(100)));
    let rejected: u32 = version.rejected.values().sum();
    vec![
        if version.version.is_empty() { "(unknown)".to_owned() } else { version.version.clone() },
        version.decided.to_string(),
        of(version.as_written, version.as_written_share.map(|share| share.rate)),
        version.edited.to_string(),
        rejected.to_string(),
        percent(version.edited_median),
        percent(version.edited_ninetieth),
        version.most_rewritten.map_or_else(String::new, |part| part.to_string()),
    ]
}

fn below(version: &VersionView) -> String {
    let mut said = version.reason.clone();
    if version.judgement != Judgement::TooFew && version.corrected > 0 {
        said += &format!("; {} corrected a fact", count(version.corrected as usize, "edit"));
    }
    let reasons: Vec<String> = version.rejected.iter().map(|(reason, times)| format!("{reason} {times}")).collect();
    if !reasons.is_empty() {
        said += &format!("; rejected for {}", reasons.join(", "));
    }
    if !version.in_use {
        said += &format!("; replaced, last used {}", day(version.last));
    }
    said
}

fn texts(page: &mut TextPage, kind: &Calibration, pair: &Pair) {
    let part = kind.part.map_or_else(String::new, |part| part.to_string());
    let about = format!("  {part}, {}% of the text edited on {}", pair.edited.div_ceil(100), day(pair.at));
    page.gap();
    page.line(
        "  ",
        &[
            (Style::Faint, &format!("{}  ", short(&pair.package))),
            (Style::Plain, &pair.account_name),
            (Style::Faint, &about),
        ],
    );
    page.line("  ", &[(Style::Heading, "drafted")]);
    page.quotation("  ", &marked(pair, DiffKind::Removed, ["[-", "-]"]));
    page.line("  ", &[(Style::Heading, "sent")]);
    page.quotation("  ", &marked(pair, DiffKind::New, ["{+", "+}"]));
}

/// Returns one side of a pair, with marks around the text that only this side has, as `git diff --word-diff` prints it.
fn marked(pair: &Pair, own: DiffKind, marks: [&str; 2]) -> String {
    let pieces = pair.pieces.iter().filter(|piece| piece.kind == own || piece.kind == DiffKind::Same);
    let side: String = pieces
        .map(|piece| match piece.kind == own && !piece.text.trim().is_empty() {
            true => format!("{}{}{}", marks[0], piece.text, marks[1]),
            false => piece.text.clone(),
        })
        .collect();
    side.trim().to_owned()
}
