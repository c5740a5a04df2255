//! The first reading of a file, for the questions that no single row answers: in which order its dates are written,
//! whether its countries are codes, and whether every row has more fields than the header.

use std::io::Read;

use super::crm_config::DateOrder;
use super::csv_reader::{CsvError, CsvItem, CsvReader};
use super::fields::Field;
use super::{dates, locale};

/// The findings about a file.
#[derive(Debug, Default)]
pub(super) struct FileSurvey {
    /// The order of the dates of each field.
    pub(super) orders: Vec<Option<DateOrder>>,
    /// Whether the countries are ISO codes without exception, at least one other than `NA`.
    pub(super) has_country_codes: bool,
    /// The fewest fields of a row; `None` without rows.
    pub(super) fewest_fields: Option<usize>,
}

/// Reads the rows after the header. `columns` are those of each field; `configured` decides the order of all dates.
pub(super) fn survey<R: Read>(
    records: &mut CsvReader<R>,
    fields: &[Field],
    columns: &[Vec<usize>],
    configured: Option<DateOrder>,
) -> Result<FileSurvey, CsvError> {
    let mut proofs = vec![(false, false); fields.len()];
    let mut fewest_fields: Option<usize> = None;
    let countries = fields.iter().position(|field| field.name == "country").and_then(|at| columns.get(at));
    let (mut codes, mut others) = (false, false);
    loop {
        let record = match records.read()? {
            CsvItem::End => break,
            CsvItem::Malformed(_) => continue,
            CsvItem::Record(record) => record,
        };
        if (0..record.field_count()).all(|at| record.get(at).trim().is_empty()) {
            continue;
        }
        fewest_fields = Some(fewest_fields.map_or(record.field_count(), |known| known.min(record.field_count())));
        for value in countries.into_iter().flatten().map(|column| record.get(*column).trim()) {
            match value {
                "" => {}
                _ if value.eq_ignore_ascii_case("NA") => {}
                _ if value.len() == 2 && locale::country(value).is_some() => codes = true,
                _ => others = true,
            }
        }
        if configured.is_some() {
            continue;
        }
        for (at, _) in fields.iter().enumerate().filter(|(_, field)| field.date) {
            let values = columns.get(at).into_iter().flatten().map(|column| record.get(*column));
            for order in values.filter_map(dates::proven_order) {
                match order {
                    DateOrder::Mdy => proofs[at].0 = true,
                    DateOrder::Dmy => proofs[at].1 = true,
                }
            }
        }
    }
    let order = |proof: (bool, bool)| match proof {
        (true, false) => Some(DateOrder::Mdy),
        (false, true) => Some(DateOrder::Dmy),
        // No proof, or a column with both orders.
        _ => None,
    };
    Ok(FileSurvey {
        orders: proofs.into_iter().map(|proof| configured.or_else(|| order(proof))).collect(),
        has_country_codes: codes && !others,
        fewest_fields,
    })
}
