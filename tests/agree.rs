//! Agreement of coders: the formulas on tables of the field (`tests/cases/agree/formulas.txt`, and the shared collection
//! of tables where it is there), and whole studies.

mod support;

use hence::cli::run;
use hence::data::{Files, Folder, Memory};
use hence::session::agree::alpha::{Distance, Judged, alpha};
use hence::session::agree::formula::Figure;
use hence::session::agree::many::Groups;
use hence::session::agree::pair::{Kappa, Retrieval, Table, Weights};
use hence::session::agree::result::Agreement;
use hence::session::agree::{Asked, Given, Unit};
use hence::session::{Options, Study};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use support::{WIDE, root};

/// What a table is of, in every form that a formula takes.
#[derive(Default)]
struct Data {
    table: Option<Table>,
    groups: Groups,
    judged: Vec<Judged>,
    values: usize,
    numbers: Vec<f64>,
    given: Vec<Vec<u64>>,
    sets: Vec<Vec<u32>>,
    retrieval: Retrieval,
}

impl Data {
    /// A row for each coder, a column for each unit.
    fn ratings<T: PartialOrd + Clone>(rows: &[Vec<Option<T>>]) -> (Data, Vec<T>) {
        let mut values: Vec<T> = rows.iter().flatten().flatten().cloned().collect();
        values.sort_by(|a, b| a.partial_cmp(b).expect("values can be ordered"));
        values.dedup_by(|a, b| a == b);
        let place = |value: &T| values.iter().position(|v| v == value).expect("it is there");
        let (units, k) = (rows[0].len(), values.len());
        let (mut groups, mut judged) = (Groups::new(k), Vec::new());
        let mut given = vec![vec![0; k]; rows.len()];
        let mut cells = vec![0; k * k];
        for unit in 0..units {
            let mut counts = vec![0; k];
            for (coder, row) in rows.iter().enumerate() {
                if let Some(value) = &row[unit] {
                    counts[place(value)] += 1;
                    given[coder][place(value)] += 1;
                }
            }
            if let [first, second] = rows
                && let (Some(a), Some(b)) = (&first[unit], &second[unit])
            {
                cells[place(a) * k + place(b)] += 1;
            }
            let some = counts.iter().zip(0..).filter(|(n, _)| **n > 0);
            judged.push((some.map(|(&n, value)| (value, n)).collect(), 1));
            groups.add(counts, 1);
        }
        let table = (rows.len() == 2).then(|| Table::new(k, cells));
        (Data { table, groups, judged, values: k, given, ..Data::default() }, values)
    }

    fn numbers(rows: &[Vec<Option<f64>>]) -> Data {
        let (data, numbers) = Data::ratings(rows);
        Data { numbers, ..data }
    }

    fn table(rows: &[Vec<u64>]) -> Data {
        let k = rows.len();
        let (mut groups, mut judged) = (Groups::new(k), Vec::new());
        let mut given = vec![vec![0; k]; 2];
        for (i, row) in rows.iter().enumerate() {
            for (j, &n) in row.iter().enumerate() {
                let mut counts = vec![0; k];
                counts[i] += 1;
                counts[j] += 1;
                let some = counts.iter().zip(0..).filter(|(n, _)| **n > 0);
                judged.push((some.map(|(&n, value)| (value, n)).collect(), n));
                groups.add(counts, n);
                given[0][i] += n;
                given[1][j] += n;
            }
        }
        let table = Some(Table::new(k, rows.concat()));
        Data { table, groups, judged, values: k, given, ..Data::default() }
    }

    fn counts(rows: &[Vec<u64>]) -> Data {
        let k = rows[0].len();
        let (mut groups, mut judged) = (Groups::new(k), Vec::new());
        for row in rows {
            let some = row.iter().zip(0..).filter(|(n, _)| **n > 0);
            judged.push((some.map(|(&n, value)| (value, n)).collect(), 1));
            groups.add(row.clone(), 1);
        }
        Data { groups, judged, values: k, ..Data::default() }
    }

