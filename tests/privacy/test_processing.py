"""The record of processing says something of every field there is."""

from __future__ import annotations

import pytest
from django.apps import apps

from privacy import processing, retention

MODELS = sorted(
    (model for model in apps.get_models(include_auto_created=True)),
    key=lambda model: model._meta.label,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_has_a_kind_a_purpose_and_a_time(model: type) -> None:
    held = processing.held(model._meta.label)
    assert held is not None, f"register {model._meta.label} in the processing.py of its app"
    fields = {field.name for field in model._meta.concrete_fields}
    said = held.kinds()
    assert sorted(fields - said.keys()) == [], "say of what kind these fields are"
    assert sorted(said.keys() - fields) == [], "these fields are gone"
    assert held.purpose
    assert held.kept


def test_a_time_that_looks_like_a_class_is_one() -> None:
    known = {found.key for found in retention.classes()}
    for line in processing.record():
        assert line.kept in known or " " in line.kept, line


def test_a_field_of_two_kinds_is_refused() -> None:
    held = processing.Held(
        "a.B", "why", "with it", {processing.Kind.NONE: "id", processing.Kind.LINK: "id"}
    )
    with pytest.raises(ValueError, match=r"a\.B\.id"):
        held.kinds()
