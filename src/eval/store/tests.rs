//! Relations against sets of the standard library: random rows in, out, marked and forked, and every way to read them.

use super::{Builder, Order};
use crate::base::Value;
use crate::eval::mark::Mark;
use crate::eval::relation::Relation;
use crate::eval::row::Row;
use std::collections::{BTreeMap, BTreeSet};

type Model = BTreeMap<Row, Mark>;

/// A simple source of numbers, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % limit.max(1)
    }
}

/// From which values the columns of a relation take theirs.
#[derive(Clone, Copy, Debug)]
enum Values {
    /// Few: every group is large.
    Few,
    /// Handles one after another.
    Dense,
    /// Anything.
    Sparse,
    /// Absences, handles and whole numbers.
    Mixed,
    /// Few in the first column, many in the others.
    Large,
}

impl Values {
    fn pick(self, column: usize, chance: &mut Chance) -> Value {
        let number = (1 << 31) + (1 << 30);
        Value::from_bits(match self {
            Values::Few => 1 + chance.below(12),
            Values::Dense => 1 + chance.below(3_000),
            Values::Sparse => chance.below(u32::MAX) << 1 | chance.below(2),
            Values::Mixed => match chance.below(4) {
                0 => 0,
                1 => 1 + chance.below(500),
                2 => number - 20 + chance.below(40),
                _ => number + chance.below(1 << 20),
            },
            Values::Large if column == 0 => [5, 6, 900, number][chance.below(4) as usize],
            Values::Large => 1 + chance.below(20_000),
        })
    }

    fn row(self, arity: usize, chance: &mut Chance) -> Row {
        (0..arity).map(|column| self.pick(column, chance)).collect()
    }
}

fn mark(chance: &mut Chance) -> Mark {
    match chance.below(4) {
        0 => Mark::given(chance.below(50) as usize),
        1 => Mark::ranked(1 + chance.below(9)),
        _ => Mark::FIRST,
    }
}

/// Everything that a relation tells of its rows.
fn check(relation: &Relation, model: &Model, chance: &mut Chance) {
    let arity = relation.arity();
    assert_eq!(relation.len(), model.len());
    assert!(relation.rows().eq(model.keys().cloned()));
    assert_eq!(relation.rows().len(), model.len());
    assert_eq!(relation.given_rows(), model.values().filter(|mark| mark.place().is_some()).count());
    assert!(relation.marks().eq(model.values().copied()));
    let given = model.iter().filter(|(_, mark)| mark.place().is_some()).map(|(row, _)| row.clone());
    assert!(relation.given_facts().eq(given));
    let keys: Vec<&Row> = model.keys().collect();
    for at in (0..model.len()).step_by(1 + chance.below(40) as usize) {
        let (row, position) = (keys[at], at as u32);
        assert_eq!((&relation.row(position), relation.find(row)), (row, Some(position)));
        assert_eq!((relation.rank(position), relation.given(position)), (model[row].rank(), model[row].place()));
        assert_eq!(relation.mark(row), Some(model[row]));
        for len in 0..=arity {
            let key = &row[..len];
            let from = keys.partition_point(|row| row[..len] < *key);
            let to = keys.partition_point(|row| row[..len] <= *key);
            assert_eq!(relation.starting_with(key), from as u32..to as u32);
        }
        if at > 300 {
            break;
        }
    }
    let permutations: &[&[u32]] = match arity {
        0 => &[&[]],
        1 => &[&[0]],
        2 => &[&[0, 1], &[1, 0]],
        3 => &[&[0, 1, 2], &[1, 0, 2], &[2, 1, 0], &[1, 2, 0]],
        _ => &[&[3, 0, 1, 2], &[1, 3, 0, 2]],
    };
    for permutation in permutations {
        let order = relation.arrange(permutation);
        assert!(order.columns().starts_with(permutation));
        check_order(&order, model, chance);
    }
}

