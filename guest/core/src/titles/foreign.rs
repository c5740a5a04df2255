//! Titles in German, French, Spanish, Portuguese and Italian, as English words.
//!
//! Words are compared without accents. A phrase or a compound becomes the words of the English title with the same
//! meaning, so that the rules for positions stay those of one language.

/// The language that a segment was translated from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    #[default]
    English,
    German,
    Romance,
}

impl Language {
    /// Returns whether a director or head of these functions leads them for the whole company, as a chief officer does:
    /// a `directeur technique` is a CTO.
    pub(super) fn leads_company(self, functions: &[String]) -> bool {
        let only = |allowed: &[&str]| {
            !functions.is_empty() && functions.iter().all(|function| allowed.contains(&function.as_str()))
        };
        match self {
            Language::English => false,
            Language::German => only(&["technology"]),
            Language::Romance => {
                only(&["technology"])
                    || only(&["operations"])
                    || only(&["financial", "administration"])
                    || only(&["information", "systems"])
            }
        }
    }
}

/// Returns the letter without its accent.
pub(super) fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

/// Returns whether an apostrophe after it separates an article or preposition from the next word.
pub(super) fn is_elided(word: &str) -> bool {
    matches!(word, "d" | "l" | "qu" | "jusqu" | "dell" | "all" | "nell" | "un")
}

/// Phrases, and what they mean. `*` matches the endings of gender and number.
const PHRASES: &[(&str, &str, Language)] = &[
    ("ressources humaines", "people", Language::Romance),
    ("recursos humanos", "people", Language::Romance),
    ("risorse umane", "people", Language::Romance),
    ("president* direct* general*", "chief executive officer", Language::Romance),
    ("direct* general*", "chief executive officer", Language::Romance),
    ("diret* geral", "chief executive officer", Language::Romance),
    ("diret* general*", "chief executive officer", Language::Romance),
    ("gerente general", "chief executive officer", Language::Romance),
    ("consejer* delegad*", "chief executive officer", Language::Romance),
    ("amministrat* delegat*", "chief executive officer", Language::Romance),
    ("direct* ejecutiv*", "chief executive officer", Language::Romance),
    ("diret* executiv*", "chief executive officer", Language::Romance),
    ("diret* esecutiv*", "chief executive officer", Language::Romance),
    ("direct* executif*", "chief executive officer", Language::Romance),
    ("direct* commercial*", "director sales", Language::Romance),
    ("vicepresident*", "vice president", Language::Romance),
    ("vice presidente", "vice president", Language::Romance),
    ("geschaftsfuhrende* gesellschafter*", "chief executive officer", Language::German),
    ("vorsitzende* geschaftsfuhrung", "chief executive officer", Language::German),
    ("leit* personal", "head people", Language::German),
    ("no longer", "former", Language::English),
    ("nicht mehr", "former", Language::German),
    ("est plus", "former", Language::Romance),
    ("n est plus", "former", Language::Romance),
    ("nest plus", "former", Language::Romance),
    ("ya no", "former", Language::Romance),
    ("ja nao", "former", Language::Romance),
    ("in training", "trainee", Language::English),
    ("in residence", "trainee", Language::English),
    ("on leave", "left", Language::English),
    ("do not", "left", Language::English),
    ("are hiring", "wanted", Language::English),
    ("were hiring", "wanted", Language::English),
    ("is hiring", "wanted", Language::English),
    ("non piu", "former", Language::Romance),
    ("chef projet", "project manager", Language::Romance),
    ("jef* proyecto*", "project manager", Language::Romance),
];

