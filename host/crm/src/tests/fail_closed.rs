//! An export that does not say whether somebody may be contacted holds them, or is refused.

use baton_facts::types::{Contact, Engagement, Relation, TouchOutcome};
use serde_json::json;

use super::*;

const ACCOUNTS: &str = "Record ID,Company name,Company Domain Name\n1,Acme,acme.example\n";

/// Returns the restriction of account `1` in a word.
fn account_restriction(loaded: &CrmImport) -> String {
    let account = loaded.crm.account("1").expect("kept");
    if account.relation != Relation::None && account.relation != Relation::Prospect {
        return format!("{:?}", account.relation);
    }
    if account.suppression.is_some() {
        return "suppressed".into();
    }
    if account.open_opportunity {
        return "open deal".into();
    }
    if let Some(at) = account.last_activity {
        return format!("active {at}");
    }
    account.unclear.into_iter().next().or(account.owner).unwrap_or_else(|| "free".into())
}

/// Returns the restriction of the first contact of account `1` in a word.
fn contact_restriction(loaded: &CrmImport) -> String {
    let people = loaded.crm.candidates("1").expect("kept");
    let Contact { suppression, engagement, unclear, .. } = people[0].contact.clone();
    match (suppression, engagement) {
        (Some(order), _) => format!("{:?}", order.reason),
        (None, Engagement::None) => unclear.into_iter().next().unwrap_or_else(|| account_restriction(loaded)),
        (None, engagement) => format!("{engagement:?}"),
    }
}

fn account_with(format: &str, column: &str, value: &str) -> CrmImport {
    let accounts = format!("Id,Name,Company name,Website,{column}\n1,Acme,Acme,acme.example,{value}\n");
    load(format, &[("accounts", &accounts)])
}

#[test]
fn columns_that_restrict_an_account_are_read() {
    for (format, column, value, expected) in [
        ("hubspot", "Lifecycle Stage", "Kunde", "Relation::Customer"),
        ("hubspot", "Lifecycle Stage", "175430271", "the stage \"175430271\" is not a known word"),
        ("hubspot", "Lifecycle Stage", "Oportunidad", "open deal"),
        ("hubspot", "Type", "Customer;Partner", "Relation::Customer"),
        ("hubspot", "Do not contact", "true", "suppressed"),
        ("hubspot", "Do not contact", "please", "suppressed"),
        ("hubspot", "Do not contact", "false", "free"),
        ("hubspot", "Blocklisted", "yes", "suppressed"),
        ("hubspot", "Customer status", "Active customer", "Relation::Customer"),
        ("hubspot", "Is customer", "x", "Relation::Customer"),
        ("hubspot", "Is customer", "false", "free"),
        ("hubspot", "Competitor", "yes", "Relation::Competitor"),
        ("hubspot", "Last Contacted", "2026-03-04", "active 1772582400"),
        ("hubspot", "Last Activity Date", "46085", "active 1772582400"),
        ("hubspot", "Last Activity Date", "3/5/2026", "the last activity \"3/5/2026\" is not a readable date"),
        ("hubspot", "Company owner", "Unassigned", "free"),
        ("hubspot", "Company owner", "Jon Doe", "Jon Doe"),
        ("salesforce", "Type", "Sorcerer", "the type \"Sorcerer\" is not a known word"),
        ("salesforce", "Type", "Investor", "the type \"Investor\" is not a known word"),
        ("salesforce", "Type", "Customer - Direct", "Relation::Customer"),
        ("salesforce", "IsActive", "false", "the account is marked as inactive: \"false\""),
        ("salesforce", "Active__c", "No", "the account is marked as inactive: \"No\""),
        ("salesforce", "Active__c", "Yes", "free"),
        ("salesforce", "IsPartner", "1", "Relation::Partner"),
    ] {
        assert_eq!(account_restriction(&account_with(format, column, value)), expected, "{column} = {value}");
    }
}

