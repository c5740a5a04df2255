//! Positions: a level, and the functions it is about.

use super::vocabulary::{Segment, ends_the_position, is_managed_alone, says_nothing};

/// Levels that are compared with each other step by step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Contributor,
    Manager,
    Director,
    Head,
    VicePresident,
    Chief,
}

/// One position. Step 2 is the plain level of its family, a senior one is above, an associate one below.
pub(super) struct Position {
    pub(super) family: Family,
    pub(super) step: u8,
    pub(super) functions: Vec<String>,
}

const PLAIN: u8 = 2;

/// What the words of a segment say, before it is known which position they belong to.
#[derive(Default)]
struct Said {
    level: Option<(Family, u8)>,
    functions: Vec<String>,
    /// The position is somebody else's, past, or not begun.
    void: bool,
}

/// The positions that a title names and its holder has.
///
/// A segment without a level of its own belongs to the position before it, or to the one after it when it comes
/// first: `Platform, Director` and `Director, Platform` are the same.
pub(super) fn positions(segments: &[Segment]) -> Vec<Position> {
    let mut found: Vec<Said> = Vec::new();
    let mut leading: Vec<String> = Vec::new();
    for segment in segments.iter().filter(|segment| !segment.employer) {
        let (mut said, ends) = read(&segment.words);
        match (said.level.is_some() || said.void, found.last_mut()) {
            (true, _) => {
                said.functions.append(&mut leading);
                found.push(said);
            }
            (false, Some(position)) => position.functions.append(&mut said.functions),
            (false, None) => leading.append(&mut said.functions),
        }
        // What stands behind `to` names whom somebody works for.
        if ends {
            break;
        }
    }
    if !leading.is_empty() {
        found.push(Said { functions: leading, ..Said::default() });
    }
    found.into_iter().filter(|said| !said.void).map(position).collect()
}

fn position(said: Said) -> Position {
    let (family, step) = said.level.unwrap_or((Family::Contributor, PLAIN));
    let mut functions = said.functions;
    functions.sort_unstable();
    functions.dedup();
    Position { family, step, functions }
}

/// Reads one segment; the second value is whether the title ends here.
fn read(words: &[String]) -> (Said, bool) {
    let mut said = Said::default();
    let mut senior = false;
    let mut junior = false;
    let mut index = 0;
    let word_at = |index: usize| words.get(index).map_or("", String::as_str);
    while index < words.len() {
        let (word, next) = (word_at(index), word_at(index + 1));
        index += 1;
        match word {
            "to" | "reporting" => return (finished(said, senior, junior), true),
            _ if ends_the_position(word) => said.void = true,
            // An assistant manager is a junior manager; any other assistant is nobody's deputy.
            "assistant" | "associate" | "deputy" | "vice"
                if is_level(next) && !(word == "vice" && next == "president") =>
            {
                junior = true;
            }
            "assistant" => said.void = true,
            "vice" => {}
            "senior" | "principal" | "staff" | "distinguished" => senior = true,
            "executive" if next == "vice" || next == "director" => senior = true,
            "executive" if next == "assistant" => said.void = true,
            "junior" => junior = true,
            "president" if index >= 2 && word_at(index - 2) == "vice" => said.rise(Family::VicePresident),
            "president" => {
                said.rise(Family::Chief);
                said.functions.push("executive".into());
            }
            "chief" if next == "of" && word_at(index + 1) == "staff" => {
                said.functions.push("chief-of-staff".into());
                index += 2;
            }
            "chief" => said.rise(Family::Chief),
            "founder" | "cofounder" | "owner" | "inhaber" => {
                said.rise(Family::Chief);
                said.functions.push("founder".into());
            }
            "managing" if next == "director" || next == "partner" => {
                said.rise(Family::Chief);
                said.functions.push("executive".into());
                index += 1;
            }
            "director" => said.rise(Family::Director),
            "head" => said.rise(Family::Head),
            "manager" if index >= 2 && is_managed_alone(word_at(index - 2)) => said.functions.push("management".into()),
            "manager" | "supervisor" => said.rise(Family::Manager),
            "lead" | "leader" => senior = true,
            // The security of information is one trade, and so is its technology.
            "information" if next == "security" => {}
            "information" if next == "technology" => {
                said.functions.push("it".into());
                index += 1;
            }
            "development" if index >= 2 && word_at(index - 2) == "software" => {
                said.functions.push("engineering".into())
            }
            _ if says_nothing(word) => {}
            _ => said.functions.push(word.into()),
        }
    }
    (finished(said, senior, junior), false)
}

fn is_level(word: &str) -> bool {
    matches!(word, "vice" | "president" | "director" | "manager" | "chief" | "head" | "supervisor")
}

/// Seniority words count for the level they stand beside, or make a senior contributor.
fn finished(mut said: Said, senior: bool, junior: bool) -> Said {
    if said.level.is_none() && (senior || junior) && !said.functions.is_empty() {
        said.level = Some((Family::Contributor, PLAIN));
    }
    if let Some((family, step)) = &mut said.level {
        match (senior, junior) {
            (true, false) => *step += 1,
            // An assistant vice president is a director in all but name.
            (_, true) if *family == Family::VicePresident => (*family, *step) = (Family::Director, PLAIN),
            (false, true) => *step = 0,
            _ => {}
        }
    }
    said
}

impl Said {
    /// The highest level that the segment names is the position's.
    fn rise(&mut self, family: Family) {
        let rank = |family| family as u8;
        if self.level.is_none_or(|(known, _)| rank(known) < rank(family)) {
            self.level = Some((family, PLAIN));
        }
    }
}
