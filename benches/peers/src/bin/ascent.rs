//! The programs in ascent, which compiles rules to Rust at build time.

use ascent::aggregators::count;
use ascent::ascent;
use hence_peers::{Clock, authors, facts, pairs, triples};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

ascent! {
    struct Linear;
    relation edge(u32, u32);
    relation path(u32, u32);
    path(x, y) <-- edge(x, y);
    path(x, z) <-- path(x, y), edge(y, z);
}

ascent! {
    struct Nonlinear;
    relation edge(u32, u32);
    relation path(u32, u32);
    path(x, y) <-- edge(x, y);
    path(x, z) <-- path(x, y), path(y, z);
}

ascent! {
    struct SameGeneration;
    relation parent(u32, u32);
    relation sg(u32, u32);
    sg(x, y) <-- parent(p, x), parent(p, y), if x != y;
    sg(x, y) <-- sg(a, b), parent(a, x), parent(b, y);
}

ascent! {
    struct Andersen;
    relation address_of(u32, u32);
    relation assign(u32, u32);
    relation load(u32, u32);
    relation store(u32, u32);
    relation pt(u32, u32);
    pt(y, x) <-- address_of(y, x);
    pt(y, x) <-- assign(y, z), pt(z, x);
    pt(y, w) <-- load(y, x), pt(x, z), pt(z, w);
    pt(z, w) <-- store(y, x), pt(y, z), pt(x, w);
}

ascent! {
    struct Themes;
    // Given.
    relation posted(u32, u32);
    relation replied(u32, u32);
    relation role(u32, u32);
    relation marked(u32, u32, u32);
    relation theme_code(u32, u32);
    relation theme_exclude(u32, u32);
    relation theme_proximity(u32, u32);
    relation theme_capacity(u32, u32);
    // Messages, what they answer, and their codes.
    relation anc(u32, u32);
    relation mcode(u32, u32);
    relation in_thread_code(u32, u32);
    anc(m, p) <-- replied(m, p);
    anc(m, a) <-- anc(m, p), replied(p, a);
    mcode(m, c) <-- marked(m, c, _);
    in_thread_code(m, c) <-- mcode(m, c);
    in_thread_code(m, c) <-- anc(m, a), mcode(a, c);
    // Themes.
    relation tc(u32, u32, u32);
    relation itc(u32, u32, u32);
    relation candidate(u32, u32);
    relation excluded(u32, u32);
    relation shows(u32, u32);
    tc(m, t, c) <-- mcode(m, c), theme_code(t, c);
    itc(m, t, c) <-- in_thread_code(m, c), theme_code(t, c);
    candidate(m, t) <-- tc(m, t, c1), itc(m, t, c2), if c1 != c2;
    excluded(m, t) <-- mcode(m, c), theme_exclude(t, c);
    shows(m, t) <-- candidate(m, t), !excluded(m, t);
    // Who shares them. Groups are named first, so that each is counted once.
    relation theme_author(u32, u32);
    relation voiced(u32);
    relation theme_support(u32, usize);
    relation theme_role(u32, u32);
    relation role_support(u32, usize);
    relation shared_theme(u32);
    theme_author(t, a) <-- shows(m, t), posted(m, a);
    voiced(t) <-- theme_author(t, _);
    theme_support(t, n) <-- voiced(t), agg n = count() in theme_author(t, _);
    theme_role(t, r) <-- theme_author(t, a), role(a, r);
    role_support(t, n) <-- voiced(t), agg n = count() in theme_role(t, _);
    shared_theme(t) <-- theme_support(t, n), if *n >= 3, role_support(t, k), if *k >= 2;
    // What they bring.
    relation proximity(u32, u32);
    relation capacity(u32, u32);
    proximity(m, p) <-- shows(m, t), theme_proximity(t, p);
    capacity(m, k) <-- shows(m, t), shared_theme(t), theme_capacity(t, k);
    // Where people agree.
    relation agree(u32, u32);
    relation agreed(u32);
    relation agree_count(u32, usize);
    agree(m, c) <-- marked(m, c, k1), marked(m, c, k2), if k1 < k2;
    agreed(c) <-- agree(_, c);
    agree_count(c, n) <-- agreed(c), agg n = count() in agree(_, c);
}

/// Loads the named tables, runs, and tells of the named answers.
macro_rules! run {
    ($program:ty, $clock:ident, { $($into:ident = $rows:expr),* $(,)? }, [$($answer:ident),* $(,)?]) => {{
        let mut program = <$program>::default();
        $(program.$into = $rows.into_iter().collect();)*
        $clock.phase("read");
        program.run();
        $clock.phase("evaluate");
        $(facts(stringify!($answer), program.$answer.iter());)*
        // Nobody waits for memory to be given back piece by piece.
        std::mem::forget(program);
    }};
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let folder = args[2].as_str();
    let mut clock = Clock::start();
    match args[1].as_str() {
        "tc_random" | "tc_chain" => run!(Linear, clock, { edge = pairs(folder, "edge") }, [path]),
        "tc_nonlinear" => run!(Nonlinear, clock, { edge = pairs(folder, "edge") }, [path]),
        "sg" => run!(SameGeneration, clock, { parent = pairs(folder, "parent") }, [sg]),
        "andersen" => run!(
            Andersen,
            clock,
            {
                address_of = pairs(folder, "address_of"),
                assign = pairs(folder, "assign"),
                load = pairs(folder, "load"),
                store = pairs(folder, "store"),
            },
            [pt]
        ),
        "themes" => run!(
            Themes,
            clock,
            {
                posted = authors(folder),
                replied = pairs(folder, "reply"),
                role = pairs(folder, "role"),
                marked = triples(folder, "coded"),
                theme_code = pairs(folder, "theme_code"),
                theme_exclude = pairs(folder, "theme_exclude"),
                theme_proximity = pairs(folder, "theme_proximity"),
                theme_capacity = pairs(folder, "theme_capacity"),
            },
            [
                anc, mcode, in_thread_code, tc, itc, candidate, excluded, shows, theme_author, theme_support, theme_role,
                role_support, shared_theme, proximity, capacity, agree, agree_count,
            ]
        ),
        other => panic!("ascent has no program for {other}"),
    }
}
