from modelops.models.active import ActivePlan
from modelops.models.curves import LearningCurve
from modelops.models.embeddings import TextEmbedding
from modelops.models.erased import HoldsErased
from modelops.models.predictions import AnalysisWork, PredictedMention, Prediction
from modelops.models.registry import ModelVersion, TestUse, TrainingRun
from modelops.models.snapshots import Snapshot, SnapshotItem
from modelops.models.weak import WeakLabel, WeakSource

__all__ = [
    "ActivePlan",
    "AnalysisWork",
    "HoldsErased",
    "LearningCurve",
    "ModelVersion",
    "PredictedMention",
    "Prediction",
    "Snapshot",
    "SnapshotItem",
    "TestUse",
    "TextEmbedding",
    "TrainingRun",
    "WeakLabel",
    "WeakSource",
]
