//! What Hence knows of messages and REFI-QDA has no place for, under names of its own: variables and links that an import
//! of Hence's own files takes back to where they came from.

use super::{About, Project};

/// The variable that says who wrote a message.
pub const AUTHOR: &str = "hence: author";
/// The variable that says to which thread it belongs.
pub const THREAD: &str = "hence: thread";
/// The variable that says when it was written.
pub const WRITTEN: &str = "hence: written";
/// The link from a message to the one it answers.
pub const ANSWERS: &str = "hence: answers";

/// Takes variables and links of these names back to the messages.
pub fn taken_back(project: &mut Project) {
    let names = [AUTHOR, THREAD, WRITTEN];
    for (at, name) in names.into_iter().enumerate() {
        let Some(variable) = project.variables.iter().position(|v| v.name == name) else { continue };
        for source in &mut project.sources {
            let Some(place) = source.values.iter().position(|(v, _)| *v == variable) else { continue };
            let value = Some(source.values.remove(place).1);
            match at {
                0 => source.author = value,
                1 => source.thread = value,
                _ => source.at = value,
            }
        }
        project.variables.remove(variable);
        let sources = project.sources.iter_mut().flat_map(|s| &mut s.values);
        let cases = project.cases.iter_mut().flat_map(|c| &mut c.values);
        sources.chain(cases).filter(|(v, _)| *v > variable).for_each(|(v, _)| *v -= 1);
    }
    let sources = &mut project.sources;
    project.links.retain(|link| match (link.name.as_str(), link.from, link.to) {
        (ANSWERS, About::Source(child, None), About::Source(parent, None)) => {
            sources[child].parent = Some(parent);
            false
        }
        _ => true,
    });
}
