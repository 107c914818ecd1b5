"""The programs in DuckDB's SQL: `duckdb_peer.py WORKLOAD FOLDER`, threads by THREADS. Prints what the other peers print.

Linear recursion is a recursive common table expression. What is not linear is a loop over tables of what is new, which is
how one has to write it in SQL."""

import os
import sys
import time

import duckdb

LINEAR = """create table path as with recursive path(x, y) as (
  select * from edge union select p.x, e."to" from path p join edge e on e."from" = p.y) select * from path"""

SAME_GENERATION = """create table sg as with recursive sg(x, y) as (
  select a.child, b.child from parent a join parent b on a.parent = b.parent where a.child <> b.child
  union select p.child, q.child from sg join parent p on p.parent = sg.x join parent q on q.parent = sg.y) select * from sg"""

THEMES = """
create table anc as with recursive anc(m, a) as (
  select * from reply union select n.m, r.parent from anc n join reply r on r.child = n.a) select * from anc;
create table mcode as select distinct message as m, code as c from coded;
create table in_thread_code as select m, c from mcode union select n.m, k.c from anc n join mcode k on k.m = n.a;
create table tc as select m, theme as t, c from mcode join theme_code on code = c;
create table itc as select m, theme as t, c from in_thread_code join theme_code on code = c;
create table candidate as select distinct a.m, a.t from tc a join itc b on b.m = a.m and b.t = a.t and b.c <> a.c;
create table excluded as select distinct m, theme as t from mcode join theme_exclude on code = c;
create table shows as select m, t from candidate anti join excluded using (m, t);
create table theme_author as select distinct t, author as a from shows join message on id = m;
create table theme_support as select t, count(*) as n from theme_author group by t;
create table theme_role as select distinct t, r.role as r from theme_author join role r on r.author = a;
create table role_support as select t, count(*) as n from theme_role group by t;
create table shared_theme as select t from theme_support s join role_support r using (t) where s.n >= 3 and r.n >= 2;
create table proximity as select distinct m, p.proximity as p from shows join theme_proximity p on p.theme = t;
create table capacity as select distinct m, k.capacity as k
  from shows semi join shared_theme using (t) join theme_capacity k on k.theme = t;
create table agree as select distinct a.message as m, a.code as c
  from coded a join coded b on b.message = a.message and b.code = a.code and a.coder < b.coder;
create table agree_count as select c, count(*) as n from agree group by c;
"""


def rounds(db, answer, helpers, new):
    """Adds what is new until nothing is. `helpers` are tables between, with what a round adds to each."""
    while db.execute("select count(*) from fresh").fetchone()[0]:
        for name, query in helpers.items():
            db.execute(f"create or replace table new_{name} as {query} except select * from {name}")
        for name in helpers:
            db.execute(f"insert into {name} from new_{name}")
        db.execute(f"create or replace table next as from ({new}) except from {answer}")
        db.execute(f"insert into {answer} from next")
        db.execute("create or replace table fresh as from next")


def nonlinear(db):
    db.execute("create table path as select distinct \"from\" as x, \"to\" as y from edge; create table fresh as from path")
    rounds(db, "path", {}, """select f.x, p.y from fresh f join path p on p.x = f.y
                              union select p.x, f.y from path p join fresh f on p.y = f.x""")


def andersen(db):
    db.execute("""create table pt as select distinct y as p, x as o from address_of; create table fresh as from pt;
                  create table reads(z integer, y integer); create table writes(x integer, z integer)""")
    helpers = {
        "reads": "select distinct f.o as z, l.y from fresh f join load l on l.x = f.p",
        "writes": "select distinct s.x, f.o as z from fresh f join store s on s.y = f.p",
    }
    rounds(db, "pt", helpers, """
        select a.y as p, f.o from fresh f join assign a on a.x = f.p
        union select r.y, f.o from reads r join fresh f on f.p = r.z
        union select r.y, t.o from new_reads r join pt t on t.p = r.z
        union select w.z, f.o from writes w join fresh f on f.p = w.x
        union select w.z, t.o from new_writes w join pt t on t.p = w.x""")


PROGRAMS = {
    "tc_random": (["edge"], LINEAR, ["path"]),
    "tc_chain": (["edge"], LINEAR, ["path"]),
    "tc_nonlinear": (["edge"], nonlinear, ["path"]),
    "sg": (["parent"], SAME_GENERATION, ["sg"]),
    "andersen": (["address_of", "assign", "load", "store"], andersen, ["pt"]),
    "themes": (
        ["message", "reply", "role", "coded", "theme_code", "theme_exclude", "theme_proximity", "theme_capacity"],
        THEMES,
        [line.split()[2] for line in THEMES.splitlines() if line.startswith("create table")],
    ),
}


def main():
    tables, program, answers = PROGRAMS[sys.argv[1]]
    clock = time.perf_counter()
    db = duckdb.connect()
    db.execute(f"set threads = {os.environ.get('THREADS', '1')}; set preserve_insertion_order = false")
    for table in tables:
        path = os.path.join(sys.argv[2], table + ".csv")
        with open(path, encoding="ascii") as file:
            columns = ", ".join(f"'{name}': 'INTEGER'" for name in file.readline().strip().split(","))
        db.execute(f"create table {table} as from read_csv('{path}', header = true, columns = {{{columns}}})")
    print(f"seconds read {time.perf_counter() - clock:.6f}")
    clock = time.perf_counter()
    db.execute(program) if isinstance(program, str) else program(db)
    print(f"seconds evaluate {time.perf_counter() - clock:.6f}")
    for answer in answers:
        print(f"facts {answer} {db.execute(f'select count(*) from {answer}').fetchone()[0]}")
        if "ROWS" in os.environ:
            for row in db.execute(f"from {answer}").fetchall():
                print(f"row {answer} {row}")
    sys.stdout.flush()
    os._exit(0)


main()
