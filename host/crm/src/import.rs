//! Reading an export file by file: files that other files refer to are read first.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use baton_facts::types::Verification;

use super::accounts::AccountIndex;
use super::columns::{Field, FileSpec};
use super::company_links::{CompanyLinks, OwnCompany};
use super::contacts::ContactIndex;
use super::crm::Crm;
use super::crm_config::{CrmSource, Format, Restriction};
use super::error::{self, LoadError};
use super::optional_fields::CodeCache;
use super::progress::{LoadProgress, ProgressReporter};
use super::rejects::{LoadReport, ReportBuilder, RowRejectReason};
use super::store::FactTable;
use super::words::Words;
use super::{accounts, address_links, columns, contacts, hubspot, locale, salesforce, signals, suppressions, touches};
use baton_model::websites::{Website, parse_website};

/// A loaded export and the report about its files.
#[derive(Debug)]
pub struct CrmImport {
    pub crm: Crm,
    pub report: LoadReport,
}

/// Options of a load.
#[derive(Default)]
pub struct LoadOptions<'a> {
    /// The CSV file that gets a verbatim copy of each rejected row, if any. An older file there is replaced.
    pub rejects: Option<PathBuf>,
    /// The company that sends.
    pub own: OwnCompany,
    /// Called with the progress of the load.
    pub progress: Option<&'a mut dyn FnMut(LoadProgress<'_>)>,
}

impl Crm {
    /// Reads the export that `source` names; its paths are relative to `folder`.
    ///
    /// Memory grows with the facts, not with the size of the files: about a third of a gigabyte for 100,000 accounts, a
    /// million contacts, 200,000 signals and 500,000 touches.
    ///
    /// # Errors
    /// [`LoadError`] if a whole file cannot be used. A row that cannot be used is in the report instead.
    pub fn load(source: &CrmSource, folder: &Path, options: LoadOptions<'_>) -> Result<CrmImport, LoadError> {
        let mut ledger = ReportBuilder::new(options.rejects).map_err(|source| LoadError::Rejects { source })?;
        let mut silent = |_: LoadProgress<'_>| {};
        let mut progress = ProgressReporter {
            report: options.progress.unwrap_or(&mut silent),
            finished: 0,
            reported: 0,
            total: source.files().filter_map(|file| folder.join(file).metadata().ok()).map(|file| file.len()).sum(),
        };
        let default_country = default_country(source)?;
        let connector = Connector::of(source.format);
        let columns = &source.columns;
        let mut store = FactTable::default();
        let mut accounts = AccountIndex::new(source.format);
        let mut contacts = ContactIndex::new(source.format);
        let mut codes = CodeCache::default();
        let words = Words::new(&source.words);
        let plan = |key, file, fields, map, refuses| FileSpec {
            file,
            folder,
            key,
            fields,
            map,
            dates: source.dates,
            ignored_columns: &source.ignored_columns,
            read_also: None,
            refuses,
        };

        let same_file = source.accounts == source.contacts;
        let read_also = |fields, map| same_file.then_some((fields, map));
        let of_accounts = FileSpec {
            read_also: read_also(connector.contacts as &[Field], &columns.contacts),
            ..plan("accounts", source.accounts.as_path(), connector.accounts, &columns.accounts, refuse_none)
        };
        let has = columns::read(&of_accounts, &mut ledger, &mut progress, |row, ledger| {
            let rules = (&words, default_country.as_deref());
            accounts::add_account_row(row, rules, &mut store, &mut accounts, &mut codes, ledger)
        })?;
        let relations = [accounts::TYPE, accounts::STAGE, accounts::CUSTOMER];
        let knows_relations = source.opportunities.is_some() || relations.iter().any(|field| has[*field]);
        check_recorded(source, Restriction::Relation, knows_relations, &mut ledger);
        mark_named(&source.named, &mut store, &mut ledger);
        if let Some(file) = &source.opportunities {
            let of_opportunities =
                plan("opportunities", file, &salesforce::OPPORTUNITIES, &columns.opportunities, refuse_unreadable);
            columns::read(&of_opportunities, &mut ledger, &mut progress, |row, ledger| {
                salesforce::add_opportunity_row(row, &words, &mut store, &accounts, ledger)
            })?;
            ledger.refuse_if_mostly_unknown();
        } else if source.format == Format::Salesforce {
            let what = "is not set, so open opportunities are not known".to_owned();
            ledger.note_setting("opportunities", what, "");
        }
        let of_contacts = FileSpec {
            read_also: read_also(connector.accounts, &columns.accounts),
            ..plan("contacts", &source.contacts, connector.contacts, &columns.contacts, refuse_none)
        };
        let rules = contacts::ContactRules { words: &words, unverified: source.unverified };
        let has = columns::read(&of_contacts, &mut ledger, &mut progress, |row, ledger| {
            contacts::add_contact_row(row, &rules, &mut store, &accounts, &mut contacts, &mut codes, ledger)
        })?;
        let knows_opt_outs = has[contacts::OPTED_OUT] || has[contacts::DO_NOT_CONTACT];
        check_recorded(source, Restriction::OptOut, knows_opt_outs, &mut ledger);
        if !has[contacts::VERIFICATION] && source.unverified == Verification::Unknown && !store.contacts.is_empty() {
            let what = "has no column, so that every address counts as unknown: set `unverified` in [crm], or \
                        `weakest-verification` in the campaign";
            ledger.note(1, "verification", what, "");
        }
        if let Some(file) = &source.suppressions {
            let of_suppressions = plan("suppressions", file, &suppressions::FIELDS, &columns.suppressions, refuse_any);
            columns::read(&of_suppressions, &mut ledger, &mut progress, |row, ledger| {
                suppressions::add_suppression_row(row, &mut store, (&accounts, &contacts), ledger)
            })?;
        }
        if let Some(file) = &source.signals {
            let mut known = HashSet::new();
            let of_signals = plan("signals", file, &signals::FIELDS, &columns.signals, refuse_none);
            columns::read(&of_signals, &mut ledger, &mut progress, |row, ledger| {
                signals::add_signal_row(row, &mut store, &accounts, &mut known, ledger)
            })?;
        }
        if let Some(file) = &source.touches {
            let of_touches = plan("touches", file, &touches::FIELDS, &columns.touches, refuse_unreadable);
            columns::read(&of_touches, &mut ledger, &mut progress, |row, ledger| {
                touches::add_touch_row(row, &words, &mut store, (&accounts, &contacts), ledger)
            })?;
        }
        let companies = CompanyLinks::of(&store, &accounts);
        companies.apply(&mut store, &options.own);
        address_links::apply(&mut store, &companies, &options.own);
        store.sort_for_lookup();
        let report = error::finish(ledger)?;
        Ok(CrmImport { crm: Crm { store }, report })
    }
}

