#!/bin/bash
# First process of the container kafka (docker-compose.yml). A cluster id of its own for each new volume: the image's fixed
# default would hide from the relays that a broker came back empty, and they would not send again what was lost
# (docs/adr/0002-two-transports.md). The administrator's password is set at every start, from inside the container: who
# reaches the listener on its loopback may do anything. All other users and rights come from `deploy.bus_access`.
set -eu
umask 077
for name in kafka "$MINGLU_BUS_HOST"; do
  cat "/certificates/$name-key.pem" "/certificates/$name.pem" >"/tmp/$name.pem"
done
ln -sf "/tmp/$MINGLU_BUS_HOST.pem" /tmp/outside.pem

properties=/var/lib/kafka/data/meta.properties
if [ -e "$properties" ]; then
  export CLUSTER_ID=$(sed -n 's/^cluster.id=//p' "$properties")
else
  export CLUSTER_ID=$(/opt/kafka/bin/kafka-storage.sh random-uuid)
fi

set_administrator() {
  /opt/kafka/bin/kafka-configs.sh --bootstrap-server 127.0.0.1:9091 --alter --entity-type users --entity-name admin \
    --add-config "SCRAM-SHA-512=[password=$MINGLU_BUS_ADMIN_PASSWORD]" >/dev/null 2>&1
}
(
  until (exec 3<>/dev/tcp/127.0.0.1/9091) 2>/dev/null; do sleep 1; done
  until set_administrator; do sleep 1; done
) &
exec /etc/kafka/docker/run
