"""`rootid demo`: an invented brand's world, imported, judged against its truth, shown and served. Holds no rule."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.evaluating import compared, figures, roots_of
from cli.importing import INTERRUPTED, import_all, summary
from cli.interrupts import stop_when_asked
from cli.output import result, table
from cli.roots import picture
from cli.serving import serve_api
from cli.session import Session, run, session
from graph import instants
from graph.errors import StoreError
from graph.service import Service
from intake.reading import Reading
from intake.truth import Truth, read_truth

FILES: Final = ("consents.ndjson", "sightings.csv.gz", "referrals.csv.gz", "orders.csv", "recruits.csv", "withdrawals.ndjson")
SHOWN_SIZE: Final = range(5, 9)
"""How many identifiers the person has who is shown."""


def demo(
    context: typer.Context,
    *,
    persons: Annotated[int, typer.Option(metavar="N", min=200, help="How many persons to invent.")] = 5_000,
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the world and its store go.")] = Path("data/demo"),
    serve: Annotated[bool, typer.Option(help="Serve the API afterwards.")] = True,
    port: Annotated[int | None, typer.Option(metavar="N", min=1, max=65535, help="Port of the API.")] = None,
) -> None:
    """Invent a brand's world, import it, say how much was resolved rightly, show people and who brings people, serve the API."""
    from examples.brand.generate import generate  # noqa: PLC0415 - only the demo needs an invented world

    out = result()
    world = generate(folder, persons, end=instants.now() // instants.DAY * 86_400)
    out.print(f"An invented brand in {folder}: {persons:,} persons, {world['sightings']:,} sightings, nobody exists.\n")
    for old in folder.glob("rootid.db*"):
        old.unlink()
    here = Session(f"sqlite:///{folder / 'rootid.db'}", session(context).policy, lambda: None)
    truth = read_truth(folder / "truth.csv.gz")

    async def work() -> str | None:
        with stop_when_asked() as stop:
            async with here.service(new=True) as service:
                how = Reading(service.policy)
                tallies = await import_all(service, [folder / name for name in FILES], how, None, stop)
                out.print(summary(tallies))
                for tally in tallies:
                    if tally.failure:
                        raise StoreError(tally.failure)
                if stop.asked:
                    raise typer.Exit(INTERRUPTED)
                asked = await _show(service, truth)
                await _growth(service, folder / "referrals.html")
                return asked

    asked = run(work())
    if serve:
        out.print(_how_to_ask(asked, port or 8080))
        serve_api(here, "127.0.0.1", port or 8080)


async def _show(service: Service, truth: Truth) -> str | None:
    """What was resolved for each purpose, and one person; answers a name to ask for."""
    out = result()
    counts = await service.stats()
    shown = table("purpose", "roots", "largest", "pairs right", "precision", "recall", "F1", right=("roots", "largest"))
    chosen: str | None = None
    for purpose in service.policy.purposes:
        roots = await roots_of(service, truth, purpose)
        found = figures(compared(roots, truth))
        shown.add_row(
            purpose,
            f"{counts.roots.get(purpose, 0):,}",
            f"{counts.largest.get(purpose, 0):,}",
            f"{found['pairs_right']:,} of {found['pairs_in_truth']:,}",
            *(f"{found[name]:.4f}" for name in ("precision", "recall", "f1")),
        )
        chosen = chosen or _typical(roots, truth)
    out.print()
    out.print(shown)
    if chosen is not None:
        [answer] = await service.lookup([[chosen]])
        if answer.root_id is not None:
            out.print("\nOne of them:")
            out.print(picture(await service.root(answer.root_id)))
    return chosen


async def _growth(service: Service, report: Path) -> None:
    """Who brings people, and where to read more of it."""
    from cli.fission import save, written  # noqa: PLC0415 - only after everything else was imported
    from cli.referrers import listed, scored  # noqa: PLC0415 - numba is loaded only where it is used

    out = result()
    await scored(service, None)
    out.print("\nWho brings people (expected in the next 180 days; with all below):")
    out.print(listed(await service.fission.top(limit=5)))
    save(await written(service, None), report)
    out.print(f"\nThe whole report, with curves, trees and evidence: {report}")


def _typical(roots: list[str | None], truth: Truth) -> str | None:
    """The first identifier of a person who has a fair number of them, all with one root-ID."""
    sizes = Counter(truth.persons)
    found: dict[str, set[str | None]] = {}
    for root, person in zip(roots, truth.persons, strict=True):
        found.setdefault(person, set()).add(root)
    for name, person in zip(truth.names, truth.persons, strict=True):
        if sizes[person] in SHOWN_SIZE and len(found[person]) == 1 and None not in found[person]:
            return name
    return None


def _how_to_ask(name: str | None, port: int) -> str:
    return (
        f"\nServing on http://127.0.0.1:{port} until Ctrl-C. Ask it from another terminal:\n\n"
        f"  curl -s http://127.0.0.1:{port}/v1/lookup -H 'content-type: application/json' \\\n"
        f'    -d \'{{"lookups": [{{"identifiers": ["{name or "phone:13800000001"}"]}}]}}\'\n'
    )
