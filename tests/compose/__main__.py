"""``python -m tests.compose [--size small|full]``: docker-compose.yml carried out with processes, in namespaces.

Needs Linux, root (for users and networks of its own), iproute2, util-linux, Java and Maven. Nothing of it touches the
machine's network or files beyond a temporary folder, and it ends with all its processes.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.compose.compose_file import read
from tests.compose.engine import Failed, Project
from tests.compose.scenario import Trial
from tests.compose.secrets import BUS_HOST, trial_secrets

ROOT = Path(__file__).parents[2]
INSIDE = "MINGLU_COMPOSE_TRIAL"
"""Set in the process that has namespaces of its own"""
SMALL = {
    "kafka",
    "bus-access",
    "certificates",
    "postgres",
    "typing-migrations",
    "typing",
    "typing-worker",
    "recognition-migrations",
    "recognition-worker",
}
KILLED = {"small": ["typing-worker"], "full": ["kafka", "postgres", "typing-worker", "recognition-worker", "typing"]}
NAMESPACES = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def missing() -> str | None:
    """Why this cannot be done here, or None."""
    lacking = [program for program in ("unshare", "nsenter", "setpriv", "ip") if shutil.which(program) is None]
    if lacking:
        return f"{', '.join(lacking)} not installed"
    if os.geteuid() != 0:
        return "containers' users and networks need root"
    joined = "ip link add trial type bridge && ip netns add trial && mount -t tmpfs trial /mnt"
    tried = subprocess.run([*NAMESPACES, "sh", "-c", f"{_RUN} && {joined}"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "namespaces for networks and mounts are not allowed"


_RUN = "mkdir -p /run/netns && mount -t tmpfs netns /run/netns"


def main() -> int:
    """1 with the containers' logs if something was lost or did not come up."""
    parser = argparse.ArgumentParser("python -m tests.compose", description=__doc__)
    parser.add_argument("--size", choices=sorted(KILLED), default="full")
    size: str = parser.parse_args().size
    if INSIDE not in os.environ:
        if reason := missing():
            sys.stderr.write(f"cannot run here: {reason}\n")
            return 3
        again = [sys.executable, "-m", "tests.compose", "--size", size]
        script = f'{_RUN} && exec "$@"'
        environment = os.environ | {INSIDE: "1"}
        return subprocess.run([*NAMESPACES, "sh", "-c", script, "sh", *again], env=environment, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="minglu-compose-") as folder:
        return _trial(size, Path(folder))


def _trial(size: str, folder: Path) -> int:
    secrets = trial_secrets()
    containers = read(ROOT / "docker-compose.yml", secrets)
    if size == "small":
        containers = {name: one for name, one in containers.items() if name in SMALL}
    project = Project(containers, folder, {BUS_HOST: "kafka"})
    show_names = ["mount", "--bind", str(folder / "hosts"), "/etc/hosts"]
    subprocess.run(show_names, check=True)
    try:
        Trial(project, folder, secrets).run(KILLED[size])
    except (Failed, AssertionError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n{project.ends_of_logs()}\n")
        return 1
    finally:
        project.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
