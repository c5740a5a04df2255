//! A CSV file as rows of known fields.
//!
//! The header decides once which column has which field: by the admin's column map, else by the connector's headers,
//! compared without case, spaces and punctuation. Malformed rows never reach a connector.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    rc::Rc,
};

use super::{
    crm_config::ColumnMap,
    csv_reader::{self, CsvError, CsvItem, CsvReader, RECORD_MAX},
    encoding::{self, Encoding, FileContent},
    error::LoadError,
    parse::normalize_label,
    progress::ProgressReporter,
    rejects::{FileReport, ReportBuilder, RowFault, RowRejectReason, shortened},
};

/// A field that a connector reads.
pub(super) struct Field {
    /// The field's name in Baton, used in the column map and also accepted as a header.
    pub(super) name: &'static str,
    /// Known headers, in order of preference.
    pub(super) headers: &'static [&'static str],
    /// Whether a file without the column is refused.
    pub(super) required: bool,
}

/// A file and the way to read it.
pub(super) struct FileSpec<'a> {
    /// The path as in the configuration.
    pub(super) file: &'a Path,
    /// The folder that `file` is relative to.
    pub(super) folder: &'a Path,
    /// The key under `[crm]` and `[crm.columns]`.
    pub(super) key: &'static str,
    pub(super) fields: &'a [Field],
    pub(super) map: &'a ColumnMap,
    /// Whether people edit the file by hand, so that rows may lack the commas of empty last fields.
    pub(super) by_hand: bool,
}

/// A well-formed row.
#[derive(Clone, Copy)]
pub(super) struct CsvRow<'a> {
    /// The line it starts on, from 1.
    pub(super) line: u64,
    /// Its number among the data rows, from 1, including rejected rows.
    pub(super) ordinal: u64,
    record: csv_reader::CsvRecord<'a>,
    columns: &'a [Option<usize>],
}

impl<'a> CsvRow<'a> {
    /// Returns the trimmed value of the plan's n-th field, or an empty text if the file has no such column.
    pub(super) fn get(&self, field: usize) -> &'a str {
        match self.columns.get(field) {
            Some(Some(column)) => self.record.get(*column).trim(),
            _ => "",
        }
    }
}

