from __future__ import annotations

import pytest

from annotation.guideline_text import BadGuideline, clauses, shipped
from annotation.models import Guideline, SkipReason
from annotation.services.guidelines import guideline_seed
from taxonomy.mentions import FLAGS, KINDS, SCOPES
from taxonomy.questions import QUESTIONS


def test_both_languages_hold_the_same_clauses() -> None:
    english, chinese = clauses(shipped("en")), clauses(shipped("zh"))
    assert [(one.id, one.about) for one in english] == [(one.id, one.about) for one in chinese]
    assert all(one.body and one.section for one in (*english, *chinese))


def test_every_choice_kind_scope_and_flag_has_a_clause_and_no_clause_names_another() -> None:
    said = {about for one in clauses(shipped("en")) for about in one.about}
    wanted = {f"{question.key}:{key}" for question in QUESTIONS for key in question.choice_keys}
    wanted |= {f"mentions:{kind}" for kind in KINDS} | {f"scope:{scope}" for scope in SCOPES}
    wanted |= {f"flags:{flag}" for flag in FLAGS} | {"skip"}
    assert wanted - said == set()
    assert said - wanted == {"general"}
    assert len(SkipReason.values) == 6  # one key each


@pytest.mark.parametrize(
    "text", ["### A\nwords\n", "### A\n`a` general\nx\n### B\n`a` general\ny\n"]
)
def test_a_clause_without_a_name_of_its_own_is_refused(text: str) -> None:
    with pytest.raises(BadGuideline):
        clauses(text)


@pytest.mark.django_db
def test_a_guideline_that_somebody_edited_stays() -> None:
    guideline_seed()
    Guideline.objects.update(text_en="### A\n`a` general\nours\n")
    guideline_seed()
    assert Guideline.objects.get().text_en.endswith("ours\n")