#[test]
fn columns_that_restrict_a_contact_are_read() {
    for (format, column, value, expected) in [
        ("hubspot", "Unsubscribed from all emails", "true", "SuppressionReason::OptedOut"),
        ("hubspot", "Email Opt Out", "yes", "SuppressionReason::OptedOut"),
        ("hubspot", "Opted out of email: One to One", "true", "SuppressionReason::OptedOut"),
        ("hubspot", "Do not contact", "1", "SuppressionReason::Listed"),
        ("hubspot", "Invalid email address", "true", "SuppressionReason::Bounced"),
        ("hubspot", "Email address quarantined", "true", "SuppressionReason::Bounced"),
        ("hubspot", "Email address quarantined", "false", "free"),
        ("hubspot", "Lifecycle Stage", "Customer", "Relation::Customer"),
        ("hubspot", "Lifecycle Stage", "Opportunity", "Engagement::InConversation"),
        ("hubspot", "Lifecycle Stage", "Zauberer", "the life-cycle stage \"Zauberer\" of Ann Lee is not a known word"),
        ("hubspot", "Lead Status", "Verbunden", "Engagement::InConversation"),
        ("hubspot", "Lead Status", "Bad timing", "the lead status is \"Bad timing\""),
        ("hubspot", "Lead Status", "Do not contact", "SuppressionReason::OptedOut"),
        ("hubspot", "Lead Status", "Zauber", "the lead status \"Zauber\" of Ann Lee is not a known word"),
        ("hubspot", "Contact owner", "John Doe", "John Doe"),
        ("hubspot", "Last Engagement Date", "2026-03-04", "active 1772582400"),
        ("hubspot", "Next Activity Date", "2026-03-04", "active 1772582400"),
        (
            "hubspot",
            "Last Activity Date",
            "some day",
            "the last activity \"some day\" with Ann Lee is not a readable date",
        ),
        ("hubspot", "Currently in Sequence", "perhaps", "Engagement::InSequence"),
        ("salesforce", "IsEmailBounced", "true", "SuppressionReason::Bounced"),
        ("salesforce", "Do_Not_Contact__c", "true", "SuppressionReason::Listed"),
        ("salesforce", "LastActivityDate", "2026-03-04", "active 1772582400"),
        ("salesforce", "npsp__Deceased__c", "true", "the person is marked as gone: \"true\""),
        ("salesforce", "No_Longer_With_Company__c", "true", "the person is marked as gone: \"true\""),
        ("salesforce", "Lead Status", "Working - Contacted", "Engagement::InConversation"),
        ("salesforce", "Lead Owner", "Mara", "Mara"),
    ] {
        let (account, email) =
            if format == "hubspot" { ("Associated Company IDs", "Email") } else { ("AccountId", "Email") };
        let contacts =
            format!("Id,First Name,Last Name,{email},{account},{column}\n9,Ann,Lee,ann@acme.example,1,{value}\n");
        let contacts = if format == "hubspot" { contacts.replacen("Id,", "Record ID,", 1) } else { contacts };
        let accounts = if format == "hubspot" { ACCOUNTS } else { "Id,Name,Website\n1,Acme,acme.example\n" };
        let loaded = load(format, &[("accounts", accounts), ("contacts", &contacts)]);
        assert_eq!(contact_restriction(&loaded), expected, "{column} = {value}");
    }
}

#[test]
fn a_contact_of_another_owner_than_the_accounts_is_unclear() {
    let accounts = "Record ID,Company name,Company owner\n1,Acme,Mara Lind\n";
    let contacts =
        "Record ID,Email,Associated Company IDs,Contact owner\n8,a@acme.example,1,MARA LIND\n9,b@acme.example,1,Jon\n";
    let loaded = load("hubspot", &[("accounts", accounts), ("contacts", contacts)]);
    let people = loaded.crm.candidates("1").expect("kept");
    let unclear: Vec<_> = people.into_iter().map(|person| person.contact.unclear).collect();
    assert_eq!(unclear, [vec![], vec!["Jon owns the contact, Mara Lind the account".to_owned()]]);
}

