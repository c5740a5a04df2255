//! The vocabulary of titles: separators, abbreviations, and words without meaning for the position.

use super::foreign::{self, Language};

/// A part of a title between separators, its words in lower case and expanded.
pub(super) struct Segment {
    pub(super) words: Vec<String>,
    /// Comes after ` at ` or `@`, so it names the employer.
    pub(super) employer: bool,
    /// The language that its words were translated from.
    pub(super) language: Language,
}

/// Bytes of a title that are read.
const TITLE_MAX: usize = 400;

/// Splits a title at commas, brackets, slashes, dashes between blanks, `&` and `and`.
pub(super) fn segments(title: &str) -> Vec<Segment> {
    let mut segmenter = Segmenter::default();
    let mut end = title.len().min(TITLE_MAX);
    while !title.is_char_boundary(end) {
        end -= 1;
    }
    let mut characters = title[..end].chars().peekable();
    let mut previous = ' ';
    while let Some(character) = characters.next() {
        match character {
            // `V.P.` and `C.T.O.` are one word each, `Sr.Director` is two.
            '.' if segmenter.since_dot == 1 => segmenter.since_dot = 0,
            ',' | ';' | ':' | '|' | '/' | '\\' | '(' | ')' | '[' | ']' | '+' | '•' | '·' | '–' | '—' => {
                segmenter.cut(false)
            }
            '-' if previous.is_whitespace() && characters.peek().is_none_or(|next| next.is_whitespace()) => {
                segmenter.cut(false);
            }
            '&' => segmenter.cut(false),
            '@' => segmenter.cut(true),
            // `l'informatique` is two words, `CTO's` is one.
            '\'' | '’' if foreign::is_elided(&segmenter.word) => segmenter.word.clear(),
            '\'' | '’' => {}
            _ if character.is_alphanumeric() => segmenter.letter(character),
            _ => segmenter.end_word(),
        }
        previous = character;
    }
    segmenter.cut(false);
    segmenter.segments
}

#[derive(Default)]
struct Segmenter {
    segments: Vec<Segment>,
    words: Vec<String>,
    word: String,
    since_dot: usize,
    employer: bool,
}

impl Segmenter {
    fn letter(&mut self, character: char) {
        self.word.extend(character.to_lowercase().map(foreign::without_accent));
        self.since_dot += 1;
    }

    fn end_word(&mut self) {
        self.since_dot = 0;
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        match word.as_str() {
            "and" | "und" | "et" | "y" | "e" => self.cut(false),
            "at" | "bei" | "chez" => self.cut(true),
            // A degree follows a name, a position comes first or follows another.
            "md" if !self
                .segments
                .iter()
                .flat_map(|segment| &segment.words)
                .chain(&self.words)
                .all(|word| precedes_md(word)) =>
            {
                self.words.push(word);
            }
            short => match expand(short) {
                Some(long) => self.words.extend(long.split(' ').map(String::from)),
                None => self.words.push(word),
            },
        }
    }

    fn cut(&mut self, employer_follows: bool) {
        self.end_word();
        if !self.words.is_empty() {
            let (words, language) = foreign::translate(std::mem::take(&mut self.words));
            self.segments.push(Segment { words, employer: self.employer, language });
        }
        self.employer = employer_follows;
    }
}

/// Expands an abbreviation, an inflection or a foreign word.
fn expand(word: &str) -> Option<&'static str> {
    Some(match word {
        "vp" => "vice president",
        "svp" => "senior vice president",
        "evp" => "executive vice president",
        "avp" => "assistant vice president",
        "rvp" => "regional vice president",
        "gvp" => "group vice president",
        "ceo" => "chief executive officer",
        "cfo" => "chief financial officer",
        "coo" => "chief operations officer",
        "cto" => "chief technology officer",
        "cio" => "chief information officer",
        "ciso" => "chief security officer",
        "cso" => "chief security officer",
        "cmo" => "chief marketing officer",
        "cro" => "chief revenue officer",
        "cpo" => "chief product officer",
        "cdo" => "chief data officer",
        "chro" => "chief people officer",
        "cco" => "chief customer officer",
        "md" => "managing director",
        "gm" => "general manager",
        "dir" => "director",
        "mgr" | "mngr" | "managers" => "manager",
        "sr" | "snr" => "senior",
        "jr" | "jnr" => "junior",
        "pres" => "president",
        "exec" => "executive",
        "asst" => "assistant",
        "assoc" => "associate",
        "dep" | "dpty" => "deputy",
        "eng" | "engr" | "engg" | "engineer" | "engineers" => "engineering",
        "ops" | "operation" | "operating" => "operations",
        "mktg" | "mkt" => "marketing",
        "tech" | "technical" | "technologies" => "technology",
        "infra" => "infrastructure",
        "infosec" | "cybersecurity" | "sec" => "security",
        "dev" | "developer" | "developers" => "development",
        "hr" => "people",
        "talent" => "people",
        "sre" => "site reliability engineering",
        "fin" | "finance" | "finances" => "financial",
        "rev" => "revenue",
        "revops" => "revenue operations",
        "bizdev" => "business development",
        "prod" | "products" => "product",
        "sys" | "system" => "systems",
        "sw" => "software",
        "arch" | "architect" | "architecture" => "architecture",
        "comms" | "communication" => "communications",
        "admin" | "administrator" => "administration",
        "mgmt" => "management",
        "it" => "information technology",
        "platforms" => "platform",
        "analyst" | "analysts" => "analytics",
        _ => return None,
    })
}

