//! Words in name fields: titles, degrees, pronouns, particles, and words that no person is called.

/// Words before a family name.
pub(super) const PARTICLES: [&str; 22] = [
    "van", "von", "der", "den", "de", "la", "le", "del", "della", "da", "di", "do", "dos", "das", "du", "ter", "ten",
    "zu", "bin", "ibn", "al", "st.",
];

/// Returns the word without dots, in lower case.
fn plain(word: &str) -> String {
    word.chars().filter(|letter| *letter != '.').flat_map(char::to_lowercase).collect()
}

/// Returns whether the word is a form of address or an academic title before a name.
pub(super) fn is_title(word: &str) -> bool {
    const TITLES: [&str; 28] = [
        "dr",
        "dra",
        "drs",
        "prof",
        "professor",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "sir",
        "dame",
        "madam",
        "herr",
        "frau",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "sr",
        "sra",
        "srta",
        "señor",
        "señora",
        "dott",
        "dottssa",
        "dipl-ing",
        "dipl-kfm",
    ];
    // With its dot, so that Phil and Maj are people.
    const DOTTED: [&str; 19] = [
        "ing", "lic", "mag", "dipl", "rev", "hon", "capt", "col", "lt", "sgt", "maj", "med", "habil", "rer", "nat",
        "phil", "jur", "hr", "fr",
    ];
    let plain = plain(word);
    TITLES.contains(&plain.as_str()) || word.ends_with('.') && DOTTED.contains(&plain.as_str())
}
/// Returns whether the word is a degree or a generation after a name. After a comma, short ones count too: `Ma` is also
/// a family name.
pub(super) fn is_suffix(word: &str, after_comma: bool) -> bool {
    const SUFFIXES: [&str; 39] = [
        "jr", "sr", "jnr", "snr", "junior", "senior", "ii", "iii", "iv", "phd", "dphil", "mba", "msc", "bsc", "meng",
        "beng", "cpa", "cfa", "pmp", "esq", "obe", "mbe", "cbe", "llb", "llm", "cissp", "cism", "csm", "dds", "edd",
        "jd", "acca", "fca", "aca", "pe", "rn", "mph", "mpa", "shrm-cp",
    ];
    const SHORT: [&str; 7] = ["ma", "ba", "md", "ms", "bs", "med", "ret"];
    // `J.R.` are initials.
    if word.trim_end_matches('.').contains('.') && matches!(plain(word).as_str(), "jr" | "sr") {
        return false;
    }
    let word = plain(word);
    SUFFIXES.contains(&word.as_str()) || after_comma && SHORT.contains(&word.as_str())
}

/// Returns whether the text states pronouns: `she/her`, `they/them`.
pub(super) fn is_pronoun(text: &str) -> bool {
    const PRONOUNS: [&str; 22] = [
        "she", "her", "hers", "he", "him", "his", "they", "them", "theirs", "sie", "ihr", "er", "ihm", "elle", "il",
        "iel", "ella", "él", "ela", "ele", "any", "pronouns",
    ];
    let lower = text.trim_matches(|mark: char| "()[],".contains(mark)).to_lowercase();
    let mut parts = lower.split('/').map(str::trim).peekable();
    lower.contains('/') && parts.all(|part| PRONOUNS.contains(&part))
}

/// Returns whether the word makes a field a note about a record, in either name.
pub(super) fn is_note(word: &str) -> bool {
    const NOTES: [&str; 46] = [
        "not",
        "dont",
        "don't",
        "left",
        "former",
        "formerly",
        "ex",
        "deceased",
        "duplicate",
        "dup",
        "dupe",
        "delete",
        "deleted",
        "inactive",
        "invalid",
        "unknown",
        "test",
        "tester",
        "testing",
        "dummy",
        "fake",
        "undefined",
        "placeholder",
        "tbd",
        "tba",
        "n/a",
        "email",
        "e-mail",
        "company",
        "employee",
        "contact",
        "longer",
        "unsubscribed",
        "bounced",
        "wrong",
        "opted",
        "unbekannt",
        "inconnu",
        "desconocido",
        "ehemalig",
        "ehemaliger",
        "ancien",
        "retired",
        "gelöscht",
        "gesperrt",
        "asdf",
    ];
    NOTES.contains(&word.to_lowercase().as_str())
}

/// Returns whether the word in place of a given name is a role, a group, a form field or nothing.
pub(super) fn is_role(word: &str) -> bool {
    const ROLES: [&str; 126] = [
        "info",
        "sales",
        "support",
        "team",
        "admin",
        "administrator",
        "administration",
        "office",
        "accounts",
        "accounting",
        "account",
        "billing",
        "contacts",
        "hello",
        "marketing",
        "hr",
        "it",
        "purchasing",
        "procurement",
        "reception",
        "receptionist",
        "service",
        "services",
        "customer",
        "customers",
        "webmaster",
        "postmaster",
        "noreply",
        "no-reply",
        "mailbox",
        "group",
        "department",
        "dept",
        "manager",
        "director",
        "ceo",
        "cto",
        "cfo",
        "coo",
        "cio",
        "ciso",
        "vp",
        "owner",
        "president",
        "chief",
        "officer",
        "secretary",
        "assistant",
        "staff",
        "user",
        "username",
        "guest",
        "client",
        "the",
        "our",
        "your",
        "first",
        "last",
        "name",
        "firstname",
        "first_name",
        "lastname",
        "fname",
        "lname",
        "surname",
        "forename",
        "vorname",
        "nachname",
        "prénom",
        "nom",
        "nombre",
        "apellido",
        "nome",
        "enquiries",
        "inquiries",
        "enquiry",
        "general",
        "main",
        "help",
        "helpdesk",
        "desk",
        "hi",
        "dear",
        "sirs",
        "madams",
        "everyone",
        "all",
        "friend",
        "there",
        "anonymous",
        "nobody",
        "somebody",
        "person",
        "people",
        "null",
        "none",
        "nil",
        "kontakt",
        "contacto",
        "contato",
        "buchhaltung",
        "einkauf",
        "vertrieb",
        "verkauf",
        "empfang",
        "sekretariat",
        "kundenservice",
        "geschäftsführung",
        "geschäftsleitung",
        "zentrale",
        "direction",
        "comercial",
        "ventas",
        "vendas",
        "who",
        "concern",
        "whom",
        "lead",
        "prospect",
        "new",
        "engineering",
        "finance",
        "legal",
        "qwerty",
        "abc",
        "press",
    ];
    ROLES.contains(&word.to_lowercase().as_str())
}
