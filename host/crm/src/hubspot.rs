//! HubSpot's exports: headers by label or by internal property name, and the mapping of its values.
//!
//! Labels and names are those of the default properties of companies and contacts.

use baton_facts::types::{Engagement, Relation};

use super::{accounts, columns::Field, contacts, parse::normalize_label};

const fn field(name: &'static str, headers: &'static [&'static str]) -> Field {
    Field { name, headers, required: false }
}

/// Companies.
pub(super) const ACCOUNTS: accounts::AccountFields = [
    field("id", &["Record ID", "hs_object_id", "Company ID"]),
    Field { name: "name", headers: &["Company name", "name"], required: true },
    field("domain", &["Company Domain Name", "domain", "Website URL", "website"]),
    field("industry", &["Industry"]),
    field("employees", &["Number of Employees", "numberofemployees", "Employee range"]),
    field("annual-revenue", &["Annual Revenue", "annualrevenue"]),
    field("currency", &["Currency", "hs_revenue_currency_code"]),
    field("country", &["Country/Region", "Country"]),
    field("type", &["Type"]),
    field("stage", &["Lifecycle Stage", "lifecyclestage"]),
    field("owner", &["Company owner", "hubspot_owner_id", "Owner"]),
    field("last-activity", &["Last Activity Date", "notes_last_updated"]),
    field("open-deals", &["Number of open deals", "hs_num_open_deals"]),
    field("named", &["Target Account", "hs_is_target_account"]),
    field("referred-by", &["Referred by", "referred_by"]),
    field("deleted", &["Archived"]),
    field("parent", &["Parent Company IDs", "Parent Company ID", "hs_parent_company_id", "Parent Company"]),
];

/// Contacts.
pub(super) const CONTACTS: contacts::ContactFields = [
    field("id", &["Record ID", "hs_object_id", "Contact ID"]),
    field("first-name", &["First Name", "firstname"]),
    field("last-name", &["Last Name", "lastname"]),
    field("name", &["Full name", "Name"]),
    field("title", &["Job Title", "jobtitle"]),
    Field { name: "email", headers: &["Email"], required: true },
    field(
        "account",
        &[
            "Associated Company IDs (Primary)",
            "Associated Company IDs",
            "associatedcompanyid",
            "Primary Associated Company ID",
        ],
    ),
    field("company", &["Associated Company (Primary)", "Associated Company", "Company name", "company"]),
    field("country", &["Country/Region", "Country"]),
    field("time-zone", &["Time Zone", "hs_timezone"]),
    field("language", &["Preferred language", "hs_language"]),
    field("linkedin-url", &["LinkedIn URL", "hs_linkedin_url"]),
    field("verification", &["Email verification"]),
    field("verified-on", &["Email verified on"]),
    field("opted-out", &["Unsubscribed from all email", "hs_email_optout"]),
    field("bounced", &["Email hard bounce reason", "hs_email_hard_bounce_reason_enum", "hs_email_hard_bounce_reason"]),
    field("status", &["Lead Status", "hs_lead_status"]),
    field("in-sequence", &["Currently in Sequence", "hs_sequences_is_enrolled"]),
    field("engagement", &["Engagement"]),
    field("deleted", &["Archived"]),
    field(
        "other-emails",
        &["Additional email addresses", "hs_additional_emails", "Secondary email", "Work email", "work_email"],
    ),
];

/// Parses *Type* and *Lifecycle Stage*. An evangelist is a customer who recommends us.
pub(super) fn relation(word: &str) -> Option<Relation> {
    Some(match normalize_label(word).as_str() {
        "customer" | "evangelist" => Relation::Customer,
        "competitor" => Relation::Competitor,
        "partner" | "reseller" => Relation::Partner,
        "prospect" | "subscriber" | "lead" | "marketingqualifiedlead" | "salesqualifiedlead" | "opportunity" => {
            Relation::Prospect
        }
        "vendor" | "other" => Relation::None,
        _ => return None,
    })
}

/// Parses *Lead Status*. A contact with an open deal counts as in conversation.
pub(super) fn engagement(word: &str) -> Option<Engagement> {
    Some(match normalize_label(word).as_str() {
        "connected" | "inconversation" | "opendeal" => Engagement::InConversation,
        "insequence" => Engagement::InSequence,
        "new" | "open" | "inprogress" | "unqualified" | "attemptedtocontact" | "badtiming" | "none" => Engagement::None,
        _ => return None,
    })
}
