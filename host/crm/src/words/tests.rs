//! The vendors' vocabularies, and the house's own words.

use baton_facts::types::{Direction, Relation};

use super::*;

fn words() -> Words {
    Words::default()
}

#[track_caller]
fn check_relation(expected: Option<Relation>, values: &[&str]) {
    for value in values {
        assert_eq!(words().relation(value).map(|reading| reading.relation), expected, "{value}");
    }
}

#[test]
fn words_for_customers_partners_and_competitors_are_read_in_every_language() {
    check_relation(
        Some(Relation::Customer),
        &[
            "Customer",
            "CUSTOMER",
            "customer\u{a0}",
            "Customers",
            "Existing Customer",
            "Customer - Direct",
            "Former customer",
            "Client",
            "Kunde",
            "Bestandskunde",
            "Kundin",
            "Cliente",
            "Klant",
            "顧客",
            "Evangelist",
            "Fürsprecher",
            "Fu\u{308}rsprecher",
            "Ambassadeur",
            "Prospect;Customer",
            "Customer;Partner",
            "Sorcerer;Customer",
            "Closed Won",
        ],
    );
    check_relation(
        Some(Relation::Partner),
        &[
            "Partner",
            "Channel Partner / Reseller",
            "Technology Partner",
            "Installation Partner",
            "Integrator",
            "Distributor",
            "Partenaire",
            "Revendeur",
            "Händler",
            "Parceiro",
            "代理店",
        ],
    );
    check_relation(
        Some(Relation::Competitor),
        &["Competitor", "Competition", "Wettbewerber", "Konkurrent", "Concurrent", "Concorrente", "競合他社"],
    );
    check_relation(
        Some(Relation::Prospect),
        &[
            "Prospect",
            "Lead",
            "Subscriber",
            "Marketing Qualified Lead",
            "marketingqualifiedlead",
            "MQL",
            "Marketing-qualifizierter Lead (MQL)",
            "Lead qualifié marketing",
            "Lead calificado para ventas",
            "リード",
            "Opportunity",
            "Opportunité",
            "Interessent",
            "Potential customer",
        ],
    );
    check_relation(Some(Relation::None), &["Other", "Vendor", "Sonstiges", "n/a", "-"]);
}

#[test]
fn other_words_for_a_relation_are_not_guessed() {
    check_relation(
        None,
        &[
            "Sorcerer",
            "175430271",
            "Trial",
            "Investor",
            "Press",
            "Analyst",
            "Do not contact",
            "Blacklist",
            "globex.com",
            "Not a customer",
            "Dead lead",
            "Unqualified lead",
            "Churned",
            "Prospect;Sorcerer",
        ],
    );
}

#[test]
fn an_opportunity_is_one_in_every_language() {
    for (value, expected) in [("Opportunity", true), ("Oportunidade", true), ("商談", true), ("Lead", false)] {
        assert_eq!(words().relation(value).map(|reading| reading.opportunity), Some(expected), "{value}");
    }
}

#[test]
fn the_houses_own_words_win() {
    let maps = WordMaps {
        relation: BTreeMap::from([
            ("175430271".into(), Relation::Customer),
            ("Former customer".into(), Relation::Prospect),
        ]),
        status: BTreeMap::from([("Nurture".into(), StatusWord::Free)]),
        ..WordMaps::default()
    };
    let words = Words::new(&maps);
    let relation = |value: &str| words.relation(value).map(|reading| reading.relation);
    assert_eq!(relation("175430271"), Some(Relation::Customer));
    assert_eq!(relation("former CUSTOMER"), Some(Relation::Prospect));
    assert_eq!(relation("Former customer;Lead"), Some(Relation::Prospect));
    assert_eq!(words.status("nurture"), Some(StatusWord::Free));
}

