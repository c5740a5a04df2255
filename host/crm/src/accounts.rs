//! The accounts file, with one account per row, and the index by which other files refer to accounts.
//!
//! A row that repeats an account is rejected, but its restrictions apply: if either row says customer, the account is a
//! customer. Two accounts may share a domain if their names differ, as subsidiaries do; [`super::company_links`] compares
//! them.

use baton_facts::types::Relation;

use super::columns::CsvRow;
use super::crm_config::Format;
use super::host_index::AccountLookup;
use super::interned::Symbol;
use super::optional_fields::CodeCache;
use super::rejects::{ReportBuilder, RowFault, RowRejectReason, shortened};
use super::store::{AccountRecord, FactTable};
use super::words::Words;
use super::{account_restrictions, optional_fields, parse, quantities};
use baton_model::is_invisible;
use baton_model::websites::{CompanySite, Website, parse_website};

pub(super) use super::account_columns::*;

/// The likeness above which two names may be the same company's.
const SAME_NAME: f64 = 0.94;

/// The index by which other files refer to accounts.
pub(super) struct AccountIndex {
    format: Format,
    /// The account of the N-th data row, for `@AccountRefN`.
    by_ordinal: Vec<Option<u32>>,
}

impl AccountIndex {
    pub(super) fn new(format: Format) -> Self {
        Self { format, by_ordinal: Vec::new() }
    }

    /// Finds an account by the CRM's own id; in Salesforce also by `@AccountRefN` and by either length of id.
    pub(super) fn find_id(&self, store: &FactTable, value: &str) -> Option<u32> {
        if let Some(ordinal) = self.account_ref_number(value) {
            return self.by_ordinal.get(ordinal.checked_sub(1)?).copied().flatten();
        }
        store.by_id.get(&store.strings.symbol(id_key(self.format, value))?).copied()
    }

    /// Finds an account by id, domain, address, link or name. Several accounts can share a domain or a name.
    pub(super) fn find(&self, store: &FactTable, value: &str) -> AccountLookup {
        match self.find_id(store, value) {
            Some(account) => AccountLookup::Unique(account),
            None => self.find_domain(store, value).or_else(|| self.find_name(store, value)),
        }
    }

    /// Finds an account by any text with a host name in it.
    pub(super) fn find_domain(&self, store: &FactTable, value: &str) -> AccountLookup {
        match parse_website(value) {
            Website::Own(site) => store.hosts.find(&site.host, &store.strings),
            Website::Shared(_) | Website::Unreadable => AccountLookup::NotFound,
        }
    }

    /// Returns the accounts that a text may mean: one, or all that share the name or have a very similar one.
    pub(super) fn all_meant(&self, store: &FactTable, value: &str) -> Vec<u32> {
        let found = self.find(store, value);
        if !found.all().is_empty() {
            return found.all().to_vec();
        }
        let key = name_key(value);
        let squeezed = parse::normalize_label(&key);
        if squeezed.is_empty() {
            return Vec::new();
        }
        let meant = |record: &AccountRecord| {
            let name = parse::normalize_label(&name_key(store.strings.get(record.name)));
            name == squeezed || strsim::jaro_winkler(&name, &squeezed) > SAME_NAME
        };
        (0..).zip(&store.accounts).filter(|(_, record)| meant(record)).map(|(account, _)| account).collect()
    }

    pub(super) fn find_name(&self, store: &FactTable, value: &str) -> AccountLookup {
        let key = store.strings.symbol(&name_key(value));
        AccountLookup::of(key.and_then(|key| store.by_name.get(&key)).map_or(&[], Vec::as_slice))
    }

    fn account_ref_number(&self, value: &str) -> Option<usize> {
        const MARK: &str = "@AccountRef";
        let head = value.get(..MARK.len())?;
        (self.format == Format::Salesforce && head.eq_ignore_ascii_case(MARK))
            .then(|| value[MARK.len()..].parse().ok())?
    }

    fn assign_ordinal(&mut self, row: CsvRow<'_>, account: u32) {
        if self.format == Format::Salesforce {
            self.by_ordinal.resize(usize::try_from(row.ordinal).unwrap_or_default(), None);
            if let Some(last) = self.by_ordinal.last_mut() {
                *last = Some(account);
            }
        }
    }
}

