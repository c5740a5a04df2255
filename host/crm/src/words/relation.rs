//! The relation to an account, from a type or a life-cycle stage.

use std::collections::HashMap;

use baton_facts::types::Relation;

use super::stems::{has_stem, is_denied};
use crate::parse::{is_placeholder, normalize_label};

/// The reading of a type or a life-cycle stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RelationReading {
    pub(crate) relation: Relation,
    /// Whether the word says that an opportunity is open.
    pub(crate) opportunity: bool,
}

/// Words of companies to sell to.
const PROSPECTS: [&str; 38] = [
    "prospect",
    "prospects",
    "subscriber",
    "lead",
    "leads",
    "mql",
    "sql",
    "sal",
    "pql",
    "suspect",
    "target",
    "targetaccount",
    "targetcustomer",
    "potentialcustomer",
    "potentialclient",
    "prospectivecustomer",
    "prospectiveclient",
    "interessent",
    "prospekt",
    "zielkunde",
    "potenziellerkunde",
    "abonnent",
    "abonné",
    "abonne",
    "clientpotentiel",
    "prospecto",
    "suscriptor",
    "clientepotencial",
    "clientepotenziale",
    "assinante",
    "サブスクライバー",
    "登録読者",
    "リード",
    "見込み客",
    "見込客",
    "潜在顧客",
    "mqlリード",
    "sqlリード",
];
/// Words of vendors' lists that state no relation.
const NO_RELATION: [&str; 8] = ["vendor", "other", "sonstige", "sonstiges", "andere", "autre", "otro", "outro"];
const CUSTOMER_STEMS: [&str; 19] = [
    "customer",
    "client",
    "kund",
    "klient",
    "klant",
    "asiakas",
    "顧客",
    "客户",
    "お客様",
    "得意先",
    "evangel",
    "évangél",
    "ambassad",
    "embajador",
    "embaixador",
    "fürsprecher",
    "promotor",
    "closedwon",
    "エバンジェリスト",
];
const COMPETITOR_STEMS: [&str; 7] = ["compet", "wettbewerb", "konkurr", "concurren", "concorren", "rival", "競合"];
const PARTNER_STEMS: [&str; 17] = [
    "partner",
    "partenaire",
    "parceir",
    "resell",
    "distribut",
    "distribuid",
    "integrator",
    "affiliate",
    "alliance",
    "wiederverkäuf",
    "händler",
    "revend",
    "socio",
    "パートナー",
    "代理店",
    "販売店",
    "oempartner",
];
const OPPORTUNITY_STEMS: [&str; 4] = ["opportun", "oportun", "verkaufschance", "商談"];

/// Reads a cell with one word or several.
pub(super) fn read(value: &str, house: &HashMap<String, Relation>) -> Option<RelationReading> {
    if let Some(relation) = house.get(&normalize_label(value)) {
        return Some(RelationReading { relation: *relation, opportunity: false });
    }
    if is_placeholder(value) {
        return Some(RelationReading { relation: Relation::None, opportunity: false });
    }
    let parts = value.split([';', ',', '|', '/', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let mut whole = RelationReading { relation: Relation::None, opportunity: false };
    let mut unknown = false;
    for part in parts.filter(|part| !is_placeholder(part)) {
        let key = normalize_label(part);
        let reading = match house.get(&key) {
            Some(relation) => Some(RelationReading { relation: *relation, opportunity: false }),
            None => standard(&key),
        };
        match reading {
            Some(reading) => {
                whole.relation = stricter(whole.relation, reading.relation);
                whole.opportunity |= reading.opportunity;
            }
            None => unknown = true,
        }
    }
    let excluded = matches!(whole.relation, Relation::Customer | Relation::Competitor | Relation::Partner);
    (excluded || !unknown).then_some(whole)
}

fn standard(key: &str) -> Option<RelationReading> {
    let of = |relation| Some(RelationReading { relation, opportunity: false });
    if PROSPECTS.contains(&key) {
        return of(Relation::Prospect);
    }
    if NO_RELATION.contains(&key) || key == "その他" {
        return of(Relation::None);
    }
    let stems = [
        (Relation::Customer, &CUSTOMER_STEMS[..]),
        (Relation::Competitor, &COMPETITOR_STEMS[..]),
        (Relation::Partner, &PARTNER_STEMS[..]),
    ];
    if let Some((relation, _)) = stems.iter().find(|(_, stems)| has_stem(key, stems)) {
        return if is_denied(key) { None } else { of(*relation) };
    }
    if has_stem(key, &OPPORTUNITY_STEMS) {
        return Some(RelationReading { relation: Relation::Prospect, opportunity: true });
    }
    let prospect = key.starts_with("prospect") || is_qualified_lead(key);
    if prospect { of(Relation::Prospect) } else { None }
}

/// Whether the word is a lead with nothing but a qualification: `Marketing-qualifizierter Lead (MQL)`, not `Dead lead`.
fn is_qualified_lead(key: &str) -> bool {
    const KINDS: [&str; 9] = ["new", "open", "warm", "hot", "cold", "inbound", "outbound", "marketing", "sales"];
    if !has_stem(key, &["lead", "リード"]) {
        return false;
    }
    let rest = ["leads", "lead", "リード"].iter().fold(key.to_owned(), |rest, word| rest.replace(word, ""));
    let denied = ["un", "dis", "in", "nicht", "não", "non", "no"].iter().any(|mark| rest.starts_with(mark));
    KINDS.contains(&rest.as_str()) || (!denied && has_stem(&rest, &["qualif", "calificad", "cualificad", "mql", "sql"]))
}

/// Returns the relation that restricts contact more.
pub(crate) fn stricter(one: Relation, other: Relation) -> Relation {
    let rank = |relation| match relation {
        Relation::None => 0,
        Relation::Prospect => 1,
        Relation::Partner => 2,
        Relation::Competitor => 3,
        Relation::Customer => 4,
    };
    if rank(other) > rank(one) { other } else { one }
}
