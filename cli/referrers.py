"""`rootid referrers`: score a network, list who brings people. Holds no rule."""

from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from cli.interrupts import stop_when_asked
from cli.output import aside, complain, result, table, write_json
from cli.session import run, session
from graph import instants
from graph.errors import StoppedError
from graph.growth import METRICS, Person, Referrer, ReferrerPage
from graph.service import Service
from graph.stores.scored import Among

INTERRUPTED: Final = 130
COUNTS: Final = frozenset({"counted", "direct", "second", "recent", "reach", "deeds", "refunded", "distinct_persons"})

app = typer.Typer(help="Who brings people.", no_args_is_help=True, rich_markup_mode=None)

Purpose = Annotated[str | None, typer.Option(metavar="NAME", help="What it is for. Default: the policy's first purpose.")]


@app.command("score")
def score(
    context: typer.Context,
    purpose: Purpose = None,
    whole: Annotated[bool, typer.Option("--whole", help="Everybody, from nothing, also where few were touched since.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Score everybody who refers: figures, patterns, both scores and how good they are.

    The first scoring of a day (UTC) is of everybody, and finds the weights and how good the scores are. Later ones read and score
    again only those touched by what was recorded since, with all who hang together with them, unless these are too many.

    The outcome takes the place of the last one when it is whole; after Ctrl-C (exit code 130) the last one stays.
    """
    here = session(context)

    async def work() -> dict[str, Any]:
        async with here.service() as service:
            return await scored(service, purpose, whole=whole)

    found = run(work())
    if as_json:
        write_json(found)
        return
    result().print(
        f"{found['referrals']:,} referrals among {found['persons']:,} persons, {found['links']:,} of which brought somebody."
    )
    if found["difference"]:
        result().print(f"Since the last scoring: {found['difference']}.")


async def scored(service: Service, purpose: str | None, *, whole: bool = False) -> dict[str, Any]:
    """Score with a progress bar; answers the summary without its curves."""
    from algorithms import jobs  # noqa: PLC0415 - numba takes half a second to load, which most commands don't need

    console = aside()
    with (
        stop_when_asked() as stop,
        Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), console=console, disable=not console.is_terminal
        ) as progress,
    ):
        task = progress.add_task("reading", total=1.0)
        try:
            await jobs.score(
                service,
                purpose,
                lambda step, share: progress.update(task, description=step, completed=share),
                lambda: stop.asked,
                whole=whole,
            )
        except StoppedError as error:
            complain(error.message)
            raise typer.Exit(INTERRUPTED) from None
    held = await service.fission.summary(purpose)
    plain = (
        "persons",
        "referrals",
        "links",
        "set_apart",
        "opted_out",
        "orders",
        "weights",
        "gates",
        "patterns",
        "roles",
        "fraud",
        "difference",
    )
    return {
        "purpose": held.purpose,
        "scored_at": instants.text(held.scored_at),
        **{name: held.figures[name] for name in plain if name in held.figures},
        "since": _since(held.figures.get("since")),
        "whole_as_of": instants.text(held.figures["whole_as_of"]),
        "history": [
            {"as_of": instants.text(one["as_of"]), "difference": one["difference"], "since": _since(one["since"])}
            for one in held.figures["history"]
        ],
    }


def _since(told: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if told is None else {**told, "as_of": instants.text(told["as_of"])}


@app.command("top")
def top(
    context: typer.Context,
    campaign: Annotated[str | None, typer.Option(metavar="NAME", help="Only those who brought somebody in it.")] = None,
    channel: Annotated[str | None, typer.Option(metavar="NAME", help="Likewise, by channel.")] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Likewise, from this time on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Likewise, before this time.")] = None,
    purpose: Purpose = None,
    metric: Annotated[str, typer.Option(metavar="NAME", help=f"What to order by: {', '.join(METRICS)}.")] = "will_refer",
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1_000, help="How many.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON.")] = False,
) -> None:
    """List who brings people, by the last scoring, masked.

    `counted` and `worth` are of the campaign, channel and time asked for; everything else is of the whole network. Two scores
    answer two questions: `will_refer`, how many somebody is expected to bring in the next 180 days; `network_under`, how
    many with all below. In brackets is the interval of 95 %.
    """
    among = Among(campaign, channel, _moment(since), _moment(until))

    async def ask(service: Service) -> ReferrerPage:
        return await service.fission.top(purpose, metric=metric, among=among, limit=limit)

    page = session(context).with_service(ask)
    if as_json:
        write_json(as_plain(page))
        return
    result().print(listed(page))
    complain(f"purpose {page.purpose}, scored at {instants.text(page.scored_at)}, by {page.metric}")


def _moment(text: str | None) -> int | None:
    return None if text is None else instants.parse(text)


def listed(page: ReferrerPage) -> Any:
    """A table of a page."""
    own = () if page.metric in {"will_refer", "network_under", "direct", "counted"} else (page.metric,)
    numbers = (*own, "will refer", "network under", "counted", "brought", "recent", "reach")
    shown = table("", "person", *numbers, "", right=("", *numbers))
    for row in page.referrers:
        cells = [
            _number(row, page.metric) if own else "",
            _with_bounds(row, "will_refer"),
            _with_bounds(row, "network_under"),
            f"{row.counted:,}",
            _number(row, "direct"),
            _number(row, "recent"),
            _number(row, "reach"),
        ]
        remark = "recruited" if row.figures["recruited"] else ""
        shown.add_row(str(row.rank), name_of(row.person), *(cells if own else cells[1:]), remark)
    return shown


def name_of(person: Person) -> str:
    """As people see somebody."""
    if person.mask is None:
        return "(erased)"
    return f"{person.namespace}{'@' + person.scope if person.scope else ''}:{person.mask}"


def _number(row: Referrer, name: str) -> str:
    value = {"counted": row.counted, "worth": row.worth}.get(name, row.figures.get(name))
    if value is None:
        return "–"
    return f"{value:,.0f}" if name in COUNTS else f"{value:,.4f}" if name == "pagerank" else f"{value:,.1f}"


def _with_bounds(row: Referrer, name: str) -> str:
    low, high = row.figures[f"{name}_low"], row.figures[f"{name}_high"]
    bounds = "" if low is None or high is None else f" [{low:,.1f}–{high:,.1f}]"
    return f"{_number(row, name)}{bounds}"


def as_plain(page: ReferrerPage) -> dict[str, Any]:
    """For programs."""
    return {
        "purpose": page.purpose,
        "metric": page.metric,
        "scored_at": instants.text(page.scored_at),
        "referrers": [
            {
                "rank": row.rank,
                "root_id": row.person.root_id,
                "namespace": row.person.namespace,
                "scope": row.person.scope,
                "mask": row.person.mask,
                "counted": row.counted,
                "worth": row.worth,
                **row.figures,
            }
            for row in page.referrers
        ],
    }
