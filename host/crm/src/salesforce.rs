//! Salesforce's exports: headers by API name or by field label, and the opportunities.
//!
//! Only the opportunities file says which accounts have an open deal and which have bought.

use baton_facts::types::Relation;

use super::{
    accounts::{AccountFields, AccountIndex},
    columns::{CsvRow, Field},
    contacts::ContactFields,
    crm_config::StageWord,
    hubspot::{DO_NOT_CONTACT, GONE},
    parse::boolean,
    rejects::{ReportBuilder, RowFault, RowRejectReason, shortened},
    store::FactTable,
    words::{Words, stricter},
};

/// Accounts.
pub(super) const ACCOUNTS: AccountFields = [
    Field::new("id", &["Id", "Account ID"]).id(),
    Field::new("name", &["Name", "Account Name"]).required(),
    Field::new("domain", &["Website"]),
    Field::new("industry", &["Industry"]),
    Field::new("employees", &["NumberOfEmployees", "Employees"]),
    Field::new("annual-revenue", &["AnnualRevenue"]),
    Field::new("currency", &["CurrencyIsoCode", "Account Currency", "Annual Revenue Currency"]),
    Field::new("country", &["BillingCountryCode", "BillingCountry", "Country"]),
    Field::new("type", &["Type", "Account Type"]).every(),
    Field::new("stage", &["Lifecycle Stage"]).every(),
    Field::new("owner", &["OwnerId", "Account Owner", "Owner", "Lead Owner"]),
    Field::new("last-activity", &["LastActivityDate", "Last Activity"]).date().every(),
    Field::new("open-deals", &["Number of open deals"]),
    Field::new("named", &["Target Account"]),
    Field::new("referred-by", &["Referred by"]),
    Field::new("deleted", &["IsDeleted", "Deleted"]),
    Field::new("parent", &["ParentId", "Parent Account ID", "Parent Account"]).id(),
    Field::new("do-not-contact", DO_NOT_CONTACT).every(),
    Field::new("customer", &["Is_Customer__c", "Is customer", "Customer_Status__c", "IsCustomerPortal"]).every(),
    Field::new("partner", &["IsPartner", "Is_Partner__c"]).every(),
    Field::new("competitor", &["Is_Competitor__c", "Competitor__c", "Is competitor"]).every(),
    Field::new("active", &["IsActive", "Active__c", "Is active"]).every(),
];

/// Contacts and leads; a lead refers to its company by name.
pub(super) const CONTACTS: ContactFields = [
    Field::new("id", &["Id", "Contact ID", "Lead ID"]).id(),
    Field::new("first-name", &["FirstName"]),
    Field::new("last-name", &["LastName"]),
    Field::new("name", &["Name", "Full Name"]),
    Field::new("title", &["Title"]),
    Field::new("email", &["Email"]).required(),
    Field::new("account", &["AccountId"]).id(),
    Field::new("company", &["Company", "Company / Account", "Account Name"]),
    Field::new("country", &["MailingCountryCode", "MailingCountry", "CountryCode", "Country"]),
    Field::new("time-zone", &["Time Zone"]),
    Field::new("language", &["Language", "Preferred language"]),
    Field::new("linkedin-url", &["LinkedIn URL", "LinkedIn", "LinkedIn__c", "LinkedIn_URL__c"]),
    Field::new("verification", &["Email verification"]),
    Field::new("verified-on", &["Email verified on"]).date(),
    Field::new("opted-out", &["HasOptedOutOfEmail", "Email Opt Out", "Opted out of email*", "Unsubscribed"]).every(),
    Field::new(
        "bounced",
        &[
            "EmailBouncedDate",
            "Email Bounced Date",
            "EmailBouncedReason",
            "Email Bounced Reason",
            "IsEmailBounced",
            "Is Email Bounced",
        ],
    )
    .every(),
    Field::new("status", &["ActionCadenceState", "Cadence State", "Lead Status", "Status"]).every(),
    Field::new("in-sequence", &["Currently in Sequence"]),
    Field::new("engagement", &["Engagement"]),
    Field::new("deleted", &["IsDeleted", "Deleted", "IsConverted", "Converted"]).every(),
    Field::new(
        "other-emails",
        &["Secondary Email", "SecondaryEmail__c", "Alternate Email", "Other Email", "Additional email addresses"],
    ),
    Field::new("do-not-contact", DO_NOT_CONTACT).every(),
    Field::new("gone", GONE).every(),
    Field::new("stage", &["Lifecycle Stage"]).every(),
    Field::new("owner", &["OwnerId", "Contact Owner", "Lead Owner", "Owner"]),
    Field::new("last-activity", &["LastActivityDate", "Last Activity"]).date().every(),
];

