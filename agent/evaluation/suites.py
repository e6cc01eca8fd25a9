"""Which suites there are."""

from importlib import import_module

from agent.evaluation.study import Study, say
from agent.evaluation.tables import Table
from infra.errors import UsageError

SUITES = {
    "pairs": ("pairs/pairs.csv",),
    "themes": ("tags/tags.csv",),
    "ratings": ("ratings/ratings.csv",),
    "personal": ("ratings/ratings.csv",),
    "critiques": ("tags/tags.csv",),
    "grounding": (),
    "conversations": (),
    "understanding": (),
    "dialogue": (),
}
"""Each suite's files of data; a suite lives in the module of its name."""


def check(suite: str | None) -> list[str]:
    """Return the suites that are meant; raises UsageError for an unknown one."""
    if suite is None:
        return list(SUITES)
    if suite not in SUITES:
        raise UsageError(f"There is no suite '{suite}'. Suites: {', '.join(SUITES)}.")
    return [suite]


def run(name: str, study: Study) -> list[Table]:
    """Run a suite; without its data it says so, loudly, and comes to nothing."""
    missing = [file for file in SUITES[name] if not (study.data / file).is_file()]
    if missing:
        say(
            f"SKIPPED {name}: no {' or '.join(missing)} below {study.data}. "
            "Set OSUSUME_SHARED_DATA to the folder that has it."
        )
        return []
    tables: list[Table] = import_module(f"agent.evaluation.{name}").run(study)
    return tables
