from annotation.models.answers import Annotation, AnnotationSource, Mention, MentionSpan
from annotation.models.assignments import Assignment, SkipReason
from annotation.models.batches import AuditRate, Batch, BatchItem, SamplingDesign
from annotation.models.gold import GoldAnswer
from annotation.models.label_studio import (
    LabelStudioAnswer,
    LabelStudioPerson,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
    LabelStudioWakeup,
)
from annotation.models.looks import MentionLook
from annotation.models.questions import Choice, Guideline, Question

__all__ = [
    "Annotation",
    "AnnotationSource",
    "Assignment",
    "AuditRate",
    "Batch",
    "BatchItem",
    "Choice",
    "GoldAnswer",
    "Guideline",
    "LabelStudioAnswer",
    "LabelStudioPerson",
    "LabelStudioProject",
    "LabelStudioServer",
    "LabelStudioTask",
    "LabelStudioWakeup",
    "Mention",
    "MentionLook",
    "MentionSpan",
    "Question",
    "SamplingDesign",
    "SkipReason",
]
