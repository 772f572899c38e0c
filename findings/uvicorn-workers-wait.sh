#!/bin/sh
# uvicorn with two workers answers each small request 40 ms later than with one, on an idle machine and its own address.
#
# Versions: uvicorn 0.54.0, h11 0.16.0, Python 3.11, Linux (loopback). Python 3.12 and 3.13 have the same condition.
# Input:    the same app, one kept connection, 30 requests of 40 bytes, one after the other.
# Expected: --workers 2 answers as fast as one worker: one request at a time keeps no worker busy.
# Seen:     under 1 ms with one worker, 40 to 44 ms with two. asyncio turns TCP_NODELAY on for sockets alone that name their
#           protocol (IPPROTO_TCP); those that getaddrinfo() leads to do, but the socket that uvicorn opens for its workers
#           (and for --reload), socket.socket(AF_INET), has protocol 0, and what it accepts inherits that. A head and a body
#           are two small packets: the second waits until the other side confirms the first. The same for whoever hands
#           uvicorn a listening socket of his own: name the protocol.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check uvicorn==0.54.0 h11==0.16.0
cd "$folder"
cat > app.py <<'PYTHON'
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"40")]})
    await send({"type": "http.response.body", "body": b"x" * 40})
PYTHON
"$folder/venv/bin/python" - <<'PYTHON'
import http.client
import signal
import socket
import statistics
import subprocess
import sys
import time


def median_ms(workers):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "app:app", "--http", "h11", "--lifespan", "off", "--log-level", "error",
         "--port", str(port), "--workers", str(workers)]
    )
    try:
        for _ in range(100):
            try:
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                line.request("GET", "/")
                line.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        taken = []
        for _ in range(30):
            start = time.perf_counter()
            line.request("GET", "/")
            line.getresponse().read()
            taken.append(1000 * (time.perf_counter() - start))
        return statistics.median(taken)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(10)


one, two = median_ms(1), median_ms(2)
print(f"one worker: {one:.1f} ms, two: {two:.1f} ms")
sys.exit(0 if two - one > 30 else "the wait is gone")
PYTHON
