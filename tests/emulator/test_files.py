from __future__ import annotations

import aiohttp
import pytest

from bot.emulator import Emulator
from tests.emulator.client import TOKEN, Client
from tests.emulator.conftest import READER

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def upload(field: str, name: str, data: bytes, **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData({"chat_id": str(READER), **fields})
    form.add_field(field, data, filename=name)
    return form


async def test_a_document_of_a_person_is_fetched_by_the_bot(client: Client, emulator: Emulator) -> None:
    article = "عاجل\n\nخبر".encode()
    await emulator.send_document(READER, "خبر.txt", article, caption="/publish")
    [update] = await client.ok("getUpdates")
    document = update["message"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("خبر.txt", "text/plain")
    assert document["file_size"] == len(article)
    assert update["message"]["caption"] == "/publish"
    assert update["message"]["caption_entities"][0]["type"] == "bot_command"
    file = await client.ok("getFile", file_id=document["file_id"])
    async with client.session.get(f"{emulator.url}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == article
    async with client.session.get(f"{emulator.url}/file/bot1:wrong/{file['file_path']}") as response:
        assert response.status == 401
    async with client.session.get(f"{emulator.url}/file/bot{TOKEN}/documents/none.txt") as response:
        assert response.status == 404


async def test_the_bot_sends_a_document_by_upload_and_again_by_its_id(client: Client, emulator: Emulator) -> None:
    form = upload("document", "audit.csv", b"a,b\n", caption="<b>سجل</b>", parse_mode="HTML")
    async with client.session.post(client.address("sendDocument"), data=form) as response:
        result = (await response.json())["result"]
    assert (result["document"]["file_name"], result["caption"]) == ("audit.csv", "سجل")
    await client.ok("sendDocument", chat_id=READER, document=result["document"]["file_id"])
    files = [message.file for message in emulator.messages(READER)]
    assert [file.data for file in files if file] == [b"a,b\n"] * 2
    edited = await client.ok("editMessageCaption", chat_id=READER, message_id=result["message_id"], caption="جديد")
    assert edited["caption"] == "جديد"
    refusal = await client.refusal("editMessageText", chat_id=READER, message_id=result["message_id"], text="x")
    assert refusal == "Bad Request: there is no text in the message to edit"


async def test_a_picture_is_sent_and_something_else_as_a_picture_is_not(client: Client) -> None:
    async with client.session.post(client.address("sendPhoto"), data=upload("photo", "stats.png", PNG)) as response:
        assert (await response.json())["result"]["photo"][0]["file_size"] == len(PNG)
    async with client.session.post(client.address("sendPhoto"), data=upload("photo", "x.png", b"text")) as response:
        assert (await response.json())["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


@pytest.mark.parametrize(
    ("document", "description"),
    [
        ("", "there is no document in the request"),
        ("attach://gone", "wrong remote file identifier specified: Wrong string length"),
        ("AAAA", "wrong remote file identifier specified: Wrong string length"),
        ("https://example.com/a.pdf", "failed to get HTTP URL content"),
    ],
)
async def test_a_document_that_is_not_there_is_refused(client: Client, document: str, description: str) -> None:
    refusal = await client.refusal("sendDocument", chat_id=READER, document=document)
    assert refusal == f"Bad Request: {description}"


async def test_an_empty_file_and_a_long_caption_are_refused(client: Client) -> None:
    async with client.session.post(client.address("sendDocument"), data=upload("document", "a.txt", b"")) as response:
        assert (await response.json())["description"] == "Bad Request: file must be non-empty"
    form = upload("document", "a.txt", b"a", caption="ا" * 1025)
    async with client.session.post(client.address("sendDocument"), data=form) as response:
        assert (await response.json())["description"] == "Bad Request: message caption is too long"


async def test_getfile_knows_its_files_only_up_to_twenty_megabytes(client: Client, emulator: Emulator) -> None:
    assert await client.refusal("getFile", file_id="x") == "Bad Request: invalid file_id"
    assert await client.refusal("getFile") == "Bad Request: file_id not specified"
    message = await emulator.send_document(READER, "big.bin", b"x" * (20 * 1024 * 1024 + 1))
    assert message.file is not None
    assert await client.refusal("getFile", file_id=message.file.file_id) == "Bad Request: file is too big"
