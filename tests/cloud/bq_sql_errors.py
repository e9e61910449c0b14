"""How the stand-in's BigQuery says no: one exception, carrying what an ErrorProto carries.

Wordings follow the real service ("BigQuery error messages", "Troubleshoot query issues" and
the messages users quote); positions are `[line:column]`, both from 1, in the whole job's text.
"""

from __future__ import annotations

Position = tuple[int, int]


class QueryError(Exception):
    """A refused or failed query: reason (invalidQuery, notFound, …), message, location.

    location is what the ErrorProto names ("query" for invalidQuery), or None.
    """

    def __init__(self, reason: str, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.location = location if location or reason != "invalidQuery" else "query"

    def proto(self) -> dict[str, str]:
        """The ErrorProto of the REST API."""
        proto = {"reason": self.reason, "message": self.message}
        return proto | {"location": self.location} if self.location else proto


def at(position: Position | None) -> str:
    """` at [line:column]`, or nothing when the place is not known."""
    return f" at [{position[0]}:{position[1]}]" if position else ""


def invalid(message: str, position: Position | None = None) -> QueryError:
    """The query itself is wrong."""
    return QueryError("invalidQuery", message + at(position))


def syntax(message: str, position: Position) -> QueryError:
    """The query cannot be parsed."""
    return invalid(f"Syntax error: {message}", position)


def unsupported(what: str, position: Position | None = None) -> QueryError:
    """The stand-in does not know this part of the dialect (the real service may)."""
    return invalid(f"stand-in: not supported: {what}", position)
