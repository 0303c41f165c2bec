#!/bin/bash
# Stands in for docker-entrypoint.sh of the image postgres:18: makes the cluster as its variables say and runs the files of
# /docker-entrypoint-initdb.d at the first start, on a socket that nobody else reaches; then becomes the server. The server
# of the tests has no TLS: it listens on the container's loopback, and a front has the network's side with TLS only.
set -e
export PGDATA=/var/lib/postgresql/18/docker
as_postgres="setpriv --reuid 999 --regid 999 --clear-groups"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install --directory --mode=0700 --owner=999 --group=999 /var/lib/postgresql/18 "$PGDATA"
  install --mode=0600 --owner=999 <(echo "$POSTGRES_PASSWORD") /tmp/password
  $as_postgres initdb --username=postgres --pwfile=/tmp/password $POSTGRES_INITDB_ARGS >/dev/null
  echo "local all all trust" >/tmp/first_hba.conf
  $as_postgres pg_ctl -w start -o "-c listen_addresses='' -c unix_socket_directories=/tmp -c hba_file=/tmp/first_hba.conf"
  for file in /docker-entrypoint-initdb.d/*.sql; do
    $as_postgres psql -v ON_ERROR_STOP=1 --no-psqlrc -h /tmp -U postgres -q -f "$file"
  done
  $as_postgres pg_ctl -w stop
  rm /tmp/password
fi
options=()
for option in "$@"; do
  case $option in -cssl*) ;; -chba_file=*) ;; *) options+=("$option") ;; esac
done
echo "host all all 127.0.0.1/32 scram-sha-256" >/tmp/pg_hba.conf
$as_postgres python /opt/front/postgres_front.py &
exec $as_postgres "${options[@]}" -clisten_addresses=127.0.0.1 -cunix_socket_directories= -chba_file=/tmp/pg_hba.conf
