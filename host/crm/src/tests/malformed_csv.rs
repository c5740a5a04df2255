//! Malformed files: no row is lost, and no file hangs the reader.

use baton_facts::types::{Relation, SuppressionReason};
use serde_json::json;

use super::*;
use crate::encoding::Encoding;

/// Checks the number of kept rows of `id,name,domain` and the rejected ones.
#[track_caller]
fn check(rows: &str, kept: usize, set_aside: &[&str]) {
    let text = format!("hs_object_id,name,domain\n{rows}");
    let loaded = load("hubspot", &[("accounts", &text)]);
    assert_eq!(rejects(&loaded), set_aside);
    assert_eq!(loaded.crm.len(), kept);
    let file = &loaded.report.files[0];
    assert_eq!((file.kept, file.rejected), (kept as u64, set_aside.len() as u64));
}

#[test]
fn well_formed_rows_are_kept() {
    check("1,Northwind,northwind.example\n", 1, &[]);
    check("1,Northwind,northwind.example", 1, &[]);
    check("1,Northwind,northwind.example\r\n\r\n2,Contoso,\r\n", 2, &[]);
    check("1,Northwind,a.example\r2,Contoso,\r", 2, &[]);
    check("\"1\",\"North \"\"the\"\" wind\",\n2,5\" pipes,\n", 2, &[]);
    check("1,\"North\nwind\",\n,,\n\n2,Contoso,\n", 2, &[]);
    check("1,Northwind,,,\n2,Contoso,,,\n", 2, &[]);
    check("1,Northwind\n2\n3,Contoso,\n", 2, &["accounts:3 incomplete"]);
}

#[test]
fn broken_rows_are_rejected_and_the_others_are_kept() {
    check("1,\"Northwind,a.example\n2,\"Contoso\",b.example\n3,Fabrikam,c.example\n", 2, &["accounts:2 broken-quotes"]);
    check("1,\"Northwind,a.example\n2,Contoso,b.example\n", 1, &["accounts:2 broken-quotes"]);
    check("1,\"North \"wind\" Inc\",a.example\n2,Contoso,\n", 1, &["accounts:2 broken-quotes"]);
    check("1,North, wind,a.example\n2,Contoso,\n", 1, &["accounts:2 field-count"]);
    // Only where every row is longer, each ends with a delimiter.
    check("1,North, wind,\n2,Contoso,\n", 1, &["accounts:2 field-count"]);
    check("1,Northwind,a.example,\n2,Contoso,\n", 1, &["accounts:2 field-count"]);
    // A row without a line end may have lost its end with the file's.
    check("1,Northwind,\n2,Contoso", 1, &["accounts:3 field-count"]);
    check("1,North\0wind,\n2,Contoso,\n", 1, &["accounts:2 not-text"]);
    check("1,n/a,\n2,,\n3,Contoso,\n", 1, &["accounts:2 incomplete", "accounts:3 incomplete"]);
}

#[test]
fn reported_lines_are_those_of_the_file() {
    check("\"1\",\"North\r\n\r\nwind\",a.example\r\n\r\n2,\r\n", 1, &["accounts:6 incomplete"]);
    check("1,\"North\rwind\",a.example\r2,\r", 1, &["accounts:4 incomplete"]);
}

#[test]
fn a_too_long_row_is_rejected_in_bounded_memory() {
    let long = "x".repeat(5 << 20);
    check(&format!("1,{long},a.example\n2,Contoso,\n"), 1, &["accounts:2 too-long"]);
    let open: String = (3..3000).map(|id| format!("{id},{:0400},\n", id)).collect();
    check(&format!("1,\"Northwind,\n{open}"), 2997, &["accounts:2 broken-quotes"]);
}

#[test]
fn a_file_with_too_many_unclosed_quotes_is_refused() {
    // Each row opens a quote, and parses the same inside and outside of it.
    let text = format!("name,{}\n{}", vec!["c"; 4000].join(","), "x\",\",\n".repeat(20_000));
    let outcome = Export::new("hubspot", &[("accounts", text.as_bytes())]).load();
    assert!(outcome.is_err_and(|error| matches!(error, LoadError::BrokenQuotes { .. })));
}

#[test]
fn duplicates_are_rejected_but_their_restrictions_apply() {
    let accounts = "Id,Name,Website,Type\n1,Northwind,northwind.example,Prospect\n1,Northwind B,,Customer\n\
                    2,northwind,www.northwind.example,\n3,Northwind Asia,northwind.example,\n";
    let contacts = "Id,LastName,Email,AccountId,HasOptedOutOfEmail\na,Lee,ann@northwind.example,2,\nb,Lee,ANN@northwind.example,1,1\n";
    let loaded = load("salesforce", &[("accounts", accounts), ("contacts", contacts)]);
    assert_eq!(rejects(&loaded), ["accounts:3 duplicate", "accounts:4 duplicate", "contacts:3 duplicate"]);
    assert!(loaded.report.examples[0].detail.contains("line 2"), "{}", loaded.report.examples[0].detail);
    assert!(loaded.crm.account("1").is_some_and(|account| account.relation == Relation::Customer));
    assert!(loaded.crm.account("3").is_some(), "another name at the same domain is another account");
    let people = loaded.crm.candidates("1").expect("an account");
    assert!(people[0].contact.suppression.is_some_and(|order| order.reason == SuppressionReason::OptedOut));
}

