//! The person and the company belong together: records of one company, addresses of another one, and people with several
//! records.

use super::*;
use crate::OwnCompany;

/// Loads HubSpot's files with these rows below the usual headers, as the export of the company at `us.example`.
fn load_rows(accounts: &str, contacts: &str, more: &[(&str, &str)]) -> CrmImport {
    let accounts = format!(
        "id,name,domain,lifecyclestage,hs_num_open_deals,owner,notes_last_updated,hs_parent_company_id\n{accounts}"
    );
    let accounts = padded(&accounts, 8);
    let contacts = format!(
        "id,firstname,lastname,email,associatedcompanyid,hs_lead_status,Additional email addresses\n{contacts}"
    );
    let mut files = vec![("accounts", accounts.as_bytes()), ("contacts", contacts.as_bytes())];
    files.extend(more.iter().map(|(key, text)| (*key, text.as_bytes())));
    let own = OwnCompany { domains: vec!["us.example".parse().unwrap()], names: vec!["Us Ltd".into()] };
    Export::new("hubspot", &files).load_for(own).expect("the export loads")
}

/// Adds the empty last fields that rows lack.
fn padded(text: &str, width: usize) -> String {
    let commas = |row: &str| row.split('"').step_by(2).map(|part| part.matches(',').count()).sum::<usize>();
    text.lines().map(|row| format!("{row}{}\n", ",".repeat((width - 1).saturating_sub(commas(row))))).collect()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn unclear(import: &CrmImport, account: &str) -> Vec<String> {
    import.crm.account(account).expect("an account").unclear
}

#[test]
fn the_strictest_record_of_a_company_counts_for_all() {
    let check = |accounts: &str, contacts: &str, expected: &[&str]| {
        let import = load_rows(accounts, contacts, &[]);
        assert_eq!(unclear(&import, "2"), expected, "{accounts}");
    };
    for (first, second, expected) in [
        (
            "1,Contoso,contoso.example,customer",
            "2,Contoso Berlin,contoso.example,lead",
            "the customer \"Contoso\" has the same domain",
        ),
        (
            "1,Contoso,contoso.example,customer",
            "2,Contoso Shop,shop.contoso.example,",
            "the customer \"Contoso\" has the same domain",
        ),
        ("1,Contoso,shop.contoso.example,customer", "2,Contoso,contoso.test,", ""),
        ("1,Contoso,contoso.example,customer", "2,\"Contoso, Inc.\",,", "the customer \"Contoso\" has the same name"),
        ("1,Contoso,,customer", "2,Contoso AG,contoso.example,", "the customer \"Contoso\" has the same name"),
        (
            "1,Contoso,contoso.example,customer",
            "2,Fabrikam,fabrikam.example,lead,,,,1",
            "the customer \"Contoso\" is its parent company",
        ),
        (
            "1,Contoso,contoso.example,customer,,,,2",
            "2,Fabrikam,fabrikam.example,",
            "the customer \"Contoso\" is its subsidiary",
        ),
        (
            "1,Contoso,contoso.example,lead,1",
            "2,Contoso Berlin,contoso.example,lead",
            "\"Contoso\" with an open opportunity has the same domain",
        ),
        (
            "1,Contoso,contoso.example,lead,,jonas",
            "2,Contoso Berlin,contoso.example,lead,,mara",
            "jonas owns \"Contoso\", which has the same domain",
        ),
        ("1,Contoso,contoso.example,lead,,MARA", "2,Contoso Berlin,contoso.example,lead,,mara", ""),
        ("1,State DMV,dmv.state.example,customer", "2,State DOT,dot.state.example,", ""),
        ("1,Contoso,gmail.com,customer", "2,Fabrikam,gmail.com,", ""),
        ("1,Contoso,contoso.example,lead", "2,Contoso Berlin,contoso.example,lead", ""),
        ("1,Contoso,contoso.example,lead", "2,Us,www.us.example,lead", "us.example is our own domain"),
        ("1,Contoso,contoso.example,lead", "2,US Ltd.,,lead", "\"US Ltd.\" is our own company"),
    ] {
        let expected: Vec<&str> = Some(expected).filter(|text| !text.is_empty()).into_iter().collect();
        check(&format!("{first}\n{second}\n"), "", &expected);
    }
    let talking = "7,Bob,Ray,bob@contoso.example,1,Connected,\n";
    let accounts = "1,Contoso,contoso.example,lead\n2,Contoso Berlin,contoso.example,lead\n";
    check(accounts, talking, &["\"Contoso\" with a person in conversation has the same domain"]);
}

#[test]
fn a_company_keeps_its_owner_and_activity_in_a_new_record() {
    let accounts = "1,Contoso,contoso.example,lead,,jonas,2026-03-01\n2,Contoso Berlin,contoso.example,lead,,,\n\
                    3,Contoso Bern,bern.contoso.example,lead,,,2026-03-02\n4,Other,other.example,lead,,,\n";
    let import = load_rows(accounts, "", &[]);
    let account = |id: &str| import.crm.account(id).expect("an account");
    assert_eq!(account("2").owner.as_deref(), Some("jonas"));
    assert_eq!(account("2").last_activity, account("1").last_activity);
    assert!(account("1").last_activity == account("3").last_activity && account("1").last_activity.is_some());
    assert_eq!((account("4").owner, account("4").last_activity), (None, None));
}

#[test]
fn an_address_of_another_company_holds_the_person() {
    let accounts = "1,Northwind,northwind.example,lead\n2,Contoso,contoso.example,customer\n3,Fabrikam,fabrikam.example,lead\n\
                    4,Listed,listed.example,lead\n5,Northwind,,lead\n";
    let suppressions = "value,scope,reason\n4,account,listed\n";
    let check = |address: &str, account: &str, unclear: &[&str], doubts: &[&str]| {
        let row = format!("7,Ann,Lee,{address},{account},,\n");
        let import = load_rows(accounts, &row, &[("suppressions", suppressions)]);
        let account = account.split(';').next().unwrap_or_default();
        let ann = import.crm.candidates(account).expect("an account").remove(0).contact;
        assert_eq!((ann.unclear, ann.doubts), (strings(unclear), strings(doubts)), "{address} {account}");
    };
    for address in ["ann@northwind.example", "ann@eu.northwind.example", "ann@elsewhere.example"] {
        check(address, "1", &[], &[]);
    }
    check("ann@northwind.example", "5", &[], &[]);
    check(
        "ann@contoso.example",
        "1",
        &["the address is at contoso.example, the domain of the customer \"Contoso\""],
        &[],
    );
    check(
        "ann@eu.contoso.example",
        "1",
        &["the address is at eu.contoso.example, the domain of the customer \"Contoso\""],
        &[],
    );
    check(
        "ann@fabrikam.example",
        "1",
        &["the address is at fabrikam.example, the domain of the account \"Fabrikam\""],
        &[],
    );
    check(
        "ann@listed.example",
        "1",
        &["the address is at listed.example, the domain of the suppressed account \"Listed\""],
        &[],
    );
    check("ann@mail.us.example", "1", &["the address is at mail.us.example, our own domain"], &[]);
    check("ann@yahoo.co.uk", "1", &[], &["the address is at yahoo.co.uk, where anybody can have one"]);
    check("info@northwind.example", "1", &["info@northwind.example is not a person's own mailbox"], &[]);
    check("ann@northwind.example", "1;2", &["the person is also at the customer \"Contoso\""], &[]);
    check("ann@northwind.example", "1;3", &[], &[]);
}

#[test]
fn a_person_has_one_record_for_all_addresses() {
    let accounts = "1,Northwind,northwind.example,lead\n2,Contoso,contoso.example,customer\n";
    let suppressions = "value\nold@northwind.example\n";
    let touches = "contact,date,direction\nold@northwind.example,2026-03-01,outbound\n";
    let check = |contacts: &str, suppressed: bool, touches_len: usize| {
        let import = load_rows(accounts, contacts, &[("suppressions", suppressions), ("touches", touches)]);
        let people = import.crm.candidates("1").expect("an account");
        let [ann] = people.as_slice() else { panic!("one person: {people:?}") };
        assert_eq!((ann.contact.suppression.is_some(), ann.history.len()), (suppressed, touches_len), "{contacts}");
    };
    check("7,Ann,Lee,ann@northwind.example,1,,\n", false, 0);
    check("7,Ann,Lee,ann@northwind.example,1,,a.lee@northwind.example; Old@Northwind.example\n", true, 1);
    check("7,Ann,Lee,ann@northwind.example,1,,\n8,ANN,LEE,old@northwind.example,1,,\n", true, 1);
    check("7,Ann,Lee,,1,,\n8,Ann,Lee,old@northwind.example,1,,\n", true, 1);
    // The same address, recorded again under another name.
    check("7,Ann,Lee,ann@northwind.example,1,,old@northwind.example\n8,A,L,old@northwind.example,1,,\n", true, 1);

    let nobody = load_rows(accounts, "7,Northwind,Ltd,n@northwind.example,1,,\n", &[]);
    let nobody = nobody.crm.candidates("1").expect("an account").remove(0).contact;
    assert_eq!(nobody.unclear, ["the name of the person is the company's, \"Northwind\""]);

    let elsewhere = "7,Ann,Lee,ann@northwind.example,1,,\n8,Ann,Lee,ann@northwind.example,2,,\n";
    let ann = load_rows(accounts, elsewhere, &[]).crm.candidates("1").expect("an account").remove(0).contact;
    assert_eq!(ann.unclear, ["the person is also at the customer \"Contoso\""]);
}

#[test]
fn signals_go_to_the_company_that_the_host_names() {
    let accounts = "1,State DOT,dot.state.example,\n2,State DMV,https://www.dmv.state.example/home,\n\
                    3,Contoso,contoso.example,\n4,Contoso Berlin,contoso.example,\n5,Blog,blog.wordpress.com,\n";
    let check = |named: &str, expected: &[&str]| {
        let signals = format!("account,kind,summary,source,url,date\n{named},funding,raised,News,,2026-03-01\n");
        let import = load_rows(accounts, "", &[("signals", &signals)]);
        let has_signal = |id: &&str| import.crm.dossier(id, 0).is_some_and(|dossier| !dossier.signals.is_empty());
        let found: Vec<&str> = ["1", "2", "3", "4", "5"].into_iter().filter(has_signal).collect();
        assert_eq!(found, expected, "{named}");
        assert_eq!(rejects(&import).len(), usize::from(expected.is_empty()), "{named}");
    };
    check("dmv.state.example", &["2"]);
    check("dot.state.example", &["1"]);
    check("news.dot.state.example", &["1"]);
    check("tax.state.example", &[]);
    check("state.example", &[]);
    check("contoso.example", &[]);
    check("Contoso", &["3"]);
    check("other.wordpress.com", &[]);
    check("blog.wordpress.com", &["5"]);
}

#[test]
fn a_free_mail_domain_joins_nobody() {
    let accounts = "1,Northwind,yahoo.co.uk,lead\n";
    let import = load_rows(accounts, "7,Ann,Lee,ann@yahoo.co.uk,,,\n", &[]);
    assert_eq!(rejects(&import), ["contacts:2 unknown-account"]);
    assert_eq!(import.crm.account("1").expect("an account").domain, None);
}
