"""A model as bytes, for a row or a file; what is damaged or foreign is refused in plain words.

A line that says what it is, a line of JSON with its parts, then the arrays; the checksum covers
all of it. Weights that are nothing are left out.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.classifier.calibration import Calibration
from bot.classifier.features import SIZE
from bot.classifier.model import Model
from bot.classifier.prior import KINDS
from bot.errors import ModelUnreadable

VERSION = 4
"""Changes with the features, the prior or the form of the file."""

_MAGIC = b"crosstalk routing model\n"
_PACKED = b"crosstalk routing models\n"
_CHECKSUM = 32


def dump(model: Model) -> bytes:
    """*model* as bytes that `load` reads."""
    kept = np.flatnonzero(model.rarity).astype("<i4")
    head = {
        "version": VERSION,
        "departments": model.departments,
        "buckets": len(kept),
        "size": SIZE,
        "examples": model.examples,
        "slopes": model.reading.slopes.tolist(),
        "shifts": model.reading.shifts.tolist(),
        "unruled": model.reading.unruled,
        "thresholds": model.reading.thresholds.tolist(),
        "certain": {str(precision): cut for precision, cut in model.certain.items()},
        "evidence": model.evidence.tolist(),
        "unnamed": model.unnamed.tolist(),
        "held": model.held,
    }
    body: bytes = json.dumps(head, ensure_ascii=False).encode() + b"\n" + kept.tobytes()
    body += model.rarity[kept].astype("<f4").tobytes()
    body += model.sparse[:, kept].astype("<f4").tobytes()
    return _MAGIC + hashlib.sha256(body).digest() + body


def load(raw: bytes) -> Model:
    """The model that `dump` made *raw* of.

    Raises:
        ModelUnreadable: the bytes are damaged, no model, or of another version.
    """
    if not raw.startswith(_MAGIC):
        raise ModelUnreadable("this is no routing model of Crosstalk's")
    start = len(_MAGIC) + _CHECKSUM
    body = raw[start:]
    if hashlib.sha256(body).digest() != raw[len(_MAGIC) : start]:
        raise ModelUnreadable("the routing model is damaged: its checksum does not fit")
    line, _, rest = body.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if head.get("version") != VERSION or head.get("size") != SIZE:
        raise ModelUnreadable(
            f"the routing model is of version {head.get('version')}, this release reads {VERSION}"
        )
    return _model(head, rest)


def pack(models: Mapping[str, Model]) -> bytes:
    """Several models, by name, as bytes that `unpack` reads."""
    parts = {name: dump(model) for name, model in models.items()}
    sizes = json.dumps({name: len(part) for name, part in parts.items()}).encode()
    return _PACKED + sizes + b"\n" + b"".join(parts.values())


def unpack(raw: bytes) -> dict[str, Model]:
    """The models that `pack` made *raw* of.

    Raises:
        ModelUnreadable: the bytes are damaged, no models, or of another version.
    """
    try:
        # SQLite keeps text in a column of bytes where somebody has written text there.
        line, _, rest = raw.removeprefix(_PACKED).partition(b"\n")
        sizes: dict[str, int] = json.loads(line)
        if not raw.startswith(_PACKED) or sum(sizes.values()) != len(rest):
            raise ModelUnreadable("the routing models are damaged: a part is missing")
    except (ValueError, AttributeError, TypeError) as wrong:
        raise ModelUnreadable("these are no routing models of Crosstalk's") from wrong
    found, start = {}, 0
    for name, size in sizes.items():
        found[name] = load(rest[start : start + size])
        start += size
    return found


def _model(head: Mapping[str, Any], rest: bytes) -> Model:
    count, departments = head["buckets"], tuple(head["departments"])
    kept = np.frombuffer(rest, "<i4", count)
    floats = np.frombuffer(rest, "<f4", offset=4 * count)
    rarity = np.zeros(SIZE, dtype=np.float32)
    sparse = np.zeros((len(departments), SIZE), dtype=np.float32)
    rarity[kept] = floats[:count]
    sparse[:, kept] = floats[count:].reshape(len(departments), count)
    return Model(
        departments=departments,
        rarity=rarity,
        sparse=sparse,
        evidence=_array(head["evidence"]).reshape(len(departments), 1 + KINDS * len(departments)),
        unnamed=_array(head["unnamed"]),
        reading=Calibration(
            slopes=_array(head["slopes"]),
            shifts=_array(head["shifts"]),
            unruled=float(head["unruled"]),
            thresholds=_array(head["thresholds"]),
        ),
        certain={float(precision): cut for precision, cut in head["certain"].items()},
        examples=head["examples"],
        held={key: tuple(row) for key, row in head["held"].items()},
    )


def _array(values: Sequence[Any]) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)
