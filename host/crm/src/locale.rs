//! Standard codes of countries and languages, from the names that CRMs use.

use std::{collections::HashMap, sync::LazyLock};

use keshvar::{Alpha2, Alpha3, CountryIterator};

use super::parse;

/// Returns the ISO 3166-1 alpha-2 code in upper case of a code or a name: `DE`, `DEU`, `Germany`, `Deutschland`,
/// `U.S.A.`. Known names are the standard's short and long ones and common ones, in English and the other languages of
/// the world. Several names of one country are one: `United States (US)`, `England, UK`.
///
/// `NA` is unknown: CRMs write it for North America and for a missing value more often than for Namibia. See `CsvRow::get_country`.
pub fn country(value: &str) -> Option<String> {
    if value.len() > 100 {
        return None;
    }
    let key = country_key(value);
    let several = |mark: char| {
        let mut codes = key.split(mark).map(|name| known_country(name.trim().trim_end_matches(')')));
        let first = codes.next()??;
        codes.all(|code| code == Some(first)).then_some(first)
    };
    let inverted = || {
        let (name, form) = key.split_once(", ").filter(|(_, form)| form.ends_with(" of"))?;
        known_country(&format!("{form} {name}"))
    };
    let code = known_country(&key).or_else(inverted).or_else(|| several('(')).or_else(|| several(','));
    code.map(|code| code.to_string())
}

fn known_country(key: &str) -> Option<Alpha2> {
    let upper = key.to_ascii_uppercase();
    let by_code = match upper.len() {
        2 if upper == "NA" => return None,
        2 => Alpha2::try_from(upper.as_str()).ok(),
        3 => Alpha3::try_from(upper.as_str()).ok().map(|code| code.to_alpha2()),
        _ => None,
    };
    by_code.or_else(|| COUNTRY_NAMES.get(key).copied())
}

static COUNTRY_NAMES: LazyLock<HashMap<String, Alpha2>> = LazyLock::new(|| {
    // Names that the lists lack or assign to several countries.
    const MORE: [(&str, Alpha2); 21] = [
        ("america", Alpha2::US),
        ("brd", Alpha2::DE),
        ("ee uu", Alpha2::US),
        ("eeuu", Alpha2::US),
        ("england", Alpha2::GB),
        ("estados unidos de américa", Alpha2::US),
        ("great britain", Alpha2::GB),
        ("holland", Alpha2::NL),
        ("korea", Alpha2::KR),
        ("northern ireland", Alpha2::GB),
        ("republic of ireland", Alpha2::IE),
        ("republik irland", Alpha2::IE),
        ("scotland", Alpha2::GB),
        ("uae", Alpha2::AE),
        ("uk", Alpha2::GB),
        ("vereinigte staaten von amerika", Alpha2::US),
        ("wales", Alpha2::GB),
        ("états-unis d'amérique", Alpha2::US),
        ("アメリカ合衆国", Alpha2::US),
        ("アメリカ", Alpha2::US),
        ("英国", Alpha2::GB),
    ];
    let mut names: HashMap<String, Alpha2> = MORE.into_iter().map(|(name, code)| (name.to_owned(), code)).collect();
    let official = CountryIterator::new().flat_map(|country| {
        [country.iso_short_name(), country.iso_long_name()].map(|name| (country_key(name), country.alpha2()))
    });
    let common = CountryIterator::new().flat_map(|country| {
        let names: Vec<String> = country.unofficial_name_list().iter().map(|name| country_key(name)).collect();
        names.into_iter().map(move |name| (name, country.alpha2()))
    });
    for (name, code) in official.chain(common) {
        names.entry(name).or_insert(code);
    }
    // A name that two languages give to two countries is a name of neither.
    let mut translated: HashMap<String, Option<Alpha2>> = HashMap::new();
    for country in CountryIterator::new() {
        let code = country.alpha2();
        for name in country.translations().values() {
            let meaning = translated.entry(country_key(name)).or_insert(Some(code));
            *meaning = meaning.filter(|known| *known == code);
        }
    }
    for (name, code) in translated {
        if let Some(code) = code {
            names.entry(name).or_insert(code);
        }
    }
    names
});

/// Normalizes a name: lower case, single blanks, without dots and without a leading article.
fn country_key(name: &str) -> String {
    let name = parse::text(name).0.replace('.', "").to_lowercase();
    let name = name.trim();
    name.strip_prefix("the ").unwrap_or(name).to_owned()
}

/// Returns the BCP 47 tag in its usual spelling, from a tag (`en_us`) or from a language's name, with its region if it
/// has one (`German - Austria`).
pub fn language(value: &str) -> Option<String> {
    let value = value.trim();
    let (name, region) = value.split_once(" - ").or_else(|| value.split_once(" (")).unwrap_or((value, ""));
    if let Some((_, code)) = LANGUAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim())) {
        return Some(match country(region.trim_end_matches(')')) {
            Some(region) => format!("{code}-{region}"),
            None => (*code).to_owned(),
        });
    }
    let tag = value.replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next()?.to_ascii_lowercase();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !((2..=3).contains(&primary.len()) && letters(&primary)) {
        return None;
    }
    let mut spelled = primary;
    for part in parts {
        let part = match part.len() {
            2 if letters(part) => part.to_ascii_uppercase(),
            4 if letters(part) => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
            3..=8 if part.bytes().all(|byte| byte.is_ascii_alphanumeric()) => part.to_ascii_lowercase(),
            _ => return None,
        };
        spelled = format!("{spelled}-{part}");
    }
    Some(spelled)
}

