from analytics.services.marking import cells_mark, cells_mark_all
from analytics.services.proving import Proof, proof_mark, rollups_prove
from analytics.services.rollups import rollups_refresh

__all__ = [
    "Proof",
    "cells_mark",
    "cells_mark_all",
    "proof_mark",
    "rollups_prove",
    "rollups_refresh",
]