#[test]
fn values_that_hold_are_listed_with_their_count_and_the_line_that_maps_them() {
    let accounts =
        "Record ID,Company name,Type,Last Activity Date\n1,A,Kobold,3/5/2026\n2,B,KOBOLD,4/5/2026\n3,C,Gnom,\n";
    let loaded = load("hubspot", &[("accounts", accounts)]);
    let holds: Vec<_> = loaded
        .report
        .holds
        .iter()
        .map(|hold| format!("{}:{} {} {} x{}: {}", hold.file, hold.line, hold.field, hold.value, hold.count, hold.hint))
        .collect();
    let hint = "add to baton.toml, under [crm.words.relation]";
    assert_eq!(
        holds,
        [
            "accounts.csv:2 last-activity 3/5/2026 x2: write dates as YYYY-MM-DD; for dates such as 3/5/2026 add to \
             baton.toml, under [crm]: dates = \"mdy\", or dmy"
                .to_owned(),
            format!(
                "accounts.csv:4 type Gnom x1: {hint}: \"Gnom\" = \"customer\", or partner, competitor, prospect, none"
            ),
            format!(
                "accounts.csv:2 type Kobold x2: {hint}: \"Kobold\" = \"customer\", or partner, competitor, prospect, none"
            ),
        ]
    );
    let mapped = Export::new("hubspot", &[("accounts", accounts.as_bytes())])
        .with("words", json!({ "relation": { "kobold": "prospect", "Gnom": "partner" } }))
        .with("dates", json!("mdy"));
    let loaded = mapped.load().expect("loads");
    assert!(loaded.report.holds.is_empty());
    assert!(loaded.crm.accounts().all(|account| account.unclear.is_empty()));
    assert_eq!(loaded.crm.account("3").map(|account| account.relation), Some(Relation::Partner));
}

#[test]
fn one_value_settles_the_order_of_its_column() {
    let accounts = "Record ID,Company name,Last Activity Date\n1,A,3/4/2026\n2,B,2/25/2026\n";
    let loaded = load("hubspot", &[("accounts", accounts)]);
    assert_eq!(loaded.crm.account("1").and_then(|account| account.last_activity), Some(1_772_582_400));
    let both = accounts.to_owned() + "3,C,25/2/2026\n";
    let loaded = load("hubspot", &[("accounts", &both)]);
    assert!(loaded.crm.account("1").is_some_and(|account| !account.unclear.is_empty()), "two orders in one column");
}

/// Returns the error of an export with these files, without hints, or `loads`.
fn outcome(format: &str, files: &[(&str, &str)], settings: &[(&str, Value)]) -> String {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(key, text)| (*key, text.as_bytes())).collect();
    let export =
        settings.iter().fold(Export::new(format, &files), |export, (key, value)| export.with(key, value.clone()));
    match export.load() {
        Ok(_) => "loads".into(),
        Err(error) => {
            let text = error.to_string();
            assert!(text.contains("\nhint: "), "{text}");
            text.lines().filter(|line| !line.starts_with("hint:")).collect::<Vec<_>>().join("; ")
        }
    }
}

#[test]
fn an_export_that_does_not_say_who_must_not_be_contacted_is_refused() {
    let accounts = ("accounts", "Record ID,Company name,Type\n1,Acme,\n");
    let contacts = ("contacts", "Email,Unsubscribed from all email\nann@acme.example,\n");
    let nothing = [("not-recorded", json!([]))];
    let check = |files: &[(&str, &str)], settings: &[(&str, Value)], expected: &str| {
        let files: Vec<_> = files.iter().map(|(key, text)| (*key, text.replace("ann@", "1@"))).collect();
        let files: Vec<_> = files.iter().map(|(key, text)| (*key, text.as_str())).collect();
        assert_eq!(outcome("hubspot", &files, settings), expected);
    };
    check(&[accounts], &[], "loads");
    check(&[accounts], &nothing, "contacts.csv: no column says who opted out");
    let contacts_alone = [("contacts", "Email,Do not contact\n")];
    check(
        &contacts_alone,
        &nothing,
        "accounts.csv: no column says which accounts are customers, partners or competitors",
    );
    check(&[accounts, ("contacts", contacts.1.lines().next().unwrap_or_default())], &nothing, "loads");
    let unread = [("contacts", "Email,Marketing emails opted out\n")];
    let refused = "contacts.csv:1: the column \"Marketing emails opted out\" seems to say who must not be contacted, and is not read";
    check(&unread, &[], refused);
    check(&unread, &[("ignored-columns", json!(["marketing emails opted out"]))], "loads");
    check(&unread, &[("columns", json!({ "contacts": { "opted-out": "Marketing emails opted out" } }))], "loads");
    let unread = [("accounts", "Company name,Kundenstatus\n")];
    check(
        &unread,
        &[],
        "accounts.csv:1: the column \"Kundenstatus\" seems to say who must not be contacted, and is not read",
    );
}