/// Words, and what they mean.
const WORDS: &[(&str, &str, Language)] = &[
    // Levels.
    ("directeur", "director", Language::Romance),
    ("directeurs", "director", Language::Romance),
    ("directrice", "director", Language::Romance),
    ("directora", "director", Language::Romance),
    ("diretor*", "director", Language::Romance),
    ("direttor*", "director", Language::Romance),
    ("direttric*", "director", Language::Romance),
    ("subdirector*", "deputy director", Language::Romance),
    ("direktor*", "director", Language::German),
    ("leiter", "head", Language::German),
    ("leiterin", "head", Language::German),
    ("leitung", "head", Language::German),
    ("responsable", "head", Language::Romance),
    ("responsabile", "head", Language::Romance),
    ("responsavel", "head", Language::Romance),
    ("jefe", "head", Language::Romance),
    ("jefa", "head", Language::Romance),
    ("chefe", "head", Language::Romance),
    ("gerente", "manager", Language::Romance),
    ("vorstand", "general-management", Language::German),
    ("geschaftsfuhr*", "general-management", Language::German),
    ("vorstandsvorsitzende*", "chief executive officer", Language::German),
    ("gerant*", "chief executive officer", Language::Romance),
    ("pdg", "chief executive officer", Language::Romance),
    ("dsi", "chief information officer", Language::Romance),
    ("rssi", "chief security officer", Language::Romance),
    ("daf", "chief financial officer", Language::Romance),
    ("drh", "director people", Language::Romance),
    ("fondateur*", "founder", Language::Romance),
    ("fondator*", "founder", Language::Romance),
    ("fondatric*", "founder", Language::Romance),
    ("cofondat*", "founder", Language::Romance),
    ("fundador*", "founder", Language::Romance),
    ("cofundador*", "founder", Language::Romance),
    ("grunder*", "founder", Language::German),
    ("mitgrunder*", "founder", Language::German),
    ("inhaber*", "founder", Language::German),
    ("stellv*", "deputy", Language::German),
    ("adjoint*", "deputy", Language::Romance),
    // Functions.
    ("technisch*", "technology", Language::German),
    ("technik", "technology", Language::German),
    ("technique*", "technology", Language::Romance),
    ("technologie", "technology", Language::Romance),
    ("tecnic*", "technology", Language::Romance),
    ("tecnologi*", "technology", Language::Romance),
    ("informationstechnologie", "it", Language::German),
    ("informationstechnik", "it", Language::German),
    ("informatik", "it", Language::German),
    ("edv", "it", Language::German),
    ("ti", "it", Language::Romance),
    ("informatique", "it", Language::Romance),
    ("informatica", "it", Language::Romance),
    ("systemes", "systems", Language::Romance),
    ("sistemas", "systems", Language::Romance),
    ("sistemi", "systems", Language::Romance),
    ("informacion", "information", Language::Romance),
    ("informacao", "information", Language::Romance),
    ("informazioni", "information", Language::Romance),
    ("entwicklung", "engineering", Language::German),
    ("softwareentwicklung", "software engineering", Language::German),
    ("produktentwicklung", "product engineering", Language::German),
    ("ingenieur*", "engineering", Language::German),
    ("ingenier*", "engineering", Language::Romance),
    ("engenharia", "engineering", Language::Romance),
    ("ingegneria", "engineering", Language::Romance),
    ("developpement", "development", Language::Romance),
    ("desarrollo", "development", Language::Romance),
    ("desenvolvimento", "development", Language::Romance),
    ("sviluppo", "development", Language::Romance),
    ("logiciel*", "software", Language::Romance),
    ("plattform*", "platform", Language::German),
    ("plateforme*", "platform", Language::Romance),
    ("plataforma*", "platform", Language::Romance),
    ("piattaforma", "platform", Language::Romance),
    ("sicherheit", "security", Language::German),
    ("informationssicherheit", "security", Language::German),
    ("cybersicherheit", "security", Language::German),
    ("securite", "security", Language::Romance),
    ("cybersecurite", "security", Language::Romance),
    ("seguridad", "security", Language::Romance),
    ("ciberseguridad", "security", Language::Romance),
    ("seguranca", "security", Language::Romance),
    ("ciberseguranca", "security", Language::Romance),
    ("sicurezza", "security", Language::Romance),
    ("finanzen", "financial", Language::German),
    ("kaufmannisch*", "financial", Language::German),
    ("financie*", "financial", Language::Romance),
    ("financeir*", "financial", Language::Romance),
    ("finanziar*", "financial", Language::Romance),
    ("finanzas", "financial", Language::Romance),
    ("financas", "financial", Language::Romance),
    ("administrati*", "administration", Language::Romance),
    ("vertrieb", "sales", Language::German),
    ("verkauf", "sales", Language::German),
    ("ventes", "sales", Language::Romance),
    ("ventas", "sales", Language::Romance),
    ("vendas", "sales", Language::Romance),
    ("vendite", "sales", Language::Romance),
    ("comercial", "sales", Language::Romance),
    ("commerciale", "sales", Language::Romance),
    ("produkt", "product", Language::German),
    ("produktmanagement", "product", Language::German),
    ("produit*", "product", Language::Romance),
    ("producto*", "product", Language::Romance),
    ("produto*", "product", Language::Romance),
    ("prodott*", "product", Language::Romance),
    ("operaciones", "operations", Language::Romance),
    ("operacoes", "operations", Language::Romance),
    ("operazioni", "operations", Language::Romance),
    ("operativ*", "operations", Language::Romance),
    ("personalwesen", "people", Language::German),
    ("rrhh", "people", Language::Romance),
    ("rh", "people", Language::Romance),
    // Past, future and other people's positions.
    ("ehem*", "former", Language::German),
    ("fruher*", "former", Language::German),
    ("kein*", "former", Language::German),
    ("vormals", "former", Language::German),
    ("ancien*", "former", Language::Romance),
    ("antigu*", "former", Language::Romance),
    ("antigo", "former", Language::Romance),
    ("antiga", "former", Language::Romance),
    ("gia", "former", Language::Romance),
    ("nao", "left", Language::Romance),
    ("retraite*", "retired", Language::Romance),
    ("jubilad*", "retired", Language::Romance),
    ("aposentad*", "retired", Language::Romance),
    ("pensionat*", "retired", Language::Romance),
    ("ruhestand", "retired", Language::German),
    ("bis", "until", Language::German),
    ("jusqu*", "until", Language::Romance),
    ("hasta", "until", Language::Romance),
    ("ate", "until", Language::Romance),
    ("fino", "until", Language::Romance),
    ("gesucht", "wanted", Language::German),
    ("ehefrau", "spouse", Language::German),
    ("ehemann", "spouse", Language::German),
    ("epou*", "spouse", Language::Romance),
    ("espos*", "spouse", Language::Romance),
    ("moglie", "spouse", Language::Romance),
    ("marito", "spouse", Language::Romance),
    ("assistent*", "secretary", Language::German),
    ("assistenz", "secretary", Language::German),
    ("assistante*", "secretary", Language::Romance),
    ("asistente*", "secretary", Language::Romance),
    ("sekretar*", "secretary", Language::German),
    ("secretair*", "secretary", Language::Romance),
    ("secretari*", "secretary", Language::Romance),
    ("segretari*", "secretary", Language::Romance),
    ("referent*", "secretary", Language::German),
    ("werkstudent*", "intern", Language::German),
    ("praktikant*", "intern", Language::German),
    ("auszubildend*", "intern", Language::German),
    ("azubi*", "intern", Language::German),
    ("stagiaire*", "intern", Language::Romance),
    ("alternant*", "intern", Language::Romance),
    ("apprenti", "intern", Language::Romance),
    ("apprentie", "intern", Language::Romance),
    ("becari*", "intern", Language::Romance),
    ("practicante*", "intern", Language::Romance),
    ("estagiari*", "intern", Language::Romance),
    ("stagista", "intern", Language::Romance),
    ("tirocinante", "intern", Language::Romance),
    ("consulente", "consultant", Language::Romance),
    ("consultor*", "consultant", Language::Romance),
    ("berater*", "consultant", Language::German),
];