    fn sets(rows: &[Vec<Vec<String>>]) -> Data {
        let mut names: Vec<&String> = rows.iter().flatten().flatten().collect();
        names.sort();
        names.dedup();
        let number = |name: &String| names.iter().position(|n| *n == name).expect("it is there") as u32;
        let numbered = |row: &Vec<Vec<String>>| -> Vec<Option<Vec<u32>>> {
            let set = |names: &Vec<String>| {
                let mut set: Vec<u32> = names.iter().map(number).collect();
                set.sort_unstable();
                Some(set)
            };
            row.iter().map(set).collect()
        };
        let (data, sets) = Data::ratings(&rows.iter().map(numbered).collect::<Vec<_>>());
        Data { sets, ..data }
    }

    fn alpha(&self, distance: Distance<'_>) -> Figure {
        alpha(&self.judged, self.values, distance)
    }

    /// A figure by its name; none where this data has no such figure.
    fn figure(&self, name: &str) -> Option<Figure> {
        let table = || self.table.as_ref();
        let value = |kappa: Result<Kappa, _>| kappa.map(|k| k.value);
        let error = |kappa: Result<Kappa, _>| kappa.map(|k| k.error);
        Some(match name {
            "percent" => table().map_or_else(|| self.groups.percent(), Table::percent),
            "groups_percent" => self.groups.percent(),
            "cohen" => value(table()?.cohen()),
            "cohen_error" => error(table()?.cohen()),
            "cohen_low" => table()?.cohen().map(|k| k.low),
            "cohen_high" => table()?.cohen().map(|k| k.high),
            "weighted_linear" => value(table()?.weighted(&Weights::Linear)),
            "weighted_linear_error" => error(table()?.weighted(&Weights::Linear)),
            "weighted_quadratic" => value(table()?.weighted(&Weights::Quadratic)),
            "scott" => table()?.scott(),
            "fleiss" => self.groups.fleiss(),
            "gwet" => self.groups.gwet(),
            "brennan_prediger" => self.groups.brennan_prediger(),
            "conger" => self.groups.conger(&self.given),
            "alpha_nominal" | "alpha_sets" => self.alpha(Distance::Nominal),
            "alpha_ordinal" => self.alpha(Distance::Ordinal),
            "alpha_interval" => self.alpha(Distance::Interval(&self.numbers)),
            "alpha_ratio" => self.alpha(Distance::Ratio(&self.numbers)),
            "alpha_jaccard" => self.alpha(Distance::Jaccard(&self.sets)),
            "alpha_masi" => self.alpha(Distance::Masi(&self.sets)),
            "precision" => self.retrieval.precision(),
            "recall" => self.retrieval.recall(),
            "f1" => self.retrieval.f1(),
            _ => return None,
        })
    }

    /// Holds a figure against a number, to the digits that are printed.
    fn expect(&self, case: &str, name: &str, printed: &str) {
        let figure = self.figure(name).unwrap_or_else(|| panic!("{case}: no figure `{name}`"));
        if printed == "undefined" {
            assert!(figure.is_err(), "{case}: {name} is {figure:?}");
            return;
        }
        let wanted: f64 = printed.parse().expect("a number is printed");
        let digits = printed.split_once('.').map_or(0, |(_, d)| d.len()).min(12) as i32;
        let found = figure.unwrap_or_else(|reason| panic!("{case}: {name} is undefined: {reason}"));
        assert!((found - wanted).abs() <= 0.5001 * 10f64.powi(-digits), "{case}: {name} is {found}, not {printed}");
    }
}

fn numbers<T: std::str::FromStr>(line: &str) -> Option<Vec<T>> {
    line.split_whitespace().map(|n| n.parse().ok()).collect()
}

