#!/usr/bin/env python3
"""Makes the data of the benches: CSV files with headers, the same bytes on every machine.

    data.py tc_random|tc_chain|sg|andersen --out DIR [--scale S]
    data.py themes  --out DIR --messages N
    data.py changes --out DIR --themes DIR     (a script of changes, and the tables as they are after it)

Needs Python's standard library only. All chance comes from `random.Random(seed).random()` and what is built on it, whose
streams are the same in every version of Python 3. The facts are those of the figures that RESULTS.md compares with.
"""

import argparse
import math
import random
from bisect import bisect_left, bisect_right
from itertools import accumulate
from pathlib import Path

CODES, THEMES, CODERS = 150, 9, 4


class Table:
    """A CSV file of whole numbers, written row by row."""

    def __init__(self, folder, name, *columns):
        self.file = open(folder / f"{name}.csv", "w", encoding="ascii", newline="\n")
        self.file.write(",".join(columns) + "\n")
        self.form = ",".join(["%d"] * len(columns)) + "\n"
        self.rows = 0

    def add(self, *row):
        self.file.write(self.form % row)
        self.rows += 1

    def close(self):
        self.file.close()


def table(folder, name, columns, rows):
    out = Table(folder, name, *columns)
    for row in rows:
        out.add(*row)
    out.close()


def read(folder, name):
    with open(folder / f"{name}.csv", encoding="ascii") as file:
        next(file)
        return [tuple(map(int, line.split(","))) for line in file]


class Chance(random.Random):
    """A stream of chance with the two draws that all data are made of."""

    def below(self, n):
        return int(self.random() * n)

    def ranked(self, sums):
        """A rank, by a table of running sums of weights."""
        return bisect_left(sums, self.random() * sums[-1])


def zipf(n, exponent=1.0):
    return list(accumulate(1.0 / rank**exponent for rank in range(1, n + 1)))


def tc_random(folder, scale):
    """A random graph: two and a half edges for each of 3,500 nodes."""
    chance, nodes, edges = Chance(1), int(3500 * scale), set()
    while len(edges) < int(nodes * 2.5):
        edge = (chance.below(nodes), chance.below(nodes))
        if edge[0] != edge[1]:
            edges.add(edge)
    table(folder, "edge", ("from", "to"), sorted(edges))


def tc_chain(folder, scale):
    """One long chain: as many rounds as nodes."""
    table(folder, "edge", ("from", "to"), ((i, i + 1) for i in range(int(2000 * scale) - 1)))


def sg(folder, scale):
    """Generations, each twice as large as the one before; one in ten has a second parent."""
    chance, rows, above, first = Chance(2), set(), range(1), 1
    for generation in range(1, max(2, round(11 + math.log2(scale))) + 1):
        here = range(first, first + 2**generation)
        first = here.stop
        for child in here:
            rows.add((above[chance.below(len(above))], child))
            if chance.random() < 0.1:
                rows.add((above[chance.below(len(above))], child))
        above = here
    table(folder, "parent", ("parent", "child"), sorted(rows))