fn check_order(order: &Order, model: &Model, chance: &mut Chance) {
    let turn = |row: &Row| order.columns().iter().map(|&column| row[column as usize]).collect::<Row>();
    let rows: BTreeSet<Row> = model.keys().map(turn).collect();
    let whole = |first: Value, tail: &[Value]| -> Row {
        std::iter::once(first).chain(tail.iter().copied()).take(order.columns().len()).collect()
    };
    assert_eq!(order.len(), rows.len());
    assert!(order.cursor().map(|(first, tail)| whole(first, tail)).eq(rows.iter().cloned()));
    let groups: Vec<(Value, usize)> = order.groups().map(|(first, tails)| (first, tails.len())).collect();
    assert!(groups.is_sorted_by(|a, b| a.0 < b.0) && groups.iter().all(|group| group.1 > 0));
    assert_eq!(groups.iter().map(|group| group.1).sum::<usize>(), rows.len());
    if order.columns().is_empty() {
        return;
    }
    for _ in 0..8 {
        let (a, b) = (Values::Mixed.pick(0, chance), Values::Dense.pick(0, chance));
        let near = |value: Value, chance: &mut Chance| match groups.get(chance.below(groups.len() as u32) as usize) {
            Some(group) => Value::from_bits(group.0.bits().wrapping_add(chance.below(3)).wrapping_sub(1)),
            None => value,
        };
        let (a, b) = (near(a, chance), near(b, chance));
        let (from, to) = (a.min(b), a.max(b));
        let inside = |group: &&(Value, usize)| from <= group.0 && group.0 <= to;
        let found = order.groups_between(from, to).map(|(first, tails)| (first, tails.len()));
        assert!(found.eq(groups.iter().filter(inside).copied()), "{from:?} {to:?}");
    }
    let firsts: Vec<Value> = (0..200).map(|_| Values::Mixed.pick(0, chance)).collect();
    let firsts: Vec<Value> = firsts.into_iter().chain(groups.iter().map(|group| group.0).take(500)).collect();
    let mut found = Vec::new();
    order.look_up(&firsts, &mut found);
    assert_eq!(found.len(), firsts.len());
    for (&first, tails) in firsts.iter().zip(found) {
        assert!(tails.slices().eq(order.group(first).slices()) && tails.len() == order.group(first).len());
    }
    let all: Vec<&Row> = rows.iter().collect();
    for _ in 0..20.min(all.len()) {
        let row = all[chance.below(all.len() as u32) as usize];
        let mut key = row.to_vec();
        // Every second key is near one that is there.
        if chance.below(2) == 0 {
            let last = key.len() - 1;
            key[last] = Value::from_bits(key[last].bits().wrapping_add(1));
        }
        assert_eq!(order.contains(&key), rows.contains(&key[..]));
        for len in 1..=key.len() {
            let key = &key[..len];
            let expected: Vec<&Row> = rows.range(Row::from(key)..).take_while(|row| row.starts_with(key)).collect();
            let tails = order.prefix(key);
            assert_eq!((tails.len(), tails.skip()), (expected.len(), len - 1));
            let words: Vec<Value> = tails.slices().flatten().copied().collect();
            assert_eq!(words, expected.iter().flat_map(|row| &row[1..]).copied().collect::<Vec<_>>());
            let found = order.cursor_at(key).map(|(first, tail)| whole(first, tail));
            assert!(found.eq(expected.into_iter().cloned()));
        }
    }
}

fn model(rows: &[Value], arity: usize, marks: &[u32]) -> Model {
    let mut model = Model::new();
    for (at, &bits) in marks.iter().enumerate() {
        let (row, mark) = (Row::from(&rows[at * arity..][..arity]), Mark::from_bits(bits));
        let kept = model.entry(row).or_insert(mark);
        *kept = mark.min(*kept);
    }
    model
}

