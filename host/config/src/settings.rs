//! `baton.toml`: paths, components, their grants and their limits.
//!
//! Paths in the file are relative to its folder; here they are resolved. Only
//! [`Settings::check_files`] checks whether the named files exist.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path as FilePath, PathBuf},
};

use serde::Deserialize;

use super::{
    campaign,
    diagnostics::{Problem, Problems, Severity, Validated, all_of},
    loader::{FileReader, FileSchema, whole_file},
    panel, review, sending,
    spanned::KeyPath,
    web, webhook,
};
use baton_campaign::options::{ComponentOptions, ComponentSources, GrantOptions, LimitOptions};
use baton_crm::CrmSource;
use baton_desk::maintenance::Retention;
use baton_desk::webhooks::Webhook;
use baton_facts::description::DrafterDescription;
use baton_identity::{CrmPanelOptions, WebOptions};
use baton_mail::SendingOptions;
use baton_model::{CampaignFile, ReviewOptions, quoted};

/// The values of `baton.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The file itself, as the user named it.
    #[serde(skip)]
    pub file: PathBuf,
    /// The folder of the campaign files.
    #[serde(default = "campaigns")]
    pub campaigns: PathBuf,
    /// The source of accounts, contacts and signals.
    pub crm: CrmSource,
    /// The store of packages, decisions and messages, and the retention times.
    #[serde(default)]
    pub store: StoreOptions,
    /// The sources of the components.
    #[serde(default)]
    pub components: ComponentSources,
    /// The capabilities that the engine is granted.
    #[serde(default)]
    pub grants: GrantOptions,
    /// The limits of one call.
    #[serde(default)]
    pub limits: LimitOptions,
    /// Spot-checks, seeded defects and undo.
    #[serde(default)]
    pub review: ReviewOptions,
    /// The footer, the sending window, the limits and the transport.
    #[serde(default)]
    pub sending: SendingOptions,
    /// The address and the access of the review page.
    #[serde(default)]
    pub web: WebOptions,
    /// The CRMs that open packages within their own records.
    #[serde(default, rename = "crm-panel")]
    pub crm_panels: Vec<CrmPanelOptions>,
    /// The webhooks.
    #[serde(default, rename = "webhook")]
    pub webhooks: Vec<Webhook>,
    /// The line of each path in the file, by key.
    #[serde(skip)]
    lines: BTreeMap<String, u32>,
}

/// The table `[store]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct StoreOptions {
    /// The folder of the store and of rejected CRM rows; `.baton` by default. It may not exist yet.
    pub folder: PathBuf,
    /// The private file of the store's encryption key; `desk.key` in the folder by default.
    key: Option<PathBuf>,
    /// Retention of recordings in days, 0 to 36,500; 90 by default, and 0 is for ever.
    pub keep_recordings_days: u32,
    /// Retention of the texts of packages, decisions and messages after the package ended, in days, 0 to 36,500; 365 by
    /// default, and 0 is for ever.
    pub keep_packages_days: u32,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { folder: ".baton".into(), key: None, keep_recordings_days: 90, keep_packages_days: 365 }
    }
}

impl StoreOptions {
    /// Returns the store's file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("desk.db")
    }

    /// Returns the key's file.
    pub fn key(&self) -> PathBuf {
        self.key.clone().unwrap_or_else(|| self.folder.join("desk.key"))
    }

    /// Returns the file of the CRM export's rejected rows.
    pub fn rejects(&self) -> PathBuf {
        self.folder.join("rejects.csv")
    }

    /// Returns the retention times.
    pub fn retention(&self) -> Retention {
        let days = |days: u32| (days > 0).then_some(days);
        Retention { recordings: days(self.keep_recordings_days), packages: days(self.keep_packages_days) }
    }
}

fn campaigns() -> PathBuf {
    "campaigns".into()
}

