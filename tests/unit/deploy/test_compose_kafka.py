"""The broker's container in docker-compose.yml starts again with the cluster id that its volume was formatted with."""

import os
import subprocess
from pathlib import Path

import pytest

START = Path(__file__).parents[3] / "deploy" / "kafka" / "start.sh"
RANDOM = "#!/bin/sh\nod -An -N8 -tx8 /dev/urandom | tr -d ' '\n"
RUN = """#!/bin/sh
# As the image's own: an id that differs from the volume's ends the start; without one it has a fixed default.
wanted="${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}"
if [ -e "$DATA/meta.properties" ]; then
  grep -qx "cluster.id=$wanted" "$DATA/meta.properties" || { echo "Invalid cluster.id" >&2; exit 1; }
else
  printf 'version=1\\ncluster.id=%s\\nnode.id=1\\n' "$wanted" > "$DATA/meta.properties"
fi
"""


def script(tmp_path: Path, text: str) -> str:
    """The container's first process, with the image's programs, its certificates and its volume in `tmp_path`."""
    for name, content in (("random", RANDOM), ("run", RUN), ("configs", "#!/bin/sh\n")):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o755)
    for name in ("kafka", "bus.example.test"):
        (tmp_path / f"{name}-key.pem").write_text("key\n")
        (tmp_path / f"{name}.pem").write_text("certificate\n")
    places = {
        "/opt/kafka/bin/kafka-storage.sh random-uuid": f"{tmp_path}/random",
        "/opt/kafka/bin/kafka-configs.sh": f"{tmp_path}/configs",
        "/etc/kafka/docker/run": f"{tmp_path}/run",
        "/var/lib/kafka/data": str(tmp_path),
        "/dev/tcp/127.0.0.1/9091": "/dev/null",
        '"/tmp/': f'"{tmp_path}/key-and-',
        " /tmp/outside": f" {tmp_path}/outside",
        "/certificates/": f"{tmp_path}/",
    }
    for place, here in places.items():
        assert place in text
        text = text.replace(place, here)
    return text


def start(command: str, data: Path) -> str:
    """The id that the volume has after a start."""
    environment = os.environ | {
        "DATA": str(data),
        "MINGLU_BUS_HOST": "bus.example.test",
        "MINGLU_BUS_ADMIN_PASSWORD": "x",
    }
    subprocess.run(["/bin/bash", "-c", command], check=True, capture_output=True, env=environment)
    return (data / "meta.properties").read_text()


def test_the_broker_starts_a_second_and_a_third_time(tmp_path: Path) -> None:
    command = script(tmp_path, START.read_text("utf-8"))
    first = start(command, tmp_path)
    assert start(command, tmp_path) == first
    assert start(command, tmp_path) == first
    assert (tmp_path / "outside.pem").read_text() == "key\ncertificate\n"


def test_another_volume_gets_another_id(tmp_path: Path) -> None:
    command = script(tmp_path, START.read_text("utf-8"))
    first = start(command, tmp_path)
    (tmp_path / "meta.properties").unlink()
    assert start(command, tmp_path) != first


def test_a_start_that_forgets_the_id_would_be_noticed(tmp_path: Path) -> None:
    command = script(tmp_path, START.read_text("utf-8"))
    start(command, tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        start(command.replace("export CLUSTER_ID=$(sed", "OTHER=$(sed"), tmp_path)
