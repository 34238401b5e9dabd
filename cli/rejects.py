"""The file of rejected rows: line, code, reason. Never a value; complete or not there at all."""

import csv
import os
from collections import Counter
from pathlib import Path
from typing import Final

from graph.tables import Rejection

HEADER: Final = ("line", "code", "reason")


def rejects_path(path: Path, wanted: Path | None) -> Path:
    """Where rejects of a file go: beside it, or where it was asked for (into it, if that is a folder)."""
    name = f"{path.name}.rejects.csv"
    if wanted is None:
        return path.with_name(name)
    return wanted / name if wanted.is_dir() else wanted


class Rejects:
    """Collects rejected rows into a draft, which takes its place when all is done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.codes: Counter[str] = Counter()
        self.problem: str | None = None
        """Why the rows could not be written, if they couldn't. They are counted all the same."""
        self._draft = path.with_name(f"{path.name}.{os.getpid()}.part")
        self._file = None

    @property
    def count(self) -> int:
        """Rows rejected so far."""
        return self.codes.total()

    def add(self, rejections: list[Rejection]) -> None:
        """Write rows to the draft."""
        self.codes.update(rejection.code for rejection in rejections)
        if not rejections or self.problem:
            return
        try:
            if self._file is None:
                self._file = self._draft.open("w", encoding="utf-8", newline="")
                csv.writer(self._file, lineterminator="\n").writerow(HEADER)
            rows = ((rejection.line, rejection.code, rejection.message) for rejection in rejections)
            csv.writer(self._file, lineterminator="\n").writerows(rows)
        except OSError as error:
            self.problem = f"{self.path} can't be written ({error.strerror}); say --rejects"

    def finish(self) -> None:
        """Put the draft in its place; without rejected rows take away what an earlier import left there."""
        try:
            if self._file is not None:
                self._file.close()
                if self.problem:
                    self._draft.unlink(missing_ok=True)
                else:
                    self._draft.replace(self.path)
            elif not self.count and self.path.is_file() and _is_ours(self.path):
                self.path.unlink()
        except OSError as error:
            self.problem = f"{self.path} can't be written ({error.strerror}); say --rejects"


def _is_ours(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline().strip() == ",".join(HEADER)