/// Adds one row of the accounts file.
pub(super) fn add_account_row(
    row: CsvRow<'_>,
    (words, default_country): (&Words, Option<&str>),
    store: &mut FactTable,
    index: &mut AccountIndex,
    codes: &mut CodeCache,
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    if parse::boolean(row.get(DELETED)) == Some(true) {
        return Err(RowFault::new(RowRejectReason::Deleted, "the CRM marks the account as deleted", "nothing to do"));
    }
    let site = site(row, ledger);
    let domain = site.as_ref().map(|site| site.domain.clone());
    let mut name = optional_fields::free_text(row, NAME, "name", ledger);
    if name.is_empty() {
        match &domain {
            None => {
                return Err(RowFault::new(
                    RowRejectReason::Incomplete,
                    "neither a name nor a domain",
                    "give the account a name",
                ));
            }
            Some(domain) => {
                ledger.note(row.line, "name", "is missing; the domain is used instead", domain);
                name.clone_from(domain);
            }
        }
    }
    let restrictions = account_restrictions::read(row, words, ledger);
    let last_activity = restrictions.last_activity;
    let country = country(row, default_country, store, codes, ledger);
    let industry = optional_fields::free_text(row, INDUSTRY, "industry", ledger);
    let owner = optional_fields::owner(row, OWNER, ledger);
    let referred_by = optional_fields::free_text(row, REFERRED_BY, "referred-by", ledger);
    // A company without people is one whose size is not known.
    let head_count = |value: &str| quantities::count(value).filter(|count| *count > 0);
    let employees = optional_fields::parse_or_note(row, EMPLOYEES, "employees", ledger, head_count);
    let annual_revenue_usd = revenue(row, ledger);
    let named = optional_fields::parse_or_note(row, NAMED, "named", ledger, parse::boolean).unwrap_or(false);
    if let Some((known, fault)) = duplicate(row, &name, site.as_ref(), store, index) {
        index.assign_ordinal(row, known);
        if !row.get(ID).is_empty() {
            let alias = store.strings.intern(id_key(index.format, row.get(ID)));
            store.by_id.entry(alias).or_insert(known);
        }
        let account = &mut store.accounts[known as usize];
        account.last_activity = account.last_activity.max(last_activity);
        // Values that the first row lacks are taken from this one, so that no data of the CRM is lost.
        let strings = &mut store.strings;
        account.industry = account.industry.or_else(|| strings.intern_non_empty(&industry));
        account.employees = account.employees.or(employees);
        account.annual_revenue_usd = account.annual_revenue_usd.or(annual_revenue_usd);
        account.country = account.country.or(country);
        account.owner = account.owner.or_else(|| strings.intern_non_empty(&owner));
        account.named |= named;
        account.referred_by = account.referred_by.or_else(|| strings.intern_non_empty(&referred_by));
        account.parents = account.parents.or_else(|| strings.intern_non_empty(row.get(PARENT)));
        if restrictions.apply(store, known) {
            ledger.note(row.line, "relation", "of a duplicate row is stricter and was applied", &name);
        }
        return Err(fault);
    }

    let id = id(row, &name, domain.as_deref(), store);
    let account = store.accounts.len() as u32;
    let strings = &mut store.strings;
    let record = AccountRecord {
        id: strings.intern(&id),
        name: strings.intern(&name),
        domain: domain.as_deref().map(|domain| strings.intern(domain)),
        host: site.as_ref().map(|site| strings.intern(site.host.as_str())),
        industry: strings.intern_non_empty(&industry),
        employees,
        annual_revenue_usd,
        country,
        relation: Relation::None,
        owner: strings.intern_non_empty(&owner),
        open_opportunity: false,
        last_activity,
        named,
        referred_by: strings.intern_non_empty(&referred_by),
        parents: strings.intern_non_empty(row.get(PARENT)),
        line: row.line,
    };
    let key = strings.intern(id_key(index.format, &id));
    store.by_id.insert(key, account);
    store.by_exact_id.insert(record.id, account);
    if let Some(site) = &site {
        store.hosts.add(&site.host, account, strings);
        if record.host.is_some_and(|host| store.hosts.at(host).len() > 1) {
            let what = "is also another account's; rows that name an account by it are set aside";
            ledger.note(row.line, "domain", what, &site.domain);
        }
    }
    store.by_name.entry(strings.intern(&name_key(&name))).or_default().push(account);
    store.accounts.push(record);
    restrictions.apply(store, account);
    index.assign_ordinal(row, account);
    Ok(())
}

fn site(row: CsvRow<'_>, ledger: &mut ReportBuilder) -> Option<CompanySite> {
    let value = row.get(DOMAIN);
    match parse_website(value) {
        _ if value.is_empty() => None,
        Website::Own(site) => Some(site),
        Website::Shared(domain) => {
            ledger.note(row.line, "domain", "is a site that many companies share and is not recorded", &domain);
            None
        }
        Website::Unreadable => {
            ledger.note(row.line, "domain", "has no host name and is not recorded", value);
            None
        }
    }
}

