"""Accounts there and our people: the same when they have the same e-mail address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models.functions import Lower

from accounts.models import User
from annotation.label_studio.client import Client
from annotation.models import LabelStudioPerson, LabelStudioServer


def people_refresh(*, server: LabelStudioServer, client: Client) -> list[int]:
    """Bring the accounts up to date. Returns ids of those who are another person of ours by now.

    Nobody is made a user here, and an address that two of our people have is nobody's. Who was
    found once stays found, also when they leave or change their address here: until somebody else
    has it, or the account there gets another one.
    """
    seen = {int(one["id"]): str(one.get("email") or "").lower()[:254] for one in client.users()}
    return _people_store(server, seen)


@transaction.atomic
def _people_store(server: LabelStudioServer, seen: Mapping[int, str]) -> list[int]:
    known = {one.remote_id: one for one in server.people.select_for_update()}
    users = _users(set(seen.values()) - {""})
    changed = []
    for remote_id, email in seen.items():
        person = known.get(remote_id) or LabelStudioPerson(server=server, remote_id=remote_id)
        user = users.get(email)
        kept = person.user_id if person.email == email else None
        found = user.pk if user is not None else kept
        if person.pk is None or (person.email, person.user_id) != (email, found):
            person.email, person.user_id = email, found
            person.save()
            changed.append(person.pk)
    return changed


def person_of(server: LabelStudioServer, remote_id: int) -> LabelStudioPerson:
    """The account; one that the server no longer lists stays as it was, or is nobody's."""
    return LabelStudioPerson.objects.get_or_create(server=server, remote_id=remote_id)[0]


def _users(emails: Iterable[str]) -> dict[str, User]:
    """By address in small letters: whoever has it alone; who works here goes before who left."""
    listed = User.objects.annotate(address=Lower("email")).filter(address__in=emails)
    found: dict[str, list[User]] = {}
    for user in listed.order_by("-is_active", "pk"):
        found.setdefault(user.address, []).append(user)
    return {
        email: users[0]
        for email, users in found.items()
        if len(users) == 1 or (users[0].is_active and not users[1].is_active)
    }
