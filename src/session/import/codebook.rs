//! The codebook of an imported study: a code with its label, definition and place, and what the other program knew of it
//! beside that.

use super::names::Names;
use super::quoted;
use crate::data::project::Project;
use crate::data::project::guid::is_guid;
use crate::syntax::format;
use std::fmt::Write;

/// The text of `codebook.hence`.
pub fn codebook(project: &Project, names: &Names) -> Vec<u8> {
    let mut out = String::from(
        "# The codes, as they came in. A note that begins with \"guid\" keeps a code the same code when it\n",
    );
    out.push_str("# is exported again under another name.\n");
    for (at, code) in project.codes.iter().enumerate() {
        let _ = write!(out, "\ncode {} {}\n", names.codes[at], quoted(&names.labels[at]));
        if !code.definition.trim().is_empty() {
            let _ = writeln!(out, "  means {}", quoted(code.definition.trim()));
        }
        for (clause, text) in [("include", code.include.trim()), ("exclude", code.exclude.trim())] {
            if !text.is_empty() {
                let _ = writeln!(out, "  {clause} {}", quoted(text));
            }
        }
        if let Some(parent) = code.parent {
            let _ = writeln!(out, "  under {}", names.codes[parent]);
        }
        for &parent in &code.also {
            let _ = writeln!(out, "  under {}", names.codes[parent]);
        }
        if code.heading {
            let _ = writeln!(out, "  memo \"a heading: no passage carries it by itself\"");
        }
        if let Some(colour) = &code.colour {
            let _ = writeln!(out, "  memo {}", quoted(&format!("colour {colour}")));
        }
        if is_guid(&code.id) {
            let _ = writeln!(out, "  memo {}", quoted(&format!("guid {}", code.id)));
        }
    }
    format(&out).text.into_bytes()
}
