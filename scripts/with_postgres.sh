#!/usr/bin/env bash
# scripts/with_postgres.sh COMMAND…
#
# Runs COMMAND beside a PostgreSQL server of its own, on a free port of the loopback address, with its data in a
# temporary folder; stops the server afterwards, removes the folder, and ends with COMMAND's exit code. The command sees
#   GUILDHALL_TEST_POSTGRES  postgres://postgres@127.0.0.1:PORT/postgres
#   GUILDHALL_TEST_PG_CTL    a program that is pg_ctl for this server: `$GUILDHALL_TEST_PG_CTL stop -m immediate`
# As root the server runs as the user postgres, since PostgreSQL refuses to run as root.
set -euo pipefail

if [ $# -eq 0 ]; then
  echo "usage: scripts/with_postgres.sh COMMAND…" >&2
  exit 2
fi
bin=${GUILDHALL_POSTGRES_BIN:-}
if [ -z "$bin" ]; then
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
fi
if [ ! -x "$bin/initdb" ]; then
  echo "with_postgres.sh: no PostgreSQL server found. Install the package postgresql-15." >&2
  exit 2
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-postgres-XXXXXX")
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
  as_owner=(runuser -u postgres --)
  chown postgres "$folder"
fi

stop() {
  local pid
  if pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null) && [ -n "$pid" ]; then
    kill -INT "$pid" 2>/dev/null || true  # "Fast": open transactions are rolled back, then it ends.
    timeout 30 tail --pid="$pid" -f /dev/null || kill -QUIT "$pid" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"${as_owner[@]}" "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-instructions \
  >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 2; }

cat >"$folder/pg_ctl" <<END
#!/bin/sh
exec ${as_owner[@]} "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -s "\$@"
END
chmod 755 "$folder" "$folder/pg_ctl"

# PostgreSQL takes no port 0, so a port that is free now is tried, and another if somebody was quicker.
started=
for _ in 1 2 3 4 5 6 7 8 9 10; do
  port=$((20000 + RANDOM % 12000))
  printf "port = %s\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\n" "$port" |
    "${as_owner[@]}" tee "$folder/data/postgresql.auto.conf" >/dev/null
  if "$folder/pg_ctl" start </dev/null >/dev/null 2>&1; then
    started=1
    break
  fi
done
if [ -z "$started" ]; then
  cat "$folder/server.log" >&2
  exit 2
fi

export GUILDHALL_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
export GUILDHALL_TEST_PG_CTL="$folder/pg_ctl"
"$@"
