"""/pause and /resume: stop everything that goes out at once, replies excepted, and let it go on."""

from telegram import Message

from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import reply
from storage import audit, pauses
from storage.audit import Act
from storage.roles import Permission


async def pause(message: Message, context: Context, reader: Reader) -> None:
    """Stop the sending. What is owed stays owed."""
    services, words = context.services, reader.words
    if reader.user is None or not await admitted(reader, context, "/pause", Permission.PAUSE):
        await reply(message, words.say("newsroom.refused"))
        return
    async with services.database.write() as connection:
        now = services.clock()
        stopped = await pauses.pause(connection, by=reader.user.id, now=now)
        if stopped:
            await audit.record(connection, reader.user.id, Act.PAUSE, now=now)
        current = await pauses.current(connection)
    services.recall()  # before anybody is told that it has stopped
    if stopped or current is None:
        await reply(message, words.say("pause.done"))
    else:
        await reply(message, words.say("pause.already", time=words.moment(current.paused_at, reader.zone)))


async def resume(message: Message, context: Context, reader: Reader) -> None:
    """Let the sending go on."""
    services, words = context.services, reader.words
    if reader.user is None or not await admitted(reader, context, "/resume", Permission.PAUSE):
        await reply(message, words.say("newsroom.refused"))
        return
    async with services.database.write() as connection:
        resumed = await pauses.resume(connection)
        if resumed:
            await audit.record(connection, reader.user.id, Act.RESUME, now=services.clock())
    services.wake()
    await reply(message, words.say("resume.done" if resumed else "resume.already"))
