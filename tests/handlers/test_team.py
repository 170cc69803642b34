"""/team and the roles: who is added, changed and removed, and who may do what at which moment."""

import logging

import pytest

from bot.emulator import Emulator, Message
from handlers import menus, routes, team_buttons
from handlers.team_buttons import ManageTeam, TeamVerb
from handlers.texts import Texts
from storage import admins, audit
from storage.audit import Act, Filter
from storage.roles import PERMISSIONS, Permission, Role
from tests.databases import START
from tests.handlers.articles import FLAGGED
from tests.handlers.conftest import EDITOR, GROUP, OTHER, READER, SECOND_EDITOR, Chats
from tests.handlers.desk import hand_in, press_late

REFUSED = "هذا الأمر لفريق التحرير وحده."
NEVER_SEEN = 987654321


async def role_of(chats: Chats, user_id: int) -> Role | None:
    async with chats.database.read() as connection:
        return await admins.role_of(connection, user_id)


async def make(chats: Chats, user_id: int, role: Role) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, user_id, role, name="سامر", actor_id=EDITOR, now=START)


async def entries(chats: Chats) -> list[tuple[int | None, Act, str]]:
    async with chats.database.read() as connection:
        return [(entry.actor_id, entry.act, entry.detail) async for entry in audit.export(connection, Filter())]


async def test_the_newsroom_is_listed_by_role(chats: Chats) -> None:
    await make(chats, OTHER, Role.REPORTER)
    listing = await chats.say(EDITOR, "/team")
    assert chats.shown(listing).split("\n\n")[0] == (
        "فريق التحرير\n• هدى (2001): مالك\n• 2002: مالك\n• سامر (1002): مراسل"
    )
    assert listing.button_texts() == ["سامر", "➕ إضافة شخص"]


async def test_somebody_is_added_by_a_message_of_theirs(chats: Chats) -> None:
    listing = await chats.say(EDITOR, "/team")
    await chats.press(EDITOR, listing, "إضافة")
    written = await chats.emulator.say(OTHER, "صباح الخير")
    forwarded = await chats.emulator.forward(EDITOR, written)
    question = await chats.emulator.wait_for(EDITOR, after=forwarded.message_id)
    assert chats.shown(question) == "ما دور سامر في الفريق؟"
    assert question.button_texts() == ["محرر", "مراسل", "قارئ تقارير", "↩️ رجوع"]
    await chats.press(EDITOR, question, "مراسل")
    assert chats.shown(question) == "✅ دور سامر (1002) الآن: مراسل."
    assert await role_of(chats, OTHER) is Role.REPORTER
    assert chats.emulator.messages(OTHER)[-1].text.startswith("أنت الآن في فريق التحرير، ودورك: مراسل.")
    assert (EDITOR, Act.TEAM_REPORTER, "سامر (1002)") in await entries(chats)


async def test_somebody_is_added_by_a_reply_in_a_group(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "غرفة الأخبار", [EDITOR, OTHER], admins=[EDITOR])
    emulator.promote(GROUP, by=EDITOR)
    written = await emulator.say(OTHER, "صباح الخير", chat_id=GROUP)
    question = await chats.say(EDITOR, "/team", chat=GROUP, reply_to=written.message_id)
    await chats.press(EDITOR, question, "محرر")
    assert await role_of(chats, OTHER) is Role.EDITOR


@pytest.mark.parametrize(("user_id", "name"), [(OTHER, "سامر"), (NEVER_SEEN, str(NEVER_SEEN))])
async def test_somebody_is_added_by_id(chats: Chats, user_id: int, name: str) -> None:
    question = await chats.say(EDITOR, f"/team {user_id}")
    assert chats.shown(question) == f"ما دور {name} في الفريق؟"
    await chats.press(EDITOR, question, "قارئ تقارير")
    assert await role_of(chats, user_id) is Role.ANALYST


async def test_an_id_answers_the_question_too(chats: Chats) -> None:
    await chats.press(EDITOR, await chats.say(EDITOR, "/team"), "إضافة")
    assert chats.shown(await chats.say(EDITOR, f" {OTHER} ")) == "ما دور سامر في الفريق؟"


@pytest.mark.parametrize("text", ["/team سامر", "/team 1234567890123456", "/team -5", "/team 0"])
async def test_what_names_nobody_is_not_understood(chats: Chats, text: str) -> None:
    assert (await chats.say(EDITOR, text)).text.startswith("لم نعرف من تقصد.")


