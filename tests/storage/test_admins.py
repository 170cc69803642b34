"""The newsroom: who belongs to it, and who may do what."""

from datetime import timedelta

import pytest

from storage import admins, announcements, audit, dialogs
from storage.admins import OwnerError
from storage.audit import Act, Filter
from storage.database import Database
from storage.dialogs import Dialog
from storage.roles import Permission, Role, holders, may
from tests.databases import START

OWNER, EDITOR, REPORTER = 1, 2, 3
A_DAY = timedelta(days=1)


async def test_exactly_the_given_people_are_owners(database: Database) -> None:
    for owners in ([2, 1], [2, 3, 3], [], [2**52]):
        async with database.write() as connection:
            await admins.set_owners(connection, owners, now=START)
            members = await admins.every(connection)
            assert [member.user_id for member in members] == sorted(set(owners))
            assert {member.role for member in members} <= {Role.OWNER}
            for person in (1, 2, 3, 2**52):
                assert await admins.role_of(connection, person) == (Role.OWNER if person in owners else None)


async def test_an_owner_who_stays_is_not_added_anew(database: Database) -> None:
    async with database.write() as connection:
        await admins.set_owners(connection, [1], now=START)
        await admins.set_owners(connection, [1, 2], now=START + A_DAY)
        assert [member.added_at for member in await admins.every(connection)] == [START, START + A_DAY]
        entries = (await audit.newest(connection, Filter(), limit=9)).entries
    assert [(entry.act, entry.detail, entry.actor_id) for entry in entries] == [
        (Act.TEAM_OWNER, "2", None),
        (Act.TEAM_OWNER, "1", None),
    ]


async def test_somebody_of_the_newsroom_becomes_an_owner_by_the_settings(database: Database) -> None:
    async with database.write() as connection:
        await admins.grant(connection, EDITOR, Role.EDITOR, name="هدى", actor_id=OWNER, now=START)
        await admins.set_owners(connection, [EDITOR], now=START)
        assert await admins.role_of(connection, EDITOR) is Role.OWNER
        await admins.set_owners(connection, [], now=START)
        assert await admins.every(connection) == ()


async def test_a_role_is_granted_and_changed(database: Database) -> None:
    async with database.write() as connection:
        await admins.set_owners(connection, [OWNER], now=START)
        for role, name in ((Role.REPORTER, "سامر"), (Role.ANALYST, "سامر حداد")):
            await admins.grant(connection, REPORTER, role, name=name, actor_id=OWNER, now=START)
        member = await admins.find(connection, REPORTER)
        assert member is not None
        assert (member.role, member.name) == (Role.ANALYST, "سامر حداد")
        removed = await admins.remove(connection, REPORTER, actor_id=OWNER, now=START + A_DAY)
        assert removed == member
        assert await admins.remove(connection, REPORTER, actor_id=OWNER, now=START) is None
        assert await admins.find(connection, REPORTER) is None
        entries = (await audit.newest(connection, Filter(actor_id=OWNER), limit=9)).entries
    assert [(entry.act, entry.detail) for entry in entries] == [
        (Act.TEAM_REMOVE, "سامر حداد (3)"),
        (Act.TEAM_ANALYST, "سامر حداد (3)"),
        (Act.TEAM_REPORTER, "سامر (3)"),
    ]


async def test_an_owner_can_be_neither_made_nor_changed_nor_removed_in_a_chat(database: Database) -> None:
    async with database.write() as connection:
        await admins.set_owners(connection, [OWNER], now=START)
        with pytest.raises(OwnerError):
            await admins.grant(connection, OWNER, Role.ANALYST, name="", actor_id=OWNER, now=START)
        with pytest.raises(OwnerError):
            await admins.grant(connection, EDITOR, Role.OWNER, name="", actor_id=OWNER, now=START)
        with pytest.raises(OwnerError):
            await admins.remove(connection, OWNER, actor_id=OWNER, now=START)
        assert [(member.user_id, member.role) for member in await admins.every(connection)] == [(OWNER, Role.OWNER)]


async def test_a_member_is_called_as_they_were_seen_last(database: Database) -> None:
    async with database.write() as connection:
        await admins.set_owners(connection, [OWNER], now=START)
        await admins.note_name(connection, OWNER, "هدى")
        await admins.note_name(connection, EDITOR, "من لا ينتمي")
        assert [(member.user_id, member.name) for member in await admins.every(connection)] == [(OWNER, "هدى")]


