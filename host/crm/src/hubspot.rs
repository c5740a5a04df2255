//! HubSpot's exports: headers by label or by internal property name.
//!
//! Labels and names are those of the default properties of companies and contacts, and of those that teams usually add
//! to keep somebody from being contacted.

use super::{accounts::AccountFields, columns::Field, contacts::ContactFields};

/// Companies.
pub(super) const ACCOUNTS: AccountFields = [
    Field::new("id", &["Record ID", "hs_object_id", "Company ID"]).id(),
    Field::new("name", &["Company name", "name"]).required(),
    Field::new("domain", &["Company Domain Name", "domain", "Website URL", "website"]),
    Field::new("industry", &["Industry"]),
    Field::new("employees", &["Number of Employees", "numberofemployees", "Employee range"]),
    Field::new("annual-revenue", &["Annual Revenue", "annualrevenue"]),
    Field::new("currency", &["Currency", "hs_revenue_currency_code"]),
    Field::new("country", &["Country/Region", "Country"]),
    Field::new("type", &["Type", "Company type"]).every(),
    Field::new("stage", &["Lifecycle Stage", "lifecyclestage"]).every(),
    Field::new("owner", &["Company owner", "hubspot_owner_id", "Owner"]),
    Field::new(
        "last-activity",
        &[
            "Last Activity Date",
            "notes_last_updated",
            "Last Contacted",
            "notes_last_contacted",
            "Last Engagement Date",
            "Next Activity Date",
            "notes_next_activity_date",
        ],
    )
    .date()
    .every(),
    Field::new("open-deals", &["Number of open deals", "hs_num_open_deals"]),
    Field::new("named", &["Target Account", "hs_is_target_account"]),
    Field::new("referred-by", &["Referred by", "referred_by"]),
    Field::new("deleted", &["Archived"]),
    Field::new("parent", &["Parent Company IDs", "Parent Company ID", "hs_parent_company_id", "Parent Company"]).id(),
    Field::new("do-not-contact", DO_NOT_CONTACT).every(),
    Field::new("customer", &["Is customer", "Customer status", "Existing customer", "Current customer"]).every(),
    Field::new("partner", &["Is partner", "Partner status"]).every(),
    Field::new("competitor", &["Is competitor"]).every(),
    Field::new("active", &["Is active"]).every(),
];

/// Headers by which teams keep an account or a person from being contacted.
pub(super) const DO_NOT_CONTACT: &[&str] = &[
    "Do not contact",
    "Do_Not_Contact__c",
    "npsp__Do_Not_Contact__c",
    "DNC",
    "Blocklisted",
    "Blacklisted",
    "Blocklist",
    "Blacklist",
    "Do not email",
    "Do_Not_Email__c",
];
/// Headers by which teams mark a person who died or left.
pub(super) const GONE: &[&str] = &[
    "Deceased",
    "Deceased__c",
    "npsp__Deceased__c",
    "No longer with company",
    "No_Longer_With_Company__c",
    "No longer at company",
    "No_Longer_At_Company__c",
    "Left company",
    "Left_Company__c",
    "Has left the company",
];

/// Contacts.
pub(super) const CONTACTS: ContactFields = [
    Field::new("id", &["Record ID", "hs_object_id", "Contact ID"]).id(),
    Field::new("first-name", &["First Name", "firstname"]),
    Field::new("last-name", &["Last Name", "lastname"]),
    Field::new("name", &["Full name", "Name"]),
    Field::new("title", &["Job Title", "jobtitle"]),
    Field::new("email", &["Email"]).required(),
    Field::new(
        "account",
        &[
            "Associated Company IDs (Primary)",
            "Associated Company IDs",
            "associatedcompanyid",
            "Primary Associated Company ID",
        ],
    )
    .id(),
    Field::new("company", &["Associated Company (Primary)", "Associated Company", "Company name", "company"]),
    Field::new("country", &["Country/Region", "Country"]),
    Field::new("time-zone", &["Time Zone", "hs_timezone"]),
    Field::new("language", &["Preferred language", "hs_language"]),
    Field::new("linkedin-url", &["LinkedIn URL", "hs_linkedin_url"]),
    Field::new("verification", &["Email verification"]),
    Field::new("verified-on", &["Email verified on"]).date(),
    Field::new(
        "opted-out",
        &[
            "Unsubscribed from all email",
            "Unsubscribed from all emails",
            "hs_email_optout",
            "Email Opt Out",
            "Opted out of email*",
            "hs_email_optout_*",
            "Unsubscribed",
            "Opted out",
        ],
    )
    .every(),
    Field::new(
        "bounced",
        &[
            "Email hard bounce reason",
            "hs_email_hard_bounce_reason_enum",
            "hs_email_hard_bounce_reason",
            "Invalid email address",
            "hs_email_bad_address",
            "Email address quarantined",
            "Email Address Quarantine Reason",
            "hs_email_quarantined",
            "hs_email_quarantined_reason",
        ],
    )
    .every(),
    Field::new("status", &["Lead Status", "hs_lead_status"]).every(),
    Field::new("in-sequence", &["Currently in Sequence", "hs_sequences_is_enrolled"]),
    Field::new("engagement", &["Engagement"]),
    Field::new("deleted", &["Archived"]),
    Field::new(
        "other-emails",
        &["Additional email addresses", "hs_additional_emails", "Secondary email", "Work email", "work_email"],
    ),
    Field::new("do-not-contact", DO_NOT_CONTACT).every(),
    Field::new("gone", GONE).every(),
    Field::new("stage", &["Lifecycle Stage", "lifecyclestage"]).every(),
    Field::new("owner", &["Contact owner", "hubspot_owner_id", "Owner"]),
    Field::new(
        "last-activity",
        &[
            "Last Activity Date",
            "notes_last_updated",
            "Last Contacted",
            "notes_last_contacted",
            "Last Engagement Date",
            "hs_last_sales_activity_timestamp",
            "Recent Sales Email Replied Date",
            "hs_sales_email_last_replied",
            "Next Activity Date",
            "notes_next_activity_date",
        ],
    )
    .date()
    .every(),
];
