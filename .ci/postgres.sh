#!/bin/sh
# Runs a command beside Debian's PostgreSQL 15, the oldest that will do, on a socket of its own.
#   .ci/postgres.sh COMMAND…    WARRAQ_TEST_POSTGRES names the server
set -eu
bin=/usr/lib/postgresql/15/bin

install() {
    mkdir -p /etc/postgresql-common
    grep -qs create_main_cluster /etc/postgresql-common/createcluster.conf \
        || echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql-15 > /dev/null
}

[ -x $bin/postgres ] || install
folder=$(mktemp -d)
chown postgres "$folder"
trap 'su postgres -c "$bin/pg_ctl -D $folder/data -m fast stop" > /dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 143' INT TERM
su postgres -c "$bin/initdb -D $folder/data -E UTF8 --locale=C.UTF-8 -A trust" > /dev/null
su postgres -c "$bin/pg_ctl -D $folder/data -l $folder/log -w -o \"-k $folder -h ''\" start" > /dev/null
WARRAQ_TEST_POSTGRES="postgresql://postgres:@/postgres?host=$folder" "$@"
