//! The company that a website belongs to: its host and its domain, or none on a site that many companies share.

use crate::address::Domain;
use crate::domains::{parse_host, registrable_domain};
use crate::free_mail::is_free_mail;
use crate::quoted::is_invisible;

/// Sites on which many companies have a page, a profile, a short link or a mailing: a link to a page or a host below one of
/// them does not identify the company. Their own home page does.
const SHARED: &[&str] = &[
    "about.me",
    "amazon.co.uk",
    "amazon.com",
    "amazon.de",
    "angel.co",
    "apple.com",
    "archive.org",
    "baidu.com",
    "behance.net",
    "bing.com",
    "bit.ly",
    "buff.ly",
    "calendly.com",
    "clutch.co",
    "constantcontact.com",
    "craigslist.org",
    "crunchbase.com",
    "dropbox.com",
    "ebay.com",
    "etsy.com",
    "eventbrite.com",
    "facebook.com",
    "fb.com",
    "fb.me",
    "g2.com",
    "github.com",
    "gitlab.com",
    "glassdoor.com",
    "goo.gl",
    "google.com",
    "indeed.com",
    "instagram.com",
    "issuu.com",
    "kununu.com",
    "linkedin.com",
    "linktr.ee",
    "list-manage.com",
    "lnkd.in",
    "mailchi.mp",
    "medium.com",
    "meetup.com",
    "ow.ly",
    "paypal.com",
    "pinterest.com",
    "reddit.com",
    "slideshare.net",
    "soundcloud.com",
    "t.co",
    "t.me",
    "tiktok.com",
    "tinyurl.com",
    "tripadvisor.com",
    "trustpilot.com",
    "twitter.com",
    "vimeo.com",
    "vk.com",
    "wa.me",
    "wellfound.com",
    "whatsapp.com",
    "wikipedia.org",
    "x.com",
    "xing.com",
    "yellowpages.com",
    "yelp.com",
    "youtu.be",
    "youtube.com",
    "zoominfo.com",
];

/// Sites that give each company a host of its own, and that the Public Suffix List does not have.
const HOST_PER_COMPANY: &[&str] = &[
    "atlassian.net",
    "blogspot.com",
    "business.site",
    "freshdesk.com",
    "godaddysites.com",
    "hubspotpagebuilder.com",
    "jimdo.com",
    "jimdosite.com",
    "onmicrosoft.com",
    "sharepoint.com",
    "squarespace.com",
    "strikingly.com",
    "substack.com",
    "tumblr.com",
    "webflow.io",
    "weebly.com",
    "wixsite.com",
    "wordpress.com",
    "zendesk.com",
];

/// Domains that stand for an address nobody has filled in (RFC 2606, section 3).
pub(crate) const PLACEHOLDERS: &[&str] = &["example.com", "example.net", "example.org"];

/// The website of one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanySite {
    /// The host without `www.`, in the form that is compared.
    pub host: Domain,
    /// The registrable domain as it was written, in lower case; the host on a site that gives each company its own.
    pub domain: String,
}

/// The company in an account's website field.
#[derive(Debug, PartialEq, Eq)]
pub enum Website {
    /// A site of the company.
    Own(CompanySite),
    /// A page on a site that many companies share.
    Shared(String),
    /// Not a host name.
    Unreadable,
}

/// Parses anything between `northwind.example` and a deep link; the first one of several.
pub fn parse_website(value: &str) -> Website {
    let visible: String = value.chars().filter(|letter| !is_invisible(*letter)).collect();
    let first = visible
        .trim()
        .split(|mark: char| mark.is_whitespace() || mark == ';' || mark == ',')
        .next()
        .unwrap_or_default();
    let rest = without_scheme(first);
    let (authority, path) = match rest.find(['/', '?', '#', '\\']) {
        Some(at) => (&rest[..at], rest[at..].trim_matches('/')),
        None => (rest, ""),
    };
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = authority.split_once(':').map_or(authority, |(name, _)| name);
    let Some(written) = parse_host(name) else { return Website::Unreadable };
    let Ok(host) = written.parse::<Domain>() else { return Website::Unreadable };
    let host = host.without_www();
    let domain = registrable_domain(&written).to_owned();
    let is_below = host.as_str() != registrable_domain(host.as_str());
    let site = domain.as_str();
    if HOST_PER_COMPANY.contains(&site) && is_below {
        return Website::Own(CompanySite { domain: host.unicode(), host });
    }
    let has_page = !path.is_empty() || is_below;
    if is_free_mail(&host)
        || PLACEHOLDERS.contains(&site)
        || (has_page && (SHARED.contains(&site) || HOST_PER_COMPANY.contains(&site)))
    {
        return Website::Shared(domain);
    }
    Website::Own(CompanySite { host, domain })
}

