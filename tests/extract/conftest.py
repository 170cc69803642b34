from collections.abc import Mapping

import pytest

from storage.article import DEFAULT_SECTIONS, section_index


@pytest.fixture(scope="session")
def index() -> Mapping[str, str]:
    return section_index(DEFAULT_SECTIONS)