/// Opportunities, by the id of the account or, as in reports, by its name.
pub(super) const OPPORTUNITIES: [Field; 5] = [
    Field::new("account", &["AccountId", "Account ID", "Account Name", "Company", "Associated Company"])
        .required()
        .id()
        .every(),
    Field::new("stage", &["StageName", "Stage", "Deal Stage"]).required(),
    Field::new("closed", &["IsClosed", "Closed"]),
    Field::new("won", &["IsWon", "Won"]),
    Field::new("deleted", &["IsDeleted", "Deleted"]),
];
const ACCOUNT: usize = 0;
const STAGE: usize = 1;
const CLOSED: usize = 2;
const WON: usize = 3;
const DELETED: usize = 4;

/// Adds one opportunity: an open one is marked on the account, a won one makes the account a customer. One that names
/// its account by a name that several accounts have, or that is only similar to theirs, counts for each of them.
pub(super) fn add_opportunity_row(
    row: CsvRow<'_>,
    words: &Words,
    store: &mut FactTable,
    index: &AccountIndex,
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    if boolean(row.get(DELETED)) == Some(true) {
        return Err(RowFault::new(
            RowRejectReason::Deleted,
            "the CRM marks the opportunity as deleted",
            "nothing to do",
        ));
    }
    let named = row.get(ACCOUNT);
    if named.is_empty() {
        return Err(RowFault::new(RowRejectReason::Incomplete, "no account", "give the opportunity an account"));
    }
    let found = row.all(ACCOUNT).find_map(|value| index.find(store, value).unique());
    let meant = match found {
        Some(account) => vec![account],
        None => index.all_meant(store, row.all(ACCOUNT).last().unwrap_or(named)),
    };
    if meant.is_empty() {
        let hint = "export accounts and opportunities together, so that each id or name is in both files";
        return Err(RowFault::new(
            RowRejectReason::UnknownAccount,
            format!("no account \"{}\"", shortened(named)),
            hint,
        ));
    }
    let stage = stage(row, words, ledger);
    for account in meant {
        let record = &mut store.accounts[account as usize];
        match stage {
            Some(StageWord::Won) => record.relation = stricter(record.relation, Relation::Customer),
            Some(StageWord::Open) => record.open_opportunity = true,
            Some(StageWord::Lost) => {}
            None => {
                let text = format!(
                    "the closed stage \"{}\" of an opportunity is neither won nor lost",
                    shortened(row.get(STAGE))
                );
                store.unclear.add_to_account(account, text);
            }
        }
    }
    Ok(())
}

/// Returns the state of the opportunity. `None` if it is closed, and neither its columns nor its stage says how.
fn stage(row: CsvRow<'_>, words: &Words, ledger: &mut ReportBuilder) -> Option<StageWord> {
    let mut flag = |column: usize, field| {
        let value = row.get(column);
        let read = boolean(value);
        if read.is_none() && !value.is_empty() {
            ledger.note(row.line, field, "is neither yes nor no; the stage decides", value);
        }
        read
    };
    let (closed, won) = (flag(CLOSED, "closed"), flag(WON, "won"));
    let stage = words.stage(row.get(STAGE));
    if won == Some(true) || stage == Some(StageWord::Won) {
        return Some(StageWord::Won);
    }
    let decided = match (closed, stage) {
        (Some(true), Some(StageWord::Open) | None) => won.map(|_| StageWord::Lost),
        (_, stage) => stage,
    };
    if decided.is_none() {
        ledger.hold_word(row.line, "stage", row.get(STAGE), "stage", &["won", "open", "lost"]);
    }
    decided
}
