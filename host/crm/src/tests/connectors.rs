//! The mapping of HubSpot's and Salesforce's fields and values to the contract's records.

use baton_facts::types::{
    Channel, Direction, Engagement, Relation, SuppressionReason, SuppressionScope, TouchOutcome, Verification,
};
use serde_json::json;

use super::*;

const COMPANIES: &str = "\
Record ID,Company name,Company Domain Name,Industry,Number of Employees,Annual Revenue,Country/Region,Type,Lifecycle Stage,Company owner,Last Activity Date,Number of open deals,Target Account,Referred by
11,Northwind,https://www.northwind.example/home,COMPUTER_SOFTWARE,51-200,$12M,Germany,PROSPECT,Lead,mara.lindqvist,2026-03-04 09:30,0,true,Ann Lee
12,Contoso,contoso.example,,,,,,Customer,,,,,
13,Fabrikam,fabrikam.example,,,,,Competitor,,,,2,,
";
const PEOPLE: &str = "\
Record ID,First Name,Last Name,Job Title,Email,Associated Company IDs,Country/Region,Time Zone,Preferred language,LinkedIn URL,Email verification,Email verified on,Unsubscribed from all email,Email hard bounce reason,Lead Status,Currently in Sequence
1,Ann,Lee,VP Engineering,Ann@Northwind.example,11,Deutschland,europe_slash_berlin,German,linkedin.com/in/ann,deliverable,2026-03-01,,,,
2,Bob,Ray,CTO,bob@eu.northwind.example,,,,,,risky,,true,,,
3,Cy,Fox,,cy@contoso.example,99;12,,,,,,,,UNKNOWN_USER,Connected,true
4,Di,Orr,,di@elsewhere.example,,,,,,,,,,,
";

#[test]
fn hubspot_by_label() {
    let loaded = load("hubspot", &[("accounts", COMPANIES), ("contacts", PEOPLE)]);
    let crm = &loaded.crm;
    let northwind = crm.account("11").expect("kept");
    assert_eq!((northwind.name.as_str(), northwind.domain.as_deref()), ("Northwind", Some("northwind.example")));
    assert_eq!((northwind.employees, northwind.annual_revenue_usd), (Some(51), Some(12_000_000)));
    assert_eq!((northwind.country.as_deref(), northwind.relation == Relation::Prospect), (Some("DE"), true));
    assert_eq!((northwind.owner.as_deref(), northwind.last_activity), (Some("mara.lindqvist"), Some(1_772_616_600)));
    assert_eq!((northwind.named, northwind.referred_by.as_deref()), (true, Some("Ann Lee")));
    assert!(!northwind.open_opportunity);
    assert!(crm.account("12").is_some_and(|account| account.relation == Relation::Customer));
    assert!(
        crm.account("13").is_some_and(|account| account.relation == Relation::Competitor && account.open_opportunity)
    );

    let people = crm.candidates("11").expect("an account");
    let [ann, bob] = people.as_slice() else { panic!("two people, in the order of the file") };
    let ann = &ann.contact;
    assert_eq!((ann.id.as_str(), ann.email.as_deref()), ("1", Some("Ann@northwind.example")));
    assert_eq!((ann.country.as_deref(), ann.time_zone.as_deref()), (Some("DE"), Some("Europe/Berlin")));
    assert_eq!(
        (ann.language.as_deref(), ann.linkedin_url.as_deref()),
        (Some("de"), Some("https://linkedin.com/in/ann"))
    );
    assert!(ann.verification == Verification::Deliverable && ann.verified_at.is_some() && ann.suppression.is_none());
    assert!(bob.contact.suppression.is_some_and(|order| order.reason == SuppressionReason::OptedOut));
    let cy = &crm.candidates("12").expect("an account")[0].contact;
    assert!(cy.suppression.is_some_and(|order| order.reason == SuppressionReason::Bounced));
    assert!(cy.engagement == Engagement::InConversation && cy.verification == Verification::Unknown);
    assert_eq!(rejects(&loaded), ["contacts:5 unknown-account"]);
}

#[test]
fn hubspot_by_property_name() {
    let accounts = "hs_object_id,name,domain,numberofemployees,lifecyclestage,hs_num_open_deals,hs_is_target_account\n\
                    7,Northwind,northwind.example,250,opportunity,1,false\n";
    let contacts = "hs_object_id,firstname,lastname,jobtitle,email,associatedcompanyid,hs_email_optout,hs_sequences_is_enrolled\n\
                    70,Ann,Lee,CTO,ann@other.example,7,false,true\n";
    let loaded = load("hubspot", &[("accounts", accounts), ("contacts", contacts)]);
    assert!(loaded.crm.account("7").is_some_and(|account| account.open_opportunity && !account.named));
    let ann = &loaded.crm.candidates("7").expect("an account")[0].contact;
    assert!(
        ann.engagement == Engagement::InSequence && ann.suppression.is_none() && ann.title.as_deref() == Some("CTO")
    );
}

