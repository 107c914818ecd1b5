"""A study that stays open: a small client of `hence session`.

    python3 session.py FOLDER

keeps the study of a folder open, puts a message in, and prints what it gained and all that its codes hold of.
`docs/session.md` describes the messages. Nothing is needed but Python 3 and `hence` on the PATH.
"""

import json
import subprocess
import sys


class Refused(Exception):
    """A message that was not carried out; the study is as it was."""


class Session:
    def __init__(self, folder):
        self.process = subprocess.Popen(
            ["hence", "session", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.opened = self._reply()

    def _reply(self):
        line = self.process.stdout.readline()
        if not line:
            raise Refused("the session is over")
        reply = json.loads(line)
        if not reply["ok"]:
            errors = reply.get("errors") or reply.get("diagnostics") or []
            raise Refused("\n".join(f"{e['code']}: {e['message']} ({e['help'] or ''})" for e in errors))
        return reply

    def do(self, what, **fields):
        """Sends one message and waits for its reply."""
        print(json.dumps({"do": what, **fields}), file=self.process.stdin, flush=True)
        return self._reply()

    def query(self, body):
        """The answers of a question, each a dictionary by column."""
        reply = self.do("query", body=body)
        return [dict(zip(reply["columns"], row)) for row in reply["rows"]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


if __name__ == "__main__":
    session = Session(sys.argv[1] if len(sys.argv) > 1 else ".")
    # A row by columns needs no quotation marks of its own, whatever stands in the text.
    message = {"relation": "message", "row": {"id": "m2", "text": 'She said "what a price"'}}
    reply = session.do("insert", facts=[message])
    for one in reply["gained"]:
        print("gained", one["kind"], one["name"], "of", one["subject"])
    for row in session.query("code(M, C)"):
        print(row["M"], row["C"])
    session.close()
