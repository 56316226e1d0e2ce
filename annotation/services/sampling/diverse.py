"""As unlike as possible: one review from each of as many clusters of meaning as are wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from annotation.services.sampling.drawn import CannotDraw, Drawn

Vectors = npt.NDArray[np.float32]


def diverse(ids: Sequence[int], vectors: Vectors, size: int, seed: int) -> Drawn:
    """k-means over the embeddings [N, width] of `ids`; of each cluster the id nearest its centre.

    Chances are not known: a review far from every centre has none. Raises CannotDraw without
    embeddings.
    """
    if not len(ids):
        raise CannotDraw(
            "design", "no review here is embedded yet; wait for the model, or use another design"
        )
    if size >= len(ids):
        return Drawn(list(ids), None)
    # Loaded when it is needed: pages never draw by meaning themselves.
    from sklearn.cluster import MiniBatchKMeans

    fitted = MiniBatchKMeans(
        n_clusters=size, random_state=seed % 2**32, n_init=1, batch_size=max(1024, 3 * size)
    ).fit(vectors)
    return Drawn(_nearest(ids, vectors, fitted.cluster_centers_), None)


def _nearest(ids: Sequence[int], vectors: Vectors, centres: Vectors) -> list[int]:
    """The id nearest to each centre; of two centres with the same one the second takes its next."""
    taken: dict[int, None] = {}
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    for centre in centres:
        distances = lengths - 2 * (vectors @ centre)
        distances[list(taken)] = np.inf
        taken[int(np.argmin(distances))] = None
    return [ids[at] for at in taken]
