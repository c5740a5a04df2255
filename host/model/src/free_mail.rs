//! Mail providers: an address there identifies a person at most, never the person's employer.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::address::Domain;
use crate::domains::registrable_domain;

/// Returns whether anybody can have a mailbox at the domain: free mail, disposable mail, internet providers.
pub fn is_free_mail(domain: &Domain) -> bool {
    static DOMAINS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        include_str!("free_mail_domains.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect()
    });
    let name = domain.as_str();
    DOMAINS.contains(name) || DOMAINS.contains(registrable_domain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_providers_of_many_countries() {
        let check =
            |domain: &str, expected: bool| assert_eq!(is_free_mail(&domain.parse().unwrap()), expected, "{domain}");
        for domain in [
            "126.com",
            "163.com",
            "aol.com",
            "btinternet.com",
            "comcast.net",
            "free.fr",
            "freenet.de",
            "gmail.com",
            "gmx.at",
            "gmx.ch",
            "gmx.de",
            "gmx.net",
            "googlemail.com",
            "hotmail.co.uk",
            "hotmail.fr",
            "icloud.com",
            "laposte.net",
            "libero.it",
            "live.co.uk",
            "mail.ru",
            "mailinator.com",
            "me.com",
            "msn.com",
            "naver.com",
            "orange.fr",
            "outlook.de",
            "proton.me",
            "protonmail.com",
            "qq.com",
            "rediffmail.com",
            "seznam.cz",
            "t-online.de",
            "wanadoo.fr",
            "web.de",
            "wp.pl",
            "yahoo.co.jp",
            "yahoo.co.uk",
            "yahoo.com.br",
            "yandex.ru",
            "ymail.com",
            "vip.163.com",
        ] {
            check(domain, true);
        }
        for domain in ["northwind.example", "google.com", "microsoft.com", "amazon.com", "northwind.web.id"] {
            check(domain, false);
        }
    }
}
