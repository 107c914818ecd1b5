//! Parquet in and out, as the crate `parquet` has it without Arrow: one row group, a column a header.
//!
//! A cell becomes the text that it would have in a CSV file: numbers as they are, dates as `2013-09-01`, times as
//! `2013-09-01T10:30`, lists and groups as they are printed. The file says how much it holds; that is bounded before and
//! while it is read. The crate is not made for files of strangers: where it gives up with a panic, the file is refused.

use super::problem::Problem;
use super::write::OutputCell;
use crate::base::Table;
use crate::base::date::{Date, DateTime};
use crate::base::table::{Body, Row};
use crate::diagnostic::codes;
use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::record::Field;
use ::parquet::schema::types::Type;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// More cells than this no table may have.
const CELLS: u64 = 100_000_000;
/// More text than this it may not hold, in bytes.
const TEXT: usize = 1 << 30;

/// Why a table is not read.
enum Refused {
    Broken(String),
    TooLarge,
}

impl From<ParquetError> for Refused {
    fn from(error: ParquetError) -> Refused {
        Refused::Broken(error.to_string())
    }
}

/// Reads a table.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Table, Problem> {
    let read = catch_unwind(AssertUnwindSafe(|| rows(name, bytes)));
    match read {
        Ok(Ok(table)) => Ok(table),
        Ok(Err(Refused::TooLarge)) => {
            let message = format!("`{name}` holds more than fits into a memory");
            Err(Problem::new(codes::LIMIT, name, message).help("write the columns that are needed as CSV"))
        }
        Ok(Err(Refused::Broken(why))) => Err(broken(name, &why)),
        Err(_) => Err(broken(name, "it is not as a Parquet file should be")),
    }
}

fn broken(name: &str, why: &str) -> Problem {
    let why = why.trim_start_matches("Parquet error: ").to_lowercase();
    let message = format!("`{name}` cannot be read as Parquet: {}", why.lines().next().unwrap_or_default());
    let help = "write it again, not compressed or with `snappy`, or write the table as CSV";
    Problem::new(codes::DATA_FORMAT, name, message).help(help)
}

fn rows(name: &str, bytes: Vec<u8>) -> Result<Table, Refused> {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes))?;
    let about = reader.metadata().file_metadata();
    let fields = about.schema_descr().root_schema().get_fields();
    let header: Vec<String> = fields.iter().map(|field| field.name().to_owned()).collect();
    let nanos = |field: &Arc<Type>| {
        let unit = format!("{:?}", field.get_basic_info().logical_type_ref()).to_lowercase();
        field.is_primitive() && unit.contains("timestamp") && unit.contains("nanos")
    };
    let nanos: Vec<bool> = fields.iter().map(nanos).collect();
    let held = u64::try_from(about.num_rows()).unwrap_or(u64::MAX).saturating_mul(header.len() as u64);
    if held > CELLS {
        return Err(Refused::TooLarge);
    }
    let (mut rows, mut left): (Vec<Row<'static>>, usize) = (Vec::new(), TEXT);
    for (line, row) in (1u32..).zip(reader.get_row_iter(None)?) {
        let row = row?;
        let cells = row.get_column_iter().zip(&nanos).map(|((_, field), &nanos)| text(field, nanos));
        let cells: Vec<Option<Cow<'static, str>>> = cells.map(|cell| cell.map(Cow::Owned)).collect();
        let size: usize = cells.iter().flatten().map(|cell| cell.len()).sum();
        left = left.checked_sub(size).ok_or(Refused::TooLarge)?;
        if rows.len() as u64 * header.len() as u64 > CELLS {
            return Err(Refused::TooLarge);
        }
        rows.push(Row { line, cells });
    }
    Ok(Table { file: name.to_owned(), header, body: Body::Cells(rows) })
}

fn text(field: &Field, nanos: bool) -> Option<String> {
    let moment = |ms: i64| DateTime::from_unix_ms(ms).map(|time| time.to_string());
    Some(match field {
        Field::Null => return None,
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Long(at) if nanos => moment(at.div_euclid(1_000_000))?,
        Field::TimestampMillis(at) => moment(*at)?,
        Field::TimestampMicros(at) => moment(at.div_euclid(1_000))?,
        Field::Date(days) => Date::new(1970, 1, 1)?.plus_days(i64::from(*days))?.to_string(),
        other => other.to_string(),
    })
}

/// Writes a table. A column of whole numbers or of numbers is one of numbers, any other one of texts.
pub fn write(name: &str, header: &[String], rows: &[Vec<OutputCell>]) -> Result<Vec<u8>, Problem> {
    written(header, rows, Compression::UNCOMPRESSED).map_err(|error| {
        let why = error.to_string().to_lowercase();
        Problem::new(codes::OUTPUT, name, format!("`{name}` cannot be written: {why}"))
    })
}

