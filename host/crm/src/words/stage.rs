//! The stages of opportunities.

use super::stems::{has_stem, is_denied};
use crate::crm_config::StageWord;
use crate::parse::normalize_label;

const CLOSED: [&str; 8] = ["closed", "abgeschlossen", "geschlossen", "fermé", "cerrad", "fechad", "クローズ", "完了"];
const WON: [&str; 7] = ["gewonnen", "gagné", "ganad", "ganh", "受注", "成約", "closedwon"];
const LOST: [&str; 13] = [
    "lost",
    "verloren",
    "perdu",
    "perdid",
    "失注",
    "disqualif",
    "unqualif",
    "cancel",
    "abandon",
    "nodecision",
    "dead",
    "rejected",
    "omitted",
];

/// Returns the meaning of a stage. One that is closed and neither won nor lost is unknown; any other one is open.
pub(super) fn standard(value: &str) -> Option<StageWord> {
    let key = normalize_label(value);
    // `won` is a word of its own, since it is part of others.
    let won = value.split(|mark: char| !mark.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("won"));
    if has_stem(&key, &LOST) {
        // `Closed Won - lost renewal` is still a sale.
        return Some(if won { StageWord::Won } else { StageWord::Lost });
    }
    if (won || has_stem(&key, &WON)) && !is_denied(&key) {
        return Some(StageWord::Won);
    }
    (!has_stem(&key, &CLOSED)).then_some(StageWord::Open)
}
