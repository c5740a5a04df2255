//! Compares job titles as people write them.
//!
//! A title is one position or several; a position is a level and functions. `Dir., Platform Eng.`, `Director of
//! Platform Engineering` and `Platform Engineering Director` are the same. An assistant to a position (`Assistant to
//! the VP`) or its former holder (`ex-CTO`) does not hold it.

mod foreign;
mod position;
mod vocabulary;

use position::{Level, Position};

/// The lowest score, 0 to 100, that counts as a match.
pub(crate) const MATCH_MIN: u8 = 50;

/// A parsed title, to compare with others.
pub(crate) struct Title {
    words: Vec<String>,
    positions: Vec<Position>,
}

impl Title {
    pub(crate) fn read(title: &str) -> Title {
        let segments = vocabulary::segments(title);
        let positions = position::positions(&segments);
        let words = segments.into_iter().flat_map(|segment| segment.words).collect();
        Title { words, positions }
    }

    /// Scores how well the title `held` matches this one, 0 to 100.
    ///
    /// The same words in the same order score 100. Otherwise levels and functions are compared: another step of the
    /// same level costs 10, a missing function 40, an extra function 15.
    pub(crate) fn score(&self, held: &Title) -> u8 {
        if !self.words.is_empty() && self.words == held.words {
            return 100;
        }
        let pairs = self.positions.iter().flat_map(|wanted| held.positions.iter().map(move |held| (wanted, held)));
        pairs.map(|(wanted, held)| score(wanted, held)).max().unwrap_or(0)
    }
}

fn score(wanted: &Position, held: &Position) -> u8 {
    let level = level_score(wanted, held);
    if level == 0 {
        return 0;
    }
    let common = wanted.functions.iter().filter(|function| held.functions.contains(function)).count();
    let missing = wanted.functions.len() - common;
    let extra = || held.functions.iter().filter(|function| !wanted.functions.contains(function));
    if wanted.functions.is_empty() {
        // A bare `Director` matches any director, but weakly.
        return if held.functions.is_empty() { level } else { u8::try_from(u16::from(level) * 8 / 10).unwrap_or(0) };
    }
    if common == 0 || common < missing || extra().any(|function| vocabulary::changes_profession(function)) {
        return 0;
    }
    let functions = 100_usize.saturating_sub(40 * missing).saturating_sub(15 * extra().count().min(2));
    u8::try_from(usize::from(level) * functions / 100).unwrap_or(0)
}

/// Scores how close two levels are, 0 to 100. `Head of` can be a director's or a vice president's level.
fn level_score(wanted: &Position, held: &Position) -> u8 {
    let near =
        |one, other| (wanted.level == one && held.level == other) || (wanted.level == other && held.level == one);
    if wanted.level == held.level {
        100_u8.saturating_sub(10 * wanted.step.abs_diff(held.step))
    } else if near(Level::Head, Level::Director) || near(Level::Head, Level::VicePresident) {
        85
    } else {
        0
    }
}

#[cfg(test)]
mod tests;