/// Reads every row of the file and passes the well-formed ones to `take`, which keeps them or returns their fault.
pub(super) fn read(
    plan: &FileSpec<'_>,
    ledger: &mut ReportBuilder,
    progress: &mut ProgressReporter<'_>,
    mut take: impl FnMut(CsvRow<'_>, &mut ReportBuilder) -> Result<(), RowFault>,
) -> Result<(), LoadError> {
    let shown_file = plan.file.display().to_string();
    let failed = |source| LoadError::Read { key: plan.key, file: shown_file.clone(), source };
    let mut file = open(plan)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let encoding = match encoding::detect(&mut file).map_err(failed)? {
        FileContent::Text(encoding) => encoding,
        FileContent::Other(what) => return Err(LoadError::NotCsv { file: shown_file, what }),
    };
    let decoded = encoding::decode(file, encoding).map_err(failed)?;
    let position = Rc::clone(&decoded.bytes_read);
    let mut records = CsvReader::new(decoded.text).map_err(failed)?;
    let header = header(&mut records, &shown_file, failed)?;
    let columns = columns(plan, &header, &shown_file)?;
    let unused = header.iter().enumerate().filter(|(at, name)| !name.is_empty() && !columns.contains(&Some(*at)));
    ledger.start_file(FileReport {
        file: shown_file.clone(),
        bytes,
        encoding,
        delimiter: records.delimiter(),
        rows: 0,
        kept: 0,
        rejected: 0,
        unused_columns: unused.map(|(_, name)| shortened(name)).collect(),
    });

    let width = header.len();
    let mut ordinal = 0;
    loop {
        let (line, raw, outcome) = match records.read() {
            Ok(CsvItem::End) => break,
            Ok(CsvItem::Malformed(broken)) => (broken.line, broken.raw, Err(broken_fault(broken.fault))),
            Ok(CsvItem::Record(record)) => {
                ordinal += 1;
                // Spreadsheets export empty rows as bare delimiters; they count as empty lines.
                if (0..record.field_count()).all(|at| record.get(at).trim().is_empty()) {
                    continue;
                }
                let outcome = check_row(&record, width, plan.by_hand, encoding)
                    .and_then(|()| take(CsvRow { line: record.line, ordinal, record, columns: &columns }, ledger));
                (record.line, record.raw, outcome)
            }
            Err(CsvError::Input(source)) => return Err(failed(source)),
            Err(CsvError::BrokenQuotes(line)) => return Err(LoadError::BrokenQuotes { file: shown_file, line }),
        };
        match outcome {
            Ok(()) => ledger.count_kept(),
            Err(fault) => {
                ledger.reject(line, raw, fault).map_err(|source| LoadError::Rejects { source })?;
            }
        }
        progress.advance(&shown_file, position.get());
    }
    progress.finish_file(&shown_file, bytes);
    Ok(())
}

fn open(plan: &FileSpec<'_>) -> Result<File, LoadError> {
    let path = plan.folder.join(plan.file);
    let opened = File::open(&path).and_then(|file| match file.metadata()?.is_dir() {
        true => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
        false => Ok(file),
    });
    match opened {
        Ok(file) => Ok(file),
        Err(source) => Err(LoadError::Open { key: plan.key, file: plan.file.display().to_string(), path, source }),
    }
}

fn header<R: Read>(
    records: &mut CsvReader<R>,
    file: &str,
    failed: impl Fn(io::Error) -> LoadError,
) -> Result<Vec<String>, LoadError> {
    match records.read() {
        Ok(CsvItem::Record(record)) => {
            Ok((0..record.field_count()).map(|at| record.get(at).trim().to_owned()).collect())
        }
        Ok(CsvItem::End) => Err(LoadError::Empty { file: file.to_owned() }),
        Ok(CsvItem::Malformed(broken)) => Err(LoadError::Header { file: file.to_owned(), line: broken.line }),
        Err(CsvError::Input(source)) => Err(failed(source)),
        Err(CsvError::BrokenQuotes(line)) => Err(LoadError::BrokenQuotes { file: file.to_owned(), line }),
    }
}

/// Returns the column of each field of the plan.
fn columns(plan: &FileSpec<'_>, header: &[String], file: &str) -> Result<Vec<Option<usize>>, LoadError> {
    if let Some(name) = plan.map.keys().find(|name| plan.fields.iter().all(|field| field.name != name.as_str())) {
        let known = plan.fields.iter().map(|field| field.name);
        let closest = most_similar(name, known.clone()).map(str::to_owned);
        let known = known.collect::<Vec<_>>().join(", ");
        return Err(LoadError::UnknownField { key: plan.key, name: shortened(name), closest, known });
    }
    let squeezed_header: Vec<String> = header.iter().map(|name| normalize_label(name)).collect();
    let find = |name: &str| {
        let exact = header.iter().position(|seen| seen == name.trim());
        let name = normalize_label(name);
        exact.or_else(|| squeezed_header.iter().position(|seen| !name.is_empty() && *seen == name))
    };
    let seen = || header.iter().take(60).map(|name| format!("\"{}\"", shortened(name))).collect::<Vec<_>>().join(", ");
    plan.fields
        .iter()
        .map(|field| {
            if let Some(mapped) = plan.map.get(field.name) {
                let found = find(mapped);
                return found.map(Some).ok_or_else(|| LoadError::MappedColumn {
                    file: file.to_owned(),
                    key: plan.key,
                    field: field.name,
                    header: shortened(mapped).into(),
                    closest: most_similar(mapped, header.iter().map(String::as_str)).map(Box::from),
                    seen: seen().into(),
                });
            }
            // A header that the admin mapped to one field is not used for another.
            let taken = |column: &usize| plan.map.values().any(|mapped| find(mapped) == Some(*column));
            let found =
                field.headers.iter().copied().chain([field.name]).find_map(|name| find(name).filter(|at| !taken(at)));
            if found.is_none() && field.required {
                let standard = field.headers.first().copied().unwrap_or(field.name);
                return Err(LoadError::MissingColumn {
                    file: file.to_owned(),
                    key: plan.key,
                    field: field.name,
                    standard,
                    closest: most_similar(standard, header.iter().map(String::as_str)).map(Box::from),
                    seen: seen().into(),
                });
            }
            Ok(found)
        })
        .collect()
}

/// Returns the most similar name, if any is similar enough.
pub(super) fn most_similar<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = normalize_label(wanted);
    names
        .filter(|name| name.len() <= 200)
        .map(|name| (strsim::jaro_winkler(&wanted, &normalize_label(name)), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

fn check_row(
    record: &csv_reader::CsvRecord<'_>,
    width: usize,
    by_hand: bool,
    encoding: Encoding,
) -> Result<(), RowFault> {
    if record.raw.contains('\0') {
        let hint = "export the row again; text files have no zero bytes";
        return Err(RowFault::new(RowRejectReason::NotText, "the row has zero bytes", hint));
    }
    if encoding.is_lossy() && record.raw.contains('\u{fffd}') {
        let hint = format!("save the file as UTF-8; the rest of it is {encoding}");
        return Err(RowFault::new(
            RowRejectReason::NotText,
            "the row has bytes that are invalid in the file's encoding",
            hint,
        ));
    }
    let fields = record.field_count();
    let filled = (0..fields).rev().find(|at| !record.get(*at).trim().is_empty()).map_or(0, |at| at + 1);
    if filled > width || (fields < width && !by_hand) {
        let detail = format!("{fields} fields where the header has {width}");
        let hint = "put quotes around values with a delimiter or a line break in them";
        return Err(RowFault::new(RowRejectReason::FieldCount, detail, hint));
    }
    Ok(())
}

fn broken_fault(fault: csv_reader::CsvFault) -> RowFault {
    match fault {
        csv_reader::CsvFault::StrayQuote => RowFault::new(
            RowRejectReason::BrokenQuotes,
            "text follows a closing quote",
            "write a quote inside a quoted value twice: \"say \"\"hi\"\"\"",
        ),
        csv_reader::CsvFault::OpenQuote => RowFault::new(
            RowRejectReason::BrokenQuotes,
            format!(
                "a quote opens in a row that starts here and does not close within {} KiB or before the file ends",
                RECORD_MAX >> 10
            ),
            "close the quote, or write it twice if it is part of the value",
        ),
        csv_reader::CsvFault::TooLong => RowFault::new(
            RowRejectReason::TooLong,
            format!("the line is longer than {} KiB", RECORD_MAX >> 10),
            "check whether the file lost its line breaks",
        ),
        csv_reader::CsvFault::TooManyFields => {
            RowFault::new(RowRejectReason::FieldCount, "too many fields", "check whether the file lost its line breaks")
        }
    }
}
