//! The studies of `benches/` say what they are meant to: on small tables, each concludes what a plain search over sets
//! finds, and `hence run --timings` tells how long it took.

mod support;

use hence::cli::{Terminal, exit, run};
use hence::data::Memory;
use hence::session::{Cell, Options, Study};
use std::collections::{BTreeMap, BTreeSet};
use support::{read, root};

type Rows = BTreeSet<Vec<u32>>;

/// Small tables by chance that is the same every time (the generator of Numerical Recipes).
struct Chance(u32);

impl Chance {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % n
    }

    fn rows(&mut self, count: usize, columns: &[u32]) -> Rows {
        (0..count).map(|_| columns.iter().map(|&n| self.below(n)).collect()).collect()
    }
}

/// A study of `benches/` with its tables in memory: file, header, rows.
fn files(name: &str, tables: &[(&str, &str, &Rows)]) -> Memory {
    let study = read(&root().join("benches/studies").join(name).join("study.hence"));
    tables.iter().fold(Memory::default().with("study.hence", study), |files, (table, header, rows)| {
        let lines: Vec<String> =
            rows.iter().map(|row| row.iter().map(u32::to_string).collect::<Vec<_>>().join(",")).collect();
        files.with(&format!("{table}.csv"), format!("{header}\n{}\n", lines.join("\n")))
    })
}

/// All rows of a relation, by a question; and how many the findings tell.
fn rows(study: &mut Study, relation: &str, columns: usize) -> (Rows, usize) {
    let names: Vec<String> = (0..columns).map(|i| format!("V{i}")).collect();
    let answers = study.query(&format!("{relation}({})", names.join(", "))).expect("it can be asked");
    let number = |cell: &Cell| match cell {
        Cell::Number(n) => n.to_string().parse().expect("a whole number"),
        Cell::Text(text) => text.parse().expect("an id is a number here"),
        Cell::Empty => panic!("nothing is empty here"),
    };
    let told = study.findings().relations.iter().find(|r| r.name == relation).expect("it is a finding").rows;
    (answers.rows.iter().map(|row| row.iter().map(number).collect()).collect(), told)
}

/// Evaluates, and holds relations against what they should be.
fn holds(name: &str, tables: &[(&str, &str, &Rows)], wanted: &BTreeMap<&str, Rows>) {
    let files = files(name, tables);
    let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
    study.evaluate(&mut |_| {});
    assert!(study.diagnostics().is_empty(), "{name}: {:?}", study.diagnostics());
    for (relation, wanted) in wanted {
        let columns =
            wanted.first().unwrap_or_else(|| panic!("{name}: `{relation}` is empty, and tells nothing")).len();
        let (found, told) = rows(&mut study, relation, columns);
        assert_eq!(found, *wanted, "{name}: {relation}");
        assert_eq!(told, wanted.len(), "{name}: {relation}");
    }
}

/// Adds what a step finds until it finds nothing new.
fn closure(mut known: Rows, step: impl Fn(&Rows) -> Rows) -> Rows {
    loop {
        let before = known.len();
        known.extend(step(&known));
        if known.len() == before {
            return known;
        }
    }
}

/// Rows made of a row of one and a row of another.
fn join(a: &Rows, b: &Rows, make: impl Fn(&[u32], &[u32]) -> Option<Vec<u32>>) -> Rows {
    a.iter().flat_map(|x| b.iter().filter_map(|y| make(x, y)).collect::<Vec<_>>()).collect()
}

#[test]
fn what_can_be_reached() {
    let edge = Chance(1).rows(40, &[25, 25]);
    let step = |path: &Rows| join(path, &edge, |p, e| (p[1] == e[0]).then(|| vec![p[0], e[1]]));
    let path = closure(edge.clone(), step);
    for name in ["tc_random", "tc_chain", "tc_nonlinear"] {
        holds(name, &[("edge", "from,to", &edge)], &BTreeMap::from([("path", path.clone())]));
    }
}

#[test]
fn who_is_of_the_same_generation() {
    let parent: Rows = Chance(2).rows(30, &[30, 30]).into_iter().filter(|row| row[0] < row[1]).collect();
    let siblings = join(&parent, &parent, |a, b| (a[0] == b[0] && a[1] != b[1]).then(|| vec![a[1], b[1]]));
    let sg = closure(siblings, |sg| {
        let half = join(sg, &parent, |pair, p| (pair[0] == p[0]).then(|| vec![p[1], pair[1]]));
        join(&half, &parent, |pair, p| (pair[1] == p[0]).then(|| vec![pair[0], p[1]]))
    });
    holds("sg", &[("parent", "parent,child", &parent)], &BTreeMap::from([("sg", sg)]));
}

#[test]
fn what_may_be_pointed_to() {
    let mut chance = Chance(3);
    let [address_of, assign, load, store] = [8, 12, 6, 6].map(|count| chance.rows(count, &[14, 14]));
    let points = |pt: &Rows, of: u32| pt.iter().filter(|row| row[0] == of).map(|row| row[1]).collect::<Vec<_>>();
    let pt = closure(address_of.clone(), |pt| {
        let mut found: Rows = join(&assign, pt, |a, p| (a[1] == p[0]).then(|| vec![a[0], p[1]]));
        for row in &load {
            for z in points(pt, row[1]) {
                found.extend(points(pt, z).into_iter().map(|w| vec![row[0], w]));
            }
        }
        for row in &store {
            for z in points(pt, row[0]) {
                found.extend(points(pt, row[1]).into_iter().map(|w| vec![z, w]));
            }
        }
        found
    });
    let tables = [
        ("address_of", "y,x", &address_of),
        ("assign", "y,x", &assign),
        ("load", "y,x", &load),
        ("store", "y,x", &store),
    ];
    holds("andersen", &tables, &BTreeMap::from([("pt", pt)]));
}

