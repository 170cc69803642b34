"""Stories that nobody has told before, each with a mark by which its copies are found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

MARK = re.compile(r"\bQ\d{4}\b")
_LETTERS = "ابتجحدرسشصطعفقكلمنهوي"


@dataclass(frozen=True, slots=True)
class Story:
    """A flagged story; `mark` stands in its headline, also in a corrected one."""

    mark: str
    section: str
    headline: str
    body: str

    @property
    def text(self) -> str:
        """The story as the newsroom pastes it."""
        return f"عاجل {self.section}\n\n{self.headline}\n\n{self.body}"


class Stories:
    """Makes them up."""

    def __init__(self, random: Random, sections: Sequence[str]) -> None:
        self._random = random
        self._sections = sections
        self.told: list[Story] = []

    def new(self) -> Story:
        """Return the next one. Its words are made up, so that no two are taken for one story."""
        mark = f"Q{len(self.told):04}"
        body = f"{self._words(14)}.\n\nوقال الوزير إن “{self._words(9)}”.\n\n{self._words(20)}."
        story = Story(mark, self._random.choice(self._sections), self.headline(mark), body)
        self.told.append(story)
        return story

    def headline(self, mark: str) -> str:
        """Return another headline for a story."""
        return f"{self._words(5)} {mark}"

    def _words(self, count: int) -> str:
        return " ".join("".join(self._random.choices(_LETTERS, k=self._random.randint(4, 7))) for _ in range(count))