pub(super) const SHAPE: FileSchema = FileSchema {
    exemplar: include_str!("baton.exemplar.toml"),
    nouns: &[("", "baton.toml"), ("crm-panel[]", "a CRM panel"), ("webhook[]", "a webhook")],
    ranges: &[
        ("crm.missing-percent", 0, 100),
        ("store.keep-recordings-days", 0, 36_500),
        ("store.keep-packages-days", 0, 36_500),
        ("limits.memory-mib", 1, 4096),
        ("limits.compute-ms", 10, 60_000),
        ("limits.call-seconds", 1, 3600),
        ("limits.calls", 1, 10_000),
        ("limits.output-kib", 16, 65_536),
        sending::RANGES[0],
        sending::RANGES[1],
        sending::RANGES[2],
        sending::RANGES[3],
        sending::RANGES[4],
        review::RANGES[0],
        review::RANGES[1],
        review::RANGES[2],
    ],
};

impl Settings {
    /// Reads the configuration file.
    ///
    /// # Errors
    ///
    /// Every problem, if at least one of them is an error.
    pub fn load(file: &FilePath) -> Result<Validated<Self>, Problems> {
        if !file.exists() {
            let hint = "name it with `--config PATH`, or run `baton` in the folder that has a `baton.toml`";
            return Err(Problems(vec![whole_file(file, "there is no such file".into(), Some(hint.into()))]));
        }
        Self::from_reading(FileReader::open(file.to_owned())?, file)
    }

    /// Parses the text of a configuration file; `file` is the name in messages, and paths are relative to its folder.
    ///
    /// # Errors
    ///
    /// As for [`Settings::load`].
    pub fn parse(file: &FilePath, text: &str) -> Result<Validated<Self>, Problems> {
        Self::from_reading(FileReader::parse(file.to_owned(), text.to_owned())?, file)
    }

    /// Reads the campaign of that name from the campaigns folder. The texts of the angles are checked as `drafter`
    /// describes their syntax; without a description they are not.
    ///
    /// # Errors
    ///
    /// Every problem, if at least one of them is an error; an unknown campaign is one.
    pub fn campaign(
        &self,
        name: &str,
        drafter: Option<&DrafterDescription>,
    ) -> Result<Validated<CampaignFile>, Problems> {
        let names = self.campaign_names()?;
        if names.iter().any(|known| known == name) {
            return campaign::load(&self.campaigns.join(format!("{name}.toml")), drafter);
        }
        let mut nearest: Vec<&str> = names.iter().map(String::as_str).collect();
        nearest.sort_by_cached_key(|known| strsim::damerau_levenshtein(name, known));
        let hint = if nearest.is_empty() {
            format!("write one: `{}`", self.campaigns.join(format!("{}.toml", quoted(name))).display())
        } else {
            format!("there {} {}", if nearest.len() == 1 { "is" } else { "are" }, all_of(nearest.into_iter().take(20)))
        };
        let message = format!("there is no campaign `{}`", quoted(name));
        Err(Problems(vec![whole_file(&self.campaigns, message, Some(hint))]))
    }