#[test]
fn a_file_that_is_read_twice_has_its_columns_read_once() {
    let leads = "Id,Company,LastName,Email,Lead Status,Email Opt Out,Converted\n1,Acme,Lee,ann@acme.example,Open,1,0\n";
    let export = Export::new("salesforce", &[("accounts", leads.as_bytes())])
        .with("contacts", json!("accounts.csv"))
        .with("columns", json!({ "accounts": { "name": "Company" } }));
    let loaded = export.load().expect("the opt-out is read as a contact's");
    assert_eq!(contact_restriction(&loaded), "SuppressionReason::OptedOut");
}

#[test]
fn every_spelling_of_a_suppression_covers_the_person_or_refuses_the_import() {
    let contacts = "Record ID,Email,Associated Company IDs\n11,ann@acme.example,1\n12,bob@acme.example,1\n";
    for (list, expected) in [
        ("value\nann@acme.example\n", "covered"),
        ("value\n*@acme.example\n", "covered"),
        ("value\nann@acme.example\u{200b}\n", "covered"),
        ("value\n\u{feff}ann@acme.example\n", "covered"),
        ("value\nbob@acme.example; ann@acme.example\n", "covered"),
        ("value\n\"bob@acme.example, ann@acme.example\"\n", "covered"),
        ("value\n11\n", "covered"),
        ("value,scope\n11,contact\n", "covered"),
        ("value,scope\nann@acme.example,Email address\n", "covered"),
        ("value,scope\nann@acme.example,person\n", "covered"),
        ("value,scope\nann@acme.example,all\n", "covered"),
        ("value,scope\nacme.example,Domain\n", "covered"),
        ("value,scope\nAcme,company\n", "covered"),
        ("E-mail\nann@acme.example\n", "covered"),
        ("Opt-out address\nann@acme.example\n", "covered"),
        ("Email,Domain\n,acme.example\n", "covered"),
        ("value;scope\nann@acme.example;\n", "covered"),
        ("value\nbob@acme.example,ann@acme.example\n", "suppressions.csv:2: 2 fields where the header has 1"),
        (
            "value\nAcme\n",
            "suppressions.csv:2: \"Acme\" is not an address, a domain, or the id of an account or contact",
        ),
        (
            "value\nann@acme.example; who\n",
            "suppressions.csv:2: \"ann@acme.example; who\" is not an address, a domain, or the id of an account or contact",
        ),
        ("value,scope\nann@acme.example,wizard\n", "suppressions.csv:2: unknown scope \"wizard\""),
        ("value,scope\n,address\n", "suppressions.csv:2: no value"),
        // The CRM deleted the record; the row stays for the day it comes back.
        ("value,scope\n99,account\n", "free"),
        ("value,scope\nGlobex,account\n", "suppressions.csv:2: \"Globex\" is not an account of the accounts file"),
        (
            "value,reason\n\"ann@acme.example,\nbob@acme.example,\n",
            "suppressions.csv:2: a quote opens in a row that starts here and does not close within 1024 KiB or before the file ends",
        ),
    ] {
        let files: [(&str, &[u8]); 3] =
            [("accounts", ACCOUNTS.as_bytes()), ("contacts", contacts.as_bytes()), ("suppressions", list.as_bytes())];
        let found = match Export::new("hubspot", &files).load() {
            Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
            Ok(loaded) => {
                let ann = &loaded.crm.candidates("1").expect("kept")[0].contact;
                let account = loaded.crm.account("1").expect("kept");
                if ann.suppression.is_some() || account.suppression.is_some() {
                    "covered".into()
                } else {
                    "free".into()
                }
            }
        };
        assert_eq!(found, expected, "{list:?}");
    }
}

