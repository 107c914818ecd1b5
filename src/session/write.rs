//! `output`: relations into files.

use super::Study;
use super::answers::Cell;
use super::findings::OutputFinding;
use crate::base::Value;
use crate::data::{OutputCell, write_table};
use crate::diagnostic::{Diagnostic, codes};

impl Study {
    /// Writes the outputs beside the study. What could not be written is said in the diagnostics.
    pub fn write_outputs(&mut self) -> Vec<OutputFinding> {
        let outputs = self.program.outputs.clone();
        let Some(root) = self.root.clone() else { return Vec::new() };
        let mut written = Vec::new();
        for output in &outputs {
            let Some(view) = self.view() else { return written };
            let relation = self.program.relation(output.relation);
            let core = self.lowered.declared(output.relation);
            let header: Vec<String> = relation.columns.iter().map(|c| c.name.clone()).collect();
            let rows: Vec<Vec<OutputCell>> = self
                .db
                .sorted_rows(core, &self.pool)
                .into_iter()
                .map(|row| {
                    let cell = |&value: &Value| match view.cell(value) {
                        Cell::Empty => OutputCell::Empty,
                        Cell::Text(text) => OutputCell::Text(text),
                        Cell::Number(number) => OutputCell::Number(number),
                    };
                    self.db.row(core, row).iter().map(cell).collect()
                })
                .collect();
            let (name, path) = (relation.name.clone(), root.join(&output.path));
            let result = write_table(&output.path, &header, &rows).map_err(|p| (p.message, p.help)).and_then(|bytes| {
                let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
                folder.and_then(|()| std::fs::write(&path, bytes)).map_err(|error| {
                    (format!("`{}` cannot be written: {}", output.path, error.to_string().to_lowercase()), None)
                })
            });
            match result {
                Ok(()) => {
                    written.push(OutputFinding { relation: name, file: output.path.clone(), rows: rows.len() });
                }
                Err((message, help)) => {
                    let help = help.unwrap_or_else(|| "is the folder there, and may it be written to?".to_string());
                    self.report(Diagnostic::at(codes::OUTPUT, output.at, message).help(help));
                }
            }
        }
        written
    }
}
