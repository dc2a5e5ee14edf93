#!/usr/bin/env python3
"""Lets schemathesis fuzz the interface of a demonstration's server.

A server of the made-up school is started on free ports, a token for everything is made at the command line, and schemathesis sends requests
made of /api/v1/openapi.json, sound ones and broken ones. No answer may be a failure of the server (5xx), and each must have the shape that the
document gives it.

    python tests-py/api_is_fuzzed.py --program target/debug/kezekshi --schemathesis target/venv-api/bin/schemathesis

Each operation of the document is one check. The last line counts them; the exit code is 0 when none failed.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from served import get, started, token_of

LONGEST_S = 420.0
FUZZED_S = 180
EXAMPLES = 40
SEED = 20261123


def fuzzed(schemathesis, address, token):
    """Runs schemathesis; gives its exit code and words."""
    command = [
        schemathesis, "run", f"{address}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}",
        "--checks", "not_a_server_error,response_schema_conformance",
        "--phases", "examples,coverage,fuzzing",
        "--mode", "all",
        "--max-examples", str(EXAMPLES),
        "--seed", str(SEED),
        "--request-timeout", "10",
        "--generation-database", "none",
        "--generation-with-security-parameters", "false",
        "--max-time", str(FUZZED_S),
        "--continue-on-failure",
        "--no-color",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)
    return done.returncode, done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--schemathesis", required=True)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    with tempfile.TemporaryDirectory() as folder, open(pathlib.Path(folder) / "server.log", "w+") as log:
        server, address = started(program, folder, log)
        try:
            token = token_of(program, folder)
            status, document = get(f"{address}/api/v1/openapi.json")
            assert status == 200, status
            operations = [f"{method.upper()} {path}" for path, methods in json.loads(document)["paths"].items() for method in methods]
            status, school = get(f"{address}/api/v1/school", token)
            assert status == 200, (status, school)
            code, words = fuzzed(arguments.schemathesis, address, token)
            print(words)
            is_alive = server.poll() is None and get(f"{address}/readyz")[0] == 200
        finally:
            server.terminate()
            server.wait(timeout=30)
        log.seek(0)
        errors = [line for line in log if "a request failed" in line]
    # What failed is named in a heading of its own: "____ GET /api/v1/people ____".
    broken = {name for name in operations if re.search(rf"^_+ {re.escape(name)} _+$", words, re.M)}
    for name in operations:
        print(("not ok " if name in broken else "ok ") + name)
    print(("ok " if is_alive else "not ok ") + "the server still answers")
    print(("not ok " if errors else "ok ") + "no failure stands in the server's log")
    print("".join(errors[:20]))
    failed = len(broken) + (not is_alive) + bool(errors)
    # Something that schemathesis itself could not do is a failure too.
    if code != 0 and not failed:
        print(f"not ok schemathesis ended with {code}")
        failed += 1
    print(f"{len(operations) + 2 - min(failed, len(operations) + 2)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