#[test]
fn formulas_give_what_is_published() {
    let text = support::read(&root().join("tests/cases/agree/formulas.txt"));
    let mut expected = 0;
    for case in text.split("\n--- ").skip(1) {
        let mut lines = case.lines().filter(|line| !line.trim().is_empty());
        let name = lines.next().unwrap_or_default();
        let kind = lines.next().unwrap_or_default();
        let is_data = |line: &&str| !line.starts_with(|c: char| c.is_ascii_alphabetic()) || line.contains('|');
        let (data, figures): (Vec<&str>, Vec<&str>) = lines.partition(is_data);
        let whole = || data.iter().map(|l| numbers::<u64>(l).expect("whole numbers")).collect::<Vec<_>>();
        let data = match kind.split_whitespace().next().unwrap_or_default() {
            "table" => Data::table(&whole()),
            "counts" => Data::counts(&whole()),
            "ratings" => {
                let row = |l: &&str| l.split_whitespace().map(|n| n.parse().ok()).collect();
                Data::numbers(&data.iter().map(row).collect::<Vec<_>>())
            }
            "sets" => {
                let set = |s: &str| s.split_whitespace().map(str::to_string).collect();
                Data::sets(&data.iter().map(|l| l.split('|').map(set).collect()).collect::<Vec<_>>())
            }
            "retrieval" => {
                let n: Vec<u64> = numbers(&kind["retrieval".len()..]).expect("three numbers");
                let retrieval = Retrieval { both: n[0], only_rules: n[1], only_people: n[2] };
                Data { retrieval, ..Data::default() }
            }
            other => panic!("{name}: what is `{other}`?"),
        };
        for line in figures {
            let (figure, printed) = line.split_once(' ').expect("a figure and its value");
            data.expect(name, figure, printed.trim());
            expected += 1;
        }
    }
    assert!(expected > 60, "{expected}");
}

/// A file of the shared data, where it is there.
fn shared(path: &str) -> Option<PathBuf> {
    let found = root().ancestors().skip(1).map(|a| a.join("shared/data").join(path)).find(|p| p.exists());
    if found.is_none() {
        println!("skipped: the shared data {path} are not here");
    }
    found
}

fn rows(value: &Value) -> Vec<Vec<u64>> {
    let row = |row: &Value| row.as_array().expect("a row").iter().map(|n| n.as_u64().expect("a count")).collect();
    value.as_array().expect("rows").iter().map(row).collect()
}

/// What the collection calls a figure, and what it is called here.
const NAMES: [(&str, &str); 45] = [
    ("po", "percent"),
    ("percent_agreement", "percent"),
    ("P_bar", "percent"),
    ("kappa", "cohen"),
    ("cohen_kappa", "cohen"),
    ("scott_pi", "scott"),
    ("gwet_ac1", "gwet"),
    ("brennan_prediger", "brennan_prediger"),
    ("randolph_kappa_free", "brennan_prediger"),
    ("fleiss_kappa", "fleiss"),
    ("krippendorff_alpha_nominal", "alpha_nominal"),
    ("krippendorff_alpha_ordinal", "alpha_ordinal"),
    ("krippendorff_alpha_interval", "alpha_interval"),
    ("krippendorff_alpha_ratio", "alpha_ratio"),
    ("nominal", "alpha_nominal"),
    ("ordinal", "alpha_ordinal"),
    ("interval", "alpha_interval"),
    ("ratio", "alpha_ratio"),
    ("dice_on_coded", "f1"),
    ("sklearn", "cohen"),
    ("sklearn.cohen_kappa_score", "cohen"),
    ("sklearn.unweighted", "cohen"),
    ("statsmodels.cohens_kappa", "cohen"),
    ("statsmodels.kappa", "cohen"),
    ("statsmodels.std_kappa", "cohen_error"),
    ("statsmodels.linear", "weighted_linear"),
    ("statsmodels.quadratic", "weighted_quadratic"),
    ("statsmodels.weighted_012", "weighted_linear"),
    ("statsmodels.weighted_std", "weighted_linear_error"),
    ("statsmodels.fleiss_kappa", "fleiss"),
    ("krippendorff.alpha_nominal", "alpha_nominal"),
    ("krippendorff.alpha_ordinal", "alpha_ordinal"),
    ("krippendorff.alpha_interval", "alpha_interval"),
    ("krippendorff.alpha_ratio", "alpha_ratio"),
    ("krippendorff ordinal", "alpha_ordinal"),
    ("krippendorff nominal", "alpha_nominal"),
    ("nltk.alpha(masi)", "alpha_masi"),
    ("nltk.alpha(jaccard)", "alpha_jaccard"),
    ("nltk.alpha(binary set equality)", "alpha_sets"),
    ("irrCAC.fleiss", "fleiss"),
    ("irrCAC.gwet", "gwet"),
    ("irrCAC.gwet_ac1", "gwet"),
    ("irrCAC.krippendorff", "alpha_nominal"),
    ("irrCAC.conger", "conger"),
    ("irrCAC.bp", "brennan_prediger"),
];

