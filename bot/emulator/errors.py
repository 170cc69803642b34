"""Refusals in the words of the Bot API."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A request that is answered with `ok: false`.

    `code` doubles as the HTTP status, as on Telegram's own server.
    """

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.limit = ""
        """For a 429 of the send budget, the limit that was passed."""

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str, **parameters: int) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int, limit: str = "") -> ApiError:
    error = ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
    error.limit = limit
    return error


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, "Not Found")
