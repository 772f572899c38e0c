#!/bin/sh
# Run the history's tests on a real PostgreSQL: a throw-away server on loopback, stopped at the end.
# Needs Debian's `postgresql` package. Usage: tests/store/postgres.sh PYTHON
set -eu
python=$1
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: apt install postgresql" >&2; exit 1; }
data=$(mktemp -d)
port=$((20000 + $$ % 20000))
as() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$*"; else sh -c "$*"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$data"
stop() { as "$bin/pg_ctl -D $data -m immediate stop" >/dev/null 2>&1 || true; rm -rf "$data"; }
trap stop EXIT
as "$bin/initdb -D $data -U smr -A trust -E UTF8" >/dev/null
as "$bin/pg_ctl -D $data -w -o '-p $port -h 127.0.0.1 -k $data' -l $data/log start" >/dev/null
as "$bin/createdb -h 127.0.0.1 -p $port -U smr smr"
SMR_TEST_DB="postgresql://smr@127.0.0.1:$port/smr" "$python" -m pytest tests/store/test_store.py
