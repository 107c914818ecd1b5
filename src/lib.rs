//! Hence is a rule language and engine for people who analyse what others said. A study is a codebook that runs: codes,
//! themes and concepts of theory are declared as rules over messages, and every conclusion can be asked *why*, down to
//! the passage, the rule and the work that was cited. Underneath is plain Datalog.
//!
//! ```
//! use hence::data::Memory;
//! use hence::session::{Options, Study, Why};
//!
//! let files = Memory::default().with(
//!     "study.hence",
//!     r#"
//! code shared_space "A place people share"
//!   matches "space" near "share*" within 5 words
//! theme workspaces "Collaborative workspaces"
//!   when shared_space
//! fact message(id: m1, text: "Is there a space we could share?")
//! "#,
//! );
//! let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
//! study.evaluate(&mut |_| {});
//! assert!(study.diagnostics().is_empty());
//! assert_eq!(study.findings().themes[0].members, ["m1"]);
//!
//! let Why::Explained { explanations, .. } = study.why("theme(m1, workspaces)") else { panic!("it holds") };
//! assert_eq!(explanations[0].root.statement, "m1 belongs to the theme \"Collaborative workspaces\"");
//! ```
//!
//! The modules are the steps of the way from text to reasons, in this order; each uses only those before it:
//!
//! - [`base`]: places, values, tables; [`diagnostic`]: what is said when something is wrong
//! - [`syntax`]: text to trees; [`text`]: passages in messages; [`check`]: trees to a checked program
//! - [`ir`]: core rules; [`plan`]: their order; [`eval`]: all facts; [`proof`]: why a fact holds
//! - [`data`]: tables, bibliographies and codebooks in and out
//! - [`session`]: a study as a whole, the one door for [`report`] and [`cli`]

#![forbid(unsafe_code)]

pub mod base;
pub mod check;
pub mod cli;
pub mod data;
pub mod diagnostic;
pub mod eval;
pub mod ir;
pub mod plan;
pub mod proof;
pub mod report;
pub mod session;
pub mod syntax;
pub mod text;