/// The fields of one CRM's exports.
struct Connector {
    accounts: &'static [Field],
    contacts: &'static [Field],
}

impl Connector {
    fn of(format: Format) -> Self {
        match format {
            Format::Hubspot => Self { accounts: &hubspot::ACCOUNTS, contacts: &hubspot::CONTACTS },
            Format::Salesforce => Self { accounts: &salesforce::ACCOUNTS, contacts: &salesforce::CONTACTS },
        }
    }
}

/// A rejected row of the file restricts nobody.
fn refuse_none(_: RowRejectReason) -> bool {
    false
}

/// Every row of the file restricts somebody.
fn refuse_any(_: RowRejectReason) -> bool {
    true
}

/// A row of the file restricts somebody, who is not known if it cannot be read.
fn refuse_unreadable(reason: RowRejectReason) -> bool {
    use RowRejectReason::{BrokenQuotes, FieldCount, NotText, TooLong, Unreadable};
    matches!(reason, BrokenQuotes | FieldCount | NotText | TooLong | Unreadable)
}

/// Refuses an export without any column for a restriction, unless `baton.toml` says that it has none.
fn check_recorded(source: &CrmSource, restriction: Restriction, recorded: bool, ledger: &mut ReportBuilder) {
    if recorded || source.not_recorded.contains(&restriction) {
        return;
    }
    let (what, key, columns, name) = match restriction {
        Restriction::OptOut => ("who opted out", "contacts", "opted-out", "opt-out"),
        Restriction::Relation => {
            ("which accounts are customers, partners or competitors", "accounts", "stage", "relation")
        }
    };
    ledger.refuse(
        None,
        format!("no column says {what}"),
        format!(
            "export the column, name it under [crm.columns.{key}] as {columns} = \"…\", or say under [crm] that the \
             export does not have it: not-recorded = [\"{name}\"]"
        ),
    );
}

fn default_country(source: &CrmSource) -> Result<Option<String>, LoadError> {
    let Some(named) = &source.default_country else { return Ok(None) };
    locale::country(named).map(Some).ok_or_else(|| LoadError::Setting {
        key: "default-country",
        value: named.clone(),
        what: "is not a known country",
        hint: "write a name or an ISO 3166-1 code such as \"US\"",
    })
}

/// Marks every account in the admin's list of named accounts, by id, domain or exact name.
fn mark_named(named: &[String], store: &mut FactTable, ledger: &mut ReportBuilder) {
    let key = |entry: &str| match parse_website(entry) {
        Website::Own(site) => site.domain,
        Website::Shared(_) | Website::Unreadable => entry.trim().to_lowercase(),
    };
    let mut wanted: HashMap<String, bool> = HashMap::new();
    for entry in named {
        wanted.insert(entry.trim().to_lowercase(), false);
        wanted.insert(key(entry), false);
    }
    if wanted.is_empty() {
        return;
    }
    for account in &mut store.accounts {
        let texts = [Some(account.id), Some(account.name), account.domain];
        for text in texts.into_iter().flatten() {
            if let Some(found) = wanted.get_mut(&store.strings.get(text).to_lowercase()) {
                *found = true;
                account.named = true;
            }
        }
    }
    for entry in named {
        let found = |key: &str| wanted.get(key).copied().unwrap_or(false);
        if !found(&entry.trim().to_lowercase()) && !found(&key(entry)) {
            let names = store.accounts.iter().map(|account| store.strings.get(account.name));
            let meant = columns::most_similar(entry, names)
                .map(|name| format!("; did you mean \"{name}\"?"))
                .unwrap_or_default();
            ledger.note_setting("named", format!("does not match an account's domain, id or name{meant}"), entry);
        }
    }
}
