"""Who the annotators of a file are here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from accounts.models import User
from annotation.annotator_ids import annotator_id
from annotation.formats.record import Person, Unmapped
from annotation.services.label_options import Options
from annotation.services.labels import annotator_ensure

_LONGEST_NAME = 150  # characters, of a user


@dataclass(frozen=True, slots=True)
class Hand:
    """A user, or the name of a stand-in that is made when labels are stored."""

    user: User | None
    name: str

    def ensure(self) -> User:
        return self.user or annotator_ensure(name=self.name)

    @property
    def starter(self) -> bool:
        """Whether its labels came with the sample data, made by a language model."""
        return self.name.startswith("starter-")


class People:
    """Everybody there is, read once; `options` as the importer gave them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        users = list(User.objects.all())
        self._by_name = {user.username: user for user in users}
        self._by_id = {annotator_id(user): user for user in users}
        addresses = Counter(user.email.casefold() for user in users if user.email)
        # An address that two share says of neither who it is.
        self._by_email = {
            user.email.casefold(): user
            for user in users
            if user.email and addresses[user.email.casefold()] == 1
        }

    def hand(self, person: Person) -> Hand:
        """By our id, by what the importer said, by user name, by address; else a stand-in, where
        the importer wants them. Raises Unmapped."""
        if not person.called:
            person = Person(name=self._options.annotator)
        if not person.called:
            raise Unmapped("no_annotator")
        for called in (person.id, person.name, person.email):
            user = self._user(called, person.session and called == person.name)
            if user is not None:
                return Hand(user, user.username)
        return self._stand_in(person)

    def _user(self, called: str, session: bool) -> User | None:
        if not called:
            return None
        given = self._options.people.get(called)
        if given is not None:
            if given not in self._by_name:
                raise Unmapped("unknown_annotator", given)
            return self._by_name[given]
        found = self._by_id.get(called) or self._by_name.get(called)
        found = found or self._by_email.get(called.casefold())
        if found is None and session:
            # Both names may have hyphens in them: the longest that is somebody's.
            pieces = called.split("-")
            names = ("-".join(pieces[n:]) for n in range(1, len(pieces)))
            found = next((self._by_name[one] for one in names if one in self._by_name), None)
        return found

    def _stand_in(self, person: Person) -> Hand:
        called = person.name or person.id or person.email
        if not self._options.stand_in:
            raise Unmapped("unknown_annotator", called)
        name = f"{self._options.stand_in}-{called}"
        if len(name) > _LONGEST_NAME or not called.isprintable():
            # Cut short it might be somebody else's.
            raise Unmapped("unknown_annotator", called)
        there = self._by_name.get(name)
        if there is not None and (there.is_active or there.has_usable_password()):
            # Somebody's account, not a stand-in: nobody said that it is theirs.
            raise Unmapped("unknown_annotator", called)
        return Hand(there, name)