def andersen(folder, scale):
    """Assignments of a program whose variables mostly keep to their own function of 60, and a few global ones."""
    chance, variables, function = Chance(3), int(60000 * scale), 60

    def near(variable):
        if chance.random() < 0.90:
            return min(variables - 1, variable // function * function + chance.below(function))
        return int(variables * chance.random() ** 2)

    for name, share, local in (
        ("address_of", 0.40, 0.90),
        ("assign", 0.60, 0.99),
        ("load", 0.06, 0.97),
        ("store", 0.04, 0.97),
    ):
        rows = set()
        while len(rows) < int(variables * share):
            y = chance.below(variables)
            x = near(y) if chance.random() < local else chance.below(variables)
            if x != y:
                rows.add((y, x))
        table(folder, name, ("y", "x"), sorted(rows))


def thread_sizes(chance, messages):
    """Below 1,000 messages the shape of the published study: 36 threads. Else threads with a long tail, ten on average."""
    small, sizes, left = messages < 1000, [], messages
    while left:
        if small:
            size = 1 + int(-math.log(1 - chance.random()) * 2.7)
        else:
            size = min(400, 1 + int(3.0 * (1 - chance.random()) ** -0.75))
        sizes.append(min(size, left))
        left -= sizes[-1]
    threads = min(36, messages)
    while small and len(sizes) > threads:
        at = len(sizes) // 3
        sizes[at] += sizes.pop()
    while small and len(sizes) < threads:
        sizes[sizes.index(max(sizes))] -= 1
        sizes.append(1)
    return sizes


def themes(folder, messages):
    """Threads of messages that people coded, and themes made of codes. Written as it is made: ten million fit."""
    chance = Chance(4)
    codes, weight = list(range(CODES)), zipf(CODES)
    chance.shuffle(codes)
    authors = 52 if messages < 1000 else max(52, messages // 20)
    busy = zipf(authors, 0.7)
    message = Table(folder, "message", "id", "thread", "author", "day")
    reply = Table(folder, "reply", "child", "parent")
    coded = Table(folder, "coded", "message", "code", "coder")
    at = 0
    for thread, size in enumerate(thread_sizes(chance, messages)):
        first, day = at, chance.below(730)
        topics = [codes[chance.ranked(weight)], codes[chance.ranked(weight)]]
        for place in range(size):
            message.add(at, thread, chance.ranked(busy), day + place // 4)
            if place:
                last = chance.random() < 0.5
                reply.add(at, at - 1 if last else first + chance.below(place))
            # About two and a half codes a message; a quarter of them are the thread's own.
            wanted = 1 + bisect_right((0.22, 0.55, 0.80, 0.94), chance.random())
            mine = []
            while len(mine) < wanted:
                code = topics[chance.below(2)] if chance.random() < 0.25 else codes[chance.ranked(weight)]
                if code not in mine:
                    mine.append(code)
            coder = chance.below(CODERS)
            rows = {(code, coder) for code in mine}
            # One message in five is coded by a second person, who agrees four times out of five.
            if chance.random() < 0.20:
                second = (coder + 1) % CODERS
                rows |= {(code if chance.random() < 0.8 else codes[chance.ranked(weight)], second) for code in mine}
            for code, by in sorted(rows):
                coded.add(at, code, by)
            at += 1
    for out in (message, reply, coded):
        out.close()
    order = list(range(CODES))
    chance.shuffle(order)
    own, against = [], []
    for theme in range(THEMES):
        mine = sorted({order[(theme * 16 + i) % CODES] for i in range(20)})
        own += [(theme, code) for code in mine]
        rest = [code for code in range(CODES) if code not in mine]
        chance.shuffle(rest)
        against += [(theme, code) for code in sorted(rest[:2])]
    table(folder, "theme_code", ("theme", "code"), own)
    table(folder, "theme_exclude", ("theme", "code"), against)
    table(folder, "role", ("author", "role"), ((author, chance.below(5)) for author in range(authors)))
    table(folder, "theme_proximity", ("theme", "proximity"), ((t, t % 5) for t in range(THEMES)))
    table(folder, "theme_capacity", ("theme", "capacity"), ((t, k) for t in range(THEMES) for k in (t % 4, 4 + t % 3)))


def changes(folder, of, singles=400):
    """So many codings in, so many out, a tenth as many codes of a theme exchanged, and one batch of 1 % of the codings,
    half out and half in. One number stands for a coding here: millions of triples would not fit."""
    chance = Chance(5)
    pack = lambda m, c, k: (m * CODES + c) * CODERS + k
    unpack = lambda f: (f // (CODES * CODERS), f // CODERS % CODES, f % CODERS)
    coded = [pack(*row) for row in read(of, "coded")]
    have, own, steps = set(coded), set(read(of, "theme_code")), []
    messages = coded[-1] // (CODES * CODERS) + 1

    def new():
        while True:
            fact = pack(chance.below(messages), chance.below(CODES), chance.below(CODERS))
            if fact not in have:
                have.add(fact)
                return fact

    steps += [("insert", *unpack(new())) for _ in range(singles)]
    for fact in chance.sample(coded, singles):
        have.discard(fact)
        steps.append(("delete", *unpack(fact)))
    for _ in range(max(40, singles // 10)):
        theme, old = chance.choice(sorted(own))
        code = chance.choice([c for c in range(CODES) if (theme, c) not in own])
        own ^= {(theme, old), (theme, code)}
        steps.append(("exchange", theme, old, code))
    batch = max(1, len(coded) // 100)
    for fact in chance.sample(sorted(have), batch // 2):
        have.discard(fact)
        steps.append(("batch_delete", *unpack(fact)))
    steps += [("batch_insert", *unpack(new())) for _ in range(batch - batch // 2)]
    with open(folder / "changes.csv", "w", encoding="ascii", newline="\n") as file:
        file.write("step,a,b,c\n")
        file.writelines("%s,%d,%d,%d\n" % step for step in steps)
    after = folder / "after"
    after.mkdir(exist_ok=True)
    table(after, "coded", ("message", "code", "coder"), map(unpack, sorted(have)))
    table(after, "theme_code", ("theme", "code"), sorted(own))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["tc_random", "tc_chain", "sg", "andersen", "themes", "changes"])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--messages", type=int, default=131)
    parser.add_argument("--themes", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.what == "themes":
        themes(args.out, args.messages)
    elif args.what == "changes":
        changes(args.out, args.themes)
    else:
        {"tc_random": tc_random, "tc_chain": tc_chain, "sg": sg, "andersen": andersen}[args.what](args.out, args.scale)


if __name__ == "__main__":
    main()
