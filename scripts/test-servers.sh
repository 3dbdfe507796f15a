#!/usr/bin/env bash
# Private PostgreSQL and Redis servers for tests, on free loopback ports, with data in a temporary folder.
#
#   scripts/test-servers.sh run COMMAND...                 starts them, runs the command with their addresses, stops them
#   scripts/test-servers.sh stop|start|pause|resume NAME   for the tests themselves, while they run: postgres-unsteady, redis-unsteady
#
# Of each kind there are two: one that stays, and an unsteady one that tests stop and start. The command sees
# SLUICE_TEST_POSTGRES_URL, SLUICE_TEST_POSTGRES_UNSTEADY_URL, SLUICE_TEST_REDIS_URL, SLUICE_TEST_REDIS_TLS_URL,
# SLUICE_TEST_REDIS_UNSTEADY_URL, SLUICE_TEST_CA (a PEM file), SLUICE_TEST_SERVERS (the folder) and
# SLUICE_TEST_SERVERS_SCRIPT (this file). All of them speak TLS too, but for the unsteady Redis.
set -euo pipefail

usage() {
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

# PostgreSQL refuses to run as root: then it runs as Debian's postgres, or as nobody.
as_server() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif getent passwd postgres >/dev/null; then
        setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    else
        setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"
    fi
}

postgres_folder() {
    local found
    found=$(find /usr/lib/postgresql /usr/pgsql-* -maxdepth 3 -name initdb -print 2>/dev/null | sort --version-sort | tail -n 1)
    [ -n "$found" ] || found=$(command -v initdb || true)
    [ -n "$found" ] || { echo "PostgreSQL's initdb is not installed: scripts/install-deps.sh test" >&2; exit 1; }
    dirname "$(readlink -f "$found")"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Waits up to ten seconds for a command to succeed.
until_ready() {
    for _ in $(seq 200); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    return 1
}

start_postgres() {
    local folder=$1 bin port
    bin=$(postgres_folder)
    port=$(cat "$folder/port")
    # Everything of it is turned away from this script's output, whose reader would wait for its end.
    (cd "$folder" && as_server "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories= -c fsync=off -c max_connections=400 -c shared_buffers=16MB \
        -c ssl=on -c ssl_cert_file="$folder/server.pem" -c ssl_key_file="$folder/server.key") </dev/null >>"$folder/log" 2>&1 &
    until_ready "$bin/pg_isready" --quiet --host=127.0.0.1 --port="$port"
}

start_redis() {
    local folder=$1 tls=()
    if [ -e "$folder/tls-port" ]; then
        tls=(--tls-port "$(cat "$folder/tls-port")" --tls-cert-file "$folder/server.pem" --tls-key-file "$folder/server.key"
            --tls-auth-clients no)
    fi
    echo 'user tester on >a%secret ~* &* +@all' >"$folder/redis.conf"
    (cd "$folder" && as_server redis-server "$folder/redis.conf" --port "$(cat "$folder/port")" --bind 127.0.0.1 \
        --save '' --appendonly no \
        --dir "$folder/data" --pidfile "$folder/data/pid" --daemonize no \
        "${tls[@]}") </dev/null >>"$folder/log" 2>&1 &
    until_ready redis-cli -h 127.0.0.1 -p "$(cat "$folder/port")" ping
}

# The process of a server, which its own file names.
server_pid() {
    case $1 in
    */postgres*) head -n 1 "$1/data/postmaster.pid" 2>/dev/null || true ;;
    *) cat "$1/data/pid" 2>/dev/null || true ;;
    esac
}

# A server and all processes below it.
tree_of() {
    local pid=$1 child
    echo "$pid"
    for child in $(ps -o pid= --ppid "$pid"); do tree_of "$child"; done
}

# A process that ended and that nobody has taken note of yet runs no more.
is_running() { [[ "$(ps -o stat= -p "$1")" == [!Z]* ]]; }

stop_server() {
    local pid each
    pid=$(server_pid "$1")
    [ -n "$pid" ] && is_running "$pid" || return 0
    # What is paused does not hear a signal.
    for each in $(tree_of "$pid"); do kill -CONT "$each" 2>/dev/null || true; done
    # INT is PostgreSQL's fast shutdown, and Redis takes it too.
    kill -INT "$pid"
    for _ in $(seq 200); do
        is_running "$pid" || return 0
        sleep 0.05
    done
    for each in $(tree_of "$pid"); do kill -KILL "$each" 2>/dev/null || true; done
}

