#!/usr/bin/env python3
"""Makes people's codings in three forms, a given number of them, and measures what Hence takes for each.

    projects.py make    --out DIR --codings N     p.qdpx, t.sqlite3 (Taguette), and csv/ (a study with tables)
    projects.py measure --out DIR --codings N --hence PATH     makes them, and prints one row of a table a command

Four coders, 60 codes, ten codings a message of about 600 characters. Needs Python's standard library only (3.9, Linux:
peak memory is that of `wait4`, and at least that of this script). The same bytes everywhere but for the order in which SQLite lays out its pages.
"""

import argparse
import csv
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

from process import measured

CODES, CODERS, A_MESSAGE = 60, ("ann", "ben", "eva", "tom"), 10
WORDS = "we meet at the place where tools time help space learn make share often never people work need door".split()


def name(kind, number):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {number}"))


def facts(codings):
    """Texts, and for each coding its message, code, coder and characters."""
    chance, texts, coded = random.Random(1), [], []
    for message in range(max(1, codings // A_MESSAGE)):
        words = [WORDS[int(chance.random() * len(WORDS))] for _ in range(110)]
        texts.append(f"{message}: " + " ".join(words) + ".")
        for at in range(A_MESSAGE):
            start = at // 2 * 100 + int(chance.random() * 30)
            code = int(chance.random() ** 2 * CODES)
            coded.append((message, code, at % len(CODERS), start, start + 20 + int(chance.random() * 40)))
    return texts, coded


def qdpx(path, texts, coded):
    by = {}
    for number, coding in enumerate(coded):
        by.setdefault(coding[0], []).append((number, *coding[1:]))
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<Project name="Codings" xmlns="urn:QDA-XML:project:1.0"><Users>']
    out += [f'<User guid="{name("user", n)}" name="{who}"/>' for n, who in enumerate(CODERS)]
    out.append("</Users><CodeBook><Codes>")
    out += [f'<Code guid="{name("code", n)}" name="code {n}" isCodable="true"/>' for n in range(CODES)]
    out.append("</Codes></CodeBook><Sources>\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for at, text in enumerate(texts):
            own = name("message", at)
            zipped.writestr(zipfile.ZipInfo(f"sources/{own}.txt"), text)
            out.append(f'<TextSource guid="{own}" name="m{at}" plainTextPath="internal://{own}.txt">\n')
            for number, code, who, start, end in by.get(at, []):
                out.append(
                    f'<PlainTextSelection guid="{name("selection", number)}" name="{text[start:end]}" '
                    f'startPosition="{start}" endPosition="{end}"><Coding guid="{name("coding", number)}" '
                    f'creatingUser="{name("user", who)}" creationDateTime="2024-05-01T10:00:00">'
                    f'<CodeRef targetGUID="{name("code", code)}"/></Coding></PlainTextSelection>\n'
                )
            out.append("</TextSource>\n")
        out.append("</Sources></Project>\n")
        zipped.writestr(zipfile.ZipInfo("project.qde"), "".join(out), zipfile.ZIP_DEFLATED)


def taguette(path, texts, coded):
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    base.executescript(
        "create table users(login text); create table projects(id integer primary key, name text, description text);"
        "create table documents(id integer primary key, name text, description text, contents text, created text,"
        " project_id integer, filename text, text_direction text);"
        "create table tags(id integer primary key, path text, description text, project_id integer);"
        "create table highlights(id integer primary key, document_id integer, start_offset integer, end_offset integer,"
        " snippet text);"
        "create table highlight_tags(highlight_id integer, tag_id integer);"
        "create table commands(id integer primary key, date text, user_login text, project_id integer,"
        " document_id integer, payload text);"
    )
    base.executemany("insert into users values(?)", [(who,) for who in CODERS])
    base.execute("insert into projects values(1, 'Codings', '')")
    rows = ((at + 1, f"m{at}", "", f"<p>{text}</p>", "2024-05-01 10:00:00", 1, "", "ltr") for at, text in enumerate(texts))
    base.executemany("insert into documents values(?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.executemany("insert into tags values(?, ?, '', 1)", [(n + 1, f"code {n}") for n in range(CODES)])
    for at, (message, code, who, start, end) in enumerate(coded, 1):
        quote = texts[message][start:end]
        base.execute("insert into highlights values(?, ?, ?, ?, ?)", (at, message + 1, start, end, quote))
        base.execute("insert into highlight_tags values(?, ?)", (at, code + 1))
        said = json.dumps({"type": "highlight_add", "highlight_id": at})
        made = (at, "2024-05-01 10:00:00", CODERS[who], 1, message + 1, said)
        base.execute("insert into commands values(?, ?, ?, ?, ?, ?)", made)
    base.commit()
    base.close()


def tables(folder, texts, coded):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "messages.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("id", "text"), *((f"m{at}", text) for at, text in enumerate(texts))])
    with open(folder / "codings.csv", "w", newline="", encoding="utf-8") as file:
        rows = ((f"m{m}", f"code {c}", CODERS[who], start, end) for m, c, who, start, end in coded)
        csv.writer(file).writerows([("message", "code", "coder", "start", "end"), *rows])
    columns = "".join(f'  {column} = "{column}"\n' for column in ("message", "code", "coder", "start", "end"))
    codes = "".join(f'code code_{n} "code {n}"\n  means "It is {n}."\n' for n in range(CODES))
    inputs = f'input message from "messages.csv"\n  id = "id"\n  text = "text"\ninput coding from "codings.csv"\n{columns}'
    (folder / "study.hence").write_text(f'study "Codings"\n  approach codebook\n{inputs}{codes}', encoding="utf-8")


def measure(out, hence):
    def row(form, what, *words, made=None):
        wall, cpu, memory = measured([hence, *map(str, words)], made)
        print(f"| {form} | {what} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MiB |", flush=True)

    print("| from | command | wall | CPU | peak memory |\n|---|---|---|---|---|")
    for form, file in [("REFI-QDA", "p.qdpx"), ("Taguette", "t.sqlite3"), ("tables", "csv")]:
        study = out / file
        if form != "tables":
            study = out / f"study-{file}"
            row(form, "import", "import", out / file, study, made=study)
        for what in ("check", "run", "agree"):
            row(form, what, what, study)
        row(form, "export", "export", out / "again.qdpx", study, made=out / "again.qdpx")


def main():
    take = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    take.add_argument("what", choices=["make", "measure"])
    take.add_argument("--out", type=Path, required=True)
    take.add_argument("--codings", type=int, required=True)
    take.add_argument("--hence")
    asked = take.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.what == "measure":
        # In a process of its own: what this one holds would count as memory of those it starts.
        subprocess.run([sys.executable, __file__, "make", "--out", asked.out, "--codings", str(asked.codings)], check=True)
        return measure(asked.out, asked.hence or shutil.which("hence"))
    texts, coded = facts(asked.codings)
    qdpx(asked.out / "p.qdpx", texts, coded)
    taguette(asked.out / "t.sqlite3", texts, coded)
    tables(asked.out / "csv", texts, coded)


main()