fn written(header: &[String], rows: &[Vec<OutputCell>], packing: Compression) -> Result<Vec<u8>, ParquetError> {
    let kinds: Vec<Physical> = (0..header.len()).map(|at| kind(rows, at)).collect();
    let columns = header.iter().zip(&kinds).map(|(name, &kind)| {
        let is_text = (kind == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let column = Type::primitive_type_builder(name, kind).with_repetition(Repetition::OPTIONAL);
        column.with_logical_type(is_text).build().map(Arc::new)
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder("table").with_fields(columns).build()?);
    let properties = WriterProperties::builder().set_compression(packing).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    let mut at = 0;
    while let Some(mut column) = group.next_column()? {
        let cells = || rows.iter().map(|row| row.get(at).unwrap_or(&OutputCell::Empty)).map(shown);
        let levels: Vec<i16> = cells().map(|cell| i16::from(cell.is_some())).collect();
        let parsed = |text: &str| text.parse::<f64>().unwrap_or_default();
        match kinds[at] {
            Physical::INT64 => {
                let values: Vec<i64> = cells().flatten().map(|text| text.parse().unwrap_or_default()).collect();
                column.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
            }
            Physical::DOUBLE => {
                let values: Vec<f64> = cells().flatten().map(parsed).collect();
                column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
            }
            _ => {
                let values: Vec<ByteArray> = cells().flatten().map(ByteArray::from).collect();
                column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
            }
        }
        column.close()?;
        at += 1;
    }
    group.close()?;
    writer.into_inner()
}

/// What a column can be written as without a change.
fn kind(rows: &[Vec<OutputCell>], at: usize) -> Physical {
    let mut whole = true;
    let mut any = false;
    for cell in rows.iter().filter_map(|row| row.get(at)) {
        match cell {
            OutputCell::Empty => {}
            OutputCell::Number(text) => {
                any = true;
                whole &= text.parse::<i64>().is_ok_and(|n| n.to_string() == *text);
                if !whole && !text.parse::<f64>().is_ok_and(|n| n.is_finite() && text.len() <= 15) {
                    return Physical::BYTE_ARRAY;
                }
            }
            OutputCell::Text(_) => return Physical::BYTE_ARRAY,
        }
    }
    match (any, whole) {
        (false, _) => Physical::BYTE_ARRAY,
        (true, true) => Physical::INT64,
        (true, false) => Physical::DOUBLE,
    }
}

fn shown(cell: &OutputCell) -> Option<&str> {
    match cell {
        OutputCell::Empty => None,
        OutputCell::Text(text) | OutputCell::Number(text) => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parquet_that_is_written_reads_back_the_same() {
        let header: Vec<String> = ["id", "a \"b\", c", "share", "none"].map(str::to_owned).to_vec();
        let text = |t: &str| OutputCell::Text(t.to_owned());
        let number = |t: &str| OutputCell::Number(t.to_owned());
        let rows = vec![
            vec![number("1"), text("=1+1"), number("0.5"), OutputCell::Empty],
            vec![number("-2"), text("é\n😀"), OutputCell::Empty, OutputCell::Empty],
            vec![OutputCell::Empty, text(""), number("3"), OutputCell::Empty],
        ];
        let bytes = write("a.parquet", &header, &rows).unwrap();
        let table = read("a.parquet", bytes.clone()).unwrap();
        assert_eq!(table.header, header);
        let back: Vec<Vec<Option<String>>> =
            table.rows().map(|row| row.cells.iter().map(|c| c.as_deref().map(str::to_owned)).collect()).collect();
        let is = |cells: [Option<&str>; 4]| cells.map(|c| c.map(str::to_owned)).to_vec();
        assert_eq!(back[0], is([Some("1"), Some("=1+1"), Some("0.5"), None]));
        assert_eq!(back[1], is([Some("-2"), Some("é\n😀"), None, None]));
        assert_eq!(back[2], is([None, Some(""), Some("3"), None]));
        // However other programs pack it, it is the same table.
        let packings = [
            Compression::SNAPPY,
            Compression::GZIP(Default::default()),
            Compression::LZ4_RAW,
            Compression::ZSTD(Default::default()),
            Compression::BROTLI(Default::default()),
        ];
        for packing in packings {
            let packed = written(&header, &rows, packing).unwrap();
            assert_ne!(packed, bytes, "{packing}");
            let again = read("a.parquet", packed).unwrap();
            assert!(again.rows().map(|row| row.cells).eq(table.rows().map(|row| row.cells)), "{packing}");
        }
        // One that is read nowhere is refused with the way out.
        let refused = broken("a.parquet", "NYI: Disabled feature at compile time: lzo");
        assert!(refused.help.is_some_and(|help| help.contains("snappy")));
        // What is cut off or changed is refused or read, and nothing else.
        for cut in 0..bytes.len() {
            assert!(read("a.parquet", bytes[..cut].to_vec()).is_err());
            let mut torn = bytes.clone();
            torn[cut] ^= 0x55;
            let _ = read("a.parquet", torn);
        }
    }
}
