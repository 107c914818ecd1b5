//! Hence: a rule language and engine for people who analyse what others said.

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