/// Returns whether a managing director's abbreviation can follow the word: `Group MD`, `Founder & MD`.
fn precedes_md(word: &str) -> bool {
    is_filler(word)
        || matches!(
            word,
            "deputy" | "founder" | "cofounder" | "owner" | "chief" | "executive" | "president" | "chairman"
        )
}

/// Returns whether what follows the word is the thing that an owner has: a `Product Owner` owns no company.
pub(super) fn is_owned_company(word: &str) -> bool {
    is_filler(word)
        || matches!(
            word,
            "business"
                | "agency"
                | "sole"
                | "part"
                | "joint"
                | "majority"
                | "shop"
                | "studio"
                | "practice"
                | "store"
                | "small"
        )
}

/// Returns whether the word in a title means that its holder left, retired, or looks for one with this title.
pub(super) fn voids_title(word: &str) -> bool {
    const ENDINGS: [&str; 15] = [
        "left",
        "retired",
        "until",
        "till",
        "looking",
        "wanted",
        "resigned",
        "deceased",
        "rip",
        "wrong",
        "ended",
        "departed",
        "terminated",
        "quit",
        "gone",
    ];
    ENDINGS.contains(&word)
}

/// Returns whether the word in a remark says where somebody no longer is: `(no longer there)`.
pub(super) fn is_remark(word: &str) -> bool {
    is_filler(word) || matches!(word, "there" | "here" | "with" | "employee" | "employed" | "longer")
}

/// Returns whether a person with this word advises holders of the position that the segment names.
pub(super) fn is_adviser(word: &str) -> bool {
    matches!(
        word,
        "coach"
            | "coaching"
            | "mentor"
            | "advisor"
            | "adviser"
            | "recruiter"
            | "headhunter"
            | "consultant"
            | "consultants"
    )
}

/// Returns whether the word says nothing about level or function.
pub(super) fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "of" | "the"
            | "for"
            | "in"
            | "a"
            | "an"
            | "our"
            | "on"
            | "co"
            | "i"
            | "ii"
            | "iii"
            | "iv"
            | "v"
            | "officer"
            | "global"
            | "worldwide"
            | "international"
            | "regional"
            | "group"
            | "corporate"
            | "emea"
            | "apac"
            | "amer"
            | "americas"
            | "latam"
            | "dach"
            | "europe"
            | "european"
            | "asia"
            | "america"
            | "us"
            | "usa"
            | "uk"
            | "eu"
            | "emeia"
            | "nordics"
            | "acting"
            | "interim"
            | "team"
            | "teams"
            | "department"
            | "dept"
            | "division"
            | "organization"
            | "organisation"
            | "services"
            | "company"
            | "wide"
            | "elect"
    )
}

/// Returns whether the word means that the position belongs to somebody else, is past, or has not begun.
pub(super) fn voids_position(word: &str) -> bool {
    matches!(
        word,
        "former"
            | "formerly"
            | "ex"
            | "previous"
            | "previously"
            | "past"
            | "emeritus"
            | "intern"
            | "internship"
            | "trainee"
            | "student"
            | "apprentice"
            | "aspiring"
            | "seeking"
            | "candidate"
            | "unemployed"
            | "secretary"
            | "receptionist"
            | "office"
            | "ea"
            | "pa"
            | "non"
            | "incoming"
            | "future"
            | "not"
            | "no"
            | "never"
            | "wife"
            | "husband"
            | "spouse"
            | "daughter"
            | "son"
            | "mother"
            | "father"
            | "brother"
            | "sister"
    )
}

/// Returns whether a manager of this manages things rather than people: a `Product Manager` is not on a manager's
/// level.
pub(super) fn is_individual_role(word: &str) -> bool {
    matches!(
        word,
        "product"
            | "project"
            | "program"
            | "programme"
            | "account"
            | "accounts"
            | "community"
            | "relationship"
            | "case"
            | "property"
            | "success"
            | "delivery"
            | "release"
            | "category"
            | "brand"
            | "content"
            | "campaign"
            | "territory"
    )
}

/// Returns whether the function makes it another profession: a director of sales engineering sells.
pub(super) fn changes_profession(word: &str) -> bool {
    matches!(
        word,
        "sales"
            | "marketing"
            | "financial"
            | "people"
            | "legal"
            | "support"
            | "success"
            | "account"
            | "procurement"
            | "recruiting"
            | "recruitment"
            | "facilities"
            | "management"
            | "customer"
            | "field"
            | "presales"
            | "pre"
            | "mechanical"
            | "electrical"
            | "chemical"
            | "structural"
            | "environmental"
            | "safety"
            | "biomedical"
            | "geological"
            | "nuclear"
            | "industrial"
            | "clinical"
            | "nursing"
            | "medical"
            | "property"
            | "staff"
            | "advisor"
            | "consultant"
            | "board"
            | "relations"
            | "partnerships"
            | "audit"
            | "guard"
            | "guards"
            | "partner"
    )
}
