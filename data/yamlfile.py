"""YAML as values, with the place in the text when it cannot be read."""

from typing import Any

import yaml

DEEPEST = 60  # levels; libyaml's composer overflows the stack, and kills the process, at thousands


def parse_yaml(text: str) -> tuple[Any, yaml.Node | None]:
    """Return a document's value, and its node for line numbers; None twice for an empty one.

    Raises ValueError with a reason on one line.
    """
    try:
        _measure(text)
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ValueError(f"{_line(mark)}{error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(" ".join(str(error).split())) from error
    except (AttributeError, KeyError, IndexError, TypeError) as error:
        # PyYAML's constructors meet a value that its tag does not fit, such as `!!bool 7`
        raise ValueError(f"a value does not fit its tag ({error})") from error


def _measure(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"{_line(event.start_mark)}nested deeper than {DEEPEST} levels")


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}: " if mark else ""