/// Every number of a table that has a name here; gives how many were compared.
fn compare(case: &str, data: &Data, of: &Value, many: bool) -> usize {
    let Some(of) = of.as_object() else { return 0 };
    let mut compared = 0;
    for (name, value) in of {
        let Some(&(_, mut own)) = NAMES.iter().find(|(known, _)| known == name) else { continue };
        // Of counts by unit the kappa is Fleiss'.
        if many && own == "cohen" {
            own = "fleiss";
        }
        let value = value.get("decimal").or(value.get("value")).unwrap_or(value);
        let Some(printed) = value.as_f64() else { continue };
        // More digits than a number of 64 bits has are not printed on purpose.
        let text = if value.to_string().len() > 14 { format!("{printed:.10}") } else { value.to_string() };
        data.expect(case, own, &text);
        compared += 1;
    }
    compared
}

#[test]
fn every_table_of_the_collection_comes_out() {
    let Some(path) = shared("agreement/agreement_vectors.json") else { return };
    let all: Value = serde_json::from_str(&support::read(&path)).expect("the collection is JSON");
    let vectors = all["vectors"].as_array().expect("a list");
    let mut compared: BTreeMap<&str, usize> = BTreeMap::new();
    for vector in vectors {
        let name = vector["name"].as_str().expect("a name");
        let kind = vector["kind"].as_str().expect("a kind");
        let of = |key: &str| &vector[key];
        let mut count = 0;
        if let Some(codes) = of("per_code").as_object() {
            for (code, vector) in codes {
                let data = Data::table(&rows(&vector["table"]));
                let case = format!("{name} {code}");
                count += compare(&case, &data, vector, false);
            }
        } else if let Some(cases) = of("cases").as_array() {
            for case in cases {
                let Some(list) = case["A"].as_array() else {
                    let apart = Data::numbers(&[vec![Some(1.0), None], vec![None, Some(1.0)]]);
                    apart.expect(name, "cohen", "undefined");
                    apart.expect(name, "alpha_nominal", "undefined");
                    count += 2;
                    continue;
                };
                let row = |list: &Vec<Value>| list.iter().map(Value::as_f64).collect();
                let data = Data::numbers(&[row(list), row(case["B"].as_array().expect("the other coder"))]);
                for (theirs, own) in [("sklearn.kappa", "cohen"), ("krippendorff", "alpha_nominal")] {
                    let printed = case[theirs].as_f64().map_or("undefined".to_string(), |n| n.to_string());
                    data.expect(name, own, &printed);
                    count += 1;
                }
            }
        } else {
            let ratings = of("ratings");
            let many = !of("counts").is_null();
            let mut data = if let Some(by_coder) = ratings.as_object() {
                let sets = by_coder.values().map(|messages| {
                    let names = |set: &Value| {
                        set.as_array().expect("a set").iter().map(|c| c.as_str().expect("a code").to_string()).collect()
                    };
                    messages.as_object().expect("messages").values().map(names).collect()
                });
                Data::sets(&sets.collect::<Vec<_>>())
            } else if let Some(list) = ratings.as_array() {
                let row = |row: &Value| row.as_array().expect("a row").iter().map(cell).collect();
                let mut list: Vec<Vec<Option<f64>>> = list.iter().map(row).collect();
                if kind.contains("units x raters") {
                    list = (0..list[0].len()).map(|c| list.iter().map(|unit| unit[c]).collect()).collect();
                }
                Data::numbers(&list)
            } else if many {
                Data::counts(&rows(of("counts")))
            } else {
                Data::table(&rows(of("table")))
            };
            if name == "span_characters_100" {
                let t = rows(of("table"));
                data.retrieval = Retrieval { both: t[0][0], only_rules: t[1][0], only_people: t[0][1] };
            }
            for key in ["exact", "published", "lib"] {
                count += compare(name, &data, of(key), many);
            }
            // Those of irrCAC stand one level deeper, by their own names.
            if let Some(own) = of("lib")["irrCAC"].as_object() {
                for (figure, value) in own {
                    let named = serde_json::json!({ format!("irrCAC.{figure}"): value });
                    count += compare(name, &data, &named, many);
                    if let (Some(pa), true) = (value["pa"].as_f64(), figure == "fleiss") {
                        data.expect(name, "groups_percent", &pa.to_string());
                    }
                }
            }
            if let Some(sas) = of("published")["SAS_unweighted"].as_object() {
                for (theirs, own) in
                    [("kappa", "cohen"), ("ase", "cohen_error"), ("ci_low", "cohen_low"), ("ci_high", "cohen_high")]
                {
                    data.expect(name, own, &sas[theirs].to_string());
                    count += 1;
                }
            }
            if name == "irr_anxiety_3raters_20" {
                let list = ratings.as_array().expect("rows");
                let row = |row: &Value| row.as_array().expect("a row").iter().map(cell).collect::<Vec<_>>();
                let pair = Data::numbers(&[row(&list[1]), row(&list[2])]);
                let of = |name: &str| of("published")[name].to_string();
                pair.expect(name, "cohen", &of("irr_kappa2(raters 2,3) unweighted"));
                pair.expect(name, "weighted_linear", &of("irr_kappa2(2,3) equal"));
                pair.expect(name, "weighted_quadratic", &of("irr_kappa2(2,3) squared"));
                count += 3;
            }
        }
        compared.insert(name, count);
    }
    assert!(compared.values().all(|&count| count > 0), "{compared:?}");
    println!("{} numbers of {} tables", compared.values().sum::<usize>(), compared.len());
    assert!(compared.len() >= 25, "{}", compared.len());
}

