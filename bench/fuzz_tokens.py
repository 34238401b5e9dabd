"""What may stand behind `Authorization`: keys and tokens that are nearly right, and tokens that are rightly signed and odd."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm

from api.issuer import Issuer
from api.tokens import TokenSettings

ISSUER, AUDIENCE = "https://issuer.example", "https://rootid.example"

_ODD = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.lists(st.text(max_size=4) | st.none(), max_size=2)
    | st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)
)
_SCOPES = st.sampled_from(["rootid:lookup", "rootid:all", "rootid:lookup rootid:admin", "", "rootid:nothing", "all"])

_HEADERS = st.sampled_from([{"kid": "two"}, {"jku": ISSUER}, {"crit": ["exp"]}, {"typ": "x"}, {"cty": "JWT"}, {"kid": "é"}])


@dataclass(frozen=True)
class Provider:
    """An issuer with one key, which the service knows from a file."""

    issuer: Issuer
    key: rsa.RSAPrivateKey

    @classmethod
    def of(cls, folder: Path) -> "Provider":
        key = rsa.generate_private_key(65537, 2048)
        published = {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "one"}
        file = folder / "keys.json"
        file.write_text(json.dumps({"keys": [published]}))
        return cls(Issuer(TokenSettings(issuer=ISSUER, audience=AUDIENCE, jwks=str(file), purpose_claim="purposes")), key)

    def token(self, claims: dict[str, Any], headers: dict[str, Any] | None = None) -> str:
        """A rightly signed token."""
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "one", **(headers or {})})


def right() -> dict[str, Any]:
    """Claims that hold for five minutes."""
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": "somebody", "exp": int(time.time()) + 300, "scope": "rootid:all"}


@st.composite
def authorizations(draw: st.DrawFn, provider: Provider, key: str) -> str:
    """A value of the header; three in four are one that the service looks at."""
    kind = draw(st.sampled_from(["claims", "claims", "claims", "scope", "torn", "header", "key", "anything"]))
    if kind == "claims":
        name = draw(st.sampled_from(["iss", "aud", "sub", "exp", "nbf", "iat", "scope", "purposes", "jti"]))
        try:
            return f"Bearer {provider.token({**right(), name: draw(_ODD)})}"
        except (TypeError, ValueError, OverflowError):  # the library that signs won't have it
            return "Bearer "
    if kind == "scope":
        return f"Bearer {provider.token({**right(), 'scope': draw(_SCOPES)})}"
    if kind == "header":
        return f"Bearer {provider.token(right(), draw(_HEADERS))}"
    if kind == "anything":
        return draw(st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=60))
    whole = key if kind == "key" else provider.token(right())
    at = draw(st.integers(0, len(whole)))
    put = draw(st.sampled_from(["", ".", "_", "A", "é", "=="]))
    scheme, left_out = draw(st.sampled_from(["Bearer ", "bearer  ", "Basic ", ""])), draw(st.integers(0, 2))
    return f"{scheme}{whole[:at]}{put}{whole[at + left_out :]}"
