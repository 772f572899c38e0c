"""What the roller finder is trained on, batch by batch: rendered crops, photographs, and mixtures of the two."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from smr_vision.tool.crop import HEIGHT, WIDTH
from training import mix
from training.change import placed, recoloured, worn
from training.crops import PAD
from training.mix import Image, Points
from training.photographs import FIRST_PERSON

BATCH: Final = 64
HELD_BACK: Final = 10  # one person in this many is never trained on
REAL: Final = 0.3  # share of photographs in a batch
MIXED: Final = (0.5, 0.15, 0.35)  # of rendered crops: as they are, in real rooms, their tools in photographs
REMOVED: Final = 0.3  # share of tools that touch that are taken away: a posture alone is no evidence
TRIES: Final = 12  # photographs until one fits


class Crops:
    """All stored crops, in memory: rendered ones and those of photographs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reload()

    def reload(self) -> None:
        """Read the folder again: pictures may still be coming."""
        parts = [np.load(p) for p in sorted(self.folder.glob("shard_*.npz"))]
        self.arrays = {k: np.concatenate([p[k] for p in parts]) for k in parts[0].files}
        # The trunk of somebody who sits on the tool: whether it lies under the trunk is a matter of a hand's breadth.
        kind, touching, person = (self.arrays[k] for k in ("kind", "touching", "person"))
        before = np.roll(np.arange(len(kind)), 1)
        beside = (kind[before] == 2) & (touching[before] == 1) & (person == person[before])
        self.ambiguous = (touching == 0) & (kind == 0) & beside
        held = self.arrays["person"] % HELD_BACK == 0
        self.real = person >= FIRST_PERSON
        self.train, self.test = np.flatnonzero(~held & ~self.real), np.flatnonzero(held & ~self.real)
        self.real_train, self.real_test = np.flatnonzero(~held & self.real), np.flatnonzero(held & self.real)

    def drawn(self, random: np.random.Generator) -> NDArray[np.int64]:
        """Numbers of crops to train on next."""
        real = round(REAL * BATCH)
        return np.concatenate(
            [random.choice(self.real_train, real), random.choice(self.train, BATCH - real, replace=False)]
        )

    def one(
        self, i: int, how: str, random: np.random.Generator, onto: NDArray[np.int64]
    ) -> tuple[Image, Points, float]:
        """A rendered crop as it is, in a real room (`room`) or its tool in a photograph (`tool`) out of those `onto`;
        the picture, its points, and by how much the tool is larger there."""
        image, points = self.arrays["image"][i], self.arrays["points"][i]
        shown = self.arrays["shown"][i]
        for _ in range(TRIES if how != "plain" else 0):
            j = int(random.choice(onto))
            photograph = self.arrays["image"][j]
            if how == "room":
                return mix.in_a_room(image, shown, photograph), points, 1.0
            if self.arrays["kind"][i] != self.arrays["kind"][j]:
                continue
            way = mix.carried(points, self.arrays["points"][j])
            made = None if way is None else mix.with_tool(photograph, image, shown, way, pad=PAD, random=random)
            if made is not None and way is not None:
                return made, mix.moved(points, way), float(np.hypot(*way[:, 0]))
        return image, points, 1.0

    def emptied(self, i: int, random: np.random.Generator) -> Image:
        """A rendered crop without its tool, half of them in a real room."""
        image, shown = self.arrays["image"][i], self.arrays["shown"][i]
        if random.random() < 0.5:
            return mix.without_tool(image, shown)
        person = np.where(shown == mix.TOOL_SHOWN, mix.ROOM, shown).astype(np.uint8)
        return mix.in_a_room(image, person, self.arrays["image"][int(random.choice(self.real_train))])

    def batch(
        self, index: NDArray[np.int64], random: np.random.Generator | None, mixed: str | None = None
    ) -> dict[str, Tensor]:
        """Crops as the net takes them; mixed, shifted, turned, recoloured when `random` is given. `mixed`: all of them
        in this one way (`room`, `tool`), with photographs held back and nothing else changed."""
        images, points, radii, plain, gone = [], [], [], [], []
        steady = np.random.default_rng(len(index))
        for i in index:
            image, where, larger = self.arrays["image"][i], self.arrays["points"][i], 1.0
            removed = False
            if self.real[i]:
                where = np.full_like(where, np.nan)
            elif mixed is not None:
                image, where, larger = self.one(int(i), mixed, steady, self.real_test)
            elif random is not None:
                how = str(random.choice(("plain", "room", "tool"), p=MIXED))
                if removed := bool(self.arrays["touching"][i] and random.random() < REMOVED):
                    image, where = self.emptied(int(i), random), where.copy()
                    where[:3] = np.nan
                else:
                    image, where, larger = self.one(int(i), how, random, self.real_train)
            gone.append(removed)
            plain.append(np.may_share_memory(image, self.arrays["image"]))
            image, where, scale = placed(image, where, random)
            images.append(image if random is None else worn(image, random))
            points.append(where)
            radii.append(self.arrays["radius"][i] * scale * larger)
        pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
        if random is not None:
            pixels = recoloured(pixels)
        kinds = torch.from_numpy(self.arrays["kind"][index])
        planes = functional.one_hot(kinds, 3)[:, 1:].float()[:, :, None, None].expand(-1, -1, HEIGHT, WIDTH)
        return {
            "image": torch.cat([pixels - 0.5, planes], 1),
            "points": torch.from_numpy(np.stack(points)),
            "radius": torch.tensor(np.array(radii, np.float32)),
            "along": torch.from_numpy(self.arrays["along"][index]),
            "touching": torch.from_numpy(self.arrays["touching"][index] * ~np.array(gone)),
            "visible": torch.from_numpy(self.arrays["visible"][index]),
            "ambiguous": torch.from_numpy(self.ambiguous[index]),
            "plain": torch.tensor(plain),
        }
