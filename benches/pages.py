#!/usr/bin/env python3
"""Makes the worked example at another size, and measures what its page and its audit trail take.

    pages.py make    --out DIR --messages N
    pages.py measure --out DIR --messages N --hence PATH [--rounds 3]     makes it, and prints one row of a table a command

The rules and tables are those of `examples/creative_digital`. A message has two to six sentences: one message in four has
one of the example's own, all others are made of everyday words in no meaning. A twentieth as many authors as messages,
fourteen messages a thread, each an answer to one before it. Needs Python's standard library only (3.9, Linux). The same
bytes everywhere.
"""

import argparse
import csv
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

from process import measured

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "creative_digital"
A_THREAD, AN_AUTHOR, OWN = 14, 20, 0.25
WORDS = (
    "about after again all always and any are as at back because been before but by came could day did down each even "
    "every few first for found from gave get go good had has have he her here him his how if in into is it its just know "
    "last less like little long look made make many me might more most much my never new next no not now of off old on "
    "once one only or other our out over own part people perhaps place put quite read right said same saw say see seen "
    "she should since so some soon still such take tell than that the their them then there these they thing think this "
    "those three through time to today told too took two under until up us use very was way we week well went were what "
    "when where which while who why will with without word work would year yet you your"
).split()


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def sentence(chance):
    words = chance.choices(WORDS, k=chance.randint(6, 22))
    return " ".join(words).capitalize() + chance.choices(".?!", (18, 2, 1))[0]


def make(out, messages):
    """Copies the rules, and writes their tables anew."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name in ("study.hence", "codebook.hence", "references.bib"):
        shutil.copy(EXAMPLE / name, out)
    header, *theirs = table(EXAMPLE / "messages.csv")
    at = {name: header.index(name) for name in ("Code name", "Body")}
    own = [part for row in theirs for part in re.findall(r"[^.?!]+[.?!]+", row[at["Body"]])]
    people, chance = max(1, messages // AN_AUTHOR), random.Random(1)
    rows = []
    for number in range(messages):
        text = [sentence(chance) for _ in range(chance.randint(2, 5))]
        if chance.random() < OWN:
            text.insert(chance.randrange(len(text)), chance.choice(own).strip())
        thread, place = divmod(number, A_THREAD)
        month, day = divmod(number * 336 // messages, 28)
        parent = f"m{number - chance.randint(1, place) + 1}" if place else ""
        who, when = f"a{chance.randrange(people) + 1}", f"{day + 1:02}/{month + 1:02}/2013"
        rows.append((f"m{number + 1}", f"t{thread + 1}", who, when, parent, " ".join(text)))
    write(out / "messages.csv", [header, *rows])
    roles = sorted({row[1] for row in table(EXAMPLE / "participants.csv")[1:]})
    head = table(EXAMPLE / "participants.csv")[0]
    write(out / "participants.csv", [head, *((f"a{n + 1}", chance.choice(roles), "invented") for n in range(people))])
    head = table(EXAMPLE / "threads.csv")[0]
    write(out / "threads.csv", [head, *((f"t{n + 1}", f"Thread {n + 1}") for n in range(-(-messages // A_THREAD)))])


def measure(out, hence, rounds):
    study, page, trail = out / "study", out / "report.html", out / "audit"

    def row(what, *words, made=None):
        wall, cpu, memory = measured([hence, *map(str, words)], made, rounds)
        files = [file for file in ([made] if made.is_file() else made.rglob("*")) if file.is_file()] if made else []
        written = f"{sum(file.stat().st_size for file in files) / 1e6:.1f} MB" if files else "–"
        written += f" in {len(files):,} files" if len(files) > 1 else ""
        print(f"| `hence {what}` | {cpu:.1f} s | {wall:.1f} s | {memory:.0f} MiB | {written} |", flush=True)

    print("| | CPU, user | wall | peak memory | what is written |\n|---|---|---|---|---|")
    row("run", "run", study)
    row("why", "why", "theme(M, collaborative_workspaces)", study)
    row("report -o report.html", "report", study, "-o", page, made=page)
    row("audit -o DIR", "audit", study, "-o", trail, made=trail)
    row("audit --verify DIR", "audit", "--verify", trail)


def main():
    take = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    take.add_argument("what", choices=["make", "measure"])
    take.add_argument("--out", type=Path, required=True)
    take.add_argument("--messages", type=int, required=True)
    take.add_argument("--rounds", type=int, default=3)
    take.add_argument("--hence")
    asked = take.parse_args()
    if asked.what == "make":
        return make(asked.out / "study", asked.messages)
    # In a process of its own: what this one holds would count as memory of those it starts.
    words = [sys.executable, __file__, "make", "--out", asked.out, "--messages", str(asked.messages)]
    subprocess.run(words, check=True)
    measure(asked.out, os.path.abspath(asked.hence or shutil.which("hence")), asked.rounds)


main()
