"""Rich messages of text blocks."""

import pytest

from bot.emulator import Emulator
from tests.emulator.client import Client

READER = 7
TEXT = {"type": "paragraph", "text": "خبر"}


async def test_blocks_of_text_are_shown_and_given_back(client: Client, emulator: Emulator) -> None:
    emulator.add_person(READER, "ليلى", started=True)
    blocks = [
        {"type": "heading", "text": "عنوان", "size": 2},
        {"type": "list", "items": [{"blocks": [TEXT]}]},
        {"type": "blockquote", "blocks": [TEXT], "credit": "الوزير"},
        {"type": "footer", "text": "أمس"},
    ]
    sent = await client.ok("sendRichMessage", chat_id=READER, rich_message={"blocks": blocks, "is_rtl": True})
    assert sent["rich_message"] == {"blocks": blocks, "is_rtl": True}
    assert "text" not in sent
    assert emulator.messages(READER)[0].text == "عنوان\nخبر\nخبر\nالوزير\nأمس"


@pytest.mark.parametrize(
    ("rich", "reason"),
    [
        ("x", "can't parse rich_message JSON object"),
        ([], "can't parse rich message: object expected"),
        ({}, "exactly one of html, markdown, and blocks must be specified"),
        ({"html": "<p>a</p>", "blocks": []}, "exactly one of html, markdown, and blocks must be specified"),
        ({"html": "<p>a</p>"}, "unsupported rich message: this server reads blocks only"),
        ({"blocks": []}, "message text is empty"),
        ({"blocks": ["a"]}, "can't parse rich message block"),
        ({"blocks": [{"type": "heading", "text": "a", "size": 7}]}, "can't parse rich message block"),
        ({"blocks": [{"type": "list", "items": ["a"]}]}, "can't parse rich message blocks"),
        ({"blocks": [{"type": "paragraph", "text": "a" * 32_769}]}, "RICH_MESSAGE_TOO_LONG"),
        ({"blocks": [TEXT] * 501}, "RICH_MESSAGE_TOO_LONG"),
    ],
)
async def test_what_is_no_rich_message_is_refused(
    client: Client, emulator: Emulator, rich: object, reason: str
) -> None:
    emulator.add_person(READER, "ليلى", started=True)
    refused = await client.refusal("sendRichMessage", chat_id=READER, rich_message=rich)
    assert refused == f"Bad Request: {reason}"
