#!/usr/bin/env python3
"""Checks docs/api.md and webhooks against a demonstration's server.

Every `curl` of a fenced `sh` block of docs/api.md is run as it stands there, but for the address of the server, and must answer with the status
that stands behind it. A receiver of webhooks is started on this machine; an administrator adds its address on the page, and what comes must bear
signatures that the PyPI library `standardwebhooks` accepts, the old and the new secret alike after a change, and none when a bit is turned.

    python tests-py/page_and_webhooks.py --program target/debug/kezekshi

Each command and each claim is one check. The last line counts them; the exit code is 0 when none failed.
"""

import argparse
import html
import http.cookiejar
import http.server
import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from served import get, started

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE_S = 60.0
EXAMPLE = "https://school.example.kz"

checks = []


def check(name, is_good, why=""):
    """Notes and tells what came of a check."""
    checks.append(is_good)
    print(f"{'ok' if is_good else 'not ok'} {name}" + (f": {why}" if why and not is_good else ""), flush=True)


def commands(page):
    """The commands of the fenced sh blocks, each on one line."""
    for block in re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip():
                yield " ".join(line.split())


def run_page(program, folder, address):
    """Runs the page's commands one after the other in one shell, and checks each curl's status."""
    work = pathlib.Path(folder) / "page"
    work.mkdir()
    script = [
        "set -u",
        # The program as an operator has it, on the demonstration's folder.
        f'kezekshi() {{ "{program}" "$@" --data "{folder}"; }}',
        "uuidgen() { cat /proc/sys/kernel/random/uuid; }",
        'made() { grep -o \'"id":"[^"]*"\' body | head -1 | cut -d\'"\' -f4; }',
    ]
    wanted = []
    for line in commands((ROOT / "docs/api.md").read_text()):
        line = line.replace(EXAMPLE, address)
        if line.startswith("curl "):
            command, _, status = line.rpartition(" # ")
            assert status.isdigit(), f"say what it answers behind: {line}"
            wanted.append((command, int(status)))
            script += [f"{command} --silent --show-error --output body --write-out '%{{http_code}}\\n' >> statuses", "cp body body.$(wc -l < statuses)"]
            if status == "201":
                script.append("export PERSON=$(made)")
        else:
            script.append(line)
    done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=work, capture_output=True, text=True, timeout=PATIENCE_S)
    statuses = (work / "statuses").read_text().split() if (work / "statuses").exists() else []
    check("the page has commands", len(wanted) >= 8, str(len(wanted)))
    for place, (command, status) in enumerate(wanted):
        given = int(statuses[place]) if place < len(statuses) else None
        body = work / f"body.{place + 1}"
        why = f"{given} instead of {status}; {done.stderr}" + (body.read_text()[:500] if body.exists() else "")
        check(f"{command[:100]} … answers {status}", given == status, why)
        if given == status and body.exists() and body.read_text():
            json.loads(body.read_text())


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what it was sent, answers as it is told."""

    heard = queue.Queue()
    status = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.heard.put((dict(self.headers.items()), body.decode()))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, *_):
        pass


class Desk:
    """A browser in which the demonstration's administrator is signed in."""

    def __init__(self, address):
        self.address = address
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = self.get("/sign-in")
        password = re.search(r'name="password" value="([^"]+)"', page)
        assert password, "the demonstration's sign-in page shows the password"
        self.post("/sign-in", login="admin", password=html.unescape(password.group(1)), next="/webhooks")

    def get(self, path):
        with self.browser.open(self.address + path, timeout=30) as answer:
            return answer.read().decode()

    def post(self, path, **fields):
        request = urllib.request.Request(self.address + path, urllib.parse.urlencode(fields, doseq=True).encode())
        request.add_header("Sec-Fetch-Site", "same-origin")
        with self.browser.open(request, timeout=30) as answer:
            return answer.read().decode()


def secret_in(page):
    return html.unescape(re.search(r'value="(whsec_[^"]+)"', page).group(1))


def verifies(secret, headers, body):
    try:
        Webhook(secret).verify(body, headers)
        return True
    except WebhookVerificationError:
        return False


def next_message(kind=None):
    """The next message that was received, of this kind."""
    while True:
        headers, body = Receiver.heard.get(timeout=PATIENCE_S)
        if kind is None or json.loads(body)["kind"] == kind:
            return {name.lower(): value for name, value in headers.items()}, body


def run_webhooks(address):
    """From the page to the receiver."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hook"
    desk = Desk(address)
    page = desk.post("/webhooks", url=url, kind=["PassRecorded", "PersonChanged", "AlarmRaised"])
    secret = secret_in(page)
    home = re.search(r'href="(/webhooks/[0-9a-f-]{36})"', page).group(1)
    desk.post(f"{home}/test")
    headers, body = next_message("Test")
    check("standardwebhooks accepts a test message", verifies(secret, headers, body))
    check("a turned bit is refused", not verifies(secret, headers, body.replace("Test", "Tesu")))
    check("another id is refused", not verifies(secret, {**headers, "webhook-id": "x"}, body))
    check("another secret is refused", not verifies("whsec_" + "A" * 43 + "=", headers, body))
    check("the id is that of the body", headers["webhook-id"] == json.loads(body)["id"])
    # The school's own day goes on: somebody passes.
    headers, body = next_message("PassRecorded")
    message = json.loads(body)
    check("standardwebhooks accepts a pass", verifies(secret, headers, body))
    check("a pass holds ids and words", {"id", "kind", "version", "at", "school", "body"} == set(message) and "person" in message["body"], body)
    changed = secret_in(desk.post(f"{home}/secret"))
    desk.post(f"{home}/test")
    headers, body = next_message("Test")
    check("after a change both secrets are accepted", changed != secret and verifies(secret, headers, body) and verifies(changed, headers, body))
    check("the page shows what was answered", "thanks" in desk.get(f"{home}/deliveries/1"))
    Receiver.status = 500
    desk.post(f"{home}/test")
    first, _ = next_message("Test")
    Receiver.status = 200
    again, body = next_message("Test")
    check("what fails is sent again with the same id", first["webhook-id"] == again["webhook-id"] and verifies(changed, again, body))
    for refused in ["https://10.0.0.1/", "https://[fc00::1]/", "http://example.kz/", "https://169.254.169.254/latest"]:
        try:
            desk.post("/webhooks", url=refused, all="on")
            check(f"{refused} is refused", False)
        except urllib.error.HTTPError as error:
            check(f"{refused} is refused", error.code == 422, str(error.code))
    desk.post(f"{home}/remove")
    server.shutdown()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    os.environ.pop("http_proxy", None)
    with tempfile.TemporaryDirectory() as folder, open(pathlib.Path(folder) / "server.log", "w+") as log:
        server, address = started(program, folder, log)
        try:
            run_page(program, folder, address)
            run_webhooks(address)
            check("the server still answers", server.poll() is None and get(f"{address}/readyz")[0] == 200)
        finally:
            server.terminate()
            server.wait(timeout=30)
    failed = checks.count(False)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