async def test_a_role_is_changed_and_taken_away(chats: Chats) -> None:
    await make(chats, OTHER, Role.REPORTER)
    message = await chats.say(EDITOR, "/team")
    await chats.press(EDITOR, message, "سامر")
    assert chats.shown(message) == "دور سامر الآن: مراسل. ماذا تريد أن يكون؟"
    assert message.button_texts() == ["محرر", "✅ مراسل", "قارئ تقارير", "🚪 إخراج من الفريق", "↩️ رجوع"]
    await chats.press(EDITOR, message, "رجوع")
    await chats.press(EDITOR, message, "سامر")
    await chats.press(EDITOR, message, "✅ مراسل")
    await chats.press(EDITOR, message, "محرر")
    assert await role_of(chats, OTHER) is Role.EDITOR
    await chats.press(EDITOR, message, data=f"team:remove:{OTHER}")
    assert chats.shown(message) == "🚪 خرج سامر (1002) من الفريق، وأُلغي كل ما لم يخرج بعد من أخباره."
    assert await role_of(chats, OTHER) is None
    await chats.press(EDITOR, message, data=f"team:remove:{OTHER}")
    assert [act for _, act, _ in (await entries(chats))[2:]] == [
        *(Act.TEAM_REPORTER, Act.TEAM_EDITOR, Act.TEAM_REMOVE),
    ]


async def test_an_owner_cannot_be_locked_out(chats: Chats) -> None:
    message = await chats.say(EDITOR, f"/team {SECOND_EDITOR}")
    assert message.text.startswith("هذا مالك، واسمه في إعدادات البوت")
    for data in (f"team:remove:{EDITOR}", f"team:analyst:{SECOND_EDITOR}", f"team:remove:{SECOND_EDITOR}"):
        answer = await chats.press(EDITOR, message, data=data)
        assert (answer.text.startswith("هذا مالك"), answer.show_alert) == (True, True)
    assert [await role_of(chats, user_id) for user_id in (EDITOR, SECOND_EDITOR)] == [Role.OWNER, Role.OWNER]


@pytest.mark.parametrize(
    "data", ["team:owner:1002", "team:editor:", "team:editor", "team:pick:x", "team:add:7", "team:"]
)
async def test_forged_team_buttons_mean_nothing(chats: Chats, data: str) -> None:
    message = await chats.say(EDITOR, "/team")
    assert (await chats.press(EDITOR, message, data=data)).text.startswith("هذا الزر قديم")


async def test_the_menu_follows_the_role(chats: Chats, emulator: Emulator) -> None:
    await menus.announce(chats.bot.bot, Texts.load(), routes.menu_lines(), {EDITOR: Role.OWNER})
    everybody = [line["command"] for line in emulator.commands(READER)]
    assert [line["command"] for line in emulator.commands(EDITOR)][len(everybody) :][-2:] == ["team", "audit"]
    question = await chats.say(EDITOR, f"/team {OTHER}")
    await chats.press(EDITOR, question, "مراسل")
    assert "publish" in [line["command"] for line in emulator.commands(OTHER)]
    assert "audit" not in [line["command"] for line in emulator.commands(OTHER)]
    await chats.press(EDITOR, question, data=f"team:remove:{OTHER}")
    assert [line["command"] for line in emulator.commands(OTHER)] == everybody


async def test_who_starts_the_bot_after_they_were_added_gets_their_menu(chats: Chats, emulator: Emulator) -> None:
    await make(chats, OTHER, Role.ANALYST)
    await chats.say(OTHER, "/start")
    await chats.settle()
    assert "stats" in [line["command"] for line in emulator.commands(OTHER)]


async def test_help_lists_what_the_role_may_do(chats: Chats) -> None:
    await make(chats, OTHER, Role.REPORTER)
    listing = chats.shown(await chats.say(OTHER, "/help"))
    assert "نشر خبر: /publish" in listing
    assert "/team" not in listing
    assert "فريق التحرير: /team" in chats.shown(await chats.say(EDITOR, "/help"))


ROLES = [None, *Role]
COMMANDS = [(command.name, command.permission) for command in routes.NEWSROOM_COMMANDS]