/// Returns the account that this row repeats, and the fault to report.
fn duplicate(
    row: CsvRow<'_>,
    name: &str,
    site: Option<&CompanySite>,
    store: &FactTable,
    index: &AccountIndex,
) -> Option<(u32, RowFault)> {
    let same = |account: u32, what: String| {
        let line = store.accounts[account as usize].line;
        let hint = "merge the two in the CRM, or delete one of the rows";
        (account, RowFault::new(RowRejectReason::Duplicate, format!("{what} is already on line {line}"), hint))
    };
    let id = row.get(ID);
    if !id.is_empty()
        && let Some(account) = index.find_id(store, id)
    {
        return Some(same(account, format!("the id \"{}\"", shortened(id))));
    }
    let namesakes = index.find_name(store, name);
    if let Some(site) = site {
        let company = store.hosts.company(&site.host, &store.strings);
        let first = company.into_iter().find(|account| namesakes.all().contains(account));
        return first.map(|account| same(account, format!("the name with the domain {}", site.domain)));
    }
    // Without id and domain, only the name tells two accounts apart.
    let first = namesakes.all().first().copied().filter(|_| id.is_empty());
    first.map(|account| same(account, format!("the name \"{}\"", shortened(name))))
}

/// Returns the CRM's id, or an id that stays the same if rows move: the domain, else the name, else the line.
fn id(row: CsvRow<'_>, name: &str, domain: Option<&str>, store: &FactTable) -> String {
    let given = row.get(ID);
    if !given.is_empty() {
        return parse::text(given).0;
    }
    let free = |id: &str| store.strings.symbol(id).is_none_or(|id| !store.by_id.contains_key(&id));
    let slug =
        name.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    [domain.map(str::to_owned), (!slug.is_empty()).then(|| slug.to_lowercase())]
        .into_iter()
        .flatten()
        .find(|id| free(id))
        .unwrap_or_else(|| format!("account-on-line-{}", row.line))
}

fn country(
    row: CsvRow<'_>,
    default: Option<&str>,
    store: &mut FactTable,
    codes: &mut CodeCache,
    ledger: &mut ReportBuilder,
) -> Option<Symbol> {
    let value = row.get_country(COUNTRY);
    if let Some(code) = codes.country(value, &mut store.strings) {
        return Some(code);
    }
    let words = optional_fields::free_text(row, COUNTRY, "country", ledger);
    if words.is_empty() {
        return default.map(|code| store.strings.intern(code));
    }
    ledger.note(row.line, "country", "is not a known country; kept as written", value);
    Some(store.strings.intern(&words))
}

fn revenue(row: CsvRow<'_>, ledger: &mut ReportBuilder) -> Option<u64> {
    let currency = row.get(CURRENCY);
    if !currency.is_empty() && !currency.eq_ignore_ascii_case("USD") && !row.get(ANNUAL_REVENUE).is_empty() {
        ledger.note(row.line, "annual-revenue", "is not in US dollars and is not recorded", currency);
        return None;
    }
    optional_fields::parse_or_note(row, ANNUAL_REVENUE, "annual-revenue", ledger, quantities::dollars)
}

/// Returns the part of an id to compare: Salesforce writes an id with 15 characters, or with 18 including a checksum.
pub(super) fn id_key(format: Format, id: &str) -> &str {
    let long = id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if format == Format::Salesforce && long { &id[..15] } else { id }
}

/// Normalizes a name for comparison: its words in lower case, without the legal form at the end.
pub(super) fn name_key(name: &str) -> String {
    const LEGAL_FORMS: [&str; 32] = [
        "ab",
        "ag",
        "aps",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "kgaa",
        "limited",
        "llc",
        "llp",
        "ltd",
        "nv",
        "oy",
        "oyj",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sas",
        "se",
        "sl",
        "spa",
        "srl",
        "ug",
    ];
    let lower = parse::text(name).0.to_lowercase();
    // Dots are removed, so that "s.a." and "b.v." are words.
    let plain: String = lower.chars().filter(|letter| *letter != '.' && !is_invisible(*letter)).collect();
    let mut words: Vec<&str> = plain.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    while let [_, .., last] = words[..]
        && (LEGAL_FORMS.contains(&last) || last == "&")
    {
        words.pop();
    }
    words.join(" ")
}
