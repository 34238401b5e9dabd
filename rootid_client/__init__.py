"""A client of the rootid API, to be used by other programs. Knows the API by its wire form, nothing of the service's code."""

from rootid_client.answers import Answer, Change, Changes, Outcome, Receipt, Root, ServiceError
from rootid_client.client import Client
from rootid_client.concurrent import AsyncClient

__all__ = ["Answer", "AsyncClient", "Change", "Changes", "Client", "Outcome", "Receipt", "Root", "ServiceError"]