    /// Returns the names of all campaigns, in alphabetical order.
    ///
    /// # Errors
    ///
    /// [`Problems`] if the campaigns folder cannot be read.
    pub fn campaign_names(&self) -> Result<Vec<String>, Problems> {
        let entries = fs::read_dir(&self.campaigns).map_err(|error| {
            let message = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
                _ => format!("the folder cannot be read: {error}"),
            };
            let mut problem = self.problem("campaigns", message, "it holds one `NAME.toml` for each campaign");
            problem.message = format!("`{}`: {}", quoted(&self.campaigns.to_string_lossy()), problem.message);
            Problems(vec![problem])
        })?;
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| Some(name.strip_suffix(".toml")?.to_owned()))
            .filter(|name| !name.is_empty() && !name.starts_with('.'))
            .collect();
        names.sort();
        Ok(names)
    }

    /// Returns the component settings.
    pub fn component_options(&self) -> ComponentOptions<'_> {
        ComponentOptions { config: &self.file, sources: &self.components, grants: self.grants }
    }

    /// Returns the named files that do not exist.
    pub fn check_files(&self) -> Problems {
        let crm = &self.crm;
        let files = [
            ("crm.accounts", Some(&crm.accounts)),
            ("crm.contacts", Some(&crm.contacts)),
            ("crm.opportunities", crm.opportunities.as_ref()),
            ("crm.signals", crm.signals.as_ref()),
            ("crm.touches", crm.touches.as_ref()),
            ("crm.suppressions", crm.suppressions.as_ref()),
            ("components.engine", self.components.engine.file()),
            ("components.drafter", self.components.drafter.file()),
            ("components.governor", self.components.governor.file()),
            ("components.reader", self.components.reader.file()),
            ("web.tls-certificate", self.web.tls_certificate.as_ref()),
            ("web.tls-key", self.web.tls_key.as_ref()),
        ];
        let mut problems = Problems::default();
        for (key, file) in files {
            if let Some(file) = file.filter(|file| !file.is_file()) {
                let message = format!("there is no file `{}`", quoted(&file.to_string_lossy()));
                problems.0.push(self.problem(key, message, "paths are relative to the folder of this file"));
            }
        }
        match self.campaign_names() {
            Ok(names) if names.is_empty() => {
                let message = format!("`{}` has no campaign", quoted(&self.campaigns.to_string_lossy()));
                let mut problem = self.problem("campaigns", message, "add one as `NAME.toml`");
                problem.severity = Severity::Warning;
                problems.0.push(problem);
            }
            Ok(_) => {}
            Err(missing) => problems.0.extend(missing.0),
        }
        if self.sending.postal_address.is_none() {
            let message = "no `postal-address`, so nothing is transmitted".to_owned();
            let hint = "write the sender's postal address into `[sending]`: every commercial message has to state it";
            let mut problem = self.problem("sending", message, hint);
            problem.severity = Severity::Warning;
            problems.0.push(problem);
        }
        problems.sort();
        problems
    }

    fn from_reading(mut reading: FileReader, file: &FilePath) -> Result<Validated<Self>, Problems> {
        let mut value = reading.decode::<Self>(&SHAPE, |_| true);
        if let Some(settings) = &mut value {
            settings.file = file.to_owned();
            settings.resolve(&reading);
            review::check(&settings.review, &mut reading);
            sending::check(&settings.sending, &mut reading);
            web::check(&settings.web, &mut reading);
            panel::check(&settings.crm_panels, &mut reading);
            webhook::check(&settings.webhooks, &mut reading);
            if settings.grants.drafting && !settings.grants.research {
                let message = "the engine gets no research, so it can prepare nothing";
                reading.warn(&KeyPath::of("grants").key("research"), message, None);
            }
        }
        reading.finish(value)
    }

    fn resolve(&mut self, reading: &FileReader) {
        let folder = self.file.parent().unwrap_or(FilePath::new("")).to_owned();
        let ComponentSources { engine, drafter, governor, reader } = &mut self.components;
        let crm = &mut self.crm;
        let paths = [
            ("campaigns", Some(&mut self.campaigns)),
            ("store.folder", Some(&mut self.store.folder)),
            ("store.key", self.store.key.as_mut()),
            ("crm.accounts", Some(&mut crm.accounts)),
            ("crm.contacts", Some(&mut crm.contacts)),
            ("crm.opportunities", crm.opportunities.as_mut()),
            ("crm.signals", crm.signals.as_mut()),
            ("crm.touches", crm.touches.as_mut()),
            ("crm.suppressions", crm.suppressions.as_mut()),
            ("components.engine", engine.file_mut()),
            ("components.drafter", drafter.file_mut()),
            ("components.governor", governor.file_mut()),
            ("sending.folder", self.sending.folder.as_mut()),
            ("components.reader", reader.file_mut()),
            ("web.tls-certificate", self.web.tls_certificate.as_mut()),
            ("web.tls-key", self.web.tls_key.as_mut()),
        ];
        self.lines.extend(reading.line(&KeyPath::of("sending")).map(|line| ("sending".to_owned(), line)));
        for (key, path) in paths {
            let Some(path) = path else { continue };
            *path = folder.join(&*path);
            let place = key.split('.').fold(KeyPath::default(), |place, key| place.key(key));
            self.lines.extend(reading.line(&place).map(|line| (key.to_owned(), line)));
        }
    }

    fn problem(&self, key: &str, message: String, hint: &str) -> Problem {
        let mut problem = whole_file(&self.file, message, Some(hint.to_owned()));
        (problem.key, problem.line) = (key.to_owned(), self.lines.get(key).copied());
        problem
    }
}
