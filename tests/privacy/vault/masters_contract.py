"""What every implementation of master keys has to do. Subclasses give a `masters` fixture."""

from __future__ import annotations

import pytest

from privacy.vault.errors import KeyTooOld, SealBroken
from privacy.vault.masters import MasterKeys, Wrapped

KEYS = [(bytes([number]) * 32, b"key %d" % number) for number in range(5)]


class MastersContract:
    def test_what_was_wrapped_is_unwrapped_in_order(self, masters: MasterKeys) -> None:
        wrapped = masters.wrap(KEYS)
        back = masters.unwrap([(one, about) for one, (_, about) in zip(wrapped, KEYS, strict=True)])
        assert back == [key for key, _ in KEYS]

    def test_the_wrapping_shows_nothing_and_differs_each_time(self, masters: MasterKeys) -> None:
        [one], [other] = masters.wrap(KEYS[:1]), masters.wrap(KEYS[:1])
        assert KEYS[0][0] not in one.blob
        assert one.blob != other.blob

    def test_nothing_is_wrapped_to_nothing(self, masters: MasterKeys) -> None:
        assert masters.wrap([]) == []
        assert masters.unwrap([]) == []

    def test_versions_begin_at_one_and_the_current_one_wraps(self, masters: MasterKeys) -> None:
        assert (masters.current(), masters.minimum()) == (1, 1)
        masters.rotate_to(3)
        assert (masters.current(), masters.minimum()) == (3, 1)
        assert masters.wrap(KEYS[:1])[0].master == 3

    def test_a_rotation_to_what_is_there_changes_nothing(self, masters: MasterKeys) -> None:
        masters.rotate_to(2)
        masters.rotate_to(2)
        masters.rotate_to(1)
        assert masters.current() == 2

    def test_old_versions_unwrap_until_they_are_destroyed(self, masters: MasterKeys) -> None:
        [(key, about)] = KEYS[:1]
        [old] = masters.wrap([(key, about)])
        masters.rotate_to(2)
        assert masters.unwrap([(old, about)]) == [key]
        masters.destroy_below(2)
        with pytest.raises(KeyTooOld):
            masters.unwrap([(old, about)])
        assert masters.minimum() == 2
        [new] = masters.wrap([(key, about)])
        assert masters.unwrap([(new, about)]) == [key]

    def test_destroying_again_does_nothing_more(self, masters: MasterKeys) -> None:
        masters.rotate_to(2)
        masters.destroy_below(2)
        masters.destroy_below(2)
        masters.destroy_below(1)
        assert masters.minimum() == 2

    def test_the_current_version_cannot_be_destroyed(self, masters: MasterKeys) -> None:
        with pytest.raises(ValueError, match="current"):
            masters.destroy_below(masters.current() + 1)

    def test_another_context_is_refused(self, masters: MasterKeys) -> None:
        [wrapped] = masters.wrap(KEYS[:1])
        with pytest.raises(SealBroken):
            masters.unwrap([(wrapped, b"another key")])

    @pytest.mark.parametrize("place", [0, -1])
    def test_changed_bytes_are_refused(self, masters: MasterKeys, place: int) -> None:
        [wrapped] = masters.wrap(KEYS[:1])
        blob = bytearray(wrapped.blob)
        blob[place] ^= 1
        with pytest.raises(SealBroken):
            masters.unwrap([(Wrapped(wrapped.master, bytes(blob)), KEYS[0][1])])
