//! The header of a file: which columns have which field, and which columns seem to restrict contact and are not read.

use super::error::LoadError;
use super::fields::{Field, FileSpec, most_similar};
use super::parse::normalize_label;
use super::rejects::shortened;

/// Returns the columns of each field of the file, best first: by the admin's column map, else by the connector's
/// headers. A field that restricts contact has every column of such a name, any other field those of one name.
pub(super) fn columns(plan: &FileSpec<'_>, header: &[String], file: &str) -> Result<Vec<Vec<usize>>, LoadError> {
    if let Some(name) = plan.map.keys().find(|name| plan.fields.iter().all(|field| field.name != name.as_str())) {
        let known = plan.fields.iter().map(|field| field.name);
        let closest = most_similar(name, known.clone()).map(str::to_owned);
        let known = known.collect::<Vec<_>>().join(", ");
        return Err(LoadError::UnknownField { key: plan.key, name: shortened(name), closest, known });
    }
    let names: Vec<String> = header.iter().map(|name| normalize_label(name)).collect();
    let mapped = |field: &Field| plan.map.get(field.name).map(|name| named(header, &names, name));
    let taken_by_other = |field: &Field, column: usize| {
        plan.fields.iter().filter(|other| other.name != field.name).filter_map(mapped).flatten().any(|at| at == column)
    };
    let seen = || header.iter().take(60).map(|name| format!("\"{}\"", shortened(name))).collect::<Vec<_>>().join(", ");
    plan.fields
        .iter()
        .map(|field| {
            let mut found = mapped(field).unwrap_or_default();
            if let (true, Some(name)) = (found.is_empty(), plan.map.get(field.name)) {
                return Err(LoadError::MappedColumn {
                    file: file.to_owned(),
                    key: plan.key,
                    field: field.name,
                    header: shortened(name).into(),
                    closest: most_similar(name, header.iter().map(String::as_str)).map(Box::from),
                    seen: seen().into(),
                });
            }
            for known in field.headers.iter().copied().chain([field.name]) {
                if !found.is_empty() && !field.every {
                    break;
                }
                let more = named(header, &names, known).into_iter().filter(|column| !taken_by_other(field, *column));
                for column in more.collect::<Vec<_>>() {
                    if !found.contains(&column) {
                        found.push(column);
                    }
                }
            }
            if found.is_empty() && field.required {
                let standard = field.headers.first().copied().unwrap_or(field.name);
                return Err(LoadError::MissingColumn {
                    file: file.to_owned(),
                    key: plan.key,
                    field: field.name,
                    standard,
                    closest: most_similar(standard, header.iter().map(String::as_str)).map(Box::from),
                    seen: seen().into(),
                });
            }
            Ok(found)
        })
        .collect()
}

/// Returns the columns of this name, those with its exact spelling first. A star at its end matches any rest.
fn named(header: &[String], normalized: &[String], name: &str) -> Vec<usize> {
    let exact = header.iter().map(|seen| seen == name.trim());
    let (key, open) = (normalize_label(name), name.ends_with('*'));
    let like = normalized.iter().map(|seen| !key.is_empty() && (*seen == key || open && seen.starts_with(&key)));
    let mut found: Vec<(bool, usize)> = exact
        .zip(like)
        .enumerate()
        .filter(|(_, (exact, like))| *exact || *like)
        .map(|(at, (exact, _))| (!exact, at))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

/// Whether a column that is not read seems to say who must not be contacted.
pub(super) fn seems_to_restrict(name: &str) -> bool {
    /// Parts of names, without case, blanks and punctuation.
    const SIGNS: [&str; 52] = [
        "unsubscri",
        "optout",
        "optedout",
        "optin",
        "optedin",
        "subscri",
        "consent",
        "gdpr",
        "dsgvo",
        "rgpd",
        "lawfulbasis",
        "legalbasis",
        "bounce",
        "quarantin",
        "invalidemail",
        "donot",
        "dnc",
        "nocontact",
        "nomail",
        "noemail",
        "customer",
        "client",
        "competitor",
        "partner",
        "reseller",
        "blocklist",
        "blacklist",
        "blocked",
        "suppress",
        "complain",
        "spam",
        "owner",
        "deceased",
        "nolonger",
        "leftcompany",
        "lifecycle",
        "lifecyclephase",
        "kunde",
        "wettbewerb",
        "abgemeldet",
        "abbestellt",
        "einwilligung",
        "widerspr",
        "désabonn",
        "désinscri",
        "consentement",
        "cancelósuscripción",
        "baja",
        "cliente",
        "顧客",
        "配信停止",
        "担当者",
    ];
    /// Standard properties about other channels, dates and counts.
    const HARMLESS: [&str; 16] = [
        "hasoptedoutoffax",
        "faxoptout",
        "donotcall",
        "ownerassigneddate",
        "hubspotownerassigneddate",
        "firstsubscriptiondate",
        "becameacustomerdate",
        "becameasubscriberdate",
        "lifecyclestagedate",
        "customerpriority",
        "customerpriorityc",
        "numberofcustomers",
        "isunworked",
        "becameaclientdate",
        "marketingemailssubscribed",
        "ownerteam",
    ];
    let name = normalize_label(name);
    !HARMLESS.contains(&name.as_str()) && SIGNS.iter().any(|sign| name.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_seem_to_restrict_contact() {
        for (name, expected) in [
            ("Marketing emails opted out", true),
            ("Opted out of email: Newsletter", true),
            ("GDPR consent given", true),
            ("Email hard bounced", true),
            ("Do not mail", true),
            ("Is customer (old system)", true),
            ("Account owner", true),
            ("Von allen E-Mails abgemeldet", true),
            ("Zuständiger Kundenbetreuer", true),
            ("すべてのEメールの配信停止", true),
            ("Do Not Call", false),
            ("HasOptedOutOfFax", false),
            ("Notes", false),
            ("Phone number", false),
            ("City", false),
        ] {
            assert_eq!(seems_to_restrict(name), expected, "{name}");
        }
    }
}
