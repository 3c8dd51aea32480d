"""The sentences that the pages for everybody say."""

from __future__ import annotations

from pathlib import Path

from kinerja_flow.pages import Pages
from workflows import Catalogue

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))
PAGES = Pages(MESSAGES)
page, saying = PAGES.page, PAGES.saying
