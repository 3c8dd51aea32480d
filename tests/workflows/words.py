"""A small vocabulary and a small sound template, for tests that need no more."""

from marshmallow import Schema, fields, validate

from workflows import CallField, Exact, LabelField, Listed, Record, Ref, TermField, Weights, Whole
from workflows.vocabulary import RelationWord, Vocabulary, Word


class Total(Schema):
    total = Exact(required=True)


class Machine(Schema):
    machine = Ref("child_machine", required=True)


class Caused(Schema):
    action = Ref("parent_action", required=True)


class Answers(Schema):
    instrument = Ref("instrument", required=True)
    by = Ref("relation", required=True)
    least = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 9))


class Within(Schema):
    term = TermField(required=True)


class Of(Schema):
    instrument = Ref("instrument", required=True)


class Receipt(Schema):
    kind = fields.String(load_default="opened")


class Sum(Schema):
    parts = Weights("node", required=True)


class Band(Record):
    key = fields.String(required=True)
    label = LabelField()
    start = Exact(required=True, data_key="from")


class Bands(Schema):
    of = Ref("node", required=True)
    bands = Listed(fields.Nested(Band), unique="key", least=1, required=True)


class Told(Schema):
    level = fields.String(validate=validate.OneOf(["low", "high"]))
    steps = Listed(Ref("state"))
    act = Ref("action")
    window = Ref("window")
    scale = Ref("scale")
    field = Ref("field")
    day = Ref("field", takes=("date",))
    result = Ref("level")
    choice = Ref("option")
    setting = Ref("setting")
    machine = Ref("machine")
    node = Ref("node")
    least = Whole(1, 9)
    inner = CallField("rules")
    names = fields.List(fields.String(), validate=validate.Length(1, 2))
    each = fields.Dict(keys=fields.String(), values=LabelField())


def _words(*words: Word) -> dict[str, Word]:
    return {word.name: word for word in words}


VOCABULARY = Vocabulary(
    relations={
        word.name: word
        for word in (
            RelationWord("employee", "the employee"),
            RelationWord("assessor", "the rater"),
            RelationWord("examiner", "examines objections"),
            RelationWord("peer", "gives input", single=False),
            RelationWord("hr", "the HR office", single=False),
            RelationWord("clock", "time", person=False),
            RelationWord("system", "another act", person=False),
        )
    },
    rules=_words(
        Word("plan_complete", "the plan has what it needs"),
        Word("plan_long", "the plan is long"),
        Word("weights_total", "the weights make the total", Total, "total"),
        Word("all_children_closed", "no child is open", Machine, "machine"),
        Word("answered", "enough have answered", Answers),
        Word("in_time", "the term has not passed", Within, "term"),
        Word("told", "takes everything", Told),
        Word("parent_is_open", "the parent has not ended", of="child"),
    ),
    effects=_words(
        Word("compute_result", "computes the score"),
        Word("deliver", "hands the result over"),
        Word("record_receipt", "notes the receipt", Receipt, "kind"),
        Word("open_case", "opens a child", Machine, "machine"),
        Word("advance", "moves the parent", Caused, "action", of="child"),
    ),
    scoring=_words(
        Word("answers_mean", "the mean of the answers", Of, "instrument"),
        Word("weighted", "a weighted sum", Sum, "parts"),
        Word("bands", "a level by limits", Bands),
    ),
)

TEMPLATE = """\
key: contoh
title: {id: Contoh, en: Example}
basis: [PP 30/2019 art. 41]
windows: [planning, rating]
settings:
  objection_term: {label: {id: Masa keberatan, en: Objection term}, default: P14D, mark: open}
scales:
  lima: {from: 0, to: 5}
  mutu:
    levels: [{key: kurang, label: Kurang}, {key: baik, label: {id: Baik, en: Good}}]
relations:
  peer: {nominated_by: employee, confirmed_by: assessor, min: 3, max: 5, anonymous: true}
instruments:
  collab:
    scale: lima
    answered_by: [assessor, peer]
    criteria: [{key: helps, label: Menolong, applies_to: {field: [pendidikan]}}]
scoring:
  - {node: kerja_sama, rule: {answers_mean: collab}}
  - {node: total, rule: {weighted: {kerja_sama: 100}}}
machines:
  appraisal:
    initial: drafting
    states:
      drafting: {phase: planning, opens: {plan: [employee]}, within: planning, on_due: [remind]}
      review: {phase: planning, due: P2W, on_due: [remind, {escalate: [hr], after: P2D}]}
      peers: {phase: assessing, collects: [collab], within: rating}
      rating: {phase: assessing}
      delivered: {phase: delivered}
      closed: {phase: closed, final: true}
    actions:
      - name: submit
        from: drafting
        to: review
        by: [employee]
        takes: {peers: {people: peer}}
        requires: [plan_complete, {weights_total: 100}]
        notify: [assessor]
      - {name: send_back, from: review, to: drafting, by: [assessor], takes: {comment: text}}
      - name: approve
        from: review
        to: [{when: plan_long, state: peers}, {else: rating}]
        by: [assessor]
        distinct_from: [submit]
      - {name: lapse, from: peers, to: rating, by: [clock], after: {window: rating}}
      - name: rate
        from: rating
        to: delivered
        by: [assessor]
        takes: {work: {rating: mutu}, note: text?}
        does: [compute_result, deliver]
      - {name: receive, from: delivered, by: [employee], does: [record_receipt]}
      - {name: object, from: delivered, by: [employee], does: [{open_case: objection}]}
      - name: close
        from: delivered
        to: closed
        by: [clock]
        after: {days: 30, from: receipt}
        requires: [{all_children_closed: objection}]
      - name: reopen
        from: closed
        to: rating
        by: [hr]
        takes: {reason: text}
        revision: true
  objection:
    parent: appraisal
    initial: filed
    states:
      filed: {phase: examining, due: {setting: objection_term}, on_due: [remind, escalate]}
      decided: {phase: closed, final: true}
    actions:
      - {name: decide, from: filed, to: decided, by: [examiner], distinct_from: [appraisal.rate]}
follow_up:
  - {key: training, machine: objection, when: plan_long, owner: assessor, due: P4W}
briefing: {purpose: Untuk apa, roles: {employee: Isi rencana}}
"""
