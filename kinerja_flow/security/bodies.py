"""How much is read of a request, also where nobody says beforehand how much there is."""

from __future__ import annotations

from typing import IO, cast

import flask
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream


class _Whole(LimitedStream):
    """A stream that is read to its end or refused. Werkzeug's own, read at once, ends at the limit
    as if nothing followed: what came in chunks would be cut off and taken."""

    def readall(self) -> bytes:
        found = super().readall()
        if self.is_exhausted and self._stream.read(1):
            self.on_exhausted()
        return found


class Request(flask.Request):
    """Flask's request, whose body in chunks is not cut off."""

    @cached_property
    def stream(self) -> IO[bytes]:
        found = super().stream
        if "wsgi.input_terminated" in self.environ and isinstance(found, LimitedStream):
            return cast(IO[bytes], _Whole(found._stream, found.limit, is_max=True))
        return found
