//! Parses positions: a level and its functions.

use super::vocabulary::{Segment, is_filler, is_individual_role, voids_position};

/// Seniority levels. Within one, steps are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Contributor,
    Manager,
    Director,
    Head,
    VicePresident,
    Chief,
}

/// One position. Step 2 is the plain form of a level; a senior one is above, an associate one below.
pub(super) struct Position {
    pub(super) level: Level,
    pub(super) step: u8,
    pub(super) functions: Vec<String>,
}

const BASE_STEP: u8 = 2;

/// A position while its segments are read.
#[derive(Default)]
struct PositionBuilder {
    level: Option<(Level, u8)>,
    functions: Vec<String>,
    /// The position belongs to somebody else, is past, or has not begun.
    void: bool,
}

/// Returns the positions that the holder of a title has.
///
/// A segment without a level belongs to the position before it, or to the next one if it comes first: `Platform,
/// Director` and `Director, Platform` are the same.
pub(super) fn positions(segments: &[Segment]) -> Vec<Position> {
    let mut found: Vec<PositionBuilder> = Vec::new();
    let mut leading: Vec<String> = Vec::new();
    for segment in segments.iter().filter(|segment| !segment.employer) {
        let (mut reading, ends) = read(&segment.words);
        match (reading.level.is_some() || reading.void, found.last_mut()) {
            (true, _) => {
                reading.functions.append(&mut leading);
                found.push(reading);
            }
            (false, Some(position)) => position.functions.append(&mut reading.functions),
            (false, None) => leading.append(&mut reading.functions),
        }
        // The words after `to` name a superior.
        if ends {
            break;
        }
    }
    if !leading.is_empty() {
        found.push(PositionBuilder { functions: leading, ..PositionBuilder::default() });
    }
    found.into_iter().filter(|position| !position.void).map(PositionBuilder::build).collect()
}

/// Reads one segment. The second value is whether the title ends here.
fn read(words: &[String]) -> (PositionBuilder, bool) {
    let mut position = PositionBuilder::default();
    let mut senior = false;
    let mut junior = false;
    let mut index = 0;
    let word_at = |index: usize| words.get(index).map_or("", String::as_str);
    while index < words.len() {
        let (word, next) = (word_at(index), word_at(index + 1));
        index += 1;
        match word {
            "to" | "reporting" => return (finished(position, senior, junior), true),
            _ if voids_position(word) => position.void = true,
            // An assistant manager is a junior manager. Any other assistant has no level.
            "assistant" | "associate" | "deputy" | "vice"
                if is_level(next) && !(word == "vice" && next == "president") =>
            {
                junior = true;
            }
            "assistant" => position.void = true,
            "vice" => {}
            "senior" | "principal" | "staff" | "distinguished" => senior = true,
            "executive" if next == "vice" || next == "director" => senior = true,
            "executive" if next == "assistant" => position.void = true,
            "junior" => junior = true,
            "president" if index >= 2 && word_at(index - 2) == "vice" => position.raise_to(Level::VicePresident),
            "president" => {
                position.raise_to(Level::Chief);
                position.functions.push("executive".into());
            }
            "chief" if next == "of" && word_at(index + 1) == "staff" => {
                position.functions.push("chief-of-staff".into());
                index += 2;
            }
            "chief" => position.raise_to(Level::Chief),
            "founder" | "cofounder" | "owner" | "inhaber" => {
                position.raise_to(Level::Chief);
                position.functions.push("founder".into());
            }
            "managing" if next == "director" || next == "partner" => {
                position.raise_to(Level::Chief);
                position.functions.push("executive".into());
                index += 1;
            }
            "director" => position.raise_to(Level::Director),
            "head" => position.raise_to(Level::Head),
            "manager" if index >= 2 && is_individual_role(word_at(index - 2)) => {
                position.functions.push("management".into())
            }
            "manager" | "supervisor" => position.raise_to(Level::Manager),
            "lead" | "leader" => senior = true,
            // Information security is one function, and so is information technology.
            "information" if next == "security" => {}
            "information" if next == "technology" => {
                position.functions.push("it".into());
                index += 1;
            }
            "development" if index >= 2 && word_at(index - 2) == "software" => {
                position.functions.push("engineering".into())
            }
            _ if is_filler(word) => {}
            _ => position.functions.push(word.into()),
        }
    }
    (finished(position, senior, junior), false)
}

fn is_level(word: &str) -> bool {
    matches!(word, "vice" | "president" | "director" | "manager" | "chief" | "head" | "supervisor")
}

/// Applies seniority words to their level, or to a contributor.
fn finished(mut position: PositionBuilder, senior: bool, junior: bool) -> PositionBuilder {
    if position.level.is_none() && (senior || junior) && !position.functions.is_empty() {
        position.level = Some((Level::Contributor, BASE_STEP));
    }
    if let Some((family, step)) = &mut position.level {
        match (senior, junior) {
            (true, false) => *step += 1,
            // An assistant vice president is on a director's level.
            (_, true) if *family == Level::VicePresident => (*family, *step) = (Level::Director, BASE_STEP),
            (false, true) => *step = 0,
            _ => {}
        }
    }
    position
}

impl PositionBuilder {
    fn build(mut self) -> Position {
        let (level, step) = self.level.unwrap_or((Level::Contributor, BASE_STEP));
        self.functions.sort_unstable();
        self.functions.dedup();
        Position { level, step, functions: self.functions }
    }

    /// Raises the position to the highest level that the segment names.
    fn raise_to(&mut self, family: Level) {
        let rank = |family| family as u8;
        if self.level.is_none_or(|(known, _)| rank(known) < rank(family)) {
            self.level = Some((family, BASE_STEP));
        }
    }
}
