//! Addresses that reach no person: shared mailboxes, machines, placeholders and misspellings.

use unicode_security::MixedScript as _;

use crate::address::EmailAddress;
use crate::domains::registrable_domain;
use crate::websites::PLACEHOLDERS;

/// Names of mailboxes that belong to a function or a machine: those of RFC 2142 and those in common use, in the larger
/// languages, without separators.
const SHARED: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "accountspayable",
    "accountsreceivable",
    "admin",
    "administracion",
    "administration",
    "administrator",
    "alert",
    "alerts",
    "all",
    "anfrage",
    "ap",
    "ar",
    "asdf",
    "auto",
    "autoreply",
    "bestellung",
    "bewerbung",
    "billing",
    "bonjour",
    "booking",
    "bookings",
    "bot",
    "bounce",
    "bounces",
    "buchhaltung",
    "care",
    "career",
    "careers",
    "ceooffice",
    "comercial",
    "commercial",
    "compliance",
    "compras",
    "contabilidad",
    "contact",
    "contacto",
    "contactus",
    "contato",
    "contatti",
    "customercare",
    "customerservice",
    "customersupport",
    "daemon",
    "dataprotection",
    "datenschutz",
    "demo",
    "developers",
    "devops",
    "donotreply",
    "dpo",
    "dummy",
    "einkauf",
    "email",
    "empfang",
    "enquiries",
    "enquiry",
    "events",
    "everyone",
    "example",
    "facturacion",
    "fake",
    "feedback",
    "finance",
    "frontdesk",
    "ftp",
    "gdpr",
    "general",
    "geschaeftsfuehrung",
    "hallo",
    "hello",
    "help",
    "helpdesk",
    "hi",
    "hola",
    "hostmaster",
    "hr",
    "info",
    "information",
    "infos",
    "inquiries",
    "inquiry",
    "invoice",
    "invoices",
    "it",
    "itsupport",
    "jobs",
    "kontakt",
    "kundenservice",
    "legal",
    "mail",
    "mailbox",
    "mailer",
    "mailerdaemon",
    "mailing",
    "marketing",
    "media",
    "na",
    "news",
    "newsletter",
    "nobody",
    "noc",
    "noemail",
    "nomail",
    "none",
    "noreply",
    "notification",
    "notifications",
    "notify",
    "null",
    "office",
    "operations",
    "ops",
    "order",
    "orders",
    "partner",
    "partners",
    "partnerships",
    "payroll",
    "personal",
    "poczta",
    "post",
    "postmaster",
    "pr",
    "press",
    "presse",
    "privacy",
    "procurement",
    "purchasing",
    "reception",
    "rechnung",
    "recruiting",
    "recruitment",
    "registro",
    "reservations",
    "robot",
    "root",
    "sales",
    "salesteam",
    "secretariat",
    "security",
    "sekretariat",
    "service",
    "services",
    "shop",
    "spam",
    "staff",
    "store",
    "subscribe",
    "support",
    "sysadmin",
    "system",
    "team",
    "tech",
    "technik",
    "test",
    "tester",
    "testing",
    "undisclosed",
    "unknown",
    "unsubscribe",
    "usenet",
    "user",
    "uucp",
    "ventas",
    "ventes",
    "vertrieb",
    "verwaltung",
    "webmaster",
    "welcome",
    "www",
    "xxx",
    "zentrale",
];
/// The mailboxes that also come with a region or a team behind them: `sales-emea`, `info.de`.
const SHARED_FIRST_WORDS: &[&str] = &[
    "admin",
    "billing",
    "contact",
    "customer",
    "donotreply",
    "help",
    "info",
    "jobs",
    "kontakt",
    "mailer",
    "marketing",
    "noreply",
    "office",
    "sales",
    "service",
    "support",
];
/// The largest providers, whose names are misspelled the most.
const OFTEN_MISSPELLED: &[&str] =
    &["gmail.com", "googlemail.com", "hotmail.com", "icloud.com", "outlook.com", "yahoo.com"];
/// Top-level domains for documentation and tests (RFC 2606, section 2), which the Public Suffix List does not have.
const RESERVED: &[&str] = &["example", "test"];

