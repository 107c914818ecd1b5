//! Themes in differential-dataflow, one worker: from scratch, and kept up to date through a script of changes.
//!
//! Called as `differential themes FOLDER [CHANGES.csv]`. Each change is a time of its own, and its clock stops when every
//! answer has caught up; `latency KIND X` tells each.

use differential_dataflow::VecCollection;
use differential_dataflow::input::{Input, InputSession};
use differential_dataflow::operators::iterate::Variable;
use hence_peers::{Clock, authors, pairs, triples};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;
use timely::dataflow::Scope;
use timely::dataflow::operators::probe::Handle;
use timely::order::Product;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Pair = (u32, u32);
type Coding = (u32, u32, u32);
type Rows<'s, D> = VecCollection<'s, u32, D, isize>;
type Given<D> = InputSession<u32, D, isize>;

/// What is counted: an answer's name, and how many facts it has now.
type Tally = (&'static str, Rc<Cell<isize>>);

/// The inputs, and what watches the answers.
struct Program {
    posted: Given<Pair>,
    replied: Given<Pair>,
    role: Given<Pair>,
    marked: Given<Coding>,
    theme_code: Given<Pair>,
    theme_exclude: Given<Pair>,
    theme_proximity: Given<Pair>,
    theme_capacity: Given<Pair>,
    answers: Answers,
}

#[derive(Clone, Default)]
struct Answers {
    probe: Handle<u32>,
    tallies: Vec<Tally>,
}

impl Answers {
    /// Counts a relation, and makes every step wait for it.
    fn tell<D: Clone + 'static>(&mut self, name: &'static str, rows: &Rows<'_, D>) {
        let now = Rc::new(Cell::new(0));
        self.tallies.push((name, now.clone()));
        rows.clone()
            .inspect_batch(move |_, changes| now.set(now.get() + changes.iter().map(|change| change.2).sum::<isize>()))
            .probe_with(&self.probe);
    }
}

impl Program {
    fn build(scope: Scope<'_, u32>) -> Program {
        let mut answers = Answers::default();
        let (posted_in, posted) = scope.new_collection::<Pair, isize>();
        let (replied_in, replied) = scope.new_collection::<Pair, isize>();
        let (role_in, role) = scope.new_collection::<Pair, isize>();
        let (marked_in, marked) = scope.new_collection::<Coding, isize>();
        let (theme_code_in, theme_code) = scope.new_collection::<Pair, isize>();
        let (theme_exclude_in, theme_exclude) = scope.new_collection::<Pair, isize>();
        let (theme_proximity_in, theme_proximity) = scope.new_collection::<Pair, isize>();
        let (theme_capacity_in, theme_capacity) = scope.new_collection::<Pair, isize>();

        let parents = replied.clone().arrange_by_key();
        let anc = scope.iterative::<u32, _, _>(|rounds| {
            let (variable, known) = Variable::new(rounds, Product::new(0, 1));
            let further = known.map(|(m, a)| (a, m)).arrange_by_key();
            let next = further
                .join_core(parents.enter(rounds), |_, &m, &a| Some((m, a)))
                .concat(replied.enter(rounds))
                .distinct();
            variable.set(next.clone());
            next.leave(scope)
        });
        answers.tell("anc", &anc);

        let mcode = marked.clone().map(|(m, c, _)| (m, c)).distinct();
        answers.tell("mcode", &mcode);
        let above = anc.map(|(m, a)| (a, m)).arrange_by_key();
        let in_thread_code = above
            .join_core(mcode.clone().arrange_by_key(), |_, &m, &c| Some((m, c)))
            .concat(mcode.clone())
            .distinct();
        answers.tell("in_thread_code", &in_thread_code);

        let messages_of = mcode.map(|(m, c)| (c, m)).arrange_by_key();
        let themes_of = theme_code.map(|(t, c)| (c, t)).arrange_by_key();
        let tc = messages_of.clone().join_core(themes_of.clone(), |&c, &m, &t| Some(((m, t), c)));
        answers.tell("tc", &tc);
        let in_threads = in_thread_code.map(|(m, c)| (c, m)).arrange_by_key();
        let itc = in_threads.join_core(themes_of, |&c, &m, &t| Some(((m, t), c)));
        answers.tell("itc", &itc);
        let other = |at: &Pair, one: &u32, two: &u32| (one != two).then_some(*at);
        let candidate = tc.arrange_by_key().join_core(itc.arrange_by_key(), other).distinct();
        answers.tell("candidate", &candidate);
        let against = theme_exclude.map(|(t, c)| (c, t)).arrange_by_key();
        let excluded = messages_of.join_core(against, |_, &m, &t| Some((m, t))).distinct();
        answers.tell("excluded", &excluded);
        let shows = candidate.map(|at| (at, ())).antijoin(excluded).map(|(at, ())| at);
        answers.tell("shows", &shows);

        let shown = shows.clone().arrange_by_key();
        let theme_author = shown.join_core(posted.arrange_by_key(), |_, &t, &a| Some((t, a))).distinct();
        answers.tell("theme_author", &theme_author);
        let theme_support = theme_author.clone().map(|(t, _)| t).count();
        answers.tell("theme_support", &theme_support);
        let voices = theme_author.map(|(t, a)| (a, t)).arrange_by_key();
        let theme_role = voices.join_core(role.arrange_by_key(), |_, &t, &r| Some((t, r))).distinct();
        answers.tell("theme_role", &theme_role);
        let role_support = theme_role.map(|(t, _)| t).count();
        answers.tell("role_support", &role_support);
        let many = theme_support.filter(|(_, n)| *n >= 3).map(|(t, _)| (t, ()));
        let shared_theme = many.semijoin(role_support.filter(|(_, n)| *n >= 2).map(|(t, _)| t)).map(|(t, ())| t);
        answers.tell("shared_theme", &shared_theme);

        let by_theme = shows.map(|(m, t)| (t, m)).arrange_by_key();
        let proximity =
            by_theme.clone().join_core(theme_proximity.arrange_by_key(), |_, &m, &p| Some((m, p))).distinct();
        answers.tell("proximity", &proximity);
        let capacities = theme_capacity.semijoin(shared_theme).arrange_by_key();
        let capacity = by_theme.join_core(capacities, |_, &m, &k| Some((m, k))).distinct();
        answers.tell("capacity", &capacity);

        let coders = marked.map(|(m, c, k)| ((m, c), k)).arrange_by_key();
        let agree = coders.clone().join_core(coders, |at, one, two| (one < two).then_some(*at)).distinct();
        answers.tell("agree", &agree);
        answers.tell("agree_count", &agree.map(|(_, c)| c).count());

        Program {
            posted: posted_in,
            replied: replied_in,
            role: role_in,
            marked: marked_in,
            theme_code: theme_code_in,
            theme_exclude: theme_exclude_in,
            theme_proximity: theme_proximity_in,
            theme_capacity: theme_capacity_in,
            answers,
        }
    }