#[test]
fn placeholders_and_unreadable_values_are_noted() {
    let accounts = "name,domain,industry,numberofemployees,annualrevenue,country\n\
                    A,http://facebook.com/a,n/a,many,€5M,Atlantis\nB,not a site,Tech,12,,\nC,,N/A,,,\n";
    let loaded = load("hubspot", &[("accounts", accounts)]);
    let a = loaded.crm.account("a").expect("named by its name");
    assert_eq!((&a.domain, a.industry, a.employees, a.annual_revenue_usd), (&None, None, None, None));
    assert_eq!(a.country.as_deref(), Some("Atlantis"));
    let expected = [
        "annual-revenue could not be read and is not recorded [2]",
        "country is not a known country; kept as written [2]",
        "domain has no host name and is not recorded [3]",
        "domain is a site that many companies share and is not recorded [2]",
        "employees could not be read and is not recorded [2]",
        "industry is a placeholder and is not recorded [2, 4]",
    ];
    assert_eq!(notes(&loaded), expected);
}

#[test]
fn unreadable_restrictions_count_as_restrictions() {
    let accounts = "name,domain,hs_num_open_deals\nA,a.example,several\n";
    let contacts = "email,hs_email_optout\nx@a.example,please\n";
    let suppressions = "value,reason,until\ny@a.example,whim,some day\n";
    let files = [("accounts", accounts), ("contacts", contacts), ("suppressions", suppressions)];
    let loaded = load("hubspot", &files);
    assert!(loaded.crm.account("a.example").is_some_and(|account| account.open_opportunity));
    assert!(loaded.crm.candidates("a.example").expect("an account")[0].contact.suppression.is_some());
    assert!(loaded.crm.suppression("y@a.example").is_some_and(|order| order.until.is_none()));
    assert_eq!(loaded.report.notes.len(), 5);
}

#[test]
fn unusable_contacts_are_rejected() {
    let contacts = "hs_object_id,firstname,email\n1,Ann,ann at a.example\n2,,\n3,Cy,\n,Di,di@a.example\n";
    let loaded = load("hubspot", &[("accounts", "name,domain\nA,a.example\n"), ("contacts", contacts)]);
    assert_eq!(rejects(&loaded), ["contacts:2 unreadable", "contacts:3 incomplete", "contacts:4 unknown-account"]);
    assert_eq!(loaded.crm.candidates("a.example").expect("an account")[0].contact.id, "di@a.example");
}

