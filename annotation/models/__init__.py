from annotation.models.answers import Annotation, AnnotationSource, Mention, MentionSpan
from annotation.models.assignments import Assignment, SkipReason
from annotation.models.batches import AuditRate, Batch, BatchItem, SamplingDesign
from annotation.models.gold import GoldAnswer
from annotation.models.label_sets import (
    AnswerBefore,
    ChoiceMapping,
    GuidelineDraft,
    LabelSetChange,
    Relabelling,
)
from annotation.models.label_studio import (
    LabelStudioAnswer,
    LabelStudioPerson,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
    LabelStudioWakeup,
)
from annotation.models.looks import MentionLook
from annotation.models.qualification import (
    Qualification,
    QualificationAnswer,
    QualificationAttempt,
)
from annotation.models.questions import Choice, Guideline, Question
from annotation.models.settling import Adjudication, Consensus, Suspect
from annotation.models.transfers import LabelExport, LabelImport, LabelImportProblem

__all__ = [
    "Adjudication",
    "Annotation",
    "AnnotationSource",
    "AnswerBefore",
    "Assignment",
    "AuditRate",
    "Batch",
    "BatchItem",
    "Choice",
    "ChoiceMapping",
    "Consensus",
    "GoldAnswer",
    "Guideline",
    "GuidelineDraft",
    "LabelExport",
    "LabelImport",
    "LabelImportProblem",
    "LabelSetChange",
    "LabelStudioAnswer",
    "LabelStudioPerson",
    "LabelStudioProject",
    "LabelStudioServer",
    "LabelStudioTask",
    "LabelStudioWakeup",
    "Mention",
    "MentionLook",
    "MentionSpan",
    "Qualification",
    "QualificationAnswer",
    "QualificationAttempt",
    "Question",
    "Relabelling",
    "SamplingDesign",
    "SkipReason",
    "Suspect",
]
