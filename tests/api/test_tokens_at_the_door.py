"""Tokens of an OpenID provider at the door: which are believed, what they may do, and what the audit log calls their holders."""

import asyncio
import base64
import hmac
import json
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from api.app import create_app
from api.issuer import AGAIN_SECONDS, FRESH_SECONDS, STALE_SECONDS, Issuer
from api.security import GUESSES
from api.tokens import TokenSettings
from graph.errors import InvalidInputError
from graph.keybook import Wanted
from graph.service import Service
from tests.api.conftest import NOW
from tests.api.issuing import AUDIENCE, EC_KEY, RSA_KEYS, Provider, provider, published, seconds

pytestmark = pytest.mark.anyio

LOOKUP = {"lookups": [{"identifiers": ["phone:13900000001"]}]}
SOON = seconds(NOW) + 300


@pytest.fixture(scope="module")
def _running() -> Iterator[Provider]:
    with provider() as held:
        yield held


@pytest.fixture
def at(_running: Provider) -> Provider:
    """The provider as it was started."""
    _running.published, _running.asked, _running.away, _running.issuer = [published("one", RSA_KEYS[0])], 0, False, None
    return _running


class Watch:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def door(service: Service, at: Provider, watch: Watch | None = None, **rules: Any) -> AsyncGenerator[httpx.AsyncClient]:
    settings = TokenSettings(**{"issuer": at.url, "audience": AUDIENCE, **rules})
    app = create_app(service, issuer=Issuer(settings, watch or Watch()))
    transport = httpx.ASGITransport(app, client=("10.0.0.9", 4711))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://rootid.example") as http:
        yield http


async def asked(http: httpx.AsyncClient, token: str, body: Any = LOOKUP, path: str = "/v1/lookup") -> httpx.Response:
    return await http.post(path, json=body, headers={"Authorization": f"Bearer {token}"})


def told(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.json()["detail"]


@pytest.mark.parametrize(("key", "algorithm"), [(RSA_KEYS[0], "RS256"), (EC_KEY, "ES256")])
async def test_a_token_of_the_issuer_lets_in(service: Service, at: Provider, key: Any, algorithm: str) -> None:
    at.published = [published("one", key, alg=algorithm, use="sig")]
    async with door(service, at) as http:
        assert (await asked(http, at.token(key=key, algorithm=algorithm, exp=SOON))).status_code == 200


async def test_keys_are_asked_for_once_and_can_come_from_a_file(service: Service, at: Provider, tmp_path: Path) -> None:
    async with door(service, at) as http:
        for _ in range(3):
            assert (await asked(http, at.token(exp=SOON))).status_code == 200
    assert at.asked == 1
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": at.published}))
    async with door(service, at, jwks=str(tmp_path / "jwks.json")) as http:
        assert (await asked(http, at.token(exp=SOON))).status_code == 200
    assert at.asked == 1


def unsigned(claims: dict[str, Any]) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims)}."


def signed_with_the_public_key(claims: dict[str, Any]) -> str:
    """The classic: the public key, which everybody has, taken for a shared secret."""
    pem = RSA_KEYS[0].public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=")
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    mac = base64.urlsafe_b64encode(hmac.digest(pem, head + b"." + middle, "sha256")).rstrip(b"=")
    return b".".join((head, middle, mac)).decode()


async def test_only_a_signature_of_the_issuer_counts(service: Service, at: Provider) -> None:
    claims = {"iss": at.url, "aud": AUDIENCE, "sub": "s", "exp": SOON, "scope": "rootid:lookup"}
    forged = [
        unsigned(claims),
        signed_with_the_public_key(claims),
        at.token(key=RSA_KEYS[1], exp=SOON),
        at.token(key=EC_KEY, algorithm="ES256", exp=SOON),
        at.token(kid="another", exp=SOON),
        jwt.encode(claims, RSA_KEYS[0], "RS256"),
        jwt.encode(claims, RSA_KEYS[0], "RS512", headers={"kid": "one"}),
        "a.b.c",
    ]
    for token in forged:
        async with door(service, at) as http:
            answer = await asked(http, token)
        assert told(answer)[:2] == (401, "invalid_token")
        assert "signed" in answer.json()["detail"]
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="rootid", error="invalid_token"'


