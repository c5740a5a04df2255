//! Salesforce's exports: headers by API name or by field label, the mapping of its values, and the opportunities.
//!
//! Only the opportunities file says which accounts have an open deal and which have bought.

use baton_facts::types::{Engagement, Relation};

use super::{
    accounts::{self, AccountIndex},
    columns::{CsvRow, Field},
    contacts,
    parse::{boolean, normalize_label},
    rejects::{ReportBuilder, RowFault, RowRejectReason, shortened},
    store::FactTable,
};

const fn field(name: &'static str, headers: &'static [&'static str]) -> Field {
    Field { name, headers, required: false }
}

/// Accounts.
pub(super) const ACCOUNTS: accounts::AccountFields = [
    field("id", &["Id", "Account ID"]),
    Field { name: "name", headers: &["Name", "Account Name"], required: true },
    field("domain", &["Website"]),
    field("industry", &["Industry"]),
    field("employees", &["NumberOfEmployees", "Employees"]),
    field("annual-revenue", &["AnnualRevenue"]),
    field("currency", &["CurrencyIsoCode", "Account Currency", "Annual Revenue Currency"]),
    field("country", &["BillingCountryCode", "BillingCountry", "Country"]),
    field("type", &["Type", "Account Type"]),
    field("stage", &["Lifecycle Stage"]),
    field("owner", &["OwnerId", "Account Owner", "Owner"]),
    field("last-activity", &["LastActivityDate", "Last Activity"]),
    field("open-deals", &["Number of open deals"]),
    field("named", &["Target Account"]),
    field("referred-by", &["Referred by"]),
    field("deleted", &["IsDeleted", "Deleted"]),
    field("parent", &["ParentId", "Parent Account ID", "Parent Account"]),
];

/// Contacts and leads; a lead refers to its company by name.
pub(super) const CONTACTS: contacts::ContactFields = [
    field("id", &["Id", "Contact ID", "Lead ID"]),
    field("first-name", &["FirstName"]),
    field("last-name", &["LastName"]),
    field("name", &["Name", "Full Name"]),
    field("title", &["Title"]),
    Field { name: "email", headers: &["Email"], required: true },
    field("account", &["AccountId"]),
    field("company", &["Company", "Company / Account", "Account Name"]),
    field("country", &["MailingCountryCode", "MailingCountry", "CountryCode", "Country"]),
    field("time-zone", &["Time Zone"]),
    field("language", &["Language", "Preferred language"]),
    field("linkedin-url", &["LinkedIn URL", "LinkedIn", "LinkedIn__c", "LinkedIn_URL__c"]),
    field("verification", &["Email verification"]),
    field("verified-on", &["Email verified on"]),
    field("opted-out", &["HasOptedOutOfEmail", "Email Opt Out"]),
    field("bounced", &["EmailBouncedDate", "Email Bounced Date", "EmailBouncedReason", "Email Bounced Reason"]),
    field("status", &["ActionCadenceState", "Cadence State"]),
    field("in-sequence", &["Currently in Sequence"]),
    field("engagement", &["Engagement"]),
    field("deleted", &["IsDeleted", "Deleted", "IsConverted", "Converted"]),
    field(
        "other-emails",
        &["Secondary Email", "SecondaryEmail__c", "Alternate Email", "Other Email", "Additional email addresses"],
    ),
];

/// Opportunities.
pub(super) const OPPORTUNITIES: [Field; 5] = [
    Field { name: "account", headers: &["AccountId"], required: true },
    Field { name: "stage", headers: &["StageName", "Stage"], required: true },
    field("closed", &["IsClosed", "Closed"]),
    field("won", &["IsWon", "Won"]),
    field("deleted", &["IsDeleted", "Deleted"]),
];
const ACCOUNT: usize = 0;
const STAGE: usize = 1;
const CLOSED: usize = 2;
const WON: usize = 3;
const DELETED: usize = 4;

/// Parses *Type* with the default values of old and new organizations. An integrator builds our product into its own,
/// so it is a partner. Analysts, investors and the press are `Relation::None`.
pub(super) fn relation(word: &str) -> Option<Relation> {
    let word = normalize_label(word);
    Some(match word.as_str() {
        "competitor" => Relation::Competitor,
        "prospect" => Relation::Prospect,
        "reseller" | "channelpartnerreseller" | "integrator" => Relation::Partner,
        "analyst" | "investor" | "press" | "other" => Relation::None,
        _ if word.starts_with("customer") => Relation::Customer,
        _ if word.ends_with("partner") => Relation::Partner,
        _ => return None,
    })
}

/// Parses a person's cadence state.
pub(super) fn engagement(word: &str) -> Option<Engagement> {
    Some(match normalize_label(word).as_str() {
        "running" | "paused" | "processing" | "initializing" | "insequence" => Engagement::InSequence,
        "inconversation" => Engagement::InConversation,
        "complete" | "error" | "none" => Engagement::None,
        _ => return None,
    })
}

/// Adds one opportunity: an open one is marked on the account, a won one makes the account a customer.
pub(super) fn add_opportunity_row(
    row: CsvRow<'_>,
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
    let Some(account) = index.find_id(store, named) else {
        let hint = "export accounts and opportunities together, so that each id is in both files";
        return Err(RowFault::new(
            RowRejectReason::UnknownAccount,
            format!("no account \"{}\"", shortened(named)),
            hint,
        ));
    };
    let stage = normalize_label(row.get(STAGE));
    let closed = boolean(row.get(CLOSED)).unwrap_or_else(|| {
        if !row.get(CLOSED).is_empty() {
            ledger.note(row.line, "closed", "is neither yes nor no; the stage decides", row.get(CLOSED));
        }
        false
    });
    let closed = closed || stage.starts_with("closed");
    let won = boolean(row.get(WON)).unwrap_or(false) || (closed && stage.ends_with("won"));
    let account = &mut store.accounts[account as usize];
    if won {
        account.relation = accounts::stricter(account.relation, Relation::Customer);
    } else if !closed {
        account.open_opportunity = true;
    }
    Ok(())
}
