"""What a chat is told, ready-made."""

from dataclasses import dataclass

from bot.delivery.telegram_api import encode
from storage.deliveries import Claim
from storage.digest_messages import DigestMessage


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a chat is told. Each claim is in one of the three groups.

    `told` stand in the message; `later` found no room in it; of `void` there is nothing left to say. Of an edit,
    `withdrawn` says that no story is left in the message, which may be deleted then; what it would say stands in
    `messages`, for where it cannot be. `digest` says of each message of a digest what stands in it.
    """

    messages: tuple[bytes, ...] = ()  # as `telegram_api.encode` makes them
    told: tuple[Claim, ...] = ()
    later: tuple[Claim, ...] = ()
    void: tuple[Claim, ...] = ()
    withdrawn: bool = False
    digest: tuple[DigestMessage, ...] = ()


def ready_made(text: str, reply_markup: object = None, *, silent: bool = False) -> bytes:
    """Return a message's parameters as they go on the wire."""
    payload: dict[str, object] = {
        "text": str(text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if silent:
        payload["disable_notification"] = True
    return encode(payload if reply_markup is None else {**payload, "reply_markup": reply_markup})
