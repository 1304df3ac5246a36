"""The network of `kg.recogniser` while it is trained, in PyTorch.

A `Labeller` is trained; `weights` hands the result to `kg.recogniser`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kg.recogniser import TABLES, TAGS, Network

__all__ = ["Labeller", "Optimisers", "Reader", "padded", "weights"]

DOMAIN, CELLS, HIDDEN = 8, 96, 64  # widths of what is told of a corpus, of a state, of the last layer
_SLOW = 0.3  # the share of the rate at which the vectors of words change


class Reader(nn.Module):
    """Two LSTMs over words, each given as its rows in the tables of `kg.recogniser.Vocabulary.look`."""

    def __init__(self, vectors: NDArray[np.float32], domains: int, drop: float, forget: float) -> None:
        """Begin with `vectors`, one for each row of the vocabulary.

        `domains`: how many kinds of text there are; `drop`: share of the numbers that are left out while training; `forget`:
        share of the words that are taken for unknown.
        """
        super().__init__()
        self.word = nn.Embedding.from_pretrained(torch.from_numpy(vectors.copy()), freeze=False, sparse=True)
        self.tables = nn.ModuleList(nn.Embedding(rows, width) for rows, width in TABLES.values())
        self.domain = nn.Embedding(domains, DOMAIN)
        nn.init.zeros_(self.domain.weight)
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.5)
        told = vectors.shape[1] + sum(width for _, width in TABLES.values()) + DOMAIN
        self.left, self.right = (nn.LSTM(told, CELLS, batch_first=True) for _ in range(2))
        self.drop, self.forget = nn.Dropout(drop), forget

    def forward(self, rows: Tensor, lengths: Tensor, domains: Tensor) -> tuple[Tensor, Tensor]:
        """States after each word from the left and from the right, shape (texts, words, cells).

        `rows` has the shape (texts, words, tables), `lengths` and `domains` that of the texts.
        """
        texts, words, _ = rows.shape
        row = rows[..., 0]
        if self.training and self.forget:
            row = row.masked_fill(torch.rand(row.shape) < self.forget, 0)
        told = [self.word(row), *(table(rows[..., n]) for n, table in enumerate(self.tables, 1))]
        told.append(self.domain(domains)[:, None].expand(texts, words, DOMAIN))
        read = self.drop(torch.cat(told, 2))
        flip = (lengths[:, None] - 1 - torch.arange(words)).clamp(min=0)[..., None]
        back = self.right(read.gather(1, flip.expand(-1, -1, read.shape[2])))[0]
        return self.left(read)[0], back.gather(1, flip.expand(-1, -1, CELLS))


def _context(left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """States from the left before each word and from the right behind it: what is known of its place without it."""
    none = torch.zeros_like(left[:, :1])
    return torch.cat([none, left[:, :-1]], 1), torch.cat([right[:, 1:], none], 1)


class Labeller(nn.Module):
    """A conditional random field over BIO tags."""

    def __init__(self, reader: Reader, drop: float) -> None:
        super().__init__()
        self.reader = reader
        self.hidden, self.out = nn.Linear(4 * CELLS, HIDDEN), nn.Linear(HIDDEN, len(TAGS))
        self.first, self.follow = nn.Parameter(torch.zeros(len(TAGS))), nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.drop = nn.Dropout(drop)

    def forward(self, rows: Tensor, lengths: Tensor, domains: Tensor, tags: Tensor) -> Tensor:
        """Mean negative log-likelihood of the `tags` of the texts."""
        left, right = self.reader(rows, lengths, domains)
        states = self.drop(torch.cat([left, right, *_context(left, right)], 2))
        scores = self.out(torch.tanh(self.hidden(states)))
        inside = torch.arange(rows.shape[1]) < lengths[:, None]
        every = scores[:, 0] + self.first
        for n in range(1, rows.shape[1]):
            ways = torch.logsumexp(every[:, :, None] + self.follow, 1) + scores[:, n]
            every = torch.where(inside[:, n : n + 1], ways, every)
        these = (scores.gather(2, tags[..., None])[..., 0] * inside).sum() + self.first[tags[:, 0]].sum()
        these = these + (self.follow[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]).sum()
        return (torch.logsumexp(every, 1).sum() - these) / len(rows)


def padded(texts: list[NDArray[np.int64]]) -> tuple[Tensor, Tensor]:
    """Arrays of different lengths side by side, zeros behind the shorter ones; and their lengths."""
    room = np.zeros((len(texts), max(map(len, texts)), *texts[0].shape[1:]), np.int64)
    for n, text in enumerate(texts):
        room[n, : len(text)] = text
    return torch.from_numpy(room), torch.tensor([len(text) for text in texts])


class Optimisers:
    """Adam for the vectors of words, of which a step touches few, and for the rest of a network."""

    def __init__(self, labeller: Labeller, rate: float, decay: float, total: int) -> None:
        """The rate rises for 100 steps, then falls evenly until step `total`."""
        parts = dict(labeller.named_parameters())
        self.word = parts.pop("reader.word.weight")
        self.rest = list(parts.values())
        self.sparse = torch.optim.SparseAdam([self.word], lr=rate)
        self.dense = torch.optim.AdamW(self.rest, lr=rate, weight_decay=decay)
        self.rate, self.total, self.steps = rate, total, 0

    def step(self, loss: Tensor) -> None:
        """Learn from `loss`."""
        rate = self.rate * min(1.0, self.steps / 100) * max(0.03, 1 - self.steps / self.total)
        self.sparse.param_groups[0]["lr"], self.dense.param_groups[0]["lr"] = _SLOW * rate, rate
        self.sparse.zero_grad()
        self.dense.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.rest, 5.0)
        self.sparse.step()
        self.dense.step()
        self.steps += 1


# ---------------------------------------------------------------- result


def weights(labeller: Labeller, domain: int) -> Network:
    """What `kg.recogniser` needs of a trained network, to read texts as those of `domain`."""
    of = {name: tensor.detach().numpy() for name, tensor in labeller.state_dict().items()}
    gates = _gates(of, "weight_ih_l0")
    bias = _gates(of, "bias_ih_l0") + _gates(of, "bias_hh_l0") + of["reader.domain.weight"][domain] @ gates[:, -DOMAIN:]
    told = gates[:, :-DOMAIN]
    words, scale = _in_bytes(of["reader.word.weight"])
    hidden = of["hidden.weight"].T.reshape(4, CELLS, HIDDEN)
    return Network(
        words=words, scale=scale, tables=[of[f"reader.tables.{n}.weight"] for n in range(len(TABLES))],
        gates=told.transpose(1, 0, 2).reshape(-1, 2 * 4 * CELLS), bias=bias.reshape(-1), again=_gates(of, "weight_hh_l0"),
        own=hidden[:2], context=hidden[2:], hidden=of["hidden.bias"], out=of["out.weight"].T, out_bias=of["out.bias"],
        first=of["first"], follow=of["follow"],
    )  # fmt: skip


def _gates(of: dict[str, NDArray[Any]], name: str) -> NDArray[Any]:
    """A parameter of both LSTMs, gates last; PyTorch has the output gate last, `kg.recogniser` the cell."""
    both = [np.split(of[f"reader.{way}.{name}"], 4) for way in ("left", "right")]
    return np.stack([np.concatenate([into, keep, out, new]).T for into, keep, new, out in both])


def _in_bytes(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A table as small whole numbers and the unit of each column."""
    scale = (np.abs(table).max(axis=0) / 127).astype(np.float16).astype(np.float32)
    return np.clip(np.rint(table / scale), -127, 127).astype(np.int8), scale
