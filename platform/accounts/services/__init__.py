from accounts.services.apikeys import BadKeyRequest, apikey_create, apikey_revoke, apikey_used
from accounts.services.idempotency import (
    claim_finish,
    claim_release,
    claim_take,
)
from accounts.services.rates import RateState, rate_count
from accounts.services.stores import store_ensure

__all__ = [
    "BadKeyRequest",
    "RateState",
    "apikey_create",
    "apikey_revoke",
    "apikey_used",
    "claim_finish",
    "claim_release",
    "claim_take",
    "rate_count",
    "store_ensure",
]