#[test]
fn encodings_and_delimiters() {
    let utf16 = |text: &str| [0xFEFF_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let cases: [(Vec<u8>, Encoding, char); 6] = [
        ("\u{feff}name,domain\nBücher,a.example\n".into(), Encoding::Utf8, ','),
        (b"name;domain\r\nB\xFCcher;a.example\r\n".to_vec(), Encoding::Windows1252, ';'),
        (utf16("name\tdomain\nBücher\ta.example\n"), Encoding::Utf16Le, '\t'),
        ("sep=;\nname;domain\nBücher;a.example\n".into(), Encoding::Utf8, ';'),
        ("name|domain\nBücher|a.example\n".into(), Encoding::Utf8, '|'),
        (
            [b"name,domain\nB\xC3\xBCcher,a.example\nCaf\xC3\xA9,b.example\nx\xFC,c.example\n".as_slice()].concat(),
            Encoding::Utf8Damaged,
            ',',
        ),
    ];
    for (text, encoding, delimiter) in cases {
        let loaded = Export::new("hubspot", &[("accounts", &text)]).load().expect("loads");
        let file = &loaded.report.files[0];
        assert_eq!((file.encoding, file.delimiter), (encoding, delimiter));
        assert_eq!(loaded.crm.account("a.example").map(|account| account.name).as_deref(), Some("Bücher"));
        assert_eq!(file.rejected, u64::from(encoding == Encoding::Utf8Damaged));
    }
}

/// Checks the detected encoding of a file and the name of its first account.
#[test]
fn other_encodings_are_detected_and_named() {
    let polish =
        "name;domain\nŁódź Żywiec Spółka;a.example\nŚwięta Góra Książki;b.example\nPrzedsiębiorstwo Źródło;c.example\n";
    let japanese =
        "name,domain\n株式会社日立製作所,a.example\n東京電力ホールディングス,b.example\nソニーグループ,c.example\n";
    let russian = "name;domain\nООО Ромашка;a.example\nГазпром нефть;b.example\n";
    let chinese = "name,domain\n华为技术有限公司,a.example\n阿里巴巴集团,b.example\n";
    let cases: [(&str, &'static encoding_rs::Encoding, &str); 6] = [
        (polish, encoding_rs::WINDOWS_1250, "windows-1250"),
        (polish, encoding_rs::ISO_8859_2, "ISO-8859-2"),
        (japanese, encoding_rs::SHIFT_JIS, "Shift_JIS"),
        (japanese, encoding_rs::EUC_JP, "EUC-JP"),
        (russian, encoding_rs::WINDOWS_1251, "windows-1251"),
        (chinese, encoding_rs::GBK, "GBK"),
    ];
    for (text, encoding, expected) in cases {
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy, "{expected}");
        let loaded = Export::new("hubspot", &[("accounts", &bytes)]).load().expect("loads");
        assert_eq!(loaded.report.files[0].encoding.to_string(), expected);
        let name = text.lines().nth(1).and_then(|line| line.split([';', ',']).next());
        assert_eq!(loaded.crm.account("a.example").map(|account| account.name).as_deref(), name);
        let note = loaded.report.notes.iter().find(|note| note.field == "encoding");
        assert_eq!(note.map(|note| note.example.as_str()), Some(expected));
    }
    let western = "name;domain\nMüller & Söhne;a.example\nCafé Noël;b.example\nPeña – España “x”;c.example\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(western);
    let loaded = Export::new("hubspot", &[("accounts", &bytes)]).load().expect("loads");
    assert_eq!(loaded.report.files[0].encoding, Encoding::Windows1252);
    assert!(loaded.report.notes.iter().all(|note| note.field != "encoding"));
}

/// Checks the error of a load that is refused because of its accounts file.
#[track_caller]
fn check_error(accounts: &[u8], columns: Value, expected: &str) {
    let export = Export::new("hubspot", &[("accounts", accounts)]).with("columns", columns);
    let error = export.load().expect_err("useless").to_string();
    assert_eq!(error, expected);
}

#[test]
fn errors_of_whole_files_have_hints() {
    check_error(b"", json!({}), "accounts.csv is empty\nhint: the first line must name the columns");
    check_error(
        b"PK\x03\x04rest",
        json!({}),
        "accounts.csv is not CSV: an Excel workbook or a zip archive\nhint: export or save it as CSV, in UTF-8 where there is a choice",
    );
    check_error(
        b"Id,Compny Name\n",
        json!({}),
        "accounts.csv: no column \"Company name\" (name)\nthe header has \"Id\", \"Compny Name\"\nhint: add to baton.toml, under [crm.columns.accounts]: name = \"Compny Name\"",
    );
    check_error(
        b"Id,Name\n",
        json!({ "accounts": { "employees": "Headcount" } }),
        "accounts.csv: no column \"Headcount\", which [crm.columns.accounts] names for employees\nthe header has \"Id\", \"Name\"\nhint: add to baton.toml, under [crm.columns.accounts]: employees = \"the header in the file\"",
    );
    let error = Export::new("hubspot", &[]).with("columns", json!({ "accounts": { "employes": "x" } })).load();
    assert!(error.is_err_and(|error| error.to_string().contains("hint: did you mean \"employees\"?")));
    let error = Export::new("hubspot", &[]).with("signals", json!("gone.csv")).load();
    assert!(error.is_err_and(|error| error.to_string().contains("hint: set `signals` in [crm]")));
}

#[test]
fn a_column_map_wins_over_the_standard_headers() {
    let accounts = "Name,Legal name,Head-count (est.)\nold,Northwind,\"1,200\"\n";
    let columns = json!({ "accounts": { "name": "Legal name", "employees": "head count est" } });
    let loaded =
        Export::new("hubspot", &[("accounts", accounts.as_bytes())]).with("columns", columns).load().expect("loads");
    assert_eq!(loaded.crm.account("northwind").and_then(|account| account.employees), Some(1200));
    assert_eq!(loaded.report.files[0].unused_columns, ["Name"]);
}

#[test]
fn rejected_rows_are_written_verbatim_to_a_file() {
    let row = "1,\"North\"wind\",a.example";
    let export = Export::new("hubspot", &[("accounts", format!("id,name,domain\n{row}\n2,Contoso,\n").as_bytes())]);
    let loaded = export.load().expect("loads");
    let path = loaded.report.rejects_file.expect("one row was rejected");
    let mut reader = csv::Reader::from_path(&path).expect("written");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("well-formed")).collect();
    assert_eq!((&rows[0][0], &rows[0][1], &rows[0][2], &rows[0][5]), ("accounts.csv", "2", "broken-quotes", row));
    std::fs::write(export.folder().join("accounts.csv"), "id,name,domain\n2,Contoso,\n").expect("writable");
    assert!(export.load().expect("loads").report.rejects_file.is_none() && !path.exists(), "an old file is removed");
}

#[test]
fn an_unreadable_last_activity_makes_the_account_unclear() {
    let accounts = "id,name,domain,notes_last_updated\n1,A,a.example,last week\n2,B,b.example,2026-03-04\n3,C,,\n";
    let loaded = load("hubspot", &[("accounts", accounts)]);
    let unclear = |id: &str| loaded.crm.account(id).expect("kept").unclear;
    assert_eq!(unclear("1"), ["the last activity \"last week\" is not a readable date"]);
    assert!(unclear("2").is_empty() && unclear("3").is_empty());
}
