"""`rootid consent`: grant, renew, withdraw and show consents. Holds no rule."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.tree import Tree

from cli.names import NAME_HELP, event, moment, names
from cli.output import result, write_json
from cli.session import session
from graph import instants
from graph.consents import ConsentView
from graph.errors import InvalidInputError
from graph.receipts import Body
from graph.service import Service

app = typer.Typer(help="Grant, renew, withdraw and show consents.", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="The records and the receipt as JSON, times in microseconds.")]
At = Annotated[str | None, typer.Option(metavar="TIME", help="When it was given or said. Default: now.")]


@app.command("grant")
def grant(
    context: typer.Context,
    *,
    purposes: Annotated[list[str], typer.Option("--purpose", metavar="NAME", help="What it is for; may be given again.")],
    consent: Annotated[str | None, typer.Option("--id", metavar="ID", help="Its id. Default: it gets one.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="NAME", help=f"Who gave it: {NAME_HELP}")] = None,
    at: At = None,
    expires: Annotated[str | None, typer.Option(metavar="TIME", help="When it ends by itself.")] = None,
    notice: Annotated[str | None, typer.Option(metavar="TEXT", help="Version of the notice that was shown.")] = None,
    language: Annotated[str | None, typer.Option(metavar="TEXT", help="Language of the notice.")] = None,
    basis: Annotated[str | None, typer.Option(metavar="TEXT", help="Legal basis.")] = None,
    jurisdiction: Annotated[str | None, typer.Option(metavar="TEXT", help="Whose law it was given under.")] = None,
    controller: Annotated[str | None, typer.Option(metavar="TEXT", help="Who it was given to.")] = None,
    channel: Annotated[str | None, typer.Option(metavar="TEXT", help="Where it was given.")] = None,
    evidence: Annotated[str | None, typer.Option(metavar="TEXT", help="Where the proof lies.")] = None,
    in_exchange_for: Annotated[str | None, typer.Option(metavar="TEXT", help="What was offered for it.")] = None,
    as_json: Json = False,
) -> None:
    """Record who allowed what. The same id again renews it."""
    said: dict[str, Any] = {
        "purposes": purposes,
        "subject": names(subject)[0] if subject else None,
        "at": at,
        "expires": expires,
        "notice": notice,
        "language": language,
        "basis": basis,
        "jurisdiction": jurisdiction,
        "controller": controller,
        "channel": channel,
        "evidence": evidence,
        "in_exchange_for": in_exchange_for,
    }

    async def work(service: Service) -> tuple[ConsentView, Body]:
        return await service.consents.grant(event(consent=consent or service.consents.new_id(), **said))

    view, receipt = session(context).with_service(work)
    _tell([view], receipt, as_json)


@app.command("renew")
def renew(
    context: typer.Context,
    *,
    consent: Annotated[str, typer.Argument(metavar="ID", help="Id of the consent.")],
    expires: Annotated[str | None, typer.Option(metavar="TIME", help="When it ends by itself from now on.")] = None,
    notice: Annotated[str | None, typer.Option(metavar="TEXT", help="Version of the notice that was shown.")] = None,
    evidence: Annotated[str | None, typer.Option(metavar="TEXT", help="Where the proof lies.")] = None,
    as_json: Json = False,
) -> None:
    """Grant a consent again from now on, as it was granted last but for what is said."""
    until = moment(expires)
    view, receipt = session(context).with_service(
        lambda service: service.consents.renew(consent, expires=until, notice=notice, evidence=evidence)
    )
    _tell([view], receipt, as_json)


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    *,
    consent: Annotated[str | None, typer.Argument(metavar="ID", help="Id of the consent.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="NAME", help=f"Who withdraws: {NAME_HELP}")] = None,
    purpose: Annotated[str | None, typer.Option(metavar="NAME", help="Which purpose the subject withdraws.")] = None,
    at: At = None,
    channel: Annotated[str | None, typer.Option(metavar="TEXT", help="Where it was said.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; nobody has to say.")] = None,
    as_json: Json = False,
) -> None:
    """Withdraw a consent whole, or (--subject, --purpose) one purpose in all consents of somebody. Splits at once."""
    if (consent is None) == (subject is None) or (subject is None) != (purpose is None):
        raise InvalidInputError("give either the ID of a consent, or --subject and --purpose")
    what = consent if subject is None else {"subject": names(subject)[0], "purpose": purpose}
    said = event(withdraw=what, at=at, channel=channel, reason=reason)
    views, receipt = session(context).with_service(lambda service: service.consents.withdraw(said))
    _tell(views, receipt, as_json)


@app.command("receipt")
def receipt(
    context: typer.Context,
    *,
    consent: Annotated[str, typer.Argument(metavar="ID", help="Id of the consent.")],
    as_json: Json = False,
) -> None:
    """Get a signed receipt for a consent as it was granted last: one that came in a file has none of its own."""
    view, signed = session(context).with_service(lambda service: service.consents.receipt(consent))
    _tell([view], signed, as_json)


@app.command("show")
def show(
    context: typer.Context,
    *,
    consent: Annotated[str | None, typer.Argument(metavar="ID", help="Id of the consent.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="NAME", help=f"All that somebody gave: {NAME_HELP}")] = None,
    as_json: Json = False,
) -> None:
    """Show a consent record, or all consents that an identifier gave."""
    if (consent is None) == (subject is None):
        raise InvalidInputError("give either the ID of a consent, or --subject")
    who = names(subject)[0] if subject else None

    async def work(service: Service) -> list[ConsentView]:
        return await service.consents.of(who) if who else [await service.consents.show(consent or "")]

    _tell(session(context).with_service(work), None, as_json)


def _tell(views: Sequence[ConsentView], receipt: Body | None, as_json: bool) -> None:
    if as_json:
        write_json({"consents": [asdict(view) for view in views], "receipt": receipt})
        return
    for view in views:
        result().print(picture(view))
    if receipt is not None:
        tell_receipt(receipt)


def tell_receipt(receipt: Body) -> None:
    """A receipt in words."""
    said = receipt["receipt"]
    ended = ", ".join(f"{purpose} {count:,}" for purpose, count in said["ended_links"].items())
    typer.echo(f"receipt {said['id']}{f'; links that ended: {ended}' if ended else ''}")
    for change in said["changes"]:
        typer.echo(f"{change['kind']} ({change['purpose']}): {change['root_id']}, {', '.join(change['others'])}")


def picture(view: ConsentView) -> Tree:
    """A tree of a consent record."""
    states = ", ".join(f"{purpose}: {state}" for purpose, state in view.states.items())
    tree = Tree(f"consent {view.consent_id}  ({states})")
    for grant in view.grants:
        until = "" if grant.expires is None else f" until {instants.text(grant.expires)}"
        branch = tree.add(f"granted {instants.text(grant.at)}{until} for {', '.join(grant.purposes)}")
        told = ("subject", "notice", "language", "basis", "jurisdiction", "controller", "channel", "evidence", "in_exchange_for")
        for name in told:
            if (text := getattr(grant, name)) is not None:
                branch.add(f"{name.replace('_', ' ')}: {text}")
    for ending in view.withdrawals:
        what = ending.purpose or "all purposes"
        tree.add(f"withdrawn {instants.text(ending.at)}: {what}{', by the subject for all so far' if ending.by_subject else ''}")
    return tree