async def test_those_who_may_are_found(database: Database) -> None:
    async with database.write() as connection:
        await admins.set_owners(connection, [OWNER], now=START)
        await admins.grant(connection, EDITOR, Role.EDITOR, name="", actor_id=OWNER, now=START)
        await admins.grant(connection, REPORTER, Role.REPORTER, name="", actor_id=OWNER, now=START)
        assert await admins.who_may(connection, Permission.RELEASE) == (OWNER, EDITOR)
        assert await admins.who_may(connection, Permission.TEAM) == (OWNER,)
        assert await admins.who_may(connection, Permission.REPORT) == (OWNER, EDITOR, REPORTER)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.PROPOSE, {Role.OWNER, Role.EDITOR, Role.REPORTER}),
        (Permission.RELEASE, {Role.OWNER, Role.EDITOR}),
        (Permission.CORRECT, {Role.OWNER, Role.EDITOR}),
        (Permission.RETRACT, {Role.OWNER, Role.EDITOR}),
        (Permission.ANNOUNCE, {Role.OWNER, Role.EDITOR}),
        (Permission.PAUSE, {Role.OWNER, Role.EDITOR}),
        (Permission.SOURCES, {Role.OWNER, Role.EDITOR}),
        (Permission.REPORT, {Role.OWNER, Role.EDITOR, Role.REPORTER, Role.ANALYST}),
        (Permission.AUDIT, {Role.OWNER, Role.EDITOR}),
        (Permission.TEAM, {Role.OWNER}),
    ],
)
def test_each_role_may_what_it_should(permission: Permission, roles: set[Role]) -> None:
    assert {role for role in Role if may(role, permission)} == roles
    assert set(holders(permission)) == roles
    assert not may(None, permission)


async def test_a_question_waits_for_one_answer_in_its_chat(database: Database) -> None:
    async with database.write() as connection:
        for topic, subject in (("old", "1"), ("title", "5:1")):
            await dialogs.ask(connection, 10, EDITOR, topic=topic, subject=subject, now=START)
        await dialogs.ask(connection, 11, EDITOR, topic="title", subject="6:1", now=START)
        assert not await dialogs.is_open(connection, 10, OWNER)
        assert await dialogs.take(connection, 10, OWNER, now=START) is None
        assert await dialogs.is_open(connection, 10, EDITOR)
        assert await dialogs.take(connection, 10, EDITOR, now=START) == Dialog("title", "5:1")
        assert await dialogs.take(connection, 10, EDITOR, now=START) is None
        assert await dialogs.take(connection, 11, EDITOR, now=START + dialogs.PATIENCE) is None
        assert not await dialogs.is_open(connection, 11, EDITOR)


async def test_who_leaves_is_asked_nothing_any_more(database: Database) -> None:
    async with database.write() as connection:
        await admins.grant(connection, EDITOR, Role.EDITOR, name="", actor_id=OWNER, now=START)
        for chat_id in (10, 11):
            await dialogs.ask(connection, chat_id, EDITOR, topic="title", subject="", now=START)
        await dialogs.ask(connection, 10, OWNER, topic="title", subject="", now=START)
        await admins.remove(connection, EDITOR, actor_id=OWNER, now=START)
        assert not await dialogs.is_open(connection, 10, EDITOR)
        assert not await dialogs.is_open(connection, 11, EDITOR)
        assert await dialogs.is_open(connection, 10, OWNER)


async def test_who_leaves_takes_what_they_had_begun_along(database: Database) -> None:
    async with database.write() as connection:
        await admins.set_owners(connection, [OWNER], now=START)
        await admins.grant(connection, EDITOR, Role.EDITOR, name="", actor_id=OWNER, now=START)
        mine = await announcements.save(connection, "صيانة الليلة", author_id=EDITOR, now=START)
        other = await announcements.save(connection, "شكرا لكم", author_id=OWNER, now=START)
        await admins.remove(connection, EDITOR, actor_id=OWNER, now=START)
        assert await announcements.get(connection, mine, state=announcements.State.OPEN) is None
        assert await announcements.get(connection, other, state=announcements.State.OPEN) is not None