#[test]
fn lead_statuses() {
    use StatusWord::*;
    for (value, expected) in [
        ("New", Some(Free)),
        ("Open - Not Contacted", Some(Free)),
        ("Attempted to contact", Some(Free)),
        ("ATTEMPTED_TO_CONTACT", Some(Free)),
        ("Neu", Some(Free)),
        ("In Progress", Some(InConversation)),
        ("IN_PROGRESS", Some(InConversation)),
        ("Working - Contacted", Some(InConversation)),
        ("Closed - Converted", Some(InConversation)),
        ("Connected", Some(InConversation)),
        ("Verbunden", Some(InConversation)),
        ("Conectado", Some(InConversation)),
        ("Connecté", Some(InConversation)),
        ("Meeting booked", Some(InConversation)),
        ("Replied", Some(InConversation)),
        ("Qualified", Some(InConversation)),
        ("Customer", Some(InConversation)),
        ("Unqualified", Some(Excluded)),
        ("Bad timing", Some(Excluded)),
        ("Not interested", Some(Excluded)),
        ("Disqualified", Some(Excluded)),
        ("Closed - Not Converted", Some(Excluded)),
        ("No longer with company", Some(Excluded)),
        ("Left company", Some(Excluded)),
        ("Do not contact", Some(OptedOut)),
        ("Unsubscribed", Some(OptedOut)),
        ("Bounced", Some(Bounced)),
        ("Running", Some(InSequence)),
        ("Nurture", None),
        ("Sorcerer", None),
    ] {
        assert_eq!(words().status(value), expected, "{value}");
    }
}

#[test]
fn stages_of_opportunities() {
    use StageWord::*;
    for (value, expected) in [
        ("Closed Won", Some(Won)),
        ("Closed Won - Renewal", Some(Won)),
        ("Closed Won (Upsell)", Some(Won)),
        ("Closed Won - Pending Provisioning", Some(Won)),
        ("10 - Closed Won", Some(Won)),
        ("closedwon", Some(Won)),
        ("Won", Some(Won)),
        ("Gewonnen", Some(Won)),
        ("Closed Lost", Some(Lost)),
        ("Verloren", Some(Lost)),
        ("Closed - Contract signed", None),
        ("Closed", None),
        ("Abgeschlossen", None),
        ("Negotiation", Some(Open)),
        ("Wonder", Some(Open)),
    ] {
        assert_eq!(words().stage(value), expected, "{value}");
    }
}

#[test]
fn directions_of_touches() {
    for (value, expected) in [
        ("EMAIL", Some(Direction::Outbound)),
        ("Outbound", Some(Direction::Outbound)),
        ("ausgehend", Some(Direction::Outbound)),
        ("INCOMING_EMAIL", Some(Direction::Inbound)),
        ("FORWARDED_EMAIL", Some(Direction::Inbound)),
        ("Inbound Email", Some(Direction::Inbound)),
        ("REPLY", Some(Direction::Inbound)),
        ("eingehend", Some(Direction::Inbound)),
        ("entrant", Some(Direction::Inbound)),
        ("sideways", None),
        ("", None),
    ] {
        assert_eq!(words().direction(value), expected, "{value}");
    }
}

#[test]
fn outcomes_of_touches() {
    use OutcomeWord::*;
    for (value, expected) in [
        ("Replied", Some(Replied)),
        ("interested", Some(Replied)),
        ("Connected", Some(Replied)),
        ("Meeting_Booked", Some(MeetingBooked)),
        ("asked for a demo", Some(MeetingBooked)),
        ("not interested", Some(NotInterested)),
        ("Unsubscribe", Some(OptedOut)),
        ("opt-out", Some(OptedOut)),
        ("do not contact again", Some(OptedOut)),
        ("SPAM", Some(Complained)),
        ("marked as spam", Some(Complained)),
        ("Out_of office", Some(AutoReplied)),
        ("Hard Bounce", Some(Bounced)),
        ("no reply", Some(NoReaction)),
        ("Left voicemail", Some(NoReaction)),
        ("Keine Antwort", Some(NoReaction)),
        ("asked to call later", Some(Replied)),
        ("wandered off", None),
    ] {
        assert_eq!(words().outcome(value), expected, "{value}");
    }
}