/// A judgement: a number, or a letter by its place.
fn cell(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.bytes().next().map(f64::from))
}

// --- Whole studies

fn study(text: &str, tables: &[(&str, &str)]) -> Study {
    let mut files = Memory::default().with("study.hence", text);
    tables.iter().for_each(|(name, table)| files.add(name, *table));
    Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {})
}

fn agreement(text: &str, tables: &[(&str, &str)], asked: &Asked) -> Agreement {
    let mut study = study(text, tables);
    let found = study.agreement(asked);
    let said: Vec<String> = study.diagnostics().iter().filter(|d| d.is_error()).map(|d| d.message.clone()).collect();
    found.unwrap_or_else(|| panic!("{said:?}"))
}

const BASE: &str = "
input message from \"m.csv\"
  id   = \"id\"
  text = \"text\"
input coding from \"c.csv\"
  message = \"message\"
  code    = \"code\"
  coder   = \"coder\"
  start   = \"start\"
  end     = \"end\"
code place
code room
  under place
code price
  matches \"cost*\"
";
const MESSAGES: &str = "id,text\nm1,A room. It costs.\nm2,No room here.\nm3,Hello there.\nm4,Free of cost.\n";

fn asked(unit: Unit) -> Asked {
    Asked { unit, listed: 100, ..Asked::default() }
}

