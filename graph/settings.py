"""Settings of the process, from the environment (prefix ROOTID_) or a .env file. Must not hold what belongs into the policy."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import StoreError
from graph.keys import Keyring, load_keyring
from graph.stores import DEFAULT_STORE


class Settings(BaseSettings):
    """What differs between one installation and another."""

    model_config = SettingsConfigDict(env_prefix="ROOTID_", env_file=".env", extra="ignore")

    store: str = Field(default=DEFAULT_STORE, description="URL of the store: sqlite:///FILE or neo4j://HOST:PORT.")
    policy: Path | None = Field(default=None, description="Policy file; absent means the policy on record, or the default one.")
    key_file: Path | None = Field(default=None, description="File of the HMAC key (hex); absent means beside the database.")
    key: SecretStr | None = Field(
        default=None,
        description="The HMAC key itself (hex), for secrets given by environment; after re-keying all of them, with commas.",
    )
    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8080, ge=1, le=65535, description="Port the API listens on.")
    allow_open: bool = Field(default=False, description="Serve beyond loopback without API keys.")
    deadline: float = Field(default=30.0, gt=0, description="Seconds after which a request is given up.")
    most_in_flight: int = Field(default=256, ge=1, description="Requests that a worker serves at once; more are told to wait.")
    access_log: bool = Field(default=True, description="Write a line of JSON for each request, to stdout.")
    traces: bool = Field(
        default=False, description="Make OpenTelemetry spans, sent to OTEL_EXPORTER_OTLP_ENDPOINT; needs `rootid[otel]`."
    )

    def keyring(self) -> Keyring | None:
        """The HMAC key that the settings name; None leaves it beside the store. Raises StoreError where it can't be used."""
        if self.key is None:
            return load_keyring(self.key_file) if self.key_file else None
        try:
            secret, *later = (bytes.fromhex(one) for one in self.key.get_secret_value().split(","))
        except ValueError:
            raise StoreError("ROOTID_KEY is not hexadecimal") from None
        return Keyring(secret, later)
