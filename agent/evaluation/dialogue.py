"""Suite `dialogue`: a scripted person plays tasks; pass^k as in τ-Rec (arXiv 2606.10156)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import comb
from pathlib import Path
from typing import Any

from agent.answers.wording import Wording
from agent.evaluation.study import Study
from agent.evaluation.tables import Measure, Row, Table, measured
from agent.evaluation.tasks import Constraint, Reveal, Task, made_tasks, read_tasks
from data.catalogue import Catalogue
from data.items import Item
from data.yamlfile import parse_yaml
from graph.memory import Entry
from tools.policies import disclosed
from tools.wording import plain_figure

TRIALS = 4
"""Plays of each task, each in other words."""

PATIENCE = 12
"""Messages after which a person gives up."""

MADE = 60
FEW = 20
VIOLATIONS = ("several at once", "not disclosed", "not confirmed", "bears what is never shown")


@dataclass(slots=True)
class Played:
    """How a conversation went: passed or why not, its messages, and the policies it broke."""

    passed: bool
    why: str
    turns: int
    broken: Counter[str] = field(default_factory=Counter)


class Person:
    """Say what a scripted person says, in one of several wordings."""

    def __init__(self, catalogue: Catalogue, task: Task, trial: int) -> None:
        self._catalogue, self._profile = catalogue, catalogue.profile
        self.task, self._trial = task, trial
        self._words, _ = parse_yaml(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
        self._wording = Wording(catalogue.profile)
        self.told: list[Constraint] = []

    def opens(self) -> str:
        """Return the first message: what is volunteered."""
        return self._stated(
            "opening", [c for c in self.task.constraints if c.reveal == "volunteer"]
        )

    def asked(self, about: str) -> str:
        """Return the answer to a question after a facet or number; hidden wishes stay hidden."""
        open_wishes = [
            c for c in self.task.constraints
            if c.field == about and c not in self.told and c.reveal != "hidden"
        ]  # fmt: skip
        if not open_wishes:
            return self.say("whatever")
        self.told += open_wishes
        return self._joined(open_wishes)

    def objects(self, fault: Constraint) -> str:
        """Return the objection to an item that a constraint rules out."""
        self.told.append(fault)
        if fault.op == "contains_any":
            alike = [c for c in self.task.constraints if (c.field, c.op) == (fault.field, fault.op)]
            return self._joined(alike)
        key = "refusal" if fault.op == "not_contains" else "objection"
        return self.say(key, wish=self._wish(fault))

    def say(self, key: str, **slots: str) -> str:
        """Return one of the wordings, by trial."""
        several = self._words[key]
        noun = self._profile.noun
        wording: str = several[self._trial % len(several)]
        return wording.format(one=noun.one, many=noun.many, **slots)

    def _stated(self, key: str, constraints: Sequence[Constraint]) -> str:
        self.told += constraints
        if not constraints:
            return self.say("nothing")
        first = sorted(constraints, key=lambda each: each.op != "contains")
        named = first[0].op == "contains"
        wishes = self._joined(first)
        return self.say(key, wishes=wishes if named else f"{self.say('noun')} {wishes}")

    def _joined(self, constraints: Sequence[Constraint]) -> str:
        return self.say("joint").join(map(self._wish, _together(constraints)))

    def _wish(self, each: Constraint) -> str:
        if each.op in {">=", "<="}:
            return self._bound(each)
        values = self._wording.listed(each.values, "and" if each.op == "contains_any" else "or")
        if each.op in {"contains", "not_contains"}:
            return self.say(each.op, value=values)
        label = self._profile.facets[each.field].label
        key = "service" if each.op == "contains_any" else "any"
        return self.say(key, values=values, label=label)

    def _bound(self, each: Constraint) -> str:
        number = self._profile.numbers[each.field]
        side = "least" if each.op == ">=" else "most"
        figure = self._wording.figure(each.field, each.figure)
        if number.kind == "score":
            return self.say(f"{side}_score", figure=plain_figure(number, each.figure))
        if number.kind == "year":
            return self.say(f"{side}_year", figure=figure, after=f"{each.figure + 1:.0f}")
        if number.one:
            return self.say(side, figure=figure)
        return f"{self.say(side, figure=figure)} {number.label}"


def _together(constraints: Sequence[Constraint]) -> list[Constraint]:
    """Return constraints with those that any of some values meets as one a field."""
    found: dict[object, Constraint] = {}
    for place, each in enumerate(constraints):
        key = each.field if each.op == "contains_any" else place
        before = found.get(key)
        both = tuple(v for v in each.values if before is None or v in before.values)
        found[key] = replace(each, values=both or each.values)
    return list(found.values())


def run(study: Study) -> list[Table]:
    """Play the tasks of a folder, with services told at the start and only on being asked."""
    if study.tasks is None:
        tasks = made_tasks(study.catalogue, FEW if study.quick else MADE)
        return _tables(study, {"tasks of the catalogue's own": tasks})
    told: dict[str, Reveal] = {"told at the start": "volunteer", "told on being asked": "on_ask"}
    return _tables(
        study,
        {
            f"services {name}": study.few(
                read_tasks(study.tasks, study.catalogue.profile, how), FEW
            )
            for name, how in told.items()
        },
    )


def _tables(study: Study, kinds: dict[str, list[Task]]) -> list[Table]:
    found = []
    for name, tasks in kinds.items():
        plays = {
            task.name: [_play(study, task, trial) for trial in range(TRIALS)] for task in tasks
        }
        found += [_passes(name, tasks, plays), _failures(name, plays)]
    return found


def _passes(name: str, tasks: Sequence[Task], plays: dict[str, list[Played]]) -> Table:
    rows = [_row("all", tasks, plays)]
    for label, key in _groups():
        groups: dict[str, list[Task]] = defaultdict(list)
        for task in tasks:
            groups[key(task)].append(task)
        rows += [
            _row(f"{label} {value}", few, plays) for value, few in sorted(groups.items()) if value
        ]
    return Table("dialogue", name, tuple(rows))


def _groups() -> list[tuple[str, Callable[[Task], str]]]:
    return [
        ("difficulty", lambda task: task.difficulty),
        ("told", lambda task: task.reveal),
        ("impossible", lambda task: "yes" if task.impossible else "no"),
    ]


def _row(name: str, tasks: Sequence[Task], plays: dict[str, list[Played]]) -> Row:
    passed = [sum(play.passed for play in plays[task.name]) for task in tasks]
    measures = [
        measured(f"pass^{k}", [comb(each, k) / comb(TRIALS, k) for each in passed])
        for k in (1, 2, 4)
    ]
    turns = [play.turns for task in tasks for play in plays[task.name]]
    return Row(name, (*measures, measured("turns", turns)))


def _failures(name: str, plays: dict[str, list[Played]]) -> Table:
    every = [play for few in plays.values() for play in few]
    why = Counter(play.why for play in every if not play.passed)
    broken = Counter[str]()
    for play in every:
        broken.update(play.broken)
    rows = [Row(f"failed: {each}", (Measure("plays", count),)) for each, count in why.most_common()]
    rows += [Row(f"broken: {each}", (Measure("plays", broken[each]),)) for each in VIOLATIONS]
    return Table("dialogue", f"{name}: what went wrong in {len(every)} plays", tuple(rows))


def _play(study: Study, task: Task, trial: int) -> Played:
    """Hold one conversation to its end."""
    session, person = study.begin(), Person(study.catalogue, task, trial)
    shelf = study.recommender.shelf(session.user)
    shelf.put_all(Entry(each, "seen") for each in task.known if each in study.catalogue)
    message, agreed, empty = person.opens(), set[str](), 0
    broken: Counter[str] = Counter()
    for turn in range(1, PATIENCE + 1):
        reply = study.say(message, session)
        item = _recommended(study, reply)
        broken.update(_violations(study, reply, item))
        asked = reply.get("question") or {}
        if item is None:
            if asked.get("kind") == "slot":
                message = person.asked(asked["about"])
                continue
            empty += 1
            if task.impossible or empty > 1:
                return Played(
                    task.impossible, "" if task.impossible else "nothing found", turn, broken
                )
            message = person.say("refuse" if asked else "whatever")
            continue
        empty = 0
        if task.impossible:
            return Played(False, "recommended though nothing fits", turn, broken)
        if item.id in task.known:
            message = person.say("known")
        elif fault := task.fault(item):
            if fault in person.told and turn > len(task.constraints) + 3:
                return Played(False, f"not obeyed: {fault.field} {fault.op}", turn, broken)
            message = person.objects(fault)
        elif asked.get("kind") == "confirm":
            agreed |= {f"{asked['about']}:{value}" for value in asked["values"]}
            message = person.say("agree")
        else:
            return _ended(study, item, agreed, turn, broken)
    return Played(False, "no end", PATIENCE, broken)


def _ended(study: Study, item: Item, agreed: set[str], turn: int, broken: Counter[str]) -> Played:
    """Return how a conversation ended in which a person took an item."""
    for facet, values in study.catalogue.profile.policies.confirm.items():
        if any(v in values and f"{facet}:{v}" not in agreed for v in item.facets.get(facet, ())):
            broken["not confirmed"] += 1
    return Played(not broken, "a policy was broken" if broken else "", turn, broken)


def _recommended(study: Study, reply: dict[str, Any]) -> Item | None:
    """Return what comes first in a reply's list."""
    listed = reply["recommendations"]
    return study.catalogue[listed[0]["id"]] if listed else None


def _violations(study: Study, reply: dict[str, Any], item: Item | None) -> list[str]:
    """Return the policies that a reply breaks."""
    policies = study.catalogue.profile.policies
    found = []
    if (
        policies.one_at_a_time
        and len(reply["recommendations"]) + len(reply.get("personal", ())) > 1
    ):
        found.append("several at once")
    if item is not None:
        words = [word for _, word in disclosed(policies, item)]
        found += ["not disclosed" for word in words if word not in reply["answer"]]
    return found