#[test]
fn a_code_counts_with_those_under_it_and_a_difference_is_told_once() {
    let codings =
        "message,code,coder,start,end\nm1,room,ann,,\nm1,place,ben,,\nm2,room,ann,,\nm2,price,ben,,\nm4,price,ann,,\n";
    let all = agreement(BASE, &[("m.csv", MESSAGES), ("c.csv", codings)], &asked(Unit::Message));
    let code = |name: &str| all.codes.iter().find(|c| c.code == name).expect("it was given");
    // ann and ben both coded m1 and m2; m4 is ann's alone.
    assert_eq!((code("place").pairs[0].table.cells(), all.alone), (&[1, 1, 0, 0][..], 1));
    assert_eq!(code("room").pairs[0].table.cells(), &[0, 2, 0, 0]);
    assert_eq!(code("price").pairs[0].table.cells(), &[0, 0, 1, 1]);
    let told: Vec<String> =
        all.disagreements.iter().map(|d| format!("{} {} {}/{}", d.message, d.code, d.yes[0], d.no[0])).collect();
    // Of m2 the difference on `room` is also one on `place`.
    assert_eq!(told, ["m1 room ann/ben", "m2 room ann/ben", "m2 price ben/ann"]);
}

/// The list of disagreements is empty exactly where every figure says that all agree.
#[test]
fn a_code_beside_one_under_it_is_no_disagreement_anywhere() {
    let codings =
        "message,code,coder,start,end\nm1,place,ann,,\nm1,room,ann,,\nm1,room,ben,,\nm2,price,ann,,\nm2,price,ben,,\n";
    let tables = [("m.csv", MESSAGES), ("c.csv", codings)];
    let all = agreement(BASE, &tables, &asked(Unit::Message));
    assert_eq!((all.disagreement_count, all.codes.len()), (0, 3));
    let whole = all.overall.expect("two coders");
    let single = whole.single.expect("one category a message");
    assert_eq!(single.categories, ["room", "price"]);
    for shown in all.codes.iter().map(|c| &c.figures).chain([&whole.pooled.figures, &whole.sets.1, &single.figures]) {
        for figure in shown {
            assert_eq!(figure.value, Ok(1.0), "{:?}", figure.formula);
        }
    }
    assert_eq!(whole.pooled.pairs[0].table.cells(), &[3, 0, 0, 3]);
    // And where one gave only the wider code, all of them say so.
    let other = codings.replace("m1,room,ann,,\n", "");
    let all = agreement(BASE, &[("m.csv", MESSAGES), ("c.csv", &other)], &asked(Unit::Message));
    assert_eq!((all.disagreement_count, all.disagreements[0].code.as_str()), (1, "room"));
    assert_eq!(all.overall.expect("two coders").pooled.pairs[0].table.cells(), &[2, 0, 1, 3]);
}