#[test]
fn themes_and_who_shares_them() {
    let mut chance = Chance(4);
    let (messages, people, codes, themes) = (40, 8, 12, 4);
    let message: Rows = (0..messages).map(|m| vec![m, m / 8, chance.below(people), 0]).collect();
    let reply: Rows = (0..messages).filter(|m| m % 8 > 0).map(|m| vec![m, m - 1 - chance.below(m % 8)]).collect();
    let role: Rows = (0..people).map(|a| vec![a, chance.below(3)]).collect();
    let coded = chance.rows(150, &[messages, codes, 3]);
    let theme_code = chance.rows(20, &[themes, codes]);
    let theme_exclude = chance.rows(2, &[themes, codes]);
    let theme_proximity: Rows = (0..themes).map(|t| vec![t, t % 3]).collect();
    let theme_capacity: Rows = (0..themes).flat_map(|t| [vec![t, t % 2], vec![t, 2 + t % 2]]).collect();

    let anc = closure(reply.clone(), |anc| join(anc, &reply, |a, r| (a[1] == r[0]).then(|| vec![a[0], r[1]])));
    let mcode: Rows = coded.iter().map(|row| row[..2].to_vec()).collect();
    let mut in_thread_code = join(&anc, &mcode, |a, c| (a[1] == c[0]).then(|| vec![a[0], c[1]]));
    in_thread_code.extend(mcode.iter().cloned());
    let of_theme = |rows: &Rows| join(rows, &theme_code, |m, t| (m[1] == t[1]).then(|| vec![m[0], t[0], m[1]]));
    let (tc, itc) = (of_theme(&mcode), of_theme(&in_thread_code));
    let candidate = join(&tc, &itc, |a, b| (a[..2] == b[..2] && a[2] != b[2]).then(|| a[..2].to_vec()));
    let excluded = join(&mcode, &theme_exclude, |m, t| (m[1] == t[1]).then(|| vec![m[0], t[0]]));
    let shows: Rows = candidate.difference(&excluded).cloned().collect();
    let theme_author = join(&shows, &message, |s, m| (s[0] == m[0]).then(|| vec![s[1], m[2]]));
    let count = |rows: &Rows, of: usize| -> Rows {
        let mut groups: BTreeMap<u32, u32> = BTreeMap::new();
        rows.iter().for_each(|row| *groups.entry(row[of]).or_default() += 1);
        groups.into_iter().map(|(group, n)| vec![group, n]).collect()
    };
    let theme_support = count(&theme_author, 0);
    let theme_role = join(&theme_author, &role, |a, r| (a[1] == r[0]).then(|| vec![a[0], r[1]]));
    let role_support = count(&theme_role, 0);
    let shared_theme =
        join(&theme_support, &role_support, |n, k| (n[0] == k[0] && n[1] >= 3 && k[1] >= 2).then(|| vec![n[0]]));
    let proximity = join(&shows, &theme_proximity, |s, p| (s[1] == p[0]).then(|| vec![s[0], p[1]]));
    let shared = join(&shows, &shared_theme, |s, t| (s[1] == t[0]).then(|| s.to_vec()));
    let capacity = join(&shared, &theme_capacity, |s, k| (s[1] == k[0]).then(|| vec![s[0], k[1]]));
    let agree = join(&coded, &coded, |a, b| (a[..2] == b[..2] && a[2] < b[2]).then(|| a[..2].to_vec()));
    let agree_count = count(&agree, 1);

    let tables = [
        ("message", "id,thread,author,day", &message),
        ("reply", "child,parent", &reply),
        ("role", "author,role", &role),
        ("coded", "message,code,coder", &coded),
        ("theme_code", "theme,code", &theme_code),
        ("theme_exclude", "theme,code", &theme_exclude),
        ("theme_proximity", "theme,proximity", &theme_proximity),
        ("theme_capacity", "theme,capacity", &theme_capacity),
    ];
    let wanted = BTreeMap::from([
        ("anc", anc),
        ("mcode", mcode),
        ("in_thread_code", in_thread_code),
        ("tc", tc),
        ("itc", itc),
        ("candidate", candidate),
        ("excluded", excluded),
        ("shows", shows),
        ("theme_author", theme_author),
        ("theme_support", theme_support),
        ("theme_role", theme_role),
        ("role_support", role_support),
        ("shared_theme", shared_theme),
        ("proximity", proximity),
        ("capacity", capacity),
        ("agree", agree),
        ("agree_count", agree_count),
    ]);
    holds("themes", &tables, &wanted);
}

#[test]
fn timings_go_to_the_second_stream() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let example = root().join("benches/studies/tc_chain");
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("benches");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::copy(example.join("study.hence"), folder.join("study.hence")).expect("the study can be copied");
    std::fs::write(folder.join("edge.csv"), "from,to\n1,2\n2,3\n").expect("the table can be written");
    let words = ["hence", "run", "--timings", "--format", "json", &folder.to_string_lossy()].map(Into::into);
    assert_eq!(run(words.into_iter(), &mut out, &mut err, Terminal::default()), exit::FINE);
    let (out, err) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
    assert!(out.contains("\"rows\": 3") && !out.contains("seconds"), "{out}");
    let phases: Vec<&str> = err.lines().filter_map(|l| l.strip_prefix("seconds ")?.split(' ').next()).collect();
    assert_eq!(phases, ["read", "evaluate", "survey", "write", "print"], "{err}");
}