@pytest.mark.parametrize(("name", "permission"), COMMANDS)
async def test_each_command_is_for_those_who_may_and_refusals_are_written_down(
    chats: Chats, caplog: pytest.LogCaptureFixture, name: str, permission: Permission
) -> None:
    """The table of role and command, cell by cell."""
    for role in ROLES:
        person = EDITOR if role is Role.OWNER else OTHER
        async with chats.database.write() as connection:
            if role in (None, Role.OWNER):
                await admins.remove(connection, OTHER, actor_id=EDITOR, now=START)
            else:
                await admins.grant(connection, OTHER, role, name="سامر", actor_id=EDITOR, now=START)
        before = len(await entries(chats))
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="handlers"):
            answer = await chats.say(person, f"/{name}")
        allowed = role is not None and permission in PERMISSIONS[role]
        assert answer.text.startswith(REFUSED) is not allowed, role
        assert (f"refused /{name} to user {person}" in caplog.text) is not allowed, role
        written = [entry for entry in (await entries(chats))[before:] if entry[1] is Act.REFUSED]
        expected = [] if allowed or role is None else [(person, Act.REFUSED, f"/{name}")]
        assert written == expected, role


PRESSES = [
    ("pub:send:1:1", Permission.RELEASE),
    ("pub:undo:1:1", Permission.RELEASE),
    ("pub:drop:1:1", Permission.RELEASE),
    ("pub:title:1:1", Permission.RELEASE),
    ("pub:flash:1:1", Permission.RELEASE),
    ("pub:test:1:1", Permission.RELEASE),
    ("team:list", Permission.TEAM),
    ("team:add", Permission.TEAM),
    (f"team:editor:{OTHER}", Permission.TEAM),
    (f"team:remove:{OTHER}", Permission.TEAM),
    ("aud:show::::", Permission.AUDIT),
    ("aud:export::::", Permission.AUDIT),
    ("aud:people::::", Permission.AUDIT),
    ("src:list:0", Permission.SOURCES),
    ("src:export:0", Permission.SOURCES),
    ("src:remove:1", Permission.SOURCES),
    ("fig:day", Permission.REPORT),
    ("src:approval:1", Permission.SOURCES),
    ("src:apply:1", Permission.SOURCES),
    ("amd:confirm:1:0", Permission.CORRECT),
    ("amd:drop:1:0", Permission.CORRECT),
    ("ann:send:1", Permission.ANNOUNCE),
    ("ann:drop:1", Permission.ANNOUNCE),
    ("bro:stop:1", Permission.RELEASE),
    ("bro:resume:1", Permission.RELEASE),
]


@pytest.mark.parametrize(("data", "permission"), PRESSES)
@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.REPORTER, Role.ANALYST])
async def test_each_press_is_for_those_who_may_at_that_moment(
    chats: Chats, data: str, permission: Permission, role: Role | None
) -> None:
    await hand_in(chats, f"/publish {FLAGGED}")  # somebody else's draft
    await chats.say(OTHER, "/help")
    if role:
        await make(chats, OTHER, role)
    before = len(await entries(chats))
    answer = await press_late(chats, OTHER, data, chat=OTHER)
    allowed = role is not None and permission in PERMISSIONS[role]
    assert answer.text.startswith(REFUSED) is not allowed
    refusals = [entry for entry in (await entries(chats))[before:] if entry[1] is Act.REFUSED]
    assert len(refusals) == (0 if allowed or role is None else 1)
    if not allowed:
        assert await role_of(chats, OTHER) is role


async def test_who_is_demoted_while_a_dialog_is_open_cannot_finish_it(chats: Chats) -> None:
    await make(chats, OTHER, Role.EDITOR)
    preview: Message = await hand_in(chats, f"/publish {FLAGGED}", OTHER)
    await chats.press(OTHER, preview, "العنوان")
    await make(chats, OTHER, Role.ANALYST)
    assert (await chats.say(OTHER, "عنوان آخر")).text.startswith(REFUSED)


@pytest.mark.parametrize(
    ("action", "data"), [(ManageTeam(TeamVerb.LIST), "team:list"), (ManageTeam(TeamVerb.EDITOR, 7), "team:editor:7")]
)
def test_a_press_comes_back_as_what_it_was(action: ManageTeam, data: str) -> None:
    assert team_buttons.pack(action) == data
    assert team_buttons.parse(data) == action


@pytest.mark.parametrize("data", [None, "", "team:", "team:editor", "team:list:7", "team:owner:7", "team:editor:x"])
def test_what_no_button_holds_asks_for_nothing(data: str | None) -> None:
    assert team_buttons.parse(data) is None
