//! Layer 11: what was found, for people and for programs. Every report takes the plain data of the session and gives
//! text back; it looks nothing up, so what a report says is what the session said. Nothing is left out in silence:
//! what is shortened says so, and what is empty is named.

pub mod agree;
pub mod agree_data;
pub mod agree_tables;
pub mod audit;
pub mod change;
pub mod codebook;
mod counted;
pub mod csv;
pub mod difference;
pub mod explain;
pub mod fix;
pub mod html;
pub mod import;
pub mod json;
pub mod junit;
pub mod layout;
mod markdown;
mod missed;
pub mod mutants;
pub mod page;
pub mod proof_facts;
pub mod proof_graph;
mod reason_count;
pub mod review;
pub mod stale;
pub mod stats;
mod sweep;
pub mod table;
pub mod test;
pub mod text;
pub mod verify;
pub mod what_if;
pub mod why_not;
pub mod why_not_json;
mod why_not_repairs;
mod words;

/// How a report for people may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// True where colours and bold are welcome. Nothing is said by colour alone.
    pub colour: bool,
    /// True where line graphics beyond ASCII are welcome. The user's own text is shown as it is either way.
    pub unicode: bool,
    /// The columns there are.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Look {
        Look { colour: false, unicode: false, width: 100 }
    }
}