/// Returns why the address is unlikely to reach the person, as a fragment without a full stop. `names` are the person's.
pub fn describe_unlikely(address: &EmailAddress, names: [&str; 2]) -> Option<String> {
    let compared = address.as_compared();
    let (local, host) = compared.rsplit_once('@')?;
    if is_shared(local, names) || registrable_domain(host).split('.').next() == Some(local) {
        return Some(format!("{address} is not a person's own mailbox"));
    }
    let unicode = address.domain().unicode();
    if std::iter::once(local).chain(unicode.split('.')).any(|part| !part.is_single_script()) {
        return Some(format!("the address {address} mixes letters of different scripts that look alike"));
    }
    let top = unicode.rsplit('.').next().unwrap_or_default();
    let is_known = psl::suffix(unicode.as_bytes()).is_some_and(|suffix| suffix.is_known());
    if !is_known && !RESERVED.contains(&top) {
        return Some(format!("the address {address} ends in .{top}, which is not a top-level domain"));
    }
    if PLACEHOLDERS.contains(&registrable_domain(host)) {
        return Some(format!("the address {address} is at a domain for examples"));
    }
    let meant = OFTEN_MISSPELLED.iter().find(|provider| is_misspelling(host, provider))?;
    Some(format!("the address {address} looks like a misspelling of {meant}"))
}

/// Two letters can be a person's initials, so they count as a function only if they are not.
fn is_shared(local: &str, names: [&str; 2]) -> bool {
    let local = local.split('+').next().unwrap_or_default();
    let words: Vec<&str> = local.split(['.', '-', '_']).filter(|word| !word.is_empty()).collect();
    let joined = words.concat();
    let joined = joined.trim_end_matches(|digit: char| digit.is_ascii_digit());
    if joined.starts_with("noreply") || joined.starts_with("donotreply") {
        return true;
    }
    let initials: String = names.iter().filter_map(|name| name.chars().next()).flat_map(char::to_lowercase).collect();
    let is_initials = joined.len() == 2 && joined == initials;
    (SHARED.binary_search(&joined).is_ok() && !is_initials)
        || (words.len() > 1 && words.first().is_some_and(|first| SHARED_FIRST_WORDS.contains(first)))
}

/// Returns whether one letter was left out, added, changed or swapped with its neighbor, the first one excepted.
fn is_misspelling(host: &str, provider: &str) -> bool {
    host.chars().next() == provider.chars().next() && strsim::damerau_levenshtein(host, provider) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(SHARED.is_sorted());
    }

    #[test]
    fn addresses_that_reach_no_person() {
        let check = |text: &str, expected: Option<&str>| {
            let described = describe_unlikely(&text.parse().unwrap(), ["Paul", "Rand"]);
            assert_eq!(described.is_some(), expected.is_some(), "{text}: {described:?}");
            assert!(described.unwrap_or_default().contains(expected.unwrap_or_default()), "{text}");
        };
        for shared in [
            "info@northwind.example",
            "INFO@northwind.example",
            "no-reply@northwind.example",
            "no.reply.7@northwind.example",
            "noreply+x@northwind.example",
            "sales-emea@northwind.example",
            "kontakt@northwind.example",
            "postmaster@northwind.example",
            "mailer-daemon@northwind.example",
            "accounts.payable@northwind.example",
            "info2@northwind.example",
            "hr@northwind.example",
            "northwind@northwind.example",
            "test@test.com",
            "unknown@unknown.com",
            "noemail@northwind.example",
        ] {
            check(shared, Some("is not a person's own mailbox"));
        }
        for (odd, reason) in [
            ("ann@northwind.con", "ends in .con"),
            ("ann@northwind.comm", "ends in .comm"),
            ("ann@northwind.example.invalid", "ends in .invalid"),
            ("ann@example.com", "a domain for examples"),
            ("ann@gmial.com", "misspelling of gmail.com"),
            ("ann@gmail.co", "misspelling of gmail.com"),
            ("ann@hotmal.com", "misspelling of hotmail.com"),
            ("аnn@northwind.example", "different scripts"),
            ("ann@nоrthwind.example", "different scripts"),
        ] {
            check(odd, Some(reason));
        }
        for person in [
            "ann@northwind.example",
            "ann+news@northwind.example",
            "pr@northwind.example",
            "jörg@münchen.de",
            "o'brien@northwind.test",
            "ann@gmail.com",
            "ann@ymail.com",
            "ann@mail.com",
            "ivan@президент.рф",
            "иван@президент.рф",
            "ann@northwind.co.uk",
            "hi.tran@northwind.example",
            "ann@northwind.github.io",
            "sato@例え.jp",
            "inform.ann@northwind.example",
        ] {
            check(person, None);
        }
    }
}