#[test]
fn salesforce_joins_by_id_of_either_length_and_by_reference() {
    let accounts = "Id,Name,Website,BillingCountry\n\
                    0015g00000AbCdE,Northwind,northwind.example,U.S.A.\n\
                    ,,,France\n\
                    0015g00000ZyXwV,Contoso,contoso.example,\n";
    let contacts = "Id,FirstName,LastName,Email,AccountId,Title,MailingCountry,HasOptedOutOfEmail,EmailBouncedDate\n\
                    1,Ann,Lee,ann@x.example,0015g00000AbCdEAAZ,CTO,USA,0,\n\
                    2,Bob,Ray,bob@y.example,@AccountRef3,CTO,,1,\n\
                    3,Cy,Fox,cy@z.example,@AccountRef2,CTO,,0,2026-01-02T03:04:05.000Z\n";
    let opportunities = "AccountId,StageName,IsClosed,CloseDate\n\
                         0015g00000AbCdE,Prospecting,false,2026-01-01\n\
                         @AccountRef3,Closed Won,true,2026-01-01\n\
                         @AccountRef3,Closed Lost,,2026-01-01\n\
                         @AccountRef9,Prospecting,,\n";
    let files = [("accounts", accounts), ("contacts", contacts), ("opportunities", opportunities)];
    let loaded = load("salesforce", &files);
    let (northwind, contoso) = (loaded.crm.account("0015g00000AbCdE"), loaded.crm.account("0015g00000ZyXwV"));
    assert!(northwind.is_some_and(|account| account.open_opportunity && account.country.as_deref() == Some("US")));
    assert!(contoso.is_some_and(|account| !account.open_opportunity && account.relation == Relation::Customer));
    assert_eq!(loaded.crm.candidates("0015g00000AbCdE").map(|people| people.len()), Some(1));
    assert_eq!(loaded.crm.candidates("0015g00000ZyXwV").map(|people| people.len()), Some(1));
    let expected = ["accounts:3 incomplete", "opportunities:5 unknown-account", "contacts:4 unknown-account"];
    assert_eq!(rejects(&loaded), expected);
}

