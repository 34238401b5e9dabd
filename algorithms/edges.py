"""Referrals as arrays: persons are numbers, and what is told of each referral stands beside. Pure: reads no file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args, get_type_hints

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.csr import Floats, Labels, Pointers
from graph.model import Referral

NO_TIME: Final = -1
"""The time of a referral that tells none."""

STATUSES: Final[tuple[str, ...]] = get_args(get_type_hints(Referral)["status"])
"""What may become of a referral, in the order of their codes."""

ACCEPTED: Final = STATUSES.index("accepted")
"""The code of a referral that counts; one that tells no status is accepted, as it is in an import."""

_NUMBER: Final = r"^(0|[1-9][0-9]{0,17})$"


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """m referrals among n persons, in the order in which they were told. Optional columns are None where nobody told any.

    `names` holds the person of each number 0 to n-1, in natural order: whole numbers first, by size, then other text. So the
    number of a person doesn't depend on the order of the rows, and the smallest number has the smallest name.
    """

    names: pl.Series
    referrer: Labels
    referee: Labels
    at: Pointers | None = None
    """Microseconds since 1970, NO_TIME for none; int64[m]."""
    weight: Floats | None = None
    """float64[m], 1 where none is told; may be below 0 (distrust)."""
    campaign: Labels | None = None
    """Number of the campaign in `campaigns`, -1 for none; int32[m]."""
    campaigns: Sequence[str] = ()
    status: NDArray[np.int8] | None = None
    """Place in STATUSES; int8[m]."""
    value: Floats | None = None
    """float64[m], 0 where none is told; in the currency of the file."""

    def __len__(self) -> int:
        return len(self.referrer)

    @property
    def persons(self) -> int:
        """Number of persons, those of loops and of referrals without effect too."""
        return len(self.names)


def from_frame(frame: pl.DataFrame) -> EdgeTable:
    """The table of a frame with the text columns `referrer` and `referee`, no cell empty, and any of these.

    `at` (int64 microseconds), `weight`, `value` (float64), `campaign` and `status` (text; status one of STATUSES); null stands
    for a cell that tells nothing. ValueError for a name or a status that is missing.
    """
    ends = frame.select("referrer", "referee")
    if any(ends.null_count().row(0)):
        raise ValueError("every referral names its referrer and its referee")
    names = natural_order(pl.concat([ends["referrer"], ends["referee"]]).unique())
    numbers = pl.DataFrame({"name": names, "number": np.arange(len(names), dtype=np.int32)})
    referrer, referee = (_numbered(ends[end], numbers) for end in ends.columns)
    campaigns = frame["campaign"].drop_nulls().unique().sort() if "campaign" in frame.columns else None
    return EdgeTable(
        names,
        referrer,
        referee,
        at=None if "at" not in frame.columns else frame["at"].cast(pl.Int64).fill_null(NO_TIME).to_numpy(),
        weight=_figures(frame, "weight", 1.0),
        campaign=None if campaigns is None else _coded(frame["campaign"], campaigns.to_list(), -1).astype(np.int32),
        campaigns=() if campaigns is None else tuple(campaigns.to_list()),
        status=_coded(frame["status"], STATUSES, ACCEPTED).astype(np.int8) if "status" in frame.columns else None,
        value=_figures(frame, "value", 0.0),
    )


def natural_order(names: pl.Series) -> pl.Series:
    """Different names, sorted: whole numbers as they are usually written first, by size, then other text by its characters."""
    whole = names.str.contains(_NUMBER)
    sizes = names.filter(whole).cast(pl.Int64).sort()
    return pl.concat([sizes.cast(pl.String), names.filter(~whole).sort()]).alias("person")


def _numbered(names: pl.Series, numbers: pl.DataFrame) -> Labels:
    ends = pl.DataFrame({"name": names})
    return ends.join(numbers, on="name", how="left", maintain_order="left")["number"].to_numpy()


def _figures(frame: pl.DataFrame, column: str, missing: float) -> Floats | None:
    return frame[column].cast(pl.Float64).fill_null(missing).to_numpy() if column in frame.columns else None


def _coded(column: pl.Series, words: Sequence[str], missing: int) -> Labels:
    told = column.drop_nulls()
    codes = told.replace_strict(list(words), list(range(len(words))), return_dtype=pl.Int32)
    found = np.full(len(column), missing, np.int32)
    found[column.is_not_null().to_numpy()] = codes.to_numpy()
    return found
