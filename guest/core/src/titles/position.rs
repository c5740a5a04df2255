//! Parses positions: a level and its functions.

use super::foreign::Language;
use super::vocabulary::{
    Segment, is_adviser, is_filler, is_individual_role, is_owned_company, is_remark, voids_position, voids_title,
};

/// Seniority levels. Within one, steps are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    language: Language,
    /// The function, if the segment names no other: a `Geschäftsführer` is the chief executive, a technical one is not.
    unnamed_function: Option<&'static str>,
}

/// Returns the positions that the holder of a title has.
///
/// A segment without a level belongs to the position before it, or to the next one if it comes first: `Platform,
/// Director` and `Director, Platform` are the same.
pub(super) fn positions(segments: &[Segment]) -> Vec<Position> {
    let is_over = |segment: &Segment| ends_title(&segment.words) || is_remark_that_it_is_over(&segment.words);
    if segments.iter().any(is_over) {
        return Vec::new();
    }
    let mut found: Vec<PositionBuilder> = Vec::new();
    let mut leading: Vec<String> = Vec::new();
    for segment in segments.iter().filter(|segment| !segment.employer) {
        let (mut reading, ends) = read(&segment.words);
        reading.language = segment.language;
        match (reading.level.is_some() || reading.void, found.last_mut()) {
            (true, _) => {
                reading.functions.append(&mut leading);
                found.push(reading);
            }
            (false, Some(position)) => {
                position.functions.append(&mut reading.functions);
                position.language = position.language.max(reading.language);
            }
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

/// Returns whether the title is one that its holder no longer has: `CTO - left`, `CFO until March`, `CTO, 2015-2019`.
fn ends_title(words: &[String]) -> bool {
    let is_year = |word: &String| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.iter().any(|word| voids_title(word)) || words.windows(2).any(|pair| pair.iter().all(is_year))
}

/// Returns whether the segment says only that the position before it is past: `CTO (former)`, `CTO - no longer there`.
fn is_remark_that_it_is_over(words: &[String]) -> bool {
    words.iter().any(|word| voids_position(word)) && words.iter().all(|word| voids_position(word) || is_remark(word))
}

/// Reads one segment. The second value is whether the title ends here.
fn read(words: &[String]) -> (PositionBuilder, bool) {
    let mut position = PositionBuilder::default();
    let mut senior = false;
    let mut junior = false;
    let mut advises = false;
    let mut index = 0;
    let word_at = |index: usize| words.get(index).map_or("", String::as_str);
    while index < words.len() {
        let (word, next) = (word_at(index), word_at(index + 1));
        index += 1;
        match word {
            "to" | "reporting" => return (finished(position, senior, junior), true),
            _ if voids_position(word) => position.void = true,
            _ if is_adviser(word) => {
                advises = true;
                position.functions.push(word.into());
            }
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
            // In Romance languages it follows: `directeur adjoint`.
            "junior" | "deputy" => junior = true,
            "owner" if index >= 2 && !is_owned_company(word_at(index - 2)) => {
                position.functions.push("ownership".into())
            }
            // These are professions of their own.
            "sales" if next == "engineering" => {
                position.functions.push("presales".into());
                index += 1;
            }
            "sales" if next == "operations" => {
                position.functions.push("sales-operations".into());
                index += 1;
            }
            "product" if next == "marketing" => {
                position.functions.push("product-marketing".into());
                index += 1;
            }
            "human" if next == "resources" => {
                position.functions.push("people".into());
                index += 1;
            }
            "management" if index >= 2 && word_at(index - 2) == "product" => {}
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
            "founder" | "cofounder" | "owner" => {
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
            "development" if next == "software" || index >= 2 && word_at(index - 2) == "software" => {
                position.functions.push("engineering".into())
            }
            // A head of a company's part that has no name of its own.
            "general-management" => {
                position.raise_to(Level::Chief);
                position.unnamed_function = Some("executive");
            }
            _ if is_filler(word) => {}
            _ => position.functions.push(word.into()),
        }
    }
    position.void |= advises && position.level.is_some();
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
        let (mut level, step) = self.level.unwrap_or((Level::Contributor, BASE_STEP));
        if self.functions.is_empty() {
            self.functions.extend(self.unnamed_function.map(String::from));
        }
        self.functions.sort_unstable();
        self.functions.dedup();
        // Information security belongs to the security of a company, whichever word says so.
        if self.functions.iter().any(|function| function == "security") {
            self.functions.retain(|function| !matches!(function.as_str(), "it" | "information" | "systems"));
        }
        if level >= Level::Director && self.language.leads_company(&self.functions) {
            level = Level::Chief;
            self.functions.retain(|function| !matches!(function.as_str(), "administration" | "systems"));
        }
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
