//! Loads of public sample exports. They are not part of the repository: the environment variable `BATON_CORPUS` names
//! their folder. `cargo xtask test` runs these tests if the variable is set; otherwise they are ignored.

use std::path::PathBuf;

use baton_facts::types::Relation;

use crate::{Crm, CrmSource, LoadOptions};

fn corpus(folder: &str) -> PathBuf {
    let corpus = std::env::var_os("BATON_CORPUS").expect("BATON_CORPUS names the folder of the exports");
    PathBuf::from(corpus).join(folder)
}

fn source(settings: serde_json::Value) -> CrmSource {
    serde_json::from_value(settings).expect("the settings are those of [crm]")
}

#[test]
#[ignore = "needs exports that are not part of the repository: set BATON_CORPUS and run cargo xtask test"]
fn the_salesforce_sample_has_34_accounts_that_must_not_be_contacted() {
    let folder = corpus("salesforce-sample");
    let source = source(serde_json::json!({
        "format": "salesforce", "accounts": "Accounts.csv", "contacts": "Contacts.csv", "opportunities": "Opportunities.csv",
        "not-recorded": ["opt-out"],
    }));
    let loaded = Crm::load(&source, &folder, LoadOptions::default()).expect("the sample loads");
    let files: Vec<_> = loaded.report.files.iter().map(|file| (file.file.as_str(), file.kept, file.rejected)).collect();
    assert_eq!(files, [("Accounts.csv", 50, 0), ("Opportunities.csv", 50, 0), ("Contacts.csv", 150, 0)]);
    let taken =
        loaded.crm.accounts().filter(|account| account.relation == Relation::Customer || account.open_opportunity);
    assert_eq!(taken.count(), 34);
    assert!(
        loaded.crm.accounts().all(|account| account.country.as_deref() == Some("US") && account.employees.is_some())
    );
    let people: usize =
        loaded.crm.accounts().filter_map(|account| loaded.crm.candidates(&account.id)).map(|people| people.len()).sum();
    assert_eq!(people, 150);
}

#[test]
#[ignore = "needs exports that are not part of the repository: set BATON_CORPUS and run cargo xtask test"]
fn a_list_of_companies_without_domains_loads_through_a_column_map() {
    let folder = corpus("sp500");
    let contacts = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(contacts.path(), "email\n").expect("writable");
    let source = source(serde_json::json!({
        "format": "hubspot", "accounts": "constituents.csv", "contacts": contacts.path(),
        "not-recorded": ["opt-out", "relation"],
        "columns": { "accounts": { "id": "Symbol", "name": "Security", "industry": "GICS Sub-Industry" } },
    }));
    let loaded = Crm::load(&source, &folder, LoadOptions::default()).expect("the list loads");
    assert_eq!((loaded.crm.len(), loaded.report.files[0].rejected), (503, 0));
    assert_eq!(loaded.crm.find_account("3m").map(|account| account.id), Ok("MMM".into()));
}