#[test]
fn an_opt_out_in_a_rejected_row_counts() {
    let header = "Record ID,Email,Associated Company IDs,Archived,Unsubscribed from all email\n";
    for row in [
        "99,ann@acme.example,777,,true\n",
        "99,ann@acme.example,1,true,true\n",
        "99,ann@acme.example; ann.lee@acme.example,1,,true\n",
    ] {
        for contacts in
            [format!("{header}{row}11,ann@acme.example,1,,\n"), format!("{header}11,ann@acme.example,1,,\n{row}")]
        {
            let loaded = load("hubspot", &[("accounts", ACCOUNTS), ("contacts", &contacts)]);
            assert_eq!(contact_restriction(&loaded), "SuppressionReason::OptedOut", "{contacts}");
        }
    }
}

#[test]
fn opportunities_find_their_account_or_hold_all_that_may_be_meant() {
    let accounts = "Id,Name,Website\n1,Acme,acme.example\n2,GTX Pro,\n3,Twin,\n4,Twin,\n5,Other,\n";
    let check = |rows: &str, expected: &str| {
        let opportunities = format!("Account Name,Stage\n{rows}");
        let files = [("accounts", accounts), ("opportunities", &opportunities)];
        let export: Vec<(&str, &[u8])> = files.iter().map(|(key, text)| (*key, text.as_bytes())).collect();
        let found = match Export::new("salesforce", &export).load() {
            Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
            Ok(loaded) => loaded
                .crm
                .accounts()
                .filter(|account| {
                    account.relation == Relation::Customer || account.open_opportunity || !account.unclear.is_empty()
                })
                .map(|account| account.id)
                .collect::<Vec<_>>()
                .join(" "),
        };
        assert_eq!(found, expected, "{rows}");
    };
    check("Acme,Closed Won - Renewal\n", "1");
    check("acme.example,Closed Won\n", "1");
    check("1,Prospecting\n", "1");
    check("Acme,Closed - Contract signed\n", "1");
    check("Acme,Closed Lost\n", "");
    check("GTXPro,Closed Won\n", "2");
    check("Twin,Negotiation\n", "3 4");
    check("Acme,Negotiation\nNobody Ltd,Negotiation\n", "1");
    check(
        "Acme,Negotiation\nNobody,Won\nElse,Won\n",
        "opportunities.csv: 2 of its 3 rows name an account that is not in the accounts file",
    );
    check("Acme, Inc.,Negotiation\n", "opportunities.csv:2: 3 fields where the header has 2");
}

