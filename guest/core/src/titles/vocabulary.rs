//! The vocabulary of titles: separators, abbreviations, and words without meaning for the position.

/// A part of a title between separators, its words in lower case and expanded.
pub(super) struct Segment {
    pub(super) words: Vec<String>,
    /// Comes after ` at ` or `@`, so it names the employer.
    pub(super) employer: bool,
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
        self.word.extend(character.to_lowercase());
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
            short => match expand(short) {
                Some(long) => self.words.extend(long.split(' ').map(String::from)),
                None => self.words.push(word),
            },
        }
    }

    fn cut(&mut self, employer_follows: bool) {
        self.end_word();
        if !self.words.is_empty() {
            let words = std::mem::take(&mut self.words);
            self.segments.push(Segment { words, employer: self.employer });
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
        "dir" | "directeur" | "directrice" | "direktor" | "direktorin" | "directora" => "director",
        "mgr" | "mngr" | "managers" => "manager",
        "sr" | "snr" => "senior",
        "jr" | "jnr" => "junior",
        "pres" => "president",
        "exec" => "executive",
        "asst" => "assistant",
        "assoc" => "associate",
        "dep" | "dpty" => "deputy",
        "leiter" | "leiterin" | "leitung" | "bereichsleiter" | "bereichsleiterin" | "responsable" => "head",
        "geschäftsführer" | "geschäftsführerin" | "gérant" | "gérante" | "pdg" => "chief executive officer",
        "eng" | "engr" | "engg" | "engineer" | "engineers" | "ingenieur" | "ingeniería" | "ingénierie" => {
            "engineering"
        }
        "ops" | "operation" | "operating" => "operations",
        "mktg" | "mkt" => "marketing",
        "tech" | "technical" | "technologies" | "technique" | "technik" => "technology",
        "infra" => "infrastructure",
        "infosec" | "cybersecurity" | "sec" | "sicherheit" => "security",
        "dev" | "developer" | "developers" => "development",
        "hr" => "people",
        "talent" => "people",
        "sre" => "site reliability engineering",
        "fin" | "finance" | "finances" | "finanzen" => "financial",
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
        "plattform" | "plattformen" | "platforms" | "plateforme" | "plataforma" => "platform",
        "vertrieb" | "ventes" | "ventas" => "sales",
        "produkt" | "produit" | "producto" => "product",
        "analyst" | "analysts" => "analytics",
        _ => return None,
    })
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
            | "de"
            | "des"
            | "du"
            | "la"
            | "le"
            | "der"
            | "die"
            | "das"
            | "für"
            | "del"
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
            | "retired"
            | "emeritus"
            | "intern"
            | "internship"
            | "trainee"
            | "student"
            | "werkstudent"
            | "werkstudentin"
            | "praktikant"
            | "praktikantin"
            | "apprentice"
            | "stagiaire"
            | "aspiring"
            | "seeking"
            | "candidate"
            | "unemployed"
            | "secretary"
            | "receptionist"
            | "office"
            | "ea"
            | "pa"
            | "assistenz"
            | "assistentin"
            | "non"
            | "incoming"
            | "future"
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
            | "year_month_day"
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
            | "partner"
    )
}
