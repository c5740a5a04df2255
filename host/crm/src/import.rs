//! Reading an export file by file: files that other files refer to are read first.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use baton_facts::types::{Engagement, Relation};

use super::accounts::AccountIndex;
use super::columns::{Field, FileSpec};
use super::company_links::{CompanyLinks, OwnCompany};
use super::contacts::ContactIndex;
use super::crm::Crm;
use super::crm_config::{ColumnMap, CrmSource, Format};
use super::error::LoadError;
use super::optional_fields::CodeCache;
use super::progress::{LoadProgress, ProgressReporter};
use super::rejects::{LoadReport, ReportBuilder};
use super::store::FactTable;
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
        let mut contacts = ContactIndex::default();
        let mut codes = CodeCache::default();
        fn plan<'a>(
            key: &'static str,
            file: &'a Path,
            folder: &'a Path,
            fields: &'a [Field],
            map: &'a ColumnMap,
        ) -> FileSpec<'a> {
            let by_hand = matches!(key, "signals" | "touches" | "suppressions");
            FileSpec { file, folder, key, fields, map, by_hand }
        }

        let of_accounts = plan("accounts", &source.accounts, folder, connector.accounts, &columns.accounts);
        columns::read(&of_accounts, &mut ledger, &mut progress, |row, ledger| {
            let rules = (connector.relation, default_country.as_deref());
            accounts::add_account_row(row, rules, &mut store, &mut accounts, &mut codes, ledger)
        })?;
        mark_named(&source.named, &mut store, &mut ledger);
        if let Some(file) = &source.opportunities {
            let of_opportunities =
                plan("opportunities", file, folder, &salesforce::OPPORTUNITIES, &columns.opportunities);
            columns::read(&of_opportunities, &mut ledger, &mut progress, |row, ledger| {
                salesforce::add_opportunity_row(row, &mut store, &accounts, ledger)
            })?;
        }
        let of_contacts = plan("contacts", &source.contacts, folder, connector.contacts, &columns.contacts);
        let rules = contacts::ContactRules { parse_engagement: connector.engagement, unverified: source.unverified };
        columns::read(&of_contacts, &mut ledger, &mut progress, |row, ledger| {
            contacts::add_contact_row(row, &rules, &mut store, &accounts, &mut contacts, &mut codes, ledger)
        })?;
        if let Some(file) = &source.suppressions {
            let of_suppressions = plan("suppressions", file, folder, &suppressions::FIELDS, &columns.suppressions);
            columns::read(&of_suppressions, &mut ledger, &mut progress, |row, ledger| {
                suppressions::add_suppression_row(row, &mut store, &accounts, ledger)
            })?;
        }
        if let Some(file) = &source.signals {
            let mut known = HashSet::new();
            let of_signals = plan("signals", file, folder, &signals::FIELDS, &columns.signals);
            columns::read(&of_signals, &mut ledger, &mut progress, |row, ledger| {
                signals::add_signal_row(row, &mut store, &accounts, &mut known, ledger)
            })?;
        }
        if let Some(file) = &source.touches {
            let of_touches = plan("touches", file, folder, &touches::FIELDS, &columns.touches);
            columns::read(&of_touches, &mut ledger, &mut progress, |row, ledger| {
                touches::add_touch_row(row, &mut store, &contacts, ledger)
            })?;
        }
        let companies = CompanyLinks::of(&store, &accounts);
        companies.apply(&mut store, &options.own);
        address_links::apply(&mut store, &companies, &options.own);
        store.sort_for_lookup();
        let report = ledger.finish().map_err(|source| LoadError::Rejects { source })?;
        Ok(CrmImport { crm: Crm { store }, report })
    }
}

/// The fields and vocabulary of one CRM's exports.
struct Connector {
    accounts: &'static [Field],
    contacts: &'static [Field],
    relation: fn(&str) -> Option<Relation>,
    engagement: fn(&str) -> Option<Engagement>,
}

impl Connector {
    fn of(format: Format) -> Self {
        match format {
            Format::Hubspot => Self {
                accounts: &hubspot::ACCOUNTS,
                contacts: &hubspot::CONTACTS,
                relation: hubspot::relation,
                engagement: hubspot::engagement,
            },
            Format::Salesforce => Self {
                accounts: &salesforce::ACCOUNTS,
                contacts: &salesforce::CONTACTS,
                relation: salesforce::relation,
                engagement: salesforce::engagement,
            },
        }
    }
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
