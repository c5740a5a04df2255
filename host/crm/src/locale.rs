//! Standard codes of countries and languages, from the names that CRMs use.

use std::{collections::HashMap, sync::LazyLock};

use keshvar::{Alpha2, Alpha3, CountryIterator};

/// Returns the ISO 3166-1 alpha-2 code in upper case of a code or a name: `DE`, `DEU`, `Germany`, `Deutschland`,
/// `U.S.A.`. Known names are the standard's short and long ones and common ones, in English and the larger languages.
pub fn country(value: &str) -> Option<String> {
    static NAMES: LazyLock<HashMap<String, Alpha2>> = LazyLock::new(|| {
        // Names that the lists lack or assign to several countries.
        const MORE: [(&str, Alpha2); 10] = [
            ("america", Alpha2::US),
            ("england", Alpha2::GB),
            ("great britain", Alpha2::GB),
            ("holland", Alpha2::NL),
            ("korea", Alpha2::KR),
            ("northern ireland", Alpha2::GB),
            ("scotland", Alpha2::GB),
            ("uae", Alpha2::AE),
            ("uk", Alpha2::GB),
            ("wales", Alpha2::GB),
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
        names
    });
    if value.len() > 100 {
        return None;
    }
    let key = country_key(value);
    let upper = key.to_ascii_uppercase();
    let by_code = match upper.len() {
        2 => Alpha2::try_from(upper.as_str()).ok(),
        3 => Alpha3::try_from(upper.as_str()).ok().map(|code| code.to_alpha2()),
        _ => None,
    };
    by_code.or_else(|| NAMES.get(&key).copied()).map(|code| code.to_string())
}

/// Normalizes a name: lower case, without dots and without a leading article.
fn country_key(name: &str) -> String {
    let name = name.trim().replace('.', "").to_lowercase();
    name.strip_prefix("the ").map(str::to_owned).unwrap_or(name)
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
            ("NA", Some("NA")),
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
