"""Clean text: what a reader sees, and nothing else."""

import re
import unicodedata

from storage.arabic import INVISIBLE

# Control bytes, lone surrogates, non-characters, tags and fillers: nothing of them is ever shown.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u206a-\u206f\u2800\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_NEVER_SHOWN = re.compile(f"[{INVISIBLE.pattern[1:-1]}{_UNSEEN.pattern[1:-1]}]")  # both in one pass
# Presentation forms are letters as old programs drew them. The ligatures that stand for a whole phrase (ﷺ) stay.
_PRESENTATION = re.compile("[\ufb50-\ufdcf\ufdf0-\ufdf9\ufe70-\ufefc]+")
_LINE_END = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# A single space, as most are, needs no replacing.
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")


def clean(text: str) -> str:
    """Return `text` with "\\n" for every line end, single spaces, and no character that a reader cannot see."""
    text = _LINE_END.sub("\n", text)
    text = _NEVER_SHOWN.sub("", text)
    text = _PRESENTATION.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)
    return _SPACES.sub(" ", text).strip()


def clean_line(text: str) -> str:
    """Return `text` cleaned, as one line."""
    return " ".join(clean(text).split())
