"""Documents on paper: what a result says, laid out as blocks, and set as a tagged PDF."""

from kinerja_flow.documents.material import Entry, Material, Remark, Said, Signed, Word
from kinerja_flow.documents.paper import Paper, pdf, pictures
from kinerja_flow.documents.sheet import paper

__all__ = [
    "Entry",
    "Material",
    "Paper",
    "Remark",
    "Said",
    "Signed",
    "Word",
    "paper",
    "pdf",
    "pictures",
]
