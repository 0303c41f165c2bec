"""The broker's container in docker-compose.yml starts again with the cluster id that its volume was formatted with."""

import os
import re
import subprocess
from pathlib import Path

import pytest

COMPOSE = Path(__file__).parents[3] / "docker-compose.yml"
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
    """The container's command, with the image's programs and its volume in `tmp_path`."""
    found = re.search(r"command:\n      - \|\n((?: {8}.*\n)+)", text)
    assert found
    (tmp_path / "random").write_text(RANDOM)
    (tmp_path / "run").write_text(RUN)
    for name in ("random", "run"):
        (tmp_path / name).chmod(0o755)
    lines = found[1].replace("$$", "$").replace("/opt/kafka/bin/kafka-storage.sh random-uuid", f"{tmp_path}/random")
    return lines.replace("/etc/kafka/docker/run", f"{tmp_path}/run").replace("/var/lib/kafka/data", str(tmp_path))


def start(command: str, data: Path) -> str:
    """The id that the volume has after a start."""
    environment = os.environ | {"DATA": str(data)}
    subprocess.run(["/bin/bash", "-c", command], check=True, capture_output=True, env=environment)
    return (data / "meta.properties").read_text()


def test_the_broker_starts_a_second_and_a_third_time(tmp_path: Path) -> None:
    command = script(tmp_path, COMPOSE.read_text("utf-8"))
    first = start(command, tmp_path)
    assert start(command, tmp_path) == first
    assert start(command, tmp_path) == first


def test_another_volume_gets_another_id(tmp_path: Path) -> None:
    command = script(tmp_path, COMPOSE.read_text("utf-8"))
    first = start(command, tmp_path)
    (tmp_path / "meta.properties").unlink()
    assert start(command, tmp_path) != first


def test_a_start_that_forgets_the_id_would_be_noticed(tmp_path: Path) -> None:
    command = script(tmp_path, COMPOSE.read_text("utf-8"))
    start(command, tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        start(command.replace("export CLUSTER_ID=$(sed", "OTHER=$(sed"), tmp_path)
