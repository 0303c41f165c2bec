"""A client that a public generator makes from a committed OpenAPI description. It is kept in the cache, never here."""

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.openapi import FOLDER
from tests.fixtures.kafka_broker import CACHE, jars_of, kafka_jars

HERE = Path(__file__).parent
SOURCES = HERE / "java" / "src"
JAVA_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
GENERATOR = "org.openapitools.codegen.OpenAPIGenerator"
JAVA_CLIENT = (
    "-g=java",
    "--library=okhttp-gson",
    "--additional-properties=invokerPackage=client,apiPackage=client.api,modelPackage=client.model",
    "--additional-properties=useJakartaEe=true,openApiNullable=false,hideGenerationTimestamp=true",
    "--global-property=apiDocs=false,modelDocs=false,apiTests=false,modelTests=false",
)
SECONDS = 300


def java_classpath() -> str:
    """What the outside system runs on."""
    return ":".join(f"{jars}/*" for jars in (jars_of(HERE / "java" / "pom.xml", "outside-client"), kafka_jars()))


def java_classes() -> Path:
    """The outside system in Java, compiled with the client of the typing service that is generated for it."""
    description = FOLDER / "typing.json"
    sources = sorted(SOURCES.glob("*.java"))
    generator = jars_of(HERE / "generator" / "pom.xml", "generator")

    def make(folder: Path) -> None:
        client = folder / "client"
        generate = ["generate", "-i", str(description), "-o", str(client), *JAVA_CLIENT]
        _run(["java", *JAVA_OPTIONS, "-cp", f"{generator}/*", GENERATOR, *generate])
        written = [*client.glob("src/main/java/**/*.java"), *sources]
        quiet = ["-nowarn", "-proc:none", "-g:none", *(f"-J{option}" for option in JAVA_OPTIONS)]
        _run(["javac", *quiet, "-cp", java_classpath(), "-d", str(folder / "classes"), *map(str, written)])
        shutil.rmtree(client)

    return _cached("outside-java", [description, *sources, Path(__file__), HERE / "java" / "pom.xml"], make) / "classes"


def _cached(name: str, made_of: Sequence[Path], make: Callable[[Path], None]) -> Path:
    """A folder in the cache, made when anything that it is made of has changed; one process at a time."""
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in made_of)).hexdigest()[:12]
    folder = CACHE / f"{name}-{digest}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for earlier in CACHE.glob(f"{name}-*"):
                shutil.rmtree(earlier)  # also what was left half made
            partial = CACHE / f"{name}-partial"
            partial.mkdir()
            make(partial)
            partial.rename(folder)
    return folder


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd="/")
    assert done.returncode == 0, f"{' '.join(command[:6])} …\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
