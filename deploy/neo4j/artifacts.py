"""The jars of the server and of GDS: resolved by the machine's own Maven, checked against jars.sha256. Must not run them."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.neo4j.errors import NoServerError, ServerError
from deploy.neo4j.home import cache_folder, held

CHECKSUMS = Path(__file__).with_name("jars.sha256")
OLDEST_JAVA = 17

_SETS = ("server", "gds")
_MAVEN_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Jars:
    """A folder with the checked jars: `server/` is the server's class path, `gds/` what GDS adds to it."""

    folder: Path

    def with_procedures(self) -> list[Path]:
        """Those of GDS that hold procedures. The server loads every class of what it is told to scan: not all 131 then."""
        return sorted(jar for pattern in ("proc-*.jar", "alpha-proc-*.jar") for jar in (self.folder / "gds").glob(pattern))

    def class_path(self) -> str:
        """All jars, the server's first, in the order of their names."""
        return ":".join(str(jar) for each in _SETS for jar in sorted((self.folder / each).glob("*.jar")))


def find_java() -> str:
    """The `java` on the path. NoServerError where there is none, or one older than 17."""
    java = shutil.which("java")
    if java is None:
        raise NoServerError(f"no java on the path: install Java {OLDEST_JAVA} or later (a headless runtime is enough)")
    # S603: the program is the user's own java, the argument is fixed.
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - the user's own program, our arguments
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    if found is None:
        raise NoServerError(f"{java} doesn't say its version: is it a working Java?")
    if int(found[1]) < OLDEST_JAVA:
        raise NoServerError(f"{java} is Java {found[1]}: Neo4j needs {OLDEST_JAVA} or later")
    return java


def jars(say: Callable[[str], None]) -> Jars:
    """The jars, from the cache or resolved now, every one of them checked.

    The cache is keyed by the checksum file, so a new release is a new folder. NoServerError where Maven is missing or can't
    have them; ServerError where a jar isn't the one that jars.sha256 names.
    """
    pinned = read_checksums(CHECKSUMS)
    folder = cache_folder() / "jars" / hashlib.sha256(CHECKSUMS.read_bytes()).hexdigest()[:12]
    with held(folder.parent / "lock"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-") as part:
                fresh = Path(part) / "jars"
                resolve(fresh, say)
                verify(fresh, pinned)
                fresh.rename(folder)
            return Jars(folder)
    verify(folder, pinned)
    return Jars(folder)


def resolve(folder: Path, say: Callable[[str], None]) -> None:
    """Let Maven copy the jars of both poms into `folder`; of GDS only what the server doesn't hold already."""
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServerError(
            "no mvn on the path: install Maven (needed once, to get the server), or Docker, or set ROOTID_NEO4J_URL"
        )
    for each in _SETS:
        say(f"getting the jars of {each} with Maven (once)")
        pom = Path(__file__).with_name(f"{each}.pom.xml")
        copy = [maven, "--quiet", "--batch-mode", "--file", str(pom), "dependency:copy-dependencies"]
        try:
            done = subprocess.run(  # noqa: S603 - the user's own program, our arguments
                [*copy, f"-DoutputDirectory={folder / each}"], capture_output=True, text=True, check=False, timeout=_MAVEN_SECONDS
            )
        except subprocess.TimeoutExpired as problem:
            raise NoServerError("the server's jars can't be had: Maven didn't end within half an hour") from problem
        if done.returncode:
            raise NoServerError(f"the server's jars can't be had: {_first_error(done.stdout + done.stderr)}")
    for jar in (folder / "server").glob("*.jar"):
        (folder / "gds" / jar.name).unlink(missing_ok=True)


def verify(folder: Path, pinned: dict[str, str]) -> None:
    """Hash every jar and compare. ServerError on the first that is missing, unknown or not as pinned."""
    present = {f"{each}/{jar.name}" for each in _SETS for jar in (folder / each).glob("*.jar")}
    advice = f"delete {folder} to get the jars again; if it comes back, the repository that Maven uses serves something else"
    for name in sorted(present ^ pinned.keys()):
        raise ServerError(f"{name} is {'not in jars.sha256' if name in present else 'missing'}: {advice}")
    for name, expected in pinned.items():
        with (folder / name).open("rb") as jar:
            if hashlib.file_digest(jar, "sha256").hexdigest() != expected:
                raise ServerError(f"{name} doesn't have the SHA-256 in jars.sha256: {advice}")


def read_checksums(file: Path) -> dict[str, str]:
    """Jar name (`server/….jar`, `gds/….jar`) to SHA-256, as `sha256sum` writes and checks them."""
    pairs = (line.split(maxsplit=1) for line in file.read_text().splitlines() if line)
    return {name: digest for digest, name in pairs}


def _first_error(output: str) -> str:
    lines = [line.removeprefix("[ERROR]").strip() for line in output.splitlines() if line.startswith("[ERROR]")]
    return lines[0] if lines else (output.strip().splitlines() or ["Maven said nothing"])[-1]
