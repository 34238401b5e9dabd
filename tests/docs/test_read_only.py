"""What the image runs is content with what the compose file gives it: read-only but for two folders, and whatever uid.

There need be no container for that: a mount namespace of its own has the same file systems, made read-only.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.served import free_port
from tests.docs.test_deployment import DEPLOY

UID = 12_345
WITHIN = """
set -e
mount --make-rprivate /
for place in "$DATA" "$TEMPORARY"; do mount --bind "$place" "$place"; done
for place in $(awk '{print $5}' /proc/self/mountinfo); do
  case $place in "$DATA"|"$TEMPORARY"|/proc*|/dev*|/sys*) ;; *) mount -o remount,bind,ro "$place" 2>/dev/null || true ;; esac
done
cd /
exec setpriv --reuid $UID_OF_IT --regid $UID_OF_IT --clear-groups --no-new-privs \
  --inh-caps=-all,+dac_read_search --ambient-caps=+dac_read_search "$@"
"""
"""The one capability lets it read a checkout in a folder of root; in the image everybody may."""


def image(word: str) -> list[str]:
    return json.loads(re.findall(rf"^\s*{word} (\[.*\])$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)[-1])


class Container:
    """Runs commands with a read-only root; data and temporary files have a folder each."""

    def __init__(self, folder: Path) -> None:
        self.data, self.temporary = folder / "data", folder / "tmp"
        for place in (self.data, self.temporary):
            place.mkdir(mode=0o700)
            shutil.chown(place, UID, UID)
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": "/",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self.temporary),
            "NUMBA_CACHE_DIR": str(self.temporary),
            "ROOTID_STORE": f"sqlite:///{self.data / 'rootid.db'}",
            "ROOTID_PORT": str(free_port()),
        }

    def begin(self, *command: str, **more: str) -> subprocess.Popen[str]:
        environment = self.environment | more
        wrapped = ["unshare", "-m", "env", f"DATA={self.data}", f"TEMPORARY={self.temporary}", f"UID_OF_IT={UID}"]
        line = [*wrapped, "bash", "-c", WITHIN, "within", *command]
        return subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *command: str, **more: str) -> tuple[int, str]:
        done = self.begin(*command, **more)
        said, _ = done.communicate(timeout=120)
        return done.returncode, said


@pytest.fixture
def container() -> Iterator[Container]:
    """In a folder of everybody's: pytest's own may be entered by root only."""
    if shutil.which("setpriv") is None or subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no mount namespace can be made here: that needs root, and setpriv")
    folder = Path("/tmp") / f"rootid-read-only-{free_port()}"
    folder.mkdir()
    yield Container(folder)
    shutil.rmtree(folder)


def test_it_serves_with_a_read_only_root_and_another_uid_and_leaves_nothing_behind(container: Container) -> None:
    code, said = container.run("sh", "-c", 'touch "$HOME/x" || touch /tmp/x || touch /var/tmp/x || echo "nothing can be written"')
    assert (code, said.count("Read-only file system"), "nothing can be written" in said) == (0, 3, True)
    serving = container.begin(*image("ENTRYPOINT"), *image("CMD"), "--workers", "2")
    check = re.findall(r'^\s+CMD (\["python".*\])$', (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)[0]
    healthy = [sys.executable, *json.loads(check.replace("8080", container.environment["ROOTID_PORT"]))[1:]]
    try:
        until = time.monotonic() + 60
        while subprocess.run(healthy, check=False, capture_output=True).returncode != 0:
            assert serving.poll() is None, serving.stdout and serving.stdout.read()
            assert time.monotonic() < until
            time.sleep(0.2)
        assert container.run("rootid", "backup", str(container.data / "copy.db"))[0] == 0
    finally:
        serving.send_signal(signal.SIGTERM)
        said, _ = serving.communicate(timeout=60)
    assert serving.returncode in (0, -signal.SIGTERM)
    assert [line for line in said.splitlines() if not line.startswith("{")] == [], "it warned of what it can't write"
    assert {path.name for path in container.data.iterdir()} <= {"rootid.db", "rootid.db.key", "copy.db"}
    assert list(container.temporary.iterdir()) == []


def test_where_several_workers_have_no_place_for_their_figures_that_is_one_clear_line(container: Container) -> None:
    code, said = container.run("rootid", "serve", "--no-first-key", "--workers", "2", TMPDIR="/nowhere")
    assert (code, said.count("\n"), "TMPDIR" in said) == (2, 1, True)
    code, said = container.run("rootid", "keys", "make", "first", ROOTID_STORE="sqlite:////var/rootid/rootid.db")
    assert (code, said.count("\n"), "Read-only file system" in said) == (2, 1, True)