/// Articles and prepositions.
const ARTICLES: &[&str] = &[
    "de", "des", "du", "la", "le", "les", "der", "die", "das", "dem", "den", "fur", "del", "della", "dello", "delle",
    "di", "do", "da", "dos", "dell", "el", "los", "las", "un", "une", "una", "pour", "para", "per", "al", "est",
];

/// Ends of German compounds, and the level they name.
const COMPOUND_ENDS: &[(&str, &str)] = &[
    ("leiterin", "head"),
    ("leiter", "head"),
    ("leitung", "head"),
    ("vorstandin", "chief"),
    ("vorstand", "chief"),
    ("assistentin", "secretary"),
    ("assistent", "secretary"),
    ("assistenz", "secretary"),
    ("sekretarin", "secretary"),
];

/// Beginnings of German compounds, and the function they name.
const COMPOUND_STARTS: &[(&str, &str)] = &[
    ("vertriebs", "sales"),
    ("verkaufs", "sales"),
    ("entwicklungs", "engineering"),
    ("marketing", "marketing"),
    ("personal", "people"),
    ("finanz", "financial"),
    ("technik", "technology"),
    ("produkt", "product"),
    ("sicherheits", "security"),
    ("bereichs", ""),
    ("abteilungs", ""),
    ("vorstands", ""),
];

/// Translates the words of a segment.
pub(super) fn translate(words: Vec<String>) -> (Vec<String>, Language) {
    let mut language = Language::English;
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !ARTICLES.contains(word)).collect();
    let mut translated = Vec::with_capacity(words.len());
    let mut rest = &words[..];
    while let [word, after @ ..] = rest {
        if let Some((length, meaning, of)) = phrase(rest) {
            translated.extend(meaning.split(' ').map(String::from));
            language = language.max(of);
            rest = &rest[length..];
            continue;
        }
        rest = after;
        if let Some((_, meaning, of)) = WORDS.iter().find(|(pattern, ..)| matches(pattern, word)) {
            translated.extend(meaning.split(' ').map(String::from));
            language = language.max(*of);
        } else if let Some(meaning) = compound(word) {
            translated.extend(meaning.split(' ').filter(|word| !word.is_empty()).map(String::from));
            language = language.max(Language::German);
        // `a. D.` and `i. R.` after a German position are its end.
        } else if matches!(*word, "ad" | "ir") && language == Language::German {
            translated.push("retired".into());
        } else {
            translated.push((*word).to_owned());
        }
    }
    (translated, language)
}

/// Returns the number of words of the phrase at the beginning, and its meaning.
fn phrase(words: &[&str]) -> Option<(usize, &'static str, Language)> {
    PHRASES.iter().find_map(|(pattern, meaning, language)| {
        let parts: Vec<&str> = pattern.split(' ').collect();
        let found = parts.len() <= words.len() && parts.iter().zip(words).all(|(part, word)| matches(part, word));
        found.then_some((parts.len(), *meaning, *language))
    })
}

fn matches(pattern: &str, word: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == word,
        Some((start, end)) => word.strip_prefix(start).is_some_and(|rest| rest.ends_with(end.trim_end_matches('*'))),
    }
}

fn compound(word: &str) -> Option<String> {
    let (end, level) = COMPOUND_ENDS.iter().find(|(end, _)| word.ends_with(end))?;
    let start = word.strip_suffix(end)?;
    let (_, function) = COMPOUND_STARTS.iter().find(|(known, _)| *known == start)?;
    Some(format!("{level} {function}"))
}
