//! The codebook as a table, a row for each code: what spreadsheets take and what `use "codebook.csv"` reads, column by
//! column. Themes and other concepts have no place in it: they would come back as codes.

use super::said;
use crate::data::Problem;
use crate::data::read::extension;
use crate::data::workbook::{Sheet, workbook};
use crate::data::write::{OutputCell, write_table};
use crate::session::codebook::{Codebook, CodebookKind, Entry};
use crate::session::explanation::QuoteShown;
use crate::session::findings::SaidShown;

/// The columns, as `data::codebook_table` reads them.
const HEADER: [&str; 8] = ["code", "parent", "definition", "include", "exclude", "memo", "examples", "counterexamples"];

/// The codes as a table in the format that the ending of a file names, and how many entries of other kinds have no place in
/// it.
pub fn table(name: &str, book: &Codebook) -> Result<(Vec<u8>, usize), Problem> {
    let (codes, others): (Vec<&CodebookKind>, Vec<&CodebookKind>) = book.kinds.iter().partition(|k| k.kind == "code");
    let rows: Vec<Vec<OutputCell>> = codes.iter().flat_map(|kind| rows(kind)).collect();
    let bytes = match extension(name).as_str() {
        // A second sheet would be told as left out where the first is read.
        "xlsx" => workbook(name, &[Sheet { name: "Codes".into(), header: header(), rows }])?.0,
        _ => write_table(name, &header(), &rows)?,
    };
    Ok((bytes, others.iter().map(|kind| kind.entries.len()).sum()))
}

fn header() -> Vec<String> {
    HEADER.map(str::to_owned).to_vec()
}

fn rows(kind: &CodebookKind) -> Vec<Vec<OutputCell>> {
    kind.entries.iter().map(|entry| row(kind, entry)).collect()
}

fn row(kind: &CodebookKind, entry: &Entry) -> Vec<OutputCell> {
    let all = |texts: &[SaidShown]| texts.iter().map(said).collect::<Vec<_>>().join("\n");
    // A heading of another kind would come back as a code.
    let parent = entry.under.iter().find(|parent| kind.entries.iter().any(|other| other.label == **parent));
    let quoted = |texts: &[String], named: &[QuoteShown], more: &[QuoteShown]| {
        let texts = texts.iter().cloned();
        let quotes = named.iter().chain(more).map(|q| format!("{}{}{} ({})", q.before, q.quote, q.after, q.message));
        texts.chain(quotes).collect::<Vec<_>>().join("\n")
    };
    let cells = [
        entry.label.clone(),
        parent.cloned().unwrap_or_default(),
        all(&entry.means),
        all(&entry.include),
        all(&entry.exclude),
        all(&entry.memos),
        quoted(&entry.examples, &entry.named, &entry.quotes),
        quoted(&entry.counterexamples, &entry.named_against, &[]),
    ];
    cells.map(|text| if text.is_empty() { OutputCell::Empty } else { OutputCell::Text(text) }).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Memory;
    use crate::session::{Options, Study};

    const RULES: &str = "study \"S\"\ninput message from \"m.csv\"\n  id = \"id\"\n  text = \"text\"\n\
        code mood \"Mood\"\n  means \"How, \\\"exactly\\\", they feel.\"\n\
        code calm \"Calm; or =1+1\"\n  under mood\n  means \"At ease.\"\n  include \"rest\"\n  exclude \"sleep\"\n  memo \"Look again.\"\n\
        \x20 matches \"calm\"\ntheme t \"T\"\n  when calm\n";

    fn study(files: Memory) -> (Study, Codebook) {
        let files = files.with("m.csv", "id,text\nm1,all calm\n");
        let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
        assert!(!study.has_errors(), "{:?}", study.diagnostics());
        study.evaluate(&mut |_| {});
        let book = study.codebook();
        (study, book)
    }

    #[test]
    fn use_reads_the_codes_as_they_went_out() {
        let said = |all: &[SaidShown]| all.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
        let told = |book: &Codebook| -> Vec<_> {
            let all = book.kinds.iter().filter(|kind| kind.kind == "code").flat_map(|kind| &kind.entries);
            all.map(|e| (e.label.clone(), e.under.clone(), [&e.means, &e.include, &e.exclude].map(|all| said(all))))
                .collect()
        };
        let (_, book) = study(Memory::default().with("study.hence", RULES));
        let (csv, others) = table("codebook.csv", &book).expect("it can be written");
        assert_eq!(others, 1, "the theme has no place in it");
        let (xlsx, _) = table("codebook.xlsx", &book).expect("it can be written");
        for (name, bytes) in [("codebook.csv", csv), ("codebook.xlsx", xlsx)] {
            let rules = format!(
                "study \"S\"\nuse \"{name}\"\ninput message from \"m.csv\"\n  id = \"id\"\n  text = \"text\"\n"
            );
            let (read, back) = study(Memory::default().with("study.hence", rules.as_str()).with(name, bytes));
            let left_out = |d: &&crate::diagnostic::Diagnostic| d.code == crate::diagnostic::codes::LEFT_OUT;
            assert_eq!(read.diagnostics().iter().find(left_out), None, "every column is read");
            assert_eq!(told(&back), told(&book), "{name}");
            let memos: Vec<String> = back.kinds.iter().flat_map(|k| &k.entries).flat_map(|e| said(&e.memos)).collect();
            assert_eq!(memos, ["Look again.\nexamples: all calm (m1)"]);
        }
    }
}
