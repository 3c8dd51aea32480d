"""The randomness of the operating system and of ids, repeated: the one thing that two worlds
would else not share. Nothing of ours is replaced."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from uuid import UUID

import pytest
import uuid_utils.compat

from kinerja_flow import clock


@contextmanager
def repeated(seed: int) -> Iterator[None]:
    """Inside, `os.urandom` (and so uuid4, `secrets` and SystemRandom) and uuid7 repeat."""
    source, numbers = random.Random(seed), count()

    def uuid7() -> UUID:
        at = int(clock.now().timestamp() * 1000)
        return UUID(int=(at << 80) | (7 << 76) | (2 << 62) | next(numbers))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "urandom", source.randbytes)
        patch.setattr(random, "_urandom", source.randbytes)
        patch.setattr(uuid_utils.compat, "uuid7", uuid7)
        yield
