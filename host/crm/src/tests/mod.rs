//! Loads of small exports.

mod companies;
mod connectors;
mod corpus;
mod fail_closed;
mod malformed_csv;
mod properties;

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Crm, CrmImport, CrmSource, LoadError, LoadOptions, OwnCompany};

/// An export in a temporary folder: the files of `[crm]` by key, and further settings.
pub(super) struct Export {
    folder: TempDir,
    source: Value,
}

impl Export {
    pub(super) fn new(format: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut source = json!({
            "format": format, "accounts": "accounts.csv", "contacts": "contacts.csv",
            "not-recorded": ["opt-out", "relation"],
        });
        for (key, header) in [("accounts", "name\n"), ("contacts", "email\n")] {
            std::fs::write(folder.path().join(format!("{key}.csv")), header).expect("writable");
        }
        for (key, text) in files {
            source[*key] = json!(format!("{key}.csv"));
            std::fs::write(folder.path().join(format!("{key}.csv")), text).expect("writable");
        }
        Self { folder, source }
    }

    pub(super) fn with(mut self, key: &str, value: Value) -> Self {
        self.source[key] = value;
        self
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn load(&self) -> Result<CrmImport, LoadError> {
        self.load_for(OwnCompany::default())
    }

    /// Loads the export of this company.
    pub(super) fn load_for(&self, own: OwnCompany) -> Result<CrmImport, LoadError> {
        let source: CrmSource = serde_json::from_value(self.source.clone()).expect("the settings are those of [crm]");
        let options = LoadOptions { rejects: Some(self.folder().join("out/rejects.csv")), own, progress: None };
        Crm::load(&source, self.folder(), options)
    }
}

pub(super) fn load(format: &str, files: &[(&str, &str)]) -> CrmImport {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(key, text)| (*key, text.as_bytes())).collect();
    Export::new(format, &files).load().expect("the export loads")
}

/// Returns every rejected row as `file:line reason`.
pub(super) fn rejects(loaded: &CrmImport) -> Vec<String> {
    let examples = loaded.report.examples.iter();
    examples
        .map(|reject| format!("{}:{} {}", reject.file.trim_end_matches(".csv"), reject.line, reject.reason))
        .collect()
}

/// Returns every note as `field what [lines]`.
pub(super) fn notes(loaded: &CrmImport) -> Vec<String> {
    loaded.report.notes.iter().map(|note| format!("{} {} {:?}", note.field, note.what, note.lines)).collect()
}
