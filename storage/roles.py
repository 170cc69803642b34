"""Who in the newsroom may do what: the one table. Pure.

It is asked at the moment of every command and every press, never remembered.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """owner: named in the settings, may do everything. editor: releases stories and repairs them. reporter: proposes
    stories, and an editor releases them. analyst: reads the reports.
    """

    OWNER = "owner"
    EDITOR = "editor"
    REPORTER = "reporter"
    ANALYST = "analyst"


class Permission(StrEnum):
    """What the newsroom does, as far as not everybody in it may.

    propose: hand in a story and change it while it is a draft. release: send one out, or hold one that is about to go.
    correct, retract: repair what is published. announce: write to subscribers. pause: stop everything that goes out,
    and let it go on. sources: say where stories come from by themselves. report: read figures. audit: read who did
    what. team: say who belongs to the newsroom.
    """

    PROPOSE = "propose"
    RELEASE = "release"
    CORRECT = "correct"
    RETRACT = "retract"
    ANNOUNCE = "announce"
    PAUSE = "pause"
    SOURCES = "sources"
    REPORT = "report"
    AUDIT = "audit"
    TEAM = "team"


# What an owner may say somebody is. Owners themselves are named in the settings alone, so that nobody in a chat can
# make one, or lock one out.
GRANTED = (Role.EDITOR, Role.REPORTER, Role.ANALYST)

_EDITOR = frozenset(Permission) - {Permission.TEAM}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.EDITOR: _EDITOR,
        Role.REPORTER: frozenset({Permission.PROPOSE, Permission.REPORT}),
        Role.ANALYST: frozenset({Permission.REPORT}),
    }
)


def may(role: Role | None, permission: Permission) -> bool:
    """Whether somebody of this role may; None is anyone outside the newsroom."""
    return role is not None and permission in PERMISSIONS[role]


def holders(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that may."""
    return tuple(role for role in Role if permission in PERMISSIONS[role])