async def test_keys_that_are_too_weak_or_for_other_uses_are_not_believed(service: Service, at: Provider) -> None:
    weak, curve = rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP384R1())
    at.published = [
        published("one", RSA_KEYS[0], use="enc"),
        published("two", RSA_KEYS[1], alg="RS384"),
        published("weak", weak),
        published("curve", curve),
        {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"},
        published("good", EC_KEY),
    ]
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        tokens = [at.token("weak", weak, exp=SOON)]
    tokens += [at.token("one", exp=SOON), at.token("two", RSA_KEYS[1], exp=SOON), at.token("curve", curve, "ES384", exp=SOON)]
    async with door(service, at) as http:
        for token in tokens:
            assert told(await asked(http, token))[0] == 401
        assert (await asked(http, at.token("good", EC_KEY, "ES256", exp=SOON))).status_code == 200


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": seconds(NOW) - 31}, "the token has expired"),
        ({"exp": None}, "the token lacks one of exp, iss, aud and sub"),
        ({"exp": True}, "the token doesn't say in numbers when it is good"),
        ({"nbf": seconds(NOW) + 31}, "the token is not good yet"),
        ({"aud": "https://another.example"}, "the token was made for another service"),
        ({"iss": "https://another.example"}, "the token is of another issuer"),
        ({"sub": None}, "the token lacks one of exp, iss, aud and sub"),
        ({"sub": ""}, "the token names no subject"),
        ({"sub": 7}, "the token names no subject"),
    ],
)
async def test_a_token_that_does_not_hold_is_told_why(service: Service, at: Provider, claims: Any, why: str) -> None:
    async with door(service, at) as http:
        answer = await asked(http, at.token(**{"exp": SOON, **claims}))
        assert told(answer) == (401, "invalid_token", why)
        for _ in range(GUESSES + 2):  # who was let in before is no guesser
            assert told(await asked(http, at.token(**{"exp": SOON, **claims})))[0] == 401


async def test_clocks_may_differ_a_little(service: Service, at: Provider) -> None:
    async with door(service, at) as http:
        for claims in ({"exp": seconds(NOW) - 29}, {"exp": SOON, "nbf": seconds(NOW) + 29}):
            assert (await asked(http, at.token(**claims))).status_code == 200


async def test_a_new_key_is_fetched_when_a_token_names_it_but_not_for_every_stranger(service: Service, at: Provider) -> None:
    watch = Watch()
    async with door(service, at, watch) as http:
        assert (await asked(http, at.token(exp=SOON))).status_code == 200
        at.published = [published("two", RSA_KEYS[1])]
        new = at.token("two", RSA_KEYS[1], exp=SOON)
        assert told(await asked(http, new))[0] == 401
        watch.now += AGAIN_SECONDS
        assert (await asked(http, new)).status_code == 200
        assert told(await asked(http, at.token(exp=SOON)))[0] == 401
        for _ in range(5):
            await asked(http, at.token("stranger", exp=SOON))
    assert at.asked == 2


async def test_a_key_that_was_taken_back_stops_being_believed(service: Service, at: Provider) -> None:
    watch = Watch()
    old = at.token(exp=SOON)
    async with door(service, at, watch) as http:
        assert (await asked(http, old)).status_code == 200
        at.published = [published("two", RSA_KEYS[1])]
        watch.now += FRESH_SECONDS + 1
        for _ in range(200):  # whoever asks meanwhile doesn't wait for the fetch
            if (await asked(http, old)).status_code == 401:
                break
            await asyncio.sleep(0.01)
        assert told(await asked(http, old))[0] == 401


async def test_without_the_issuer_known_keys_go_on_for_an_hour_and_api_keys_for_ever(service: Service, at: Provider) -> None:
    watch = Watch()
    _, key = await service.keybook.make(Wanted("shop", ("lookup",)))
    async with door(service, at, watch) as http:
        assert (await asked(http, at.token(exp=SOON))).status_code == 200
        at.away = True
        watch.now += STALE_SECONDS - 1
        assert (await asked(http, at.token(exp=SOON))).status_code == 200
        watch.now += AGAIN_SECONDS + 1
        answer = await asked(http, at.token(exp=SOON))
        assert told(answer)[:2] == (503, "issuer_unavailable")
        assert answer.headers["Retry-After"] == "5"
        assert (await asked(http, key)).status_code == 200


async def test_discovery_of_another_issuer_is_not_believed(service: Service, at: Provider) -> None:
    at.issuer = "https://another.example"
    async with door(service, at) as http:
        assert told(await asked(http, at.token(exp=SOON)))[:2] == (503, "issuer_unavailable")


