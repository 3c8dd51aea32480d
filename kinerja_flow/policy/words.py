"""The relations that templates may name, and which of them may read or stand where."""

from __future__ import annotations

from collections.abc import Mapping

from kinerja_flow.policy.actors import READERS
from workflows.vocabulary import FORMER, RelationWord

#: Those who answer surveys: no account and no person stands behind the word.
CITIZEN = "citizen"

RELATIONS: Mapping[str, RelationWord] = {
    word.name: word
    for word in (
        RelationWord("employee", "Pegawai yang dinilai: whoever the appraisal is about."),
        RelationWord("assessor", "Pejabat Penilai Kinerja: rates; normally the direct superior."),
        RelationWord(
            FORMER,
            "Pejabat Penilai sebelumnya: assessed until somebody else took over, keeps what they"
            " wrote, and may give a closing assessment.",
            single=False,
        ),
        RelationWord("reviewer", "Atasan Pejabat Penilai Kinerja: the assessor's superior."),
        RelationWord(
            "examiner",
            "Pejabat pemeriksa keberatan: decides an objection; never who set the result"
            " (PP 30/2019 article 59).",
        ),
        RelationWord("peer", "Rekan kerja who gives input to the appraisal.", single=False),
        RelationWord(
            "subordinate", "Bawahan: stands below the employee and gives input.", single=False
        ),
        RelationWord(
            "other_unit",
            "Pihak dari unit lain (mitra kerja): works with the employee from another unit.",
            single=False,
        ),
        RelationWord(
            "panel", "Anggota tim penilai: judges as one of an assessor team.", single=False
        ),
        RelationWord("chair", "Ketua tim penilai: leads the assessor team and speaks for it."),
        RelationWord(
            "observer", "Pengamat: notes direct observations through the year.", single=False
        ),
        RelationWord(
            CITIZEN,
            "Masyarakat penerima layanan: answer surveys without an account, always anonymously;"
            " named only where somebody answers (`answered_by`, `from`, `minimum`, `relations`).",
            single=False,
            person=False,
            rates=True,
        ),
        RelationWord("owner", "Penanggung jawab: whoever a follow-up belongs to."),
        RelationWord(
            "hr", "Pengelola Kinerja: the agency's HR officers; they never rate.", single=False
        ),
        RelationWord("clock", "Waktu: the action happens by time alone.", person=False),
        RelationWord("system", "Sistem: another act causes this one.", person=False),
    )
}

#: Who reads what an appraisal came to, beside its employee, who reads it once it is delivered.
RESULT_READERS = frozenset({"assessor", "reviewer", "examiner", "panel", "chair"}) | READERS
#: Who makes a result, and reads it before it is delivered.
RESULT_MAKERS = frozenset({"assessor", "reviewer"})
#: Who reads what is open in an appraisal: its employee and all who have to judge or to see to it.
OPEN_READERS = RESULT_READERS | {"employee"}
#: Who reads the record of an objection: the two sides, whoever examines it, and HR.
OBJECTION_READERS = frozenset({"employee", "assessor", "examiner"}) | READERS
#: The relations in which somebody may stand to their own case.
OWN = frozenset({"employee", "owner"})
#: The relations that a part in a case gives: an office or an engine is no part.
PARTS = frozenset(word.name for word in RELATIONS.values() if word.person) - {"hr"}