start_server() {
    case $1 in
    */postgres*) start_postgres "$1" ;;
    *) start_redis "$1" ;;
    esac
}

make_server() {
    local folder=$1
    mkdir -p "$folder/data"
    cp "$root/server.pem" "$root/server.key" "$folder/"
    chmod 700 "$folder/data"
    chmod 600 "$folder/server.key"
    if [ "$(id -u)" -eq 0 ]; then chown -R "$(as_server id -u):$(as_server id -g)" "$folder"; fi
    case $folder in
    */postgres*)
        as_server "$(postgres_folder)/initdb" --pgdata="$folder/data" --username=sluice --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
        ;;
    esac
    # The port was free a moment ago; when another took it meanwhile, the next one is tried.
    for _ in 1 2 3 4 5; do
        free_port >"$folder/port"
        if [[ $folder == */redis ]]; then free_port >"$folder/tls-port"; fi
        start_server "$folder" && return 0
        stop_server "$folder"
    done
    echo "$(basename "$folder") did not start:" >&2
    tail -n 20 "$folder/log" >&2
    exit 1
}

run() {
    [ $# -gt 0 ] || usage
    root=$(mktemp -d "${TMPDIR:-/tmp}/sluice-servers.XXXXXX")
    chmod 711 "$root"
    local status=0
    stop_all() {
        for folder in "$root"/postgres "$root"/postgres-unsteady "$root"/redis "$root"/redis-unsteady; do
            [ ! -d "$folder" ] || stop_server "$folder" || true
        done
        rm -rf "$root"
    }
    trap stop_all EXIT
    trap 'exit 130' INT TERM HUP
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$root/server.key" -out "$root/server.pem" 2>/dev/null
    chmod 644 "$root/server.pem"
    make_server "$root/postgres"
    make_server "$root/postgres-unsteady"
    make_server "$root/redis"
    make_server "$root/redis-unsteady"
    export SLUICE_TEST_SERVERS=$root SLUICE_TEST_CA=$root/server.pem
    SLUICE_TEST_SERVERS_SCRIPT=$(readlink -f "$0")
    SLUICE_TEST_POSTGRES_URL=postgres://sluice@127.0.0.1:$(cat "$root/postgres/port")/postgres
    SLUICE_TEST_POSTGRES_UNSTEADY_URL=postgres://sluice@127.0.0.1:$(cat "$root/postgres-unsteady/port")/postgres
    SLUICE_TEST_REDIS_URL=redis://127.0.0.1:$(cat "$root/redis/port")
    SLUICE_TEST_REDIS_TLS_URL=rediss://127.0.0.1:$(cat "$root/redis/tls-port")
    SLUICE_TEST_REDIS_UNSTEADY_URL=redis://127.0.0.1:$(cat "$root/redis-unsteady/port")
    export SLUICE_TEST_SERVERS_SCRIPT SLUICE_TEST_POSTGRES_URL SLUICE_TEST_POSTGRES_UNSTEADY_URL
    export SLUICE_TEST_REDIS_URL SLUICE_TEST_REDIS_TLS_URL SLUICE_TEST_REDIS_UNSTEADY_URL
    "$@" || status=$?
    exit "$status"
}

# A test process hands its sockets down, and a server that lives on would keep them open when their owner has closed them.
close_inherited() {
    local descriptor
    for descriptor in /proc/$$/fd/*; do
        descriptor=${descriptor##*/}
        # The last one is the shell's own: this file.
        case $descriptor in
        0 | 1 | 2 | 255) ;;
        *) eval "exec $descriptor>&-" ;;
        esac
    done
}

action=${1:-}
[ $# -gt 0 ] && shift
case $action in
run) run "$@" ;;
stop | start | pause | resume)
    folder=${SLUICE_TEST_SERVERS:?set by run}/${1:?usage: $action NAME}
    [ -d "$folder" ] || usage
    close_inherited
    case $action in
    stop) stop_server "$folder" ;;
    start) start_server "$folder" ;;
    pause) for each in $(tree_of "$(server_pid "$folder")"); do kill -STOP "$each"; done ;;
    resume) for each in $(tree_of "$(server_pid "$folder")"); do kill -CONT "$each"; done ;;
    esac
    ;;
*) usage ;;
esac