#[test]
fn a_touch_of_a_known_person_is_never_dropped() {
    let contacts = "Record ID,Email,Associated Company IDs\n11,ann@acme.example,1\n";
    let load_touch = |row: &str| {
        let touches = format!("contact,date,direction,channel,campaign,subject,outcome\n{row}\n");
        load("hubspot", &[("accounts", ACCOUNTS), ("contacts", contacts), ("touches", &touches)])
    };
    for (row, expected) in [
        (
            "ann@acme.example,3/5/2026,outbound,email,,,",
            "the touch with ann@acme.example has no readable date: \"3/5/2026\"",
        ),
        ("ann@acme.example,yesterday,inbound,email,,,", "Engagement::InConversation"),
        ("ann@acme.example,yesterday,outbound,email,,,replied", "Engagement::InConversation"),
        ("ann@acme.example,2026-03-04,outbound,email,,,unsubscribed", "SuppressionReason::OptedOut"),
        ("bob@acme.example,2026-03-04,outbound,email,,,", "active 1772582400"),
        ("bob@acme.example,2026-03-04,outbound,email,,,no reply", "active 1772582400"),
    ] {
        assert_eq!(contact_restriction(&load_touch(row)), expected, "{row}");
    }
    let unclear = |row: &str| load_touch(row).crm.account("1").expect("kept").unclear;
    assert_eq!(
        unclear("bob@acme.example,2026-03-04,inbound,email,,,"),
        ["bob@acme.example, who is not among the contacts, wrote on 2026-03-04"]
    );
    let touch = |row: &str| {
        let loaded = load_touch(row);
        let touch = loaded.crm.candidates("1").expect("kept")[0].history[0].clone();
        let answered = touch.outcome == Some(TouchOutcome::Replied);
        (format!("{:?}", touch.direction), answered, loaded.report.holds.len() + loaded.report.notes.len() - 1)
    };
    let inbound = |held, answered| ("Direction::Inbound".to_owned(), answered, held);
    assert_eq!(touch("ann@acme.example,2026-03-04,INCOMING_EMAIL,email,,,"), inbound(0, false));
    assert_eq!(touch("ann@acme.example,2026-03-04,sideways,email,,,"), inbound(1, false));
    assert_eq!(touch("ann@acme.example,2026-03-04,,email,,,"), inbound(1, false));
    assert_eq!(touch("ann@acme.example,2026-03-04,outbound,email,,,odd"), ("Direction::Outbound".into(), true, 1));
    let broken = "contact,date\n\"ann@acme.example,2026-03-04\n";
    let files = [("accounts", ACCOUNTS), ("contacts", contacts), ("touches", broken)];
    assert!(outcome("hubspot", &files, &[]).starts_with("touches.csv:2: a quote opens"));
}

#[test]
fn ids_that_a_spreadsheet_has_rounded_are_refused() {
    let contacts = "Record ID,Email,Associated Company IDs\n11,ann@acme.example,1.84E+10\n";
    let refused = "a spreadsheet has rounded the id \"1.84E+10\"";
    let accounts = "Record ID,Company name\n1.84E+10,Acme\n";
    assert_eq!(outcome("hubspot", &[("accounts", accounts)], &[]), format!("accounts.csv:2: {refused}"));
    let files = [("accounts", ACCOUNTS), ("contacts", contacts)];
    assert_eq!(outcome("hubspot", &files, &[]), format!("contacts.csv:2: {refused}"));
    assert_eq!(outcome("hubspot", &[("accounts", "Record ID,Company name\n18E10,Acme\n")], &[]), "loads");
}

#[test]
fn ids_of_either_length_name_one_contact() {
    let accounts = "Id,Name\n0015g00000AbCdE,Acme\n";
    let contacts = "Id,Email,AccountId\n0035g00000AbCdEAAZ,ann@acme.example,0015g00000AbCdEAAZ\n";
    let suppressions = "value,scope\n0035g00000AbCdE,contact\n";
    let files = [("accounts", accounts), ("contacts", contacts), ("suppressions", suppressions)];
    let loaded = load("salesforce", &files);
    assert!(loaded.crm.candidates("0015g00000AbCdE").expect("kept")[0].contact.suppression.is_some());
}

#[test]
fn of_two_columns_with_one_name_the_filled_or_the_stricter_counts() {
    let contacts = "Record ID,Email,Email,Associated Company IDs,Unsubscribed from all email,Unsubscribed from all email\n\
                    11,,ann@acme.example,1,,true\n";
    let loaded = load("hubspot", &[("accounts", ACCOUNTS), ("contacts", contacts)]);
    assert_eq!(contact_restriction(&loaded), "SuppressionReason::OptedOut");
    assert_eq!(loaded.crm.candidates("1").expect("kept")[0].contact.email.as_deref(), Some("ann@acme.example"));
    assert!(
        notes(&loaded).iter().any(|note| note == "email has several columns; the first one with a value is read [1]")
    );
}

#[test]
fn names_compare_composed_and_without_invisible_characters() {
    let accounts = "Record ID,Company name\n1,Cafe\u{301} Mu\u{308}ller\n";
    let contacts = "Record ID,Email,Associated Company\n11,ann@gmail.com,Caf\u{e9} M\u{fc}ller\u{200b}\n";
    let loaded = load("hubspot", &[("accounts", accounts), ("contacts", contacts)]);
    assert_eq!(loaded.crm.candidates("1").map(|people| people.len()), Some(1));
}
