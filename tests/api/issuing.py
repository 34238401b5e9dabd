"""An OpenID provider on this machine, for tests: real keys, real HTTP, and whatever goes wrong with both."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "https://rootid.example"

RSA_KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
EC_KEY = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Provider:
    """What it publishes, how often it was asked, and whether it answers."""

    url: str = ""
    published: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    away: bool = False
    issuer: str | None = None
    """What the discovery document says it is; None for the truth."""

    def token(self, kid: str = "one", key: Any = RSA_KEYS[0], algorithm: str = "RS256", **claims: Any) -> str:
        """A token as it makes them, good for five minutes; a claim of None is left out."""
        given = {"iss": self.url, "aud": AUDIENCE, "sub": "lin@example.com", "scope": "rootid:lookup", **claims}
        return jwt.encode({k: v for k, v in given.items() if v is not None}, key, algorithm, headers={"kid": kid})


def published(kid: str, key: Any, **more: Any) -> dict[str, Any]:
    """A key as a JWKS has it."""
    kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid, **more}


@contextmanager
def provider() -> Generator[Provider]:
    """A provider that publishes one RSA key, `one`."""
    held = Provider(published=[published("one", RSA_KEYS[0])])

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if held.away:
                self.send_error(500)
                return
            if self.path == "/.well-known/openid-configuration":
                body: Any = {"issuer": held.issuer or held.url, "jwks_uri": f"{held.url}/keys"}
            else:
                held.asked += 1
                body = {"keys": held.published}
            raw = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        held.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield held
        finally:
            server.shutdown()
            thread.join()


def seconds(microseconds: int) -> int:
    return microseconds // 1_000_000
