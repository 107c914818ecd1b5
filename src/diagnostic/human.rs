//! Diagnostics for people at a terminal, drawn by miette; nothing else in Hence knows miette.
//!
//! miette draws one file at a time: labels in other files follow as pictures of their own, under the first, and so do
//! labels that stand too far apart in one long line to be seen in one window.

use super::excerpt::{self, CONTEXT, Excerpt};
use super::plain::{cure, severity};
use super::render::Style;
use super::visible::{lines, one_line};
use super::{Diagnostic, Label, Severity};
use crate::base::{FileId, Sources};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode, SourceSpan, SpanContents,
    ThemeCharacters, ThemeStyles,
};
use std::fmt;

/// Columns that line numbers and the frame take.
const FRAME: usize = 12;

/// One picture: a heading and the marked lines of one file.
#[derive(Debug)]
struct Picture {
    heading: String,
    severity: Severity,
    code: Option<&'static str>,
    file: String,
    excerpt: Excerpt,
    /// What the marks say.
    words: Vec<Option<String>>,
    help: Option<String>,
}

pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let width = style.width.max(40);
    let ellipsis = if style.unicode { "…" } else { "..." };
    let room = width - FRAME - 2 * ellipsis.len();
    let mut files: Vec<(FileId, Vec<&Label>)> = Vec::new();
    for label in &diagnostic.labels {
        let source = sources.get(label.location.file);
        let together = |labels: &[&Label]| labels.iter().all(|l| excerpt::fit_together(source, l, label, room));
        match files.iter_mut().find(|(file, labels)| *file == label.location.file && together(labels)) {
            Some((_, labels)) => labels.push(label),
            None => files.push((label.location.file, vec![label])),
        }
    }
    let mut heading = one_line(&diagnostic.message);
    if let Some(place) = &diagnostic.place {
        heading.push_str(&format!("\n--> {}", one_line(place)));
    }
    let picture = |labels: &[&Label], file: Option<FileId>| Picture {
        heading: String::new(),
        severity: diagnostic.severity(),
        code: None,
        file: file.map_or_else(String::new, |f| one_line(&sources.get(f).name)),
        excerpt: match file {
            Some(f) => excerpt::cut(sources.get(f), labels, room, ellipsis),
            None => Excerpt::default(),
        },
        words: labels.iter().map(|l| Some(one_line(&l.text)).filter(|t| !t.is_empty())).collect(),
        help: None,
    };
    let mut pictures: Vec<Picture> = files.iter().map(|(file, labels)| picture(labels, Some(*file))).collect();
    if pictures.is_empty() {
        pictures.push(picture(&[], None));
    }
    for (i, p) in pictures.iter_mut().enumerate() {
        p.heading = if i == 0 { heading.clone() } else { format!("this belongs to it, in {}", p.file) };
        p.code = (i == 0).then_some(diagnostic.code.id);
    }
    if let Some(last) = pictures.last_mut() {
        last.help = cure(diagnostic).map(|h| lines(&h));
    }
    let mut out = String::new();
    for p in &pictures {
        // Writing into a string cannot fail, and the excerpt answers for every span that it has given out.
        let _ = handler(p, style, width).render_report(&mut out, p);
    }
    let trimmed: Vec<&str> = out.lines().map(str::trim_end).collect();
    trimmed.join("\n") + "\n"
}

/// The drawing hand, with the words `error[E0201]` where miette would put a sign.
fn handler(picture: &Picture, style: Style, width: usize) -> GraphicalReportHandler {
    let mut characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let word = match picture.code {
        Some(code) => format!("{}[{code}]:", severity(picture.severity)),
        None => "note:".to_owned(),
    };
    characters.error = word.clone();
    characters.warning = word.clone();
    characters.advice = word;
    let styles = if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_links(false)
        .with_width(width)
        .with_context_lines(CONTEXT)
        .without_syntax_highlighting()
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.heading)
    }
}

impl std::error::Error for Picture {}

impl miette::Diagnostic for Picture {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match (self.code, self.severity) {
            (None, _) => miette::Severity::Advice,
            (_, Severity::Error) => miette::Severity::Error,
            (_, Severity::Warning) => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.excerpt.marks.is_empty()).then_some(self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let marks = self.excerpt.marks.iter().zip(&self.words).enumerate();
        Some(Box::new(marks.map(|(i, (mark, word))| {
            if i == 0 && self.code.is_some() {
                LabeledSpan::new_primary_with_span(word.clone(), (mark.start, mark.len))
            } else {
                LabeledSpan::new(word.clone(), mark.start, mark.len)
            }
        })))
    }
}

impl SourceCode for Picture {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let excerpt = &self.excerpt;
        let holds = |at: usize, &(from, to): &(usize, usize)| from <= at && at <= to;
        let found = excerpt.blocks.iter().find_map(|block| {
            let first = block.lines.iter().position(|line| holds(start, line))?;
            let last = block.lines.iter().position(|line| holds(end, line))?;
            Some((block, first, last))
        });
        let (block, first, last) = found.ok_or(MietteError::OutOfBounds)?;
        let first_line = first.saturating_sub(before);
        let last_line = (last + after).min(block.lines.len() - 1);
        let (from, to) = (block.lines[first_line].0, (block.lines[last_line].1 + 1).min(excerpt.text.len()));
        // Without lines around it the place of a mark is asked for, which is that of the source.
        let mark = excerpt.marks.iter().find(|m| before == 0 && after == 0 && m.start == start);
        Ok(Box::new(Contents {
            data: &excerpt.text.as_bytes()[from..to],
            span: (from, to - from).into(),
            name: &self.file,
            line: mark.map_or(block.first_line + first_line, |m| m.line),
            column: mark.map_or(0, |m| m.column),
            line_count: last_line - first_line + 1,
        }))
    }
}

/// What miette asks of a piece of source.
struct Contents<'a> {
    data: &'a [u8],
    span: SourceSpan,
    name: &'a str,
    line: usize,
    column: usize,
    line_count: usize,
}

impl<'a> SpanContents<'a> for Contents<'a> {
    fn data(&self) -> &'a [u8] {
        self.data
    }

    fn span(&self) -> &SourceSpan {
        &self.span
    }

    fn name(&self) -> Option<&str> {
        Some(self.name)
    }

    fn line(&self) -> usize {
        self.line
    }

    fn column(&self) -> usize {
        self.column
    }

    fn line_count(&self) -> usize {
        self.line_count
    }
}
