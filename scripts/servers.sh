#!/bin/sh
# Gets the database servers that the tests need: those given by DBWRIGHT_TEST_<ENGINE>_URL or found here are taken, the others
# are installed by apt-get where that is allowed. Their services are not started: each test process starts its own server.
set -eu
cd "$(dirname "$0")/.."
. scripts/system.sh

has() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]
}

has_postgres() {
    has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

packages=""
[ -n "${DBWRIGHT_TEST_POSTGRES_URL:-}" ] || has_postgres || packages="$packages postgresql postgresql-contrib"
[ -n "${DBWRIGHT_TEST_MYSQL_URL:-}" ] || has mariadbd || has mysqld || packages="$packages mariadb-server"
[ -n "${DBWRIGHT_TEST_REDIS_URL:-}" ] || has redis-server || has valkey-server || packages="$packages redis-server"
has dot || packages="$packages graphviz"

[ -z "$packages" ] && exit 0
# shellcheck disable=SC2086  # several packages
install_packages $packages || echo "Not installed:$packages. Tests that need them are listed at the end." >&2
