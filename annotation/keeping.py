"""The key with which the labelling page locks what it keeps on somebody's computer."""

from __future__ import annotations

from base64 import b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import User


def page_keys(person: User) -> list[str]:
    """32 bytes each, in base64, of `person` alone: the first one locks, all of them open.

    They follow from the site's secret key (the others from those it had before), so nothing has
    to be stored, and who signs in again gets the same.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        b64encode(
            salted_hmac(
                "annotation.keeping", str(person.pk), secret=secret, algorithm="sha256"
            ).digest()
        ).decode()
        for secret in secrets
    ]