#[test]
fn leads_join_by_domain_or_company() {
    let accounts = "Id,Name,Website\n1,Northwind Ltd,northwind.example\n2,Twin,\n3,Twin,\n";
    let leads = "Id,FirstName,LastName,Company,Email,Title,IsConverted\n\
                 a,Ann,Lee,Somewhere,ann@eu.northwind.example,CTO,0\n\
                 b,Bob,Ray,northwind  LTD,bob@mail.example,CTO,0\n\
                 c,Cy,Fox,Twin,cy@mail.example,CTO,0\n\
                 d,Di,Orr,Northwind Ltd,di@northwind.example,CTO,1\n";
    let loaded = load("salesforce", &[("accounts", accounts), ("contacts", leads)]);
    let people = loaded.crm.candidates("1").expect("an account");
    assert_eq!(people.iter().map(|person| person.contact.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(rejects(&loaded), ["contacts:4 unknown-account", "contacts:5 deleted"]);
}

#[test]
fn signals_and_touches_are_joined_and_sorted() {
    let signals = "account,kind,summary,source,url,date\n\
                   northwind.example,funding,raised 12 M.,Example News,https://news.example/1,2026-03-01\n\
                   11,hiring,hires ten engineers,,https://www.jobs.example/2,2026-03-02T10:00:00Z\n\
                   11,hiring,hires ten engineers,,https://www.jobs.example/2,2026-03-02T10:00:00Z\n\
                   nobody.example,hiring,x,y,,2026-03-02\n\
                   11,hiring,x,y,,soon\n\
                   11,hiring,x,,,2026-03-02\n";
    let touches = "contact,date,direction,channel,campaign,subject,outcome\n\
                   ann@NORTHWIND.example,2026-02-02,outbound,email,spring,Hello,no reply\n\
                   1,2026-02-01,inbound,call,,,\n\
                   ghost@northwind.example,2026-02-01,inbound,call,,,\n";
    let files = [("accounts", COMPANIES), ("contacts", PEOPLE), ("signals", signals), ("touches", touches)];
    let loaded = load("hubspot", &files);
    let dossier = loaded.crm.dossier("11", 0).expect("an account");
    let [hiring, funding] = dossier.signals.as_slice() else { panic!("two signals, newest first") };
    assert_eq!((hiring.source_name.as_str(), funding.summary.as_str()), ("jobs.example", "raised 12 M"));
    assert_eq!(hiring.id.len(), "signal-".len() + 16);
    assert_eq!(loaded.crm.dossier("11", hiring.observed_at).map(|dossier| dossier.signals.len()), Some(1));
    let history = &loaded.crm.candidates("11").expect("an account")[0].history;
    assert!(history[0].channel == Channel::Call && history[0].direction == Direction::Inbound);
    assert!(
        history[1].campaign.as_deref() == Some("spring")
            && history[1].outcome == Some(TouchOutcome::Other("no reply".into()))
    );
    let expected = [
        "contacts:5 unknown-account",
        "signals:4 duplicate",
        "signals:5 unknown-account",
        "signals:6 unreadable",
        "signals:7 incomplete",
        "touches:4 unknown-contact",
    ];
    assert_eq!(rejects(&loaded), expected);
}

#[test]
fn suppressions_cover_addresses_domains_and_accounts() {
    let suppressions = "value,scope,reason,until\n\
                        ann@northwind.example,,opted-out,\n\
                        ann@northwind.example,,bounced,2020-01-01\n\
                        contoso.example,,complaint,2030-01-01\n\
                        13,,listed\n\
                        eu.northwind.example,domain,legal,\n";
    let loaded = load("hubspot", &[("accounts", COMPANIES), ("contacts", PEOPLE), ("suppressions", suppressions)]);
    let crm = &loaded.crm;
    let of = |id: &str| crm.account(id).expect("an account").suppression;
    assert!(of("11").is_none(), "a suppressed subdomain is not the account's domain");
    assert!(
        of("12").is_some_and(|order| order.scope == SuppressionScope::Domain && order.until == Some(1_893_456_000))
    );
    assert!(of("13").is_some_and(|order| order.scope == SuppressionScope::Account));
    let people = crm.candidates("11").expect("an account");
    let ann = people[0].contact.suppression.expect("suppressed");
    assert!(ann.reason == SuppressionReason::OptedOut && ann.until.is_none(), "the longer suppression wins");
    let covered = |address: &str| crm.suppression(address).map(|order| order.scope);
    assert!(covered("X@mail.eu.northwind.example") == Some(SuppressionScope::Domain));
    assert!(covered("x@contoso.example") == Some(SuppressionScope::Domain));
    assert!(covered("ANN@northwind.example") == Some(SuppressionScope::Address));
    assert!(covered("ann+x@northwind.example").is_none());
    assert_eq!(rejects(&loaded), ["contacts:5 unknown-account"]);
}

#[test]
fn named_accounts_and_the_default_country() {
    let export = Export::new("hubspot", &[("accounts", COMPANIES.as_bytes())])
        .with("named", json!(["https://contoso.example", "fabrikam", "Northwnd"]))
        .with("default-country", json!("Sweden"))
        .with("unverified", json!("risky"));
    let loaded = export.load().expect("loads");
    assert!(loaded.crm.account("12").is_some_and(|account| account.named && account.country.as_deref() == Some("SE")));
    assert!(loaded.crm.account("13").is_some_and(|account| account.named));
    assert_eq!(
        notes(&loaded),
        ["named does not match an account's domain, id or name; did you mean \"Northwind\"? []"]
    );
    let wrong = Export::new("hubspot", &[]).with("default-country", json!("Atlantis")).load();
    assert!(wrong.is_err_and(|error| error.to_string().contains("\nhint: write a name or an ISO 3166-1 code")));
}

#[test]
fn na_is_namibia_among_codes_only() {
    let check = |countries: [&str; 2], expected: Option<&str>| {
        let [other, asked] = countries;
        let accounts = format!("Record ID,Company name,Country\n1,Acme,{other}\n2,Globex,{asked}\n");
        let contacts = format!(
            "Record ID,Email,Associated Company IDs,Country\n8,a@x.example,1,{other}\n9,b@y.example,2,{asked}\n"
        );
        let crm = load("hubspot", &[("accounts", &accounts), ("contacts", &contacts)]).crm;
        assert_eq!(crm.account("2").and_then(|account| account.country).as_deref(), expected, "{countries:?}");
        let person = crm.candidates("2").expect("an account").remove(0).contact;
        assert_eq!(person.country.as_deref(), expected, "{countries:?}");
    };
    check(["US", "NA"], Some("NA"));
    check(["de", "na"], Some("NA"));
    check(["EMEA", "NA"], None);
    check(["United States", "NA"], None);
    check(["NA", "NA"], None);
    check(["", "NA"], None);
    check(["XX", "NA"], None);
    check(["USA", "Namibia"], Some("NA"));
}

#[test]
fn accounts_are_found_by_typed_text() {
    let crm =
        load("salesforce", &[("accounts", "Id,Name,Website\n1,Northwind,northwind.example\n2,Twin,\n3,Twin,\n")]).crm;
    for text in [
        "1",
        "northwind.example",
        "https://www.Northwind.example/x",
        "NORTHWIND",
        " northwind ",
        "ann@northwind.example",
    ] {
        assert_eq!(crm.find_account(text).map(|account| account.id), Ok("1".into()), "{text}");
    }
    for (text, expected) in [
        ("twin", "several accounts have the name or the domain \"twin\"\nhint: name it by id: Twin (2), Twin (3)"),
        ("northwnd", "no account \"northwnd\"\nhint: did you mean Northwind (1)?"),
        ("zzz", "no account \"zzz\"\nhint: name it by id, domain or name"),
        ("", "no account \"\"\nhint: name it by id, domain or name"),
    ] {
        assert_eq!(
            crm.find_account(text).map(|account| account.id).map_err(|error| error.to_string()),
            Err(expected.into())
        );
    }
}
