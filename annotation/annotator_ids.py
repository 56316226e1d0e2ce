"""A stable pseudonym for each annotator, for files that leave the house."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from accounts.models import User

_KEY = "annotators.key"
_LENGTH = 12  # hexadecimal digits: 48 bits, so that even 100,000 people share none by chance


def annotator_id(person: User) -> str:
    """`a-` and twelve hexadecimal digits: the same for ever, also under another name.

    A keyed hash (HMAC-SHA256) of the account, and of when it was made: a number that is given out
    anew in an emptied database is somebody else.
    """
    key = settings.VERBATIM_HOME.secret(_KEY).encode()
    account = f"{person.pk} {person.date_joined.isoformat()}"
    return f"a-{hmac.new(key, account.encode(), hashlib.sha256).hexdigest()[:_LENGTH]}"
