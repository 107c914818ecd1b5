//! `hence fix`: puts right what can be put right without a doubt, and tells what remains.

use super::args::StudyArgs;
use super::format::Format;
use super::progress::Watch;
use super::screen::Screen;
use super::study::{Opened, options};
use crate::report::fix;
use crate::session::fix::{Made, repair};

/// Makes the fixes that are safe; with `dry_run` it only shows them.
pub fn run(dry_run: bool, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut watch = Watch::new(screen.terminal().err && !format.is_data());
    let mut repair = repair(&args.path, &options(args), &mut |progress| watch.step(&progress));
    let written = !dry_run && repair.write();
    let changed = std::mem::take(&mut repair.changed);
    screen.print(match format {
        Format::Json => fix::json(&repair.made, &changed, written),
        _ if dry_run => fix::differences(&changed),
        _ => fix::text(&repair.made),
    });
    let summary = summary(&repair.made, dry_run);
    let held_back = fix::text(&repair.held_back);
    let opened = Opened::of(repair.study, args, format);
    if !format.is_data() {
        screen.say(&summary);
        if !held_back.is_empty() {
            screen.say("not done, since more would be wrong afterwards:");
            screen.show(&held_back);
        }
        if !opened.study.diagnostics().is_empty() {
            screen.show("\n");
        }
    }
    opened.close(screen)
}

fn summary(made: &[Made], dry_run: bool) -> String {
    let fixes = if made.len() == 1 { "1 fix".to_owned() } else { format!("{} fixes", made.len()) };
    match (made.len(), dry_run) {
        (0, _) => "nothing was put right".to_owned(),
        (_, true) => format!("{fixes} would be made, and nothing was written"),
        (_, false) => format!("{fixes} made"),
    }
}