/// Removes `https://` and what people make of it: one slash, no colon, or the scheme twice.
fn without_scheme(text: &str) -> &str {
    let mut rest = text;
    loop {
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            rest.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
                && rest[scheme.len()..].starts_with([':', '/'])
        });
        match scheme {
            Some(scheme) => rest = rest[scheme.len()..].trim_start_matches([':', '/']),
            None => {
                let other = rest.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '.']));
                return other.map_or(rest, |(_, rest)| rest).trim_start_matches('/');
            }
        }
    }
}

/// Returns whether one of the hosts is the other or a host below it, as mail and web of one company are. Two departments
/// below one domain (`dot.state.example`, `dmv.state.example`) are not the same.
pub fn is_same_or_below(one: &Domain, other: &Domain) -> bool {
    one.with_parents().any(|name| name == other.as_str()) || other.with_parents().any(|name| name == one.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(host: &str, domain: &str) -> Website {
        Website::Own(CompanySite { host: host.parse().unwrap(), domain: domain.into() })
    }

    #[test]
    fn domains_from_websites() {
        let check = |value: &str, expected: Website| assert_eq!(parse_website(value), expected, "{value:?}");
        for (value, host, domain) in [
            ("northwind.example", "northwind.example", "northwind.example"),
            ("https://www.Northwind.Example/", "northwind.example", "northwind.example"),
            ("http://shop.eu.northwind.example:8080/a/b.php?x=1#y", "shop.eu.northwind.example", "northwind.example"),
            ("http://timesonline.co.uk/magnis/dis.json", "timesonline.co.uk", "timesonline.co.uk"),
            ("http://www.ocn.ne.jp/a/vestibulum.jpg", "ocn.ne.jp", "ocn.ne.jp"),
            ("//northwind.example/x", "northwind.example", "northwind.example"),
            ("user:pass@northwind.example", "northwind.example", "northwind.example"),
            ("info@northwind.example", "northwind.example", "northwind.example"),
            ("northwind.example; northwind.test", "northwind.example", "northwind.example"),
            ("http://yolasite.com/in.jpg", "yolasite.com", "yolasite.com"),
            ("https://www.linkedin.com/", "linkedin.com", "linkedin.com"),
            ("NORTHWIND.EXAMPLE.", "northwind.example", "northwind.example"),
            ("https://bücher.example/x", "xn--bcher-kva.example", "bücher.example"),
            ("http:/northwind.example", "northwind.example", "northwind.example"),
            ("https//northwind.example/x", "northwind.example", "northwind.example"),
            ("https:northwind.example", "northwind.example", "northwind.example"),
            ("http://http://northwind.example", "northwind.example", "northwind.example"),
            ("\u{200b}northwind.example\u{feff}", "northwind.example", "northwind.example"),
            ("https.example", "https.example", "https.example"),
            ("https://northwind.wordpress.com/about", "northwind.wordpress.com", "northwind.wordpress.com"),
            ("northwind.onmicrosoft.com", "northwind.onmicrosoft.com", "northwind.onmicrosoft.com"),
            ("amazon.com", "amazon.com", "amazon.com"),
        ] {
            check(value, own(host, domain));
        }
        for (value, site) in [
            ("https://www.facebook.com/northwind", "facebook.com"),
            ("gmail.com", "gmail.com"),
            ("yahoo.co.uk", "yahoo.co.uk"),
            ("https://bit.ly/northwind", "bit.ly"),
            ("https://www.amazon.com/stores/northwind", "amazon.com"),
            ("https://web.archive.org/web/2019/http://northwind.example", "archive.org"),
            ("northwind.us3.list-manage.com", "list-manage.com"),
            ("https://sites.google.com/view/northwind", "google.com"),
            ("https://apps.apple.com/app/northwind", "apple.com"),
            ("https://www.yelp.com/biz/northwind", "yelp.com"),
            ("https://wordpress.com/northwind", "wordpress.com"),
            ("example.com", "example.com"),
        ] {
            check(value, Website::Shared(site.into()));
        }
        for value in [
            "",
            "n/a",
            "localhost",
            "http://",
            "10.0.0.1",
            "http://10.0.0.1/x",
            "-x.example",
            "a..b",
            "1.2",
            "[::1]",
            "http",
        ] {
            check(value, Website::Unreadable);
        }
    }

    #[test]
    fn departments_of_one_domain_are_not_one_company() {
        let check = |one: &str, other: &str, expected: bool| {
            let [one, other] = [one, other].map(|host| host.parse::<Domain>().unwrap());
            assert_eq!(is_same_or_below(&one, &other), expected, "{one} {other}");
        };
        check("northwind.example", "northwind.example", true);
        check("mail.northwind.example", "northwind.example", true);
        check("northwind.example", "shop.northwind.example", true);
        check("dot.state.example", "dmv.state.example", false);
        check("a.example", "b.example", false);
    }
}