#[test]
fn what_a_coder_never_saw_is_missing_unless_somebody_says_otherwise() {
    let codings = "message,code,coder,start,end\nm1,room,ann,,\nm2,room,ben,,\n";
    let tables = [("m.csv", MESSAGES), ("c.csv", codings)];
    let apart = agreement(BASE, &tables, &asked(Unit::Message));
    let room = &apart.codes.iter().find(|c| c.code == "room").expect("it was given");
    assert_eq!((room.units, apart.disagreement_count, apart.given), (0, 0, Some(Given::Coded)));
    assert!(room.figures.iter().all(|f| f.value.is_err()), "{:?}", room.figures);
    let all = Asked { given: Some(Given::All), ..asked(Unit::Message) };
    let all = agreement(BASE, &tables, &all);
    let room = all.codes.iter().find(|c| c.code == "room").expect("it was given");
    assert_eq!((room.pairs[0].table.cells(), all.disagreement_count), (&[0, 1, 1, 2][..], 2));
    let text = format!(
        "{BASE}relation assigned(message: message, coder: coder)\nfact assigned(m1, ann), assigned(m1, ben), assigned(m3, ann)\n  assigned(m3, ben)\n"
    );
    let assigned = agreement(&text, &tables, &asked(Unit::Message));
    let room = assigned.codes.iter().find(|c| c.code == "room").expect("it was given");
    // m2 was given to nobody, and ben coded it anyway.
    assert_eq!((room.pairs[0].table.cells(), assigned.given), (&[0, 1, 0, 1][..], Some(Given::Assigned)));
    assert_eq!(assigned.alone, 1);
}

#[test]
fn sentences_and_characters_are_judged_one_by_one() {
    let codings = "message,code,coder,start,end\nm1,room,ann,2,6\nm1,room,ben,0,7\nm1,price,ann,8,17\nm1,price,ben,,\n";
    let tables = [("m.csv", MESSAGES), ("c.csv", codings)];
    let sentences = agreement(BASE, &tables, &asked(Unit::Sentence));
    let of = |all: &Agreement, name: &str| {
        all.codes.iter().find(|c| c.code == name).expect("it was given").pairs[0].table.cells().to_vec()
    };
    assert_eq!((of(&sentences, "room"), of(&sentences, "price")), (vec![1, 0, 0, 1], vec![1, 0, 1, 0]));
    let characters = agreement(BASE, &tables, &asked(Unit::Characters));
    // `A room. It costs.` has 17 characters: ann has 4 of them as a room, ben 7.
    assert_eq!((of(&characters, "room"), of(&characters, "price")), (vec![4, 0, 3, 10], vec![9, 0, 8, 0]));
}

#[test]
fn the_rules_are_held_against_people() {
    let codings = "message,code,coder,start,end\nm1,price,ann,,\nm2,price,ann,,\nm3,room,ben,,\nm4,room,ben,,\n";
    let all = agreement(BASE, &[("m.csv", MESSAGES), ("c.csv", codings)], &asked(Unit::Message));
    let rules = all.rules.expect("rules speak of price");
    let price = &rules.codes[0];
    assert_eq!((rules.codes.len(), price.table.cells(), rules.units), (1, &[1, 1, 1, 1][..], 4));
    let asks: Vec<&str> = rules.wrong.iter().map(|w| w.ask.as_str()).collect();
    assert_eq!(asks, ["why-not 'coded(m2, price, rules)'", "why 'coded(m4, price, rules)'"]);
    let as_coder = Asked { rules: true, coders: vec!["ann".into()], ..asked(Unit::Message) };
    let codings = [("m.csv", MESSAGES), ("c.csv", codings)];
    let all = agreement(BASE, &codings, &as_coder);
    let names: Vec<&str> = all.coders.iter().map(|c| c.name.as_str()).collect();
    assert_eq!((names, all.disagreement_count), (vec!["ann", "rules"], 1));
}

#[test]
fn a_reflexive_study_gets_the_disagreements_and_no_figure() {
    let codings = "message,code,coder,start,end\nm1,room,ann,,\nm1,price,ben,,\n";
    let text = format!("study \"S\"\n  approach reflexive\n{BASE}");
    let all = agreement(&text, &[("m.csv", MESSAGES), ("c.csv", codings)], &asked(Unit::Message));
    assert!(all.reflexive && all.codes.is_empty() && all.overall.is_none() && all.disagreement_count == 2);
    assert!(all.rules.is_some_and(|r| r.all.is_none() && r.codes.iter().all(|c| c.figures.is_empty())));
}

/// A study's text in memory; all other files are read from a folder.
struct Beside {
    text: String,
    data: Folder,
}

