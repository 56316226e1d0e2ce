"""Why a batch or a gold answer was refused: kept in English, said in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_noop

COMPLAINTS: tuple[str, ...] = (
    gettext_noop("give it a name of 1 to 120 characters"),
    gettext_noop("audit and starter-... are the product's own; choose another one"),
    gettext_noop("there is a batch of this name; choose another one"),
    gettext_noop("at least 1 review"),
    gettext_noop("1 to 10 people a review"),
    gettext_noop("a share of 0 to 0.5"),
    gettext_noop("a share of 0 to 1"),
    gettext_noop("a whole number of -100 to 100"),
    gettext_noop("the last day lies before the first; swap them"),
    gettext_noop("unknown: %(names)s"),
    gettext_noop("choose one of %(names)s"),
    gettext_noop("there is no such question"),
    gettext_noop("give at least one word or phrase to look for"),
    gettext_noop("%(person)s may not label; give them the role annotator"),
    gettext_noop("%(person)s has none of these stores; give them one"),
    gettext_noop("no review fits; choose other stores, days or languages"),
    gettext_noop("no review here has these words; try others"),
    gettext_noop("no model answers here; use a design that needs none"),
    gettext_noop(
        "the model has answered nothing here yet; wait for it, or use a design that needs none"
    ),
    gettext_noop("no review here is embedded yet; wait for the model, or use another design"),
    gettext_noop("nobody disagrees about these reviews; use another design"),
    gettext_noop("there are %(groups)s groups: draw at least that many, or make fewer groups"),
    gettext_noop(
        "the model is sure of almost everything here: give a share that is drawn at random"
    ),
    gettext_noop("more than 0"),
    gettext_noop("open or closed"),
    gettext_noop("the audit sample never stops; set its rate to 0 instead"),
    gettext_noop("nothing is put among the audit sample"),
    gettext_noop("you may no longer see any of its stores"),
    gettext_noop("it may not be labelled, or is of another store"),
    gettext_noop("it is in the audit sample, which is kept apart; choose another review"),
    gettext_noop("choose the right answer to at least one question"),
    gettext_noop("longer than %(n)s characters"),
    gettext_noop(
        "%(needed)s reviews with gold answers are needed and there are %(known)s: set more gold "
        "answers, or ask for fewer reviews or attempts"
    ),
    gettext_noop(
        "who has %(store)s alone could not take the test: %(needed)s reviews with gold answers are "
        "needed there and there are %(known)s"
    ),
    gettext_noop(
        "%(test)s has no reviews of %(stores)s: who has no other store could not take it; choose "
        "another test"
    ),
    gettext_noop("a whole number of 1 to 100"),
    gettext_noop("1 to 200 reviews"),
    gettext_noop("1 to 10 attempts"),
    gettext_noop("a test needs no other test"),
    gettext_noop("it is of another store; choose another test"),
    gettext_noop("this test is not for you, or closed"),
    gettext_noop("you have passed it already"),
    gettext_noop("you have used all attempts; ask who leads the labelling"),
    gettext_noop("too few reviews are left that you have not seen; ask who leads"),
)