async def test_claims_say_what_a_token_may_do(service: Service, at: Provider) -> None:
    rules = {
        "scope_claim": "realm_access.roles",
        "scopes": {"crm-reader": ["lookup"], "crm-writer": ["lookup", "write"]},
        "purpose_claim": "https://example.com/uses",
        "purposes": {"mail": ["marketing"]},
    }
    sighting = {"sightings": [{"see": ["phone:13900000001"]}]}
    marketing = {**LOOKUP, "purpose": "marketing"}
    uses = {"https://example.com/uses": ["mail", "other"]}
    async with door(service, at, **rules) as http:
        reader = at.token(exp=SOON, realm_access={"roles": ["crm-reader", "else"]}, **uses)
        writer = at.token(exp=SOON, realm_access={"roles": ["crm-writer"]}, **uses)
        assert (await asked(http, reader, marketing)).status_code == 200
        assert told(await asked(http, reader, LOOKUP))[:2] == (403, "purpose_not_allowed")
        assert told(await asked(http, reader, sighting, "/v1/sightings"))[:2] == (403, "forbidden")
        assert (await asked(http, writer, sighting, "/v1/sightings")).status_code == 200
        nothing = at.token(exp=SOON, realm_access={"roles": ["crm-reader"]})
        assert told(await asked(http, nothing, marketing))[:2] == (403, "purpose_not_allowed")


async def test_what_a_token_does_not_name_it_may_not(service: Service, at: Provider) -> None:
    async with door(service, at) as http:
        for scope in ("lookup", "rootid:everything", "", None):
            assert told(await asked(http, at.token(exp=SOON, scope=scope)))[:2] == (403, "forbidden")


async def test_each_subject_has_a_rate_of_its_own(service: Service, at: Provider) -> None:
    async with door(service, at, rate=1) as http:
        answers = [await asked(http, at.token(exp=SOON)) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        assert answers[0].headers["RateLimit-Policy"] == '"token";q=10;w=10'
        assert int(answers[10].headers["Retry-After"]) >= 1
        assert (await asked(http, at.token(exp=SOON, sub="somebody else"))).status_code == 200


async def test_whoever_guesses_is_slowed_down(service: Service, at: Provider) -> None:
    async with door(service, at) as http:
        answers = [await asked(http, at.token(key=RSA_KEYS[1], exp=SOON)) for _ in range(GUESSES + 1)]
        assert [answer.status_code for answer in answers] == [401] * GUESSES + [429]
        assert (await asked(http, at.token(exp=SOON))).status_code == 200


async def test_with_an_issuer_this_machine_needs_a_token_too(service: Service, at: Provider) -> None:
    async with door(service, at) as http:
        answer = await http.post("http://127.0.0.1/v1/lookup", json=LOOKUP)
        assert told(answer)[:2] == (401, "unauthorized")
        assert "or a token of its issuer" in answer.json()["detail"]


async def test_the_audit_log_and_the_access_log_have_a_digest_and_never_the_subject(
    service: Service, at: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "rootid"):
        async with door(service, at) as http:
            await asked(http, at.token(exp=SOON))
            await asked(http, at.token(exp=SOON, scope="rootid:write"), {"sightings": [{"see": ["openid@x:1"]}]}, "/v1/sightings")
            await asked(http, at.token(exp=SOON, sub="another@example.com"))
    actors = {entry.actor for entry in await service.audit.entries(limit=100) if entry.actor.startswith("token:")}
    assert len(actors) == 2
    assert all(len(actor) == len("token:") + 16 for actor in actors)
    subjects = {record.fields["subject"] for record in caplog.records if hasattr(record, "fields")}  # type: ignore[attr-defined]  # put there by the log
    assert {f"token:{subject}" for subject in subjects} == actors
    everything = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "example.com" not in everything.replace("rootid.example", "")


@pytest.mark.parametrize(
    "rules",
    [
        {"issuer": "https://id.example"},
        {"issuer": "http://id.example", "audience": "x"},
        {"issuer": "https://id.example", "audience": "x", "jwks": "http://id.example/keys"},
        {"issuer": "https://id.example", "audience": "x", "jwks": "file:///etc/passwd"},
    ],
)
async def test_settings_that_would_believe_anybody_are_refused(rules: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        Issuer(TokenSettings(**rules))
