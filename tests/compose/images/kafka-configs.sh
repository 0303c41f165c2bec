#!/bin/bash
# Stands in for /opt/kafka/bin/kafka-configs.sh of the image apache/kafka.
exec java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "/opt/kafka/libs/*" kafka.admin.ConfigCommand "$@"
