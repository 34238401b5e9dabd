"""Policies near one that is in force: a few of its rules are others. So that fuzzing gets past the form of a policy."""

from typing import Any

from hypothesis import strategies as st

_DURATIONS = st.sampled_from(["1s", "90d", "730d", "0d", "-1d", "99999999d", "soon", 7, None])
_NUMBERS = st.sampled_from([1, 2, 5, 200, 0, -1, 2**63, 1.5, None])
_SHARES = st.sampled_from([0, 0.5, 1, 2.0, -1, 1e308, None])
_NAMES = st.sampled_from(["member_card", "phone", "openid", "cookie", "nobody_knows"])
OF_A_NAMESPACE: dict[str, st.SearchStrategy[Any]] = {
    "rank": _NUMBERS,
    "kind": st.sampled_from(["person", "device", "attribute", "god"]),
    "unique": st.booleans() | st.just("perhaps"),
    "limit": _NUMBERS,
    "blocked": st.lists(st.sampled_from(["^0+$", "^null$", "(", "", ".*"]), max_size=3),
    "max_holders": _NUMBERS,
    "max_age": _DURATIONS,
    "mask": st.sampled_from(["ends", "phone", "email", "all", "none"]),
    "pattern": st.sampled_from(["[0-9]+", "[^@]+@[^@]+", "(", None]),
    "hash_of": _NAMES | st.none(),
    "payment": st.booleans(),
}
OF_A_POLICY: dict[str, st.SearchStrategy[Any]] = {
    "require_consent": st.booleans(),
    "session_window": _DURATIONS,
    "max_size": _NUMBERS,
    "min_weight": _SHARES,
    "shared_after": _NUMBERS,
    "undeclared": st.sampled_from(["reject", "park", "allow"]),
    "region": st.sampled_from(["CN", "DE", "", "XX"]),
    "title": st.text(max_size=20),
    "purposes": st.sampled_from([{}, {"service": ["contract"]}, {"service": ["contract"], "marketing": ["consent"]}, {"": []}]),
}


@st.composite
def near(draw: st.DrawFn, policy: dict[str, Any]) -> dict[str, Any]:
    """The policy with up to four of its rules changed, a namespace left out or another one added."""
    found = {**policy, "namespaces": {name: dict(rules) for name, rules in policy["namespaces"].items()}}
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from([*found["namespaces"], "added"]))
        what = draw(st.sampled_from(["namespace", "namespace", "policy", "leave out"]))
        if what == "namespace":
            key = draw(st.sampled_from(sorted(OF_A_NAMESPACE)))
            found["namespaces"].setdefault(name, {})[key] = draw(OF_A_NAMESPACE[key])
        elif what == "policy":
            key = draw(st.sampled_from(sorted(OF_A_POLICY)))
            found[key] = draw(OF_A_POLICY[key])
        else:
            found["namespaces"].pop(name, None)
    return found