impl Files for Beside {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "study.hence" { Ok(self.text.clone().into_bytes()) } else { self.data.read(path) }
    }
}

const HEALTH: &str = "study \"What patients say\"
  approach coding_reliability
input message from \"messages.csv\"
  id   = \"id\"
  text = \"text\"
concepts code from \"keyword_rules.csv\"
  label   = \"code\"
  matches = \"keyword\" as contains
concepts code from \"codes_long.csv\"
  label = \"code\"
input coding from \"codes_long.csv\"
  message = \"message\"
  code    = \"code\"
  coder is panel
";

#[test]
fn keyword_rules_agree_with_people_as_published() {
    let Some(data) = shared("nhs-fft") else { return };
    let files = Beside { text: HEALTH.to_string(), data: Folder::new(&data) };
    let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
    let all = study.agreement(&Asked { listed: 10, ..Asked::default() }).expect("it can be compared");
    let errors: Vec<_> = study.diagnostics().iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let rules = all.rules.expect("rules speak of eleven codes");
    assert_eq!(rules.units, 7908);
    let mut reader = csv::Reader::from_path(data.join("keyword_rules_vs_human.csv")).expect("the table is there");
    let published: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().expect("it is whole");
    assert_eq!((published.len(), rules.codes.len()), (11, 11));
    for row in published {
        let code = rules.codes.iter().find(|c| c.label.trim() == row["code"].trim()).expect("the code is there");
        let r = code.retrieval;
        let counts = [r.both + r.only_people, r.both + r.only_rules, r.both].map(|n| n.to_string());
        assert_eq!(counts, [&row["human"], &row["rule"], &row["both"]].map(String::clone), "{}", row["code"]);
        let data = Data { table: Some(code.table.clone()), retrieval: r, ..Data::default() };
        data.expect(&row["code"], "precision", &row["precision"]);
        data.expect(&row["code"], "recall", &row["recall"]);
        data.expect(&row["code"], "cohen", &row["cohen_kappa"]);
    }
    assert!(rules.wrong_count > 2000 && rules.wrong.len() == 10);
}

/// One command line, and all that it prints.
fn command(folder: &Path, words: &[&str]) -> (u8, String) {
    let words = words.iter().map(|w| if *w == "STUDY" { folder.as_os_str().to_owned() } else { OsString::from(w) });
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let line = std::iter::once(OsString::from("hence")).chain(words);
    let code = run(line, &mut out, &mut err, WIDE);
    (code, String::from_utf8_lossy(&out).into_owned() + &String::from_utf8_lossy(&err))
}

#[test]
fn no_number_stands_where_there_is_none() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("agree");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let cases = [
        "m1,room,ann,,\nm2,room,ben,,\n",
        "m1,room,ann,,\nm1,room,ben,,\nm2,room,ann,,\nm2,room,ben,,\n",
        "m1,room,ann,,\n",
        "",
        "m1,room,ann,,\nm1,price,ben,,\nm1,place,eva,,\nm3,room,eva,0,0\n",
    ];
    for codings in cases {
        let header = "message,code,coder,start,end\n";
        std::fs::write(folder.join("study.hence"), BASE).expect("it can be written");
        std::fs::write(folder.join("m.csv"), MESSAGES).expect("it can be written");
        std::fs::write(folder.join("c.csv"), format!("{header}{codings}")).expect("it can be written");
        for unit in ["message", "sentence", "characters"] {
            for scale in ["nominal", "ordinal", "interval", "ratio"] {
                for format in ["table", "json", "csv"] {
                    let words = ["agree", "--unit", unit, "--scale", scale, "--rules", "--format", format, "STUDY"];
                    let (code, said) = command(&folder, &words);
                    assert_eq!(code, 0, "{codings}{said}");
                    assert!(!said.contains("NaN") && !said.contains("inf\n") && !said.contains(" inf"), "{said}");
                }
            }
        }
    }
}
