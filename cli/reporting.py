"""`rootid report`: what there is to answer for, where the data is ill. Holds no rule."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

import typer

from cli.names import moment
from cli.output import result, table, write_json
from cli.session import session
from graph import instants
from graph.compliance import Compliance, Delays
from graph.health import Health

app = typer.Typer(help="Reports on the whole store: compliance, health of the data.", no_args_is_help=True, rich_markup_mode=None)


@app.command("compliance")
def compliance(
    context: typer.Context,
    *,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Begin of the period. Default: the first event.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="End of the period: before this time. Default: now.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON, times in microseconds.")] = False,
) -> None:
    """Count what there is to answer for, without personal data.

    Root-IDs and consents are those of now; withdrawals (and how long each took to be worked in), erasures, decisions and receipts
    those of the period.
    """
    begin, end = moment(since), moment(until)
    found = session(context).with_service(lambda service: service.reports.compliance(begin, end))
    if as_json:
        write_json({**asdict(found), "audit": {**asdict(found.audit), "whole": found.audit.whole}})
    else:
        _tell(found)


@app.command("health")
def health(
    context: typer.Context,
    *,
    purpose: Annotated[str | None, typer.Option(metavar="NAME", help="For which purpose. Default: the policy's first.")] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=100, help="Most parts, and most values of nobody.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON, times in microseconds.")] = False,
) -> None:
    """Tell where the data is ill.

    The largest parts and how many bridges hold each together, mass values and shared devices, junk, namespaces without consent
    (of at most 10,000 identifiers), and the sources that conflict most (of at most 1,000 refused links).
    """
    found = session(context).with_service(lambda service: service.reports.health(purpose, limit))
    if as_json:
        write_json(asdict(found))
    else:
        _examine(found)


def _examine(found: Health) -> None:
    parts = table(
        "root-ID", "members", "persons", "links", "bridges", "by namespace", right=("members", "persons", "links", "bridges")
    )
    for part in found.largest:
        counts = (part.size, part.persons, part.links, part.bridges)
        parts.add_row(part.root_id, *(f"{count:,}" for count in counts), _counts(part.namespaces))
    rest = table("what", "how much")
    for name in ("mass_values", "shared_devices", "blocked", "parked"):
        rest.add_row(name.replace("_", " "), _counts(getattr(found, name)))
    for one in found.most_linked:
        rest.add_row(one.identifier, f"{one.what}, linked with {one.linked:,}")
    for some in found.without_consent:
        rest.add_row(f"{some.namespace} without consent", f"{some.unbacked:,} of {some.looked_at:,}")
    for source in found.sources:
        rest.add_row(f"source {source.source}", f"{source.refused:,} refused links in {source.sightings:,} sightings")
    console = result()
    console.print(parts)
    console.print()
    console.print(rest)


def _tell(found: Compliance) -> None:
    audit = found.audit
    rows = [
        ("root-IDs", _counts(found.roots)),
        ("withdrawals", _took(found.withdrawals)),
        ("erased identifiers", f"{found.tombstones:,}"),
        ("decisions", _counts(found.decisions)),
        ("receipts", _counts(found.receipts)),
        ("audit log", f"whole, {audit.entries:,} entries" if audit.whole else f"broken: {audit.problem}"),
    ]
    shown = table("what", "how much")
    for row in rows:
        shown.add_row(*row)
    consents = table("purpose", "notice", "live", "expired", "withdrawn", right=("live", "expired", "withdrawn"))
    for one in found.consents:
        counts = (one.live, one.expired, one.withdrawn)
        consents.add_row(one.purpose, one.notice or "", *(f"{count:,}" for count in counts))
    console = result()
    console.print(shown)
    if found.consents:
        console.print()
        console.print(consents)


def _took(found: Delays) -> str:
    if found.p50 is None or found.p95 is None or found.longest is None:
        return "0"
    half, most, longest = (f"{one / instants.SECOND:,.3f} s" for one in (found.p50, found.p95, found.longest))
    return f"{found.count:,}, worked in within {half} (median), {most} (p95), {longest} (longest)"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "0"
