"""Problems as pages for people: what /problems/<code> serves and docs/reference/problems.md holds."""

from api.problems import TABLE

_INTRODUCTION = """# Problems

Every request that isn't served is answered with a problem (RFC 9457, `application/problem+json`). Its `code` is stable: switch
on that. Its `type` is the path of the text below, at the service. `detail` is for people; `request_id` finds it in the logs.
No problem ever holds the value of an identifier, or any other text that was sent: places are named by JSON pointers.

An item of a batch that is rejected on its own has a problem without a status: the other items were served.

| code | status | title |
|---|---|---|
"""


def problem_page(code: str) -> str:
    """Markdown of one problem."""
    kind = TABLE[code]
    retry = f"\n`Retry-After`: {kind.retry_after} s\n" if kind.retry_after is not None else ""
    return f"# {kind.title}\n\n`{code}`, status {kind.status}\n{retry}\n{kind.meaning}\n\n**What to do:** {kind.remedy}\n"


def problems_page() -> str:
    """Markdown of all of them, with a table first."""
    rows = [f"| [`{code}`](#{code}) | {kind.status} | {kind.title} |" for code, kind in sorted(TABLE.items())]
    sections = [f'<a id="{code}"></a>\n\n#{problem_page(code)}' for code in sorted(TABLE)]
    return _INTRODUCTION + "\n".join(rows) + "\n\n" + "\n".join(sections)
