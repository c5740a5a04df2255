//! A CSV file as rows of known fields.
//!
//! The header decides once which column has which field: by the admin's column map, else by the connector's headers,
//! compared without case, spaces and punctuation. Malformed rows never reach a connector.

use std::{
    fs::File,
    io::{self, Read},
    rc::Rc,
};

use baton_facts::types::Timestamp;

pub(super) use super::fields::{Field, FileSpec, most_similar};
use super::{
    csv_reader::{self, CsvError, CsvItem, CsvReader, RECORD_MAX},
    dates,
    encoding::{self, Encoding, FileContent},
    error::LoadError,
    file_survey::{self, FileSurvey},
    header,
    parse::{self, normalize_label},
    progress::ProgressReporter,
    rejects::{FileReport, ReportBuilder, RowFault, RowRejectReason, shortened},
};

/// A well-formed row.
#[derive(Clone, Copy)]
pub(super) struct CsvRow<'a> {
    /// The line it starts on, from 1.
    pub(super) line: u64,
    /// Its number among the data rows, from 1, including rejected rows.
    pub(super) ordinal: u64,
    record: csv_reader::CsvRecord<'a>,
    columns: &'a [Vec<usize>],
    survey: &'a FileSurvey,
}

impl<'a> CsvRow<'a> {
    /// Returns the first trimmed value of the plan's n-th field, or an empty text without one.
    pub(super) fn get(&self, field: usize) -> &'a str {
        self.all(field).next().unwrap_or_default()
    }

    /// Returns the trimmed values of the plan's n-th field, without empty ones.
    pub(super) fn all(&self, field: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let record = self.record;
        let columns = self.columns.get(field).map(Vec::as_slice).unwrap_or_default();
        columns.iter().map(move |column| record.get(*column).trim()).filter(|value| !value.is_empty())
    }

    /// Returns the value of the plan's n-th field, a country. Among ISO codes only, `NA` is Namibia.
    pub(super) fn get_country(&self, field: usize) -> &'a str {
        let value = self.get(field);
        if self.survey.has_country_codes && value.eq_ignore_ascii_case("NA") { "Namibia" } else { value }
    }

    /// Parses a date of the plan's n-th field; see [`dates::parse_timestamp`].
    pub(super) fn parse_date(&self, field: usize, value: &str) -> Option<Timestamp> {
        dates::parse_timestamp(value, self.survey.orders.get(field).copied().flatten())
    }
}

