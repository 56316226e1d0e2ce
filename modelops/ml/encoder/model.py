"""The network: a transformer encoder, one pooled head per question, two token heads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from modelops.ml.errors import BaseModelUnavailable
from modelops.ml.spec import MentionSpec, QuestionSpec

TAGS = "mention_tags"
SCOPES = "mention_scopes"
EMBEDDING = "embedding"


class QuestionHead(nn.Module):
    """Attention pooling with a query of its own, then a linear layer.

    A question about wishes looks at other words than one about mood, and a wish is often one
    clause of a long review, which a mean over all tokens drowns. The query starts at zero, so
    that training starts from mean pooling, the one e5 and MiniLM were trained with.

    `clues` [B, K]: how many mentions of each kind the token head expects in the text; the answer
    about demand follows from them by its definition. The weight starts at zero.
    """

    def __init__(self, hidden: int, choices: int, clues: int, dropout: float) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.zeros(hidden))
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, choices)
        self.clues = nn.Linear(clues, choices, bias=False) if clues else None
        nn.init.normal_(self.out.weight, std=0.02)
        nn.init.zeros_(self.out.bias)
        if self.clues is not None:
            nn.init.zeros_(self.clues.weight)

    def forward(self, hidden: Tensor, mask: Tensor, clues: Tensor | None) -> Tensor:
        """hidden [B, T, H], mask [B, T] (1 = token) -> logits [B, choices]."""
        scores = hidden @ self.query + (1.0 - mask) * -1e4
        pooled = (scores.softmax(dim=1).unsqueeze(2) * hidden).sum(dim=1)
        logits: Tensor = self.out(self.dropout(pooled))
        if self.clues is not None and clues is not None:
            logits = logits + self.clues(clues)
        return logits


class Network(nn.Module):
    """`backbone` is a Hugging Face encoder with `.embeddings` and `.encoder.layer`.

    The layers are called one by one, not through the backbone's own forward, for two reasons: the
    output of the frozen lowest layers can be computed once and kept, and the traced graph holds
    no mask logic of the library.
    """

    def __init__(
        self,
        backbone: Any,
        questions: Sequence[QuestionSpec],
        mention_spec: MentionSpec | None,
        dropout: float,
    ) -> None:
        super().__init__()
        self.backbone: Any = backbone
        hidden = int(backbone.config.hidden_size)
        kinds = len(mention_spec.kinds) if mention_spec else 0
        self.heads = nn.ModuleDict(
            {q.key: QuestionHead(hidden, len(q.choices), kinds, dropout) for q in questions}
        )
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(hidden, 1 + 2 * kinds) if mention_spec else None
        self.scopes = nn.Linear(hidden, len(mention_spec.scopes)) if mention_spec else None
        self.register_buffer("center", torch.zeros(hidden))
        self.register_buffer("spread", torch.ones(hidden))
        self.wide: nn.Module | None = None  # set after training, see `wide`

    @property
    def layers(self) -> nn.ModuleList:
        """The encoder's layers, lowest first."""
        found = self.backbone.encoder.layer
        assert isinstance(found, nn.ModuleList)  # noqa: S101  # checked in `load_backbone`
        return found

    def run(self, hidden: Tensor, mask: Tensor, first: int, last: int) -> Tensor:
        """Send hidden [B, T, H] through layers first..last-1; mask [B, T], 1 = token."""
        extended = (1.0 - mask)[:, None, None, :] * -1e4
        for layer in self.layers[first:last]:
            out = layer(hidden, extended)
            hidden = out[0] if isinstance(out, tuple) else out
        return hidden

    def embed(self, ids: Tensor) -> Tensor:
        """Token ids [B, T] -> what goes into the first layer, [B, T, H]."""
        out: Tensor = self.backbone.embeddings(input_ids=ids)
        return out

    def settle(self, tokens: Tensor) -> None:
        """Set what the heads' input is centred on and scaled by, from pretrained states [M, H].

        Encoders trained by contrast, e5 above all, give every token nearly the same large vector;
        what tells texts apart is a tenth of it. Heads see that tenth at unit size, or they learn
        ten times too slowly for a few hundred steps.
        """
        self.get_buffer("center").copy_(tokens.mean(dim=0))
        self.get_buffer("spread").copy_(tokens.std(dim=0).clamp_min(1e-3))

    def answer(self, hidden: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Last hidden states [B, T, H] -> logits by question key; TAGS and SCOPES by token."""
        out: dict[str, Tensor] = {}
        clues = None
        hidden = (hidden - self.get_buffer("center")) / self.get_buffer("spread")
        if self.tags is not None and self.scopes is not None:
            tokens = self.dropout(hidden)
            out[TAGS], out[SCOPES] = self.tags(tokens), self.scopes(tokens)
            opening = out[TAGS].softmax(dim=2)[:, :, 1::2] * mask.unsqueeze(2)
            clues = opening.sum(dim=1)
        for key, head in self.heads.items():
            out[key] = head(hidden, mask, clues)
        return out

    def place(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Last hidden states [B, T, H] -> the mean over a text's tokens, of length 1, [B, H].

        Of the centred states: the vector that all tokens share would make all texts alike.
        """
        centred = (hidden - self.get_buffer("center")) / self.get_buffer("spread")
        summed = (centred * mask.unsqueeze(2)).sum(dim=1)
        mean = summed / mask.sum(dim=1, keepdim=True).clamp_min(1.0)
        length = (mean * mean).sum(dim=1, keepdim=True).sqrt()
        placed: Tensor = mean / length.clamp_min(1e-6)
        return placed

    def forward(self, ids: Tensor, mask: Tensor, chars: Tensor | None = None) -> dict[str, Tensor]:
        """ids, mask [B, T], chars [B, C] (integers; for `wide` only) -> `answer` and `place`."""
        weights = mask.to(torch.float32)
        hidden = self.run(self.embed(ids), weights, 0, len(self.layers))
        out = self.answer(hidden, weights)
        out[EMBEDDING] = self.place(hidden, weights)
        if self.wide is not None and chars is not None:
            for key, logits in self.wide(ids, mask, chars).items():
                out[key] = out[key] + logits
        return out


def load_backbone(folder: Path, dropout: float) -> Any:
    """Read an encoder of the BERT kind (BERT, RoBERTa, XLM-R, ERNIE, ELECTRA of one width).

    Raises BaseModelUnavailable for another architecture.
    """
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
    config.hidden_dropout_prob = dropout
    config.attention_probs_dropout_prob = dropout
    model = AutoModel.from_pretrained(
        str(folder),
        config=config,
        local_files_only=True,
        add_pooling_layer=False,
        dtype=torch.float32,
        attn_implementation="sdpa",
    )
    if not hasattr(model, "embeddings") or not hasattr(model, "encoder"):
        raise BaseModelUnavailable(
            f"{config.model_type} is not an encoder of the BERT kind; "
            "use a BERT, RoBERTa, XLM-R or ERNIE model"
        )
    return model
