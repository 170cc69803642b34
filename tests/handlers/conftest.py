"""What several tests of this floor need."""

from datetime import UTC, datetime

import pytest

from storage.articles import Headline


@pytest.fixture
def headline() -> Headline:
    return Headline(7, "زلزال قرب الساحل", True, datetime(2026, 11, 24, 17, tzinfo=UTC), ("أخبار عالمية",))