/// Reads the file and passes each well-formed row to `take`. Returns whether each field has a column.
pub(super) fn read(
    plan: &FileSpec<'_>,
    ledger: &mut ReportBuilder,
    progress: &mut ProgressReporter<'_>,
    mut take: impl FnMut(CsvRow<'_>, &mut ReportBuilder) -> Result<(), RowFault>,
) -> Result<Vec<bool>, LoadError> {
    let shown_file = plan.file.display().to_string();
    let failed = |source| LoadError::Read { key: plan.key, file: shown_file.clone(), source };
    let broken = |error| match error {
        CsvError::Input(source) => failed(source),
        CsvError::BrokenQuotes(line) => LoadError::BrokenQuotes { file: shown_file.clone(), line },
    };
    let mut file = open(plan)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let encoding = match encoding::detect(&mut file).map_err(failed)? {
        FileContent::Text(encoding) => encoding,
        FileContent::Other(what) => return Err(LoadError::NotCsv { file: shown_file, what }),
    };
    let (columns, survey) = {
        let decoded = encoding::decode(file.try_clone().map_err(failed)?, encoding).map_err(failed)?;
        let mut records = CsvReader::new(decoded.text).map_err(failed)?;
        let header = read_header(&mut records, &shown_file, failed)?;
        let columns = header::columns(plan, &header, &shown_file)?;
        let survey = file_survey::survey(&mut records, plan.fields, &columns, plan.dates).map_err(broken)?;
        (columns, survey)
    };
    let decoded = encoding::decode(file, encoding).map_err(failed)?;
    let position = Rc::clone(&decoded.bytes_read);
    let mut records = CsvReader::new(decoded.text).map_err(failed)?;
    let header = read_header(&mut records, &shown_file, failed)?;
    let unused = header
        .iter()
        .enumerate()
        .filter(|(at, name)| !name.is_empty() && !columns.iter().flatten().any(|read| read == at));
    let unused: Vec<&String> = unused.map(|(_, name)| name).collect();
    ledger.start_file(FileReport {
        file: shown_file.clone(),
        bytes,
        encoding,
        delimiter: records.delimiter(),
        rows: 0,
        kept: 0,
        rejected: 0,
        unused_columns: unused.iter().map(|name| shortened(name)).collect(),
    });
    if let Encoding::Legacy(legacy) = encoding {
        let what = "was detected by the letters in the file; save it as UTF-8 if names look wrong";
        ledger.note(1, "encoding", what, legacy.name());
    }
    note_header(plan, &header, &columns, &unused, ledger);

    let width = header.len();
    // Some exports end every row with a delimiter; a single longer row has a delimiter in one of its values.
    let longest = if survey.fewest_fields.is_some_and(|fewest| fewest > width) { usize::MAX } else { width };
    let mut ordinal = 0;
    loop {
        let (line, raw, outcome) = match records.read().map_err(broken)? {
            CsvItem::End => break,
            CsvItem::Malformed(broken) => (broken.line, broken.raw, Err(broken_fault(broken.fault))),
            CsvItem::Record(record) => {
                ordinal += 1;
                // Spreadsheets export empty rows as bare delimiters; they count as empty lines.
                if (0..record.field_count()).all(|at| record.get(at).trim().is_empty()) {
                    continue;
                }
                let row = CsvRow { line: record.line, ordinal, record, columns: &columns, survey: &survey };
                let sound = check_row(&record, (width, longest), encoding).and_then(|()| check_ids(plan, row, ledger));
                (record.line, record.raw, sound.and_then(|()| take(row, ledger)))
            }
        };
        match outcome {
            Ok(()) => ledger.count_kept(),
            Err(fault) => {
                if (plan.refuses)(fault.reason()) {
                    ledger.refuse_row(line, &fault);
                }
                ledger.reject(line, raw, fault).map_err(|source| LoadError::Rejects { source })?;
            }
        }
        progress.advance(&shown_file, position.get());
    }
    progress.finish_file(&shown_file, bytes);
    Ok(columns.iter().map(|columns| !columns.is_empty()).collect())
}

/// Reports columns of the same name, and columns that seem to restrict contact and are not read.
fn note_header(
    plan: &FileSpec<'_>,
    header: &[String],
    columns: &[Vec<usize>],
    unused: &[&String],
    ledger: &mut ReportBuilder,
) {
    for (field, columns) in plan.fields.iter().zip(columns) {
        if let (false, [first, _, ..]) = (field.every, columns.as_slice()) {
            ledger.note(1, field.name, "has several columns; the first one with a value is read", &header[*first]);
        }
    }
    let read_also =
        plan.read_also.and_then(|(fields, map)| header::columns(&FileSpec { fields, map, ..*plan }, header, "").ok());
    let read_also: Vec<usize> = read_also.into_iter().flatten().flatten().collect();
    let ignored: Vec<String> = plan.ignored_columns.iter().map(|name| normalize_label(name)).collect();
    let is_read_also = |name: &String| read_also.iter().any(|column| header.get(*column) == Some(name));
    let restricts = |name: &&&String| {
        header::seems_to_restrict(name) && !ignored.contains(&normalize_label(name)) && !is_read_also(name)
    };
    if !matches!(plan.key, "accounts" | "contacts") {
        return;
    }
    for name in unused.iter().filter(restricts) {
        let name = shortened(name);
        ledger.refuse(
            Some(1),
            format!("the column \"{name}\" seems to say who must not be contacted, and is not read"),
            format!(
                "map it under [crm.columns.{}] in baton.toml, or say under [crm] that it does not matter: ignored-columns = [\"{name}\"]",
                plan.key
            ),
        );
    }
}

/// Checks that no id of the row was rounded by a spreadsheet.
fn check_ids(plan: &FileSpec<'_>, row: CsvRow<'_>, ledger: &mut ReportBuilder) -> Result<(), RowFault> {
    let ids = plan.fields.iter().enumerate().filter(|(_, field)| field.id);
    let rounded = ids.flat_map(|(at, _)| row.all(at)).find(|value| parse::is_rounded_number(value));
    let Some(id) = rounded else { return Ok(()) };
    let detail = format!("a spreadsheet has rounded the id \"{}\"", shortened(id));
    let hint = "export the file again, and do not save it from a spreadsheet";
    ledger.refuse(Some(row.line), detail.clone(), hint.into());
    Err(RowFault::new(RowRejectReason::Unreadable, detail, hint))
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

fn read_header<R: Read>(
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

fn check_row(
    record: &csv_reader::CsvRecord<'_>,
    (width, longest): (usize, usize),
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
    if fields > longest || filled > width {
        let detail = format!("{fields} fields where the header has {width}");
        let hint = "put quotes around values with a delimiter or a line break in them";
        return Err(RowFault::new(RowRejectReason::FieldCount, detail, hint));
    }
    // Exports leave out the delimiters of empty last fields; the last row of a file that was cut off has no line end.
    if fields < width && record.unterminated {
        let detail = format!("{fields} fields where the header has {width}, and no line end: the file may be cut off");
        let hint = "export the file again, or end its last row with a line end";
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
