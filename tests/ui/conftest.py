"""What tests of the page share."""

from collections.abc import Iterator

import pytest
from streamlit import config


@pytest.fixture(autouse=True)
def own_computer() -> Iterator[None]:
    """Let the page serve this computer alone, as its configuration file says."""
    before = config.get_option("server.address")
    config.set_option("server.address", "localhost")
    yield
    config.set_option("server.address", before)
