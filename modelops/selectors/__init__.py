"""What other apps may read. One idea a file; nothing here changes anything."""

from modelops.selectors.labels import LabelledSet, labelled_rows
from modelops.selectors.models import champion, learned_revisions, model_by_label, models_all
from modelops.selectors.predictions import predictions_of, work_counts, work_parked
from modelops.selectors.questions import question_specs, questions_active
from modelops.selectors.snapshots import examples_of

__all__ = [
    "LabelledSet",
    "champion",
    "examples_of",
    "labelled_rows",
    "learned_revisions",
    "model_by_label",
    "models_all",
    "predictions_of",
    "question_specs",
    "questions_active",
    "work_counts",
    "work_parked",
]
