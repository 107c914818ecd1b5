//! Markdown (CommonMark with the tables of GitHub) for all that is written in it. What somebody said is never markup: every
//! sign that could be is escaped.

/// A heading of some level.
pub(super) fn heading(out: &mut String, level: u8, title: &str) {
    // A number sign at the end would close the heading.
    *out += &format!("{} {}\n", "#".repeat(level.into()), inner(title).replace('#', "\\#"));
}

/// A table of cells that are Markdown already; all columns but the first so many hold numbers.
pub(super) fn table(out: &mut String, header: &[&str], texts: usize, rows: impl Iterator<Item = Vec<String>>) {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    *out += &line(header.iter().map(|name| escaped(name)).collect());
    *out += &line((0..header.len()).map(|at| if at < texts { "---" } else { "---:" }.to_owned()).collect());
    rows.for_each(|row| *out += &line(row));
}

/// Code between backticks, more of them than stand in it one after the other.
pub(super) fn code(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text that stands where a line begins.
pub(super) fn escaped(text: &str) -> String {
    let out = inner(text);
    let digits = out.find(|c: char| !c.is_ascii_digit()).unwrap_or(out.len());
    match out[digits..].chars().next() {
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &out[..digits], &out[digits..]),
        Some('#' | '+' | '-' | '=') if digits == 0 => format!("\\{out}"),
        _ => out,
    }
}

/// A text within a line.
pub(super) fn inner(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(c) = signs.next() {
        let entity = c == '&' && signs.peek().is_some_and(|next| next.is_alphanumeric() || *next == '#');
        if entity || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '@') {
            out.push('\\');
        }
        out.push(c);
    }
    // What looks like an address would become a link.
    out.replace("://", "\\://").replace("www.", "www\\.").replace("WWW.", "WWW\\.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_said_is_never_markup() {
        assert_eq!(escaped("# <b>*hi*</b> [x](y) a_b"), "\\# \\<b\\>\\*hi\\*\\</b\\> \\[x\\](y) a\\_b");
        assert_eq!(escaped("12. one | two"), "12\\. one \\| two");
        assert_eq!(escaped("see https://a.example"), "see https\\://a.example");
        assert_eq!(escaped("a & b &lt; &#60;"), "a & b \\&lt; \\&#60;");
        assert_eq!(code("a ``b"), "```a ``b```");
        assert_eq!(code("`"), "`` ` ``");
        let mut out = String::new();
        heading(&mut out, 2, "C# and #");
        table(&mut out, &["A|B", "n"], 1, [vec!["x".to_owned(), "1".to_owned()]].into_iter());
        assert_eq!(out, "## C\\# and \\#\n| A\\|B | n |\n| --- | ---: |\n| x | 1 |\n");
    }
}
