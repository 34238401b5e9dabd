"""Prints figures of a bench. Measures nothing."""

import json
from collections.abc import Mapping


def tell(found: Mapping[str, Mapping[str, float]], *, as_json: bool) -> None:
    """Figures by name, under the name of what was measured; as JSON for programs."""
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for name, values in found.items():
        print(name)
        for key, value in values.items():
            print(f"    {key:50} {value:10,.3f}")
