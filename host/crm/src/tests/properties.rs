//! Properties of the readers for arbitrary input.

use proptest::prelude::*;

use super::Export;
use crate::csv_reader::{CsvItem, CsvReader};
use crate::{dates, locale, parse, quantities, time_zone_names};
use baton_model::address;
use baton_model::{domains, websites};

/// Generates bytes with many CSV delimiters and quotes.
fn csv_bytes() -> impl Strategy<Value = Vec<u8>> {
    let mark = prop_oneof![
        4 => proptest::sample::select(b",\"\n\r;\t ab@.".to_vec()),
        1 => any::<u8>(),
    ];
    proptest::collection::vec(mark, 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_of_arbitrary_bytes_is_kept_or_rejected(rows in csv_bytes(), bare in any::<bool>()) {
        let header = b"name,domain,email,account,kind,summary,source,date,contact,value\n";
        let text = if bare { rows } else { [header.as_slice(), &rows].concat() };
        for format in ["hubspot", "salesforce"] {
            let keys = ["accounts", "contacts", "signals", "touches", "suppressions"];
            let files: Vec<(&str, &[u8])> = keys.iter().map(|key| (*key, text.as_slice())).collect();
            if let Ok(loaded) = Export::new(format, &files).load() {
                for file in &loaded.report.files {
                    prop_assert_eq!(file.rows, file.kept + file.rejected);
                }
                for account in loaded.crm.accounts() {
                    prop_assert!(loaded.crm.dossier(&account.id, i64::MIN).is_some());
                    prop_assert!(loaded.crm.candidates(&account.id).is_some());
                }
            }
        }
    }

    #[test]
    fn written_csv_is_read_back(table in proptest::collection::vec(proptest::collection::vec("[^\0]{0,8}", 3), 1..12)) {
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).expect("writes");
        for row in &table {
            writer.write_record(row).expect("writes");
        }
        let text = writer.into_inner().expect("flushes");
        let mut records = CsvReader::new(text.as_slice()).expect("a slice reads");
        let mut read = Vec::new();
        while let CsvItem::Record(record) = records.read().expect("a slice reads") {
            read.push((0..record.field_count()).map(|at| record.get(at).to_owned()).collect::<Vec<_>>());
        }
        prop_assert_eq!(&read[1..], table.as_slice());
    }

    #[test]
    fn arbitrary_values_are_parsed_or_refused(value in "\\PC{0,40}") {
        let _ = (dates::parse_timestamp(&value, None), quantities::count(&value), quantities::dollars(&value), parse::boolean(&value));
        let _ = (websites::parse_website(&value), domains::parse_link(&value), locale::country(&value), time_zone_names::time_zone(&value));
        if let Some(address) = address::email(&value) {
            prop_assert_eq!(address::email(&address), Some(address.clone()));
        }
        if let Some(tag) = locale::language(&value) {
            prop_assert_eq!(locale::language(&tag), Some(tag.clone()));
        }
        prop_assert!(parse::text(&value).0.len() <= parse::TEXT_MAX);
    }
}
