"""The `rootid` command: its options, its commands, and how errors are told. Holds no rule."""

import os
import sys
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from cli import (
    audit,
    backups,
    changes,
    checking,
    compacting,
    conflicts,
    consents,
    decisions,
    demo,
    devices,
    evaluating,
    explaining,
    exporting,
    fission,
    importing,
    keys,
    lookups,
    moving,
    policies,
    rank,
    receipts,
    referrers,
    rekeying,
    reporting,
    rewards,
    rights,
    roots,
    schemas,
    serving,
    statistics,
    sweeping,
    trying,
    webhooks,
)
from cli.output import complain
from cli.session import Session
from graph.errors import RootidError, UnknownRootError

NOT_FOUND: Final = 1
"""Exit code where the question was fine and the answer is: there is none."""

FAILED: Final = 2
"""Exit code where nothing could be done; also for wrong usage."""

UNEXPECTED: Final = 70
"""Exit code of an error in rootid itself (EX_SOFTWARE)."""


class Command(TyperGroup):
    """Tells every error in one line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; errors end with an exit code and without a traceback."""
        try:
            return super().invoke(ctx)
        except RootidError as error:
            complain(error.message)
            raise typer.Exit(NOT_FOUND if isinstance(error, UnknownRootError) else FAILED) from None
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            complain(f"setting {'.'.join(map(str, problem['loc']))}: {problem['msg']}")
            raise typer.Exit(FAILED) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except Exception as error:  # the last resort: one line instead of a traceback
            if isinstance(error, (typer.Exit, typer.Abort)) or type(error).__module__.startswith("typer."):
                raise
            if isinstance(ctx.obj, Session) and ctx.obj.debug:
                traceback.print_exc()
            complain(f"unexpected {type(error).__name__}; this is an error in rootid itself (--debug shows where)")
            raise typer.Exit(UNEXPECTED) from None


app = typer.Typer(
    cls=Command,
    name="rootid",
    help="Who is one person: imports sightings of identifiers, resolves them to root-IDs, answers lookups.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"rootid {version('rootid')}")
        except PackageNotFoundError:  # a checkout that was never installed
            typer.echo("rootid 0")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The store: sqlite:///FILE or neo4j://HOST:PORT. Default: ROOTID_STORE, else data/rootid.db."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The policy of a new store. Default: ROOTID_POLICY, else the one on record."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")] = False,
) -> None:
    """Options of every command."""
    context.obj = Session.of(store, policy, debug=debug)


app.command("import")(importing.import_files)
app.command("lookup")(lookups.lookup)
app.command("show")(roots.show)
app.command("explain")(explaining.explain)
app.command("on-device")(devices.on_device)
app.command("what-if")(trying.what_if)
app.command("check")(checking.check)
app.add_typer(policies.app, name="policy")
app.command("stats")(statistics.stats)
app.command("backup")(backups.backup)
app.command("restore")(backups.bring_back)
app.add_typer(keys.app, name="keys")
app.command("serve")(serving.serve)
app.command("demo")(demo.demo)
app.command("export")(exporting.export)
app.command("evaluate")(evaluating.evaluate)
app.command("compact")(compacting.compact)
app.command("rekey")(rekeying.rekey)
app.command("rank")(rank.rank)
referrers.app.command("rewards")(rewards.rewards)
app.add_typer(referrers.app, name="referrers")
app.add_typer(fission.app, name="fission")
app.add_typer(consents.app, name="consent")
app.add_typer(decisions.app, name="decide")
app.add_typer(conflicts.app, name="conflicts")
app.command("close")(decisions.close)
app.command("sweep")(sweeping.sweep)
app.command("changes")(changes.changes)
app.command("history")(changes.history)
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(rights.app, name="rights")
app.add_typer(receipts.app, name="receipt")
app.add_typer(audit.app, name="audit")
app.add_typer(reporting.app, name="report")
app.add_typer(schemas.app, name="schema")
app.add_typer(moving.app, name="move")


def main() -> None:
    """Entry point of the `rootid` command."""
    app(prog_name="rootid")


if __name__ == "__main__":
    main()