/// HubSpot's labels for preferred languages, and the native names of the most common ones.
const LANGUAGES: [(&str, &str); 46] = [
    ("arabic", "ar"),
    ("bulgarian", "bg"),
    ("chinese", "zh"),
    ("croatian", "hr"),
    ("czech", "cs"),
    ("danish", "da"),
    ("dansk", "da"),
    ("deutsch", "de"),
    ("dutch", "nl"),
    ("english", "en"),
    ("español", "es"),
    ("estonian", "et"),
    ("finnish", "fi"),
    ("français", "fr"),
    ("french", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("icelandic", "is"),
    ("indonesian", "id"),
    ("italian", "it"),
    ("italiano", "it"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("latvian", "lv"),
    ("lithuanian", "lt"),
    ("malay", "ms"),
    ("nederlands", "nl"),
    ("norwegian", "no"),
    ("norwegian bokmål", "nb"),
    ("polish", "pl"),
    ("polski", "pl"),
    ("portuguese", "pt"),
    ("português", "pt"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("slovak", "sk"),
    ("slovenian", "sl"),
    ("spanish", "es"),
    ("svenska", "sv"),
    ("swedish", "sv"),
    ("thai", "th"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries() {
        for (value, expected) in [
            ("US", Some("US")),
            ("usa", Some("US")),
            ("U.S.", Some("US")),
            ("U.S.A.", Some("US")),
            ("United States", Some("US")),
            ("The United States of America", Some("US")),
            ("UK", Some("GB")),
            ("United Kingdom", Some("GB")),
            ("Deutschland", Some("DE")),
            ("germany", Some("DE")),
            ("DEU", Some("DE")),
            ("Frankreich", Some("FR")),
            ("Österreich", Some("AT")),
            ("South Korea", Some("KR")),
            ("Türkiye", Some("TR")),
            ("Turkey", Some("TR")),
            ("Czech Republic", Some("CZ")),
            ("The Netherlands", Some("NL")),
            ("Holland", Some("NL")),
            ("Viet Nam", Some("VN")),
            ("Russia", Some("RU")),
            ("NA", None),
            ("United  States", Some("US")),
            (" United\u{a0}States ", Some("US")),
            ("United States (US)", Some("US")),
            ("Germany (Deutschland)", Some("DE")),
            ("United States (CA)", None),
            ("Georgia (US)", None),
            ("Republic of Ireland", Some("IE")),
            ("Vereinigte Staaten", Some("US")),
            ("Vereinigte Staaten von Amerika", Some("US")),
            ("EE.UU.", Some("US")),
            ("EE. UU.", Some("US")),
            ("Estados Unidos", Some("US")),
            ("États-Unis", Some("US")),
            ("BRD", Some("DE")),
            ("美国", Some("US")),
            ("アメリカ合衆国", Some("US")),
            ("ドイツ", Some("DE")),
            ("Royaume-Uni", Some("GB")),
            ("Reino Unido", Some("GB")),
            ("Vereinigtes Königreich", Some("GB")),
            ("Países Bajos", Some("NL")),
            ("Schweiz", Some("CH")),
            ("Suíça", Some("CH")),
            ("England, UK", Some("GB")),
            ("Paris, UK", None),
            ("England, France", None),
            ("Korea, Republic of", Some("KR")),
            ("Tanzania, United Republic of", Some("TZ")),
            ("Deutschland, Germany", Some("DE")),
            ("Guinea", Some("GN")),
            ("Niger", Some("NE")),
            ("Georgia", Some("GE")),
            ("Congo", Some("CG")),
            ("Dominica", Some("DM")),
            ("Austria", Some("AT")),
            ("Australia", Some("AU")),
            ("Corea del Norte", Some("KP")),
            ("Namibia", Some("NA")),
            ("España", Some("ES")),
            ("", None),
            ("XX", None),
            ("Atlantis", None),
            ("n/a", None),
        ] {
            assert_eq!(country(value).as_deref(), expected, "{value:?}");
        }
    }

    #[test]
    fn languages() {
        for (value, expected) in [
            ("en", Some("en")),
            ("en-us", Some("en-US")),
            ("zh_hant_tw", Some("zh-Hant-TW")),
            ("German", Some("de")),
            ("German - Austria", Some("de-AT")),
            ("English (United Kingdom)", Some("en-GB")),
            ("Deutsch", Some("de")),
            ("", None),
            ("Klingon language", None),
            ("e", None),
            ("en-", None),
            ("en-ä", None),
        ] {
            assert_eq!(language(value).as_deref(), expected, "{value:?}");
        }
    }
}
