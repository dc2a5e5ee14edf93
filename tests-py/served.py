"""A server of the made-up school on free ports, and a token of its administrator."""

import socket
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE_S = 120.0
# Of one token in a second: tests are to find faults, not the limit.
REQUESTS = "10000"
SCOPES = ["people:read", "people:write", "credentials:write", "passes:read", "presence:read", "points:read", "attendance:read"]


def free_ports(count):
    """So many ports of the loopback in a row that nobody uses."""
    for first in range(21000, 30000, count):
        try:
            for port in range(first, first + count):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as one:
                        one.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise SystemExit("no ports are free")


def get(address, token=None):
    """The status and body of an answer; status 0 when there is none."""
    request = urllib.request.Request(address)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def started(program, folder, log):
    """A running server and its address."""
    port = free_ports(3)
    command = [program, "demo", "--data", folder, "--listen", f"127.0.0.1:{port}", "--boards-port", str(port + 1), "--log", "warn",
               "--token-requests", REQUESTS]
    server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_S:
        if server.poll() is not None:
            raise SystemExit("the server ended before it began")
        if get(f"http://127.0.0.1:{port}/readyz")[0] == 200:
            return server, f"http://127.0.0.1:{port}"
        time.sleep(0.2)
    server.kill()
    raise SystemExit("the server did not begin")


def token_of(program, folder):
    """A token of the demonstration's administrator for everything."""
    command = [program, "token", "add", "--data", folder, "--login", "admin", "--name", "fuzz", "--days", "1"]
    for scope in SCOPES:
        command += ["--scope", scope]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
