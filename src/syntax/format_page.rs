//! The lines of a file that is being laid out: at most one blank line between two, and the comments behind them.
//!
//! A page knows nothing of the language. Comments behind lines that follow each other line up, two blanks behind the
//! longest of these lines; a line that is very long by itself takes no part, or it would push the others away.

use unicode_width::UnicodeWidthStr;

/// A line wider than this has its comment directly behind it.
const LONG: usize = 80;

/// Lines, from the first to the one being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    lines: Vec<Line>,
    /// The line breaks since the last word.
    breaks: usize,
}

#[derive(Debug, Default)]
struct Line {
    /// True where a blank line stands before it.
    apart: bool,
    /// What stands in it, more than one line where a text or a verbatim item has more.
    code: String,
    /// The columns of the last line of that.
    width: usize,
    /// The comment behind it.
    comment: String,
    /// True where it stands as its author wrote it.
    verbatim: bool,
}

impl Page {
    /// Begins a line.
    pub fn open(&mut self, indent: usize) {
        let apart = self.breaks > 1 && !self.lines.is_empty();
        self.lines.push(Line { apart, code: " ".repeat(indent), width: indent, ..Line::default() });
        self.breaks = 0;
    }

    /// Writes on the last line.
    pub fn write(&mut self, text: &str) {
        let Some(line) = self.lines.last_mut() else { return };
        line.width = match text.rsplit_once('\n') {
            Some((_, last)) => last.width(),
            None => line.width + text.width(),
        };
        line.code.push_str(text);
        self.breaks = 0;
    }

    /// Goes on to that column, one blank further at least.
    pub fn advance(&mut self, column: usize) {
        let blanks = column.saturating_sub(self.column()).max(1);
        self.write(&" ".repeat(blanks));
    }

    /// Writes what nobody may touch, as lines of its own.
    pub fn verbatim(&mut self, indent: usize, text: &str) {
        self.open(indent);
        self.write(text);
        if let Some(line) = self.lines.last_mut() {
            line.verbatim = true;
        }
    }

    /// True where the last line is one that nobody may touch.
    pub fn is_verbatim(&self) -> bool {
        self.lines.last().is_some_and(|line| line.verbatim)
    }

    /// The column behind what has been written.
    pub fn column(&self) -> usize {
        self.lines.last().map_or(0, |line| line.width)
    }

    /// Counts a line break of the source.
    pub fn line_break(&mut self) {
        self.breaks += 1;
    }

    /// Sets the line breaks before what comes next.
    pub fn set_breaks(&mut self, breaks: usize) {
        self.breaks = breaks;
    }

    /// True where the last line of the source goes on.
    pub fn goes_on(&self) -> bool {
        self.breaks == 0 && !self.lines.is_empty()
    }

    /// Puts a comment behind the last line.
    pub fn remark(&mut self, comment: &str) {
        if let Some(line) = self.lines.last_mut() {
            line.comment = comment.trim_end().to_string();
        }
    }

    /// Adds the lines of another page behind the breaks that stand here.
    pub fn append(&mut self, mut other: Page) {
        if let Some(first) = other.lines.first_mut() {
            first.apart = self.breaks > 1 && !self.lines.is_empty();
        }
        self.lines.append(&mut other.lines);
        self.breaks = 0;
    }

    /// The text of the page: lines end with a line feed, and no blank stands before it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut column = 0;
        for (i, line) in self.lines.iter().enumerate() {
            if line.apart {
                out.push('\n');
            }
            out.push_str(&line.code);
            if !line.comment.is_empty() {
                if i == 0 || line.apart || !self.lines[i - 1].lines_up() {
                    let run =
                        self.lines[i..].iter().enumerate().take_while(|(n, l)| l.lines_up() && (*n == 0 || !l.apart));
                    column = run.map(|(_, l)| l.width).max().unwrap_or(0);
                }
                let column = if line.lines_up() { column } else { line.width };
                out.push_str(&" ".repeat(column + 2 - line.width));
                out.push_str(&line.comment);
            }
            out.push('\n');
        }
        out
    }
}

impl Line {
    /// True where its comment stands under or over that of its neighbour.
    fn lines_up(&self) -> bool {
        !self.comment.is_empty() && self.width <= LONG
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[(usize, &str, &str)]) -> String {
        let mut page = Page::default();
        for (breaks, code, comment) in lines {
            page.set_breaks(*breaks);
            page.open(0);
            page.write(code);
            page.remark(comment);
        }
        page.text()
    }

    #[test]
    fn comments_behind_neighbours_line_up_and_others_do_not() {
        let long = "x".repeat(81);
        assert_eq!(page(&[(9, "a", "# 1"), (1, "bbb", "# 2 "), (1, "c", "")]), "a    # 1\nbbb  # 2\nc\n");
        assert_eq!(page(&[(1, "a", "# 1"), (2, "bbb", "# 2")]), "a  # 1\n\nbbb  # 2\n");
        assert_eq!(page(&[(1, "a", "# 1"), (1, &long, "# 2")]), format!("a  # 1\n{long}  # 2\n"));
        assert_eq!(page(&[(1, &long, "# 1"), (1, "a", "# 2"), (1, "共共", "# 3")]).lines().last(), Some("共共  # 3"));
    }
}
