"""A worker process of a batch: it is told the document and the rubric, then grades one submission for each line it is sent.

Started as `python -m gradatim.homework.worker`. Lines of JSON on standard input and output; nothing else may write there. The
limit of memory is the process's own, so that one submission cannot take the machine.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any, TextIO

from gradatim.errors import GradatimError
from gradatim.homework.grade import Grader
from gradatim.homework.grading import graded, grader_of
from gradatim.homework.sheet import pack

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]


def main() -> int:
    # What a library prints goes to standard error, not between the replies.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests = sys.stdin
    setup = json.loads(requests.readline() or "{}")
    if not setup:
        return 0
    limit_memory(int(setup["memory"]))
    try:
        grader = grader_of(setup["document"], setup["rubric"], setup.get("corrections"))
    except GradatimError as error:
        _send(replies, {"error": str(error)})
        return 2
    _send(replies, {"ready": True})
    for line in requests:
        request = json.loads(line)
        _send(replies, answer(grader, request, setup["made"]))
    return 0


def answer(grader: Grader, request: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    raw = base64.b64decode(request["raw"])
    return {"sheet": pack(graded(grader, raw, request["name"], made))}


def _send(replies: TextIO, data: dict[str, Any]) -> None:
    replies.write(json.dumps(data) + "\n")
    replies.flush()


def limit_memory(megabytes: int) -> None:
    if resource is None or megabytes <= 0:
        return
    size = megabytes * 1024 * 1024
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        pass


if __name__ == "__main__":
    raise SystemExit(main())
