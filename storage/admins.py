"""The newsroom: who belongs to it, and in which role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import amendments, announcements, audit, dialect, dialogs, drafts
from storage.audit import Act
from storage.roles import Permission, Role, holders
from storage.tables import admins


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the newsroom. `name` is as they called themselves in Telegram when last seen there; "" if unknown."""

    user_id: int
    role: Role
    name: str
    added_at: datetime


class OwnerError(ValueError):
    """Owners are named in the settings alone: nobody is made one, and none is changed or removed."""


async def set_owners(connection: AsyncConnection, user_ids: Iterable[int], *, now: datetime) -> None:
    """Make exactly these people owners, whatever they were. Who was one and is not named any more is removed."""
    ids = set(user_ids)
    before = {member.user_id: member for member in await every(connection)}
    for member in before.values():
        if member.role is Role.OWNER and member.user_id not in ids:
            await _remove(connection, member, actor_id=None, now=now)
    for user_id in sorted(ids):
        if user_id not in before:
            await connection.execute(admins.insert().values(user_id=user_id, role=Role.OWNER, added_at=now))
        elif before[user_id].role is not Role.OWNER:
            await connection.execute(update(admins).where(admins.c.user_id == user_id).values(role=Role.OWNER))
        else:
            continue
        await audit.record(connection, None, Act.TEAM_OWNER, detail=_described(user_id, ""), now=now)


async def grant(
    connection: AsyncConnection, user_id: int, role: Role, *, name: str, actor_id: int, now: datetime
) -> None:
    """Make somebody `role`, whatever they were. Raise `OwnerError` for an owner, and for the role of one."""
    member = await find(connection, user_id)
    if role is Role.OWNER or (member and member.role is Role.OWNER):
        raise OwnerError
    await connection.execute(
        dialect.insert(connection, admins)
        .values(user_id=user_id, role=role, name=name, added_at=now)
        .on_conflict_do_update(index_elements=["user_id"], set_={"role": role, "name": name})
    )
    await audit.record(connection, actor_id, Act(f"team_{role}"), detail=_described(user_id, name), now=now)


async def remove(connection: AsyncConnection, user_id: int, *, actor_id: int, now: datetime) -> Member | None:
    """Remove somebody, with all that they had begun and the questions that they were asked; return who it was.

    None where nobody of this id belongs to the newsroom. Raise `OwnerError` for an owner.
    """
    member = await find(connection, user_id)
    if member is None:
        return None
    if member.role is Role.OWNER:
        raise OwnerError
    await _remove(connection, member, actor_id=actor_id, now=now)
    return member


async def find(connection: AsyncConnection, user_id: int) -> Member | None:
    """Return the member of this id."""
    found = (await connection.execute(select(*_COLUMNS).where(admins.c.user_id == user_id))).one_or_none()
    return Member(found.user_id, Role(found.role), found.name or "", found.added_at) if found else None


async def role_of(connection: AsyncConnection, user_id: int) -> Role | None:
    """Return the role of this person; None for anyone outside the newsroom."""
    role = await connection.scalar(select(admins.c.role).where(admins.c.user_id == user_id))
    return Role(role) if role is not None else None


async def note_name(connection: AsyncConnection, user_id: int, name: str) -> None:
    """Keep how a member is called now."""
    changed = admins.c.name.is_distinct_from(name)
    await connection.execute(update(admins).where(admins.c.user_id == user_id, changed).values(name=name))


async def every(connection: AsyncConnection) -> tuple[Member, ...]:
    """Return the whole newsroom by id."""
    rows = await connection.execute(select(*_COLUMNS).order_by(admins.c.user_id))
    return tuple(Member(row.user_id, Role(row.role), row.name or "", row.added_at) for row in rows)


async def who_may(connection: AsyncConnection, permission: Permission) -> tuple[int, ...]:
    """Return the ids of those who may, to tell them of something."""
    query = select(admins.c.user_id).where(admins.c.role.in_(holders(permission))).order_by(admins.c.user_id)
    return tuple(await connection.scalars(query))


_COLUMNS = (admins.c.user_id, admins.c.role, admins.c.name, admins.c.added_at)


async def _remove(connection: AsyncConnection, member: Member, *, actor_id: int | None, now: datetime) -> None:
    # First, since the log takes names and roles from the rows that go.
    detail = _described(member.user_id, member.name)
    await audit.record(connection, actor_id, Act.TEAM_REMOVE, detail=detail, now=now)
    await connection.execute(delete(admins).where(admins.c.user_id == member.user_id))
    await dialogs.end_all_of(connection, member.user_id)
    await drafts.forget_author(connection, member.user_id)
    await amendments.drop_all_of(connection, member.user_id)
    await announcements.drop_all_of(connection, member.user_id)


def _described(user_id: int, name: str) -> str:
    return f"{name} ({user_id})" if name else str(user_id)
