"""Accounts there and our people: the same when they have the same e-mail address."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from annotation.label_studio.client import Client
from annotation.models import LabelStudioPerson, LabelStudioServer


@transaction.atomic
def people_refresh(*, server: LabelStudioServer, client: Client) -> list[int]:
    """Bring the accounts up to date. Returns ids of those who are another person of ours by now.

    Nobody is made a user here, and an address that two of our people have is nobody's.
    """
    seen = {int(one["id"]): str(one.get("email") or "").lower()[:254] for one in client.users()}
    known = {one.remote_id: one for one in server.people.select_for_update()}
    changed = []
    for remote_id, email in seen.items():
        person = known.get(remote_id)
        if person is None:
            person = LabelStudioPerson(server=server, remote_id=remote_id)
        user = _user(email)
        if person.pk is None or (person.email, person.user_id) != (email, user and user.pk):
            person.email, person.user = email, user
            person.save()
            changed.append(person.pk)
    return changed


def person_of(server: LabelStudioServer, remote_id: int) -> LabelStudioPerson:
    """The account; one that the server no longer lists stays as it was, or is nobody's."""
    return LabelStudioPerson.objects.get_or_create(server=server, remote_id=remote_id)[0]


def _user(email: str) -> User | None:
    if not email:
        return None
    found = list(User.objects.filter(email__iexact=email, is_active=True)[:2])
    return found[0] if len(found) == 1 else None