fn play(values: Values, arity: usize, start: usize, steps: usize, seed: u64) {
    let chance = &mut Chance(seed);
    let rows: Vec<Value> = (0..start).flat_map(|_| values.row(arity, chance).to_vec()).collect();
    let marks: Vec<u32> = (0..start).map(|_| mark(chance).bits()).collect();
    let mut model = model(&rows, arity, &marks);
    let mut relation = Builder::from_rows(arity, &rows, Some(marks));
    check(&relation, &model, chance);
    let mut forks: Vec<(Relation, Model)> = Vec::new();
    let mut shrink = false;
    for step in 0..steps {
        if step % (steps / 4).max(1) == 0 {
            forks.push((relation.clone(), model.clone()));
            check(&relation, &model, chance);
            shrink = !shrink;
        }
        let known = |chance: &mut Chance| {
            let at = chance.below(relation.len() as u32);
            if relation.is_empty() { None } else { Some(relation.row(at)) }
        };
        match chance.below(if shrink { 5 } else { 9 }) {
            0 => {
                if let Some(row) = known(chance) {
                    let mark = mark(chance);
                    relation.set_mark(&row, mark);
                    model.insert(row, mark);
                }
            }
            1..4 => {
                let row = known(chance).filter(|_| chance.below(5) > 0);
                let row = row.unwrap_or_else(|| values.row(arity, chance));
                assert_eq!(relation.remove(&row), model.remove(&row));
            }
            _ => {
                let (row, mark) = (values.row(arity, chance), mark(chance));
                let fresh = !model.contains_key(&row);
                assert_eq!(relation.insert(&row, mark), fresh);
                model.entry(row).or_insert(mark);
            }
        }
    }
    check(&relation, &model, chance);
    forks.iter().for_each(|(fork, model)| check(fork, model, chance));
    // Until nothing is left.
    let mut rows: Vec<Row> = model.keys().cloned().collect();
    while !rows.is_empty() {
        let row = rows.swap_remove(chance.below(rows.len() as u32) as usize);
        assert_eq!(relation.remove(&row), model.remove(&row));
        if rows.len() % 5_000 == 17 {
            check(&relation, &model, chance);
        }
    }
    assert!(relation.is_empty() && relation.rows().next().is_none() && relation.order(&[]).groups().next().is_none());
}

#[test]
fn relations_are_sets_of_rows_whatever_is_done_to_them() {
    for (seed, values) in [Values::Few, Values::Dense, Values::Sparse, Values::Mixed].into_iter().enumerate() {
        for arity in 0..=4 {
            play(values, arity, 0, 1_000, seed as u64);
            play(values, arity, 1_500, 1_000, 100 + seed as u64);
        }
    }
}

#[test]
fn large_groups_stand_apart_and_come_back() {
    play(Values::Large, 2, 0, 20_000, 1);
    play(Values::Large, 2, 12_000, 3_000, 2);
    play(Values::Large, 3, 12_000, 3_000, 3);
    play(Values::Few, 5, 9_000, 2_000, 4);
}

#[test]
fn many_pieces_make_many_nodes() {
    play(Values::Sparse, 1, 0, 12_000, 5);
    play(Values::Mixed, 2, 120_000, 1_000, 6);
    let rows: Vec<Value> = (1..200_000).flat_map(|n| [n, n / 3]).map(Value::from_bits).collect();
    let marks = vec![Mark::FIRST.bits(); rows.len() / 2];
    let model = model(&rows, 2, &marks);
    let mut built = Builder::new(2, false);
    rows.chunks(2).for_each(|row| built.push(row[0], &row[1..], &[]));
    let mut grown = Relation::new(2);
    rows.chunks(2).for_each(|row| assert!(grown.insert(row, Mark::FIRST)));
    for relation in [built.finish(), Builder::from_rows(2, &rows, None), grown] {
        check(&relation, &model, &mut Chance(9));
    }
}

#[test]
fn a_group_may_be_built_in_parts() {
    let tails: Vec<Value> = (1..6_000).map(Value::from_bits).collect();
    let mut builder = Builder::new(2, true);
    builder.push(Value::from_bits(3), &tails[..10], &[Mark::given(4).bits(); 10]);
    for part in tails.chunks(700) {
        builder.push(Value::from_bits(7), part, &vec![Mark::ranked(2).bits(); part.len()]);
    }
    builder.push(Value::from_bits(8), &tails[..1], &[Mark::FIRST.bits()]);
    let relation = builder.finish();
    assert_eq!((relation.len(), relation.given_rows(), relation.rank(3_000)), (tails.len() + 11, 10, 2));
    let group: Vec<Value> = relation.order(&[0]).group(Value::from_bits(7)).slices().flatten().copied().collect();
    assert_eq!(group, tails);
}
