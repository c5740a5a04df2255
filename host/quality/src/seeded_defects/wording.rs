//! The words of seeded defects by language: data only.

/// The words of one language. Pairs are the draft's words and their replacement.
pub(super) struct Wording {
    /// Units of time after a number.
    pub units: &'static [(&'static str, &'static str)],
    /// Days and times.
    pub times: &'static [(&'static str, &'static str)],
    /// January to December.
    pub months: [&'static str; 12],
    /// Quantifiers of claims.
    pub claims: &'static [(&'static str, &'static str)],
    /// Sentences without evidence, each with the words that identify it.
    pub inventions: &'static [(&'static str, &'static str)],
    /// Questions of other messages, each with the words that identify it.
    pub questions: &'static [(&'static str, &'static str)],
    /// Placeholders as people write them: for a company, a source, a first name.
    pub placeholders: [&'static str; 3],
}

const ENGLISH: Wording = Wording {
    units: &[
        ("seconds", "minutes"),
        ("minutes", "hours"),
        ("hours", "days"),
        ("days", "weeks"),
        ("weeks", "days"),
        ("months", "weeks"),
        ("years", "months"),
        ("quarter", "year"),
        ("afternoon", "month"),
        ("day", "month"),
        ("week", "year"),
        ("month", "week"),
        ("year", "week"),
        ("people", "teams"),
        ("sites", "countries"),
        ("roles", "offices"),
    ],
    times: &[
        ("this week", "last year"),
        ("last week", "last year"),
        ("this month", "last year"),
        ("last month", "last year"),
        ("this quarter", "last year"),
        ("this year", "last year"),
        ("next morning", "next month"),
        ("Monday", "Thursday"),
        ("Tuesday", "Friday"),
        ("Wednesday", "Monday"),
        ("Thursday", "Tuesday"),
        ("Friday", "Wednesday"),
    ],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    claims: &[
        ("usually", "always"),
        ("often", "always"),
        ("tend to", "always"),
        ("mostly", "only"),
        ("few", "most"),
        ("many", "all"),
        ("our customers", "all of your competitors"),
        ("fewer", "more"),
        ("raised", "lost"),
    ],
    inventions: &[
        ("Several of your competitors already use it.", "your competitors already use it"),
        ("Your own team asked us for it.", "your own team asked us"),
        ("It costs nothing in the first year.", "costs nothing in the first year"),
    ],
    questions: &[
        ("Would you like to renew your subscription?", "renew your subscription"),
        ("Where may we send the invoice?", "send the invoice"),
        ("When could our technician come by?", "our technician"),
    ],
    placeholders: ["(company name)", "(source)", "(first name)"],
};

const GERMAN: Wording = Wording {
    units: &[
        ("Sekunden", "Minuten"),
        ("Minuten", "Stunden"),
        ("Stunden", "Tagen"),
        ("Tagen", "Wochen"),
        ("Tage", "Wochen"),
        ("Wochen", "Tagen"),
        ("Monate", "Wochen"),
        ("Monaten", "Wochen"),
        ("Jahren", "Monaten"),
        ("Quartal", "Jahr"),
        ("Nachmittag", "Monat"),
        ("Standorte", "Länder"),
        ("Stellen", "Büros"),
    ],
    times: &[
        ("diese Woche", "letztes Jahr"),
        ("letzte Woche", "letztes Jahr"),
        ("diesen Monat", "letztes Jahr"),
        ("dieses Jahr", "letztes Jahr"),
        ("nächsten Morgen", "nächsten Monat"),
        ("Montag", "Donnerstag"),
        ("Dienstag", "Freitag"),
        ("Mittwoch", "Montag"),
        ("Donnerstag", "Dienstag"),
        ("Freitag", "Mittwoch"),
    ],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    claims: &[
        ("meist", "immer"),
        ("meistens", "immer"),
        ("oft", "immer"),
        ("weniger", "mehr"),
        ("viele", "alle"),
        ("unsere Kunden", "alle Ihre Wettbewerber"),
    ],
    inventions: &[
        ("Mehrere Ihrer Wettbewerber nutzen es bereits.", "ihrer wettbewerber nutzen es"),
        ("Ihr eigenes Team hat uns darum gebeten.", "ihr eigenes team hat uns"),
    ],
    questions: &[
        ("Möchten Sie Ihr Abonnement verlängern?", "abonnement verlängern"),
        ("Wohin dürfen wir die Rechnung senden?", "die rechnung senden"),
    ],
    placeholders: ["(Firmenname)", "(Quelle)", "(Vorname)"],
};

const FRENCH: Wording = Wording {
    units: &[
        ("secondes", "minutes"),
        ("minutes", "heures"),
        ("heures", "jours"),
        ("jours", "semaines"),
        ("semaines", "jours"),
        ("mois", "jours"),
        ("trimestre", "an"),
    ],
    times: &[
        ("cette semaine", "l'an dernier"),
        ("la semaine dernière", "l'an dernier"),
        ("ce mois-ci", "l'an dernier"),
        ("cette année", "l'an dernier"),
        ("lundi", "jeudi"),
        ("mardi", "vendredi"),
        ("mercredi", "lundi"),
        ("jeudi", "mardi"),
        ("vendredi", "mercredi"),
    ],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    claims: &[
        ("souvent", "toujours"),
        ("généralement", "toujours"),
        ("moins", "plus"),
        ("nos clients", "tous vos concurrents"),
    ],
    inventions: &[("Plusieurs de vos concurrents l'utilisent déjà.", "vos concurrents l'utilisent")],
    questions: &[
        ("Souhaitez-vous renouveler votre abonnement ?", "renouveler votre abonnement"),
        ("Où pouvons-nous envoyer la facture ?", "envoyer la facture"),
    ],
    placeholders: ["(nom de l'entreprise)", "(source)", "(prénom)"],
};

/// Returns the words of a language, by the primary subtag of its BCP 47 tag; `None` for an unknown language.
pub(super) fn of(language: &str) -> Option<&'static Wording> {
    let primary = language.split('-').next().unwrap_or_default();
    [("en", &ENGLISH), ("de", &GERMAN), ("fr", &FRENCH)]
        .into_iter()
        .find_map(|(tag, wording)| primary.eq_ignore_ascii_case(tag).then_some(wording))
}
