"""Counts what a request asks of the database, when the benchmark wants to know."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

HEADER = "X-Bench"
STATEMENTS, TRANSACTIONS = "X-Bench-Statements", "X-Bench-Transactions"
WRITES = ("INSERT", "UPDATE", "DELETE")


class Count:
    """Answers `X-Bench: 1` with the number of statements, and of transactions that wrote something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if HEADER not in request.headers:
            return self.get_response(request)
        with Tally().watching() as tally:
            response = self.get_response(request)
        response.headers[STATEMENTS] = str(tally.statements)
        response.headers[TRANSACTIONS] = str(tally.transactions)
        return response


class Tally:
    """Savepoints are statements too; BEGIN and COMMIT are not, the transaction stands for them."""

    def __init__(self) -> None:
        self.statements = self.transactions = 0
        self._wrote = False

    @contextmanager
    def watching(self) -> Iterator["Tally"]:
        connection: Any = connections["default"]
        connection.ensure_connection()
        commit = connection._commit

        def committed() -> None:
            self.transactions += self._wrote
            self._wrote = False
            commit()

        connection._commit = committed
        try:
            with connection.execute_wrapper(self._saw):
                yield self
        finally:
            del connection._commit

    def _saw(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        if str(sql).lstrip().startswith(WRITES):
            if context["connection"].in_atomic_block:
                self._wrote = True
            else:
                self.transactions += 1
        return execute(sql, params, many, context)
