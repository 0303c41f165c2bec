#!/bin/bash
# Stands in for /etc/kafka/docker/run of the image apache/kafka: its settings and its formatting come from the class that
# the image itself calls. Where no cluster id is given the image has one and the same for all.
export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}
java=(java -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "/opt/kafka/libs/*")
said=$("${java[@]}" kafka.docker.KafkaDockerWrapper setup --default-configs-dir /etc/kafka/docker \
  --mounted-configs-dir /mnt/shared/config --final-configs-dir /opt/kafka/config 2>&1) ||
  grep -qi "already formatted" <<<"$said" || { echo "$said"; exit 1; }
exec "${java[@]}" kafka.Kafka /opt/kafka/config/server.properties