    fn read(&mut self, folder: &str) {
        authors(folder).into_iter().for_each(|row| self.posted.insert(row));
        triples(folder, "coded").into_iter().for_each(|row| self.marked.insert(row));
        for (given, table) in [
            (&mut self.replied, "reply"),
            (&mut self.role, "role"),
            (&mut self.theme_code, "theme_code"),
            (&mut self.theme_exclude, "theme_exclude"),
            (&mut self.theme_proximity, "theme_proximity"),
            (&mut self.theme_capacity, "theme_capacity"),
        ] {
            pairs(folder, table).into_iter().for_each(|row| given.insert(row));
        }
    }

    /// Lets time go on for every input.
    fn advance(&mut self, time: u32) {
        for given in [
            &mut self.posted,
            &mut self.replied,
            &mut self.role,
            &mut self.theme_code,
            &mut self.theme_exclude,
            &mut self.theme_proximity,
            &mut self.theme_capacity,
        ] {
            given.advance_to(time);
            given.flush();
        }
        self.marked.advance_to(time);
        self.marked.flush();
    }

    fn apply(&mut self, kind: &str, row: [u32; 3]) {
        match kind {
            "insert" | "batch_insert" => self.marked.insert(row.into()),
            "delete" | "batch_delete" => self.marked.remove(row.into()),
            _ => {
                self.theme_code.remove((row[0], row[1]));
                self.theme_code.insert((row[0], row[2]));
            }
        }
    }
}

/// The steps of a script; all rows of a batch are one step.
fn script(path: &str) -> Vec<(String, Vec<(String, [u32; 3])>)> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut steps: Vec<(String, Vec<(String, [u32; 3])>)> = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let kind = cells.next().unwrap_or_default().to_owned();
        let mut row = [0; 3];
        row.iter_mut().zip(cells).for_each(|(to, cell)| *to = cell.parse().expect("a whole number"));
        let step = if kind.starts_with("batch") { "batch".to_owned() } else { kind.clone() };
        match steps.last_mut() {
            Some((last, rows)) if *last == step && step == "batch" => rows.push((kind, row)),
            _ => steps.push((step, vec![(kind, row)])),
        }
    }
    steps
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    assert_eq!(args[1], "themes", "only themes are written for differential-dataflow");
    let (folder, changes) = (args[2].clone(), args.get(3).map(|path| script(path)));
    timely::execute_directly(move |worker| {
        let mut clock = Clock::start();
        let mut program = worker.dataflow::<u32, _, _>(|scope| Program::build(scope));
        program.read(&folder);
        clock.phase("read");
        let mut time = 1;
        program.advance(time);
        let probe = program.answers.probe.clone();
        worker.step_while(|| probe.less_than(&time));
        clock.phase("evaluate");
        for (kind, rows) in changes.into_iter().flatten() {
            let start = Instant::now();
            rows.iter().for_each(|(kind, row)| program.apply(kind, *row));
            time += 1;
            program.advance(time);
            worker.step_while(|| probe.less_than(&time));
            println!("latency {kind} {:.9}", start.elapsed().as_secs_f64());
        }
        for (name, now) in &program.answers.tallies {
            println!("facts {name} {}", now.get());
        }
        // Nobody waits for memory to be given back piece by piece.
        std::process::exit(0);
    });
}
