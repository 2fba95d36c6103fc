"""Many submissions at once, in worker processes with limits of time and memory.

A submission that makes its worker crash or run out of time is tried once more in a fresh worker and then left to a person; the
others are not touched by it. Sheets are kept in a journal as they come, and come back from it in a later run.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from gradatim.errors import GradatimError, ReadError
from gradatim.homework.grade import Grader
from gradatim.homework.grading import corrections_of, failed
from gradatim.homework.journal import Journal, key_of
from gradatim.homework.rubric_file import write_rubric
from gradatim.homework.sheet import Sheet, settled, unpack

Progress = Callable[[int, int, Sheet], None]
RENEWED = 100
"""Submissions after which a worker is started anew: what it remembers does not grow without bound."""
START = 120.0
"""Seconds that a worker may take to start and to solve the document."""
SHARE = 8
"""Submissions that are worth a worker: it starts in about the time that these take."""
TRIES = 2
SRC = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Limits:
    """Worker processes, seconds and megabytes for one submission (0 megabytes: no limit)."""

    jobs: int = 0
    seconds: float = 60.0
    megabytes: int = 4096

    def workers(self, submissions: int) -> int:
        """As many as asked for; else one a processor, but no more than are worth their start."""
        return min(self.jobs or min(processors(), -(-submissions // SHARE)), submissions)


def processors() -> int:
    """The processors that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission's name in the sheet and its bytes; `error` says why there are none."""

    name: str
    raw: bytes
    error: str = ""


class Lost(Exception):
    """A worker died or was stopped; the text says which."""


class Worker:
    """One worker process."""

    def __init__(self, setup: Mapping[str, Any], limits: Limits) -> None:
        self.limits = limits
        self.done = 0
        self.late = False
        path = os.pathsep.join(p for p in (SRC, os.environ.get("PYTHONPATH", "")) if p)
        # One submission uses one processor: numerical libraries are not to start threads of their own.
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONIOENCODING": "utf-8",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gradatim.homework.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=os.name == "posix",
        )
        reply = self.exchange(setup, START)
        if "error" in reply:
            self.stop()
            raise ReadError(str(reply["error"]))

    def grade(self, submission: Submission) -> Sheet:
        """The sheet of a submission. Raises Lost."""
        self.done += 1
        raw = base64.b64encode(submission.raw).decode()
        reply = self.exchange({"name": submission.name, "raw": raw}, self.limits.seconds)
        return unpack(reply["sheet"])

    def exchange(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        timer = threading.Timer(seconds, self._out_of_time)
        timer.start()
        try:
            self._pipe(self.process.stdin).write(json.dumps(message).encode() + b"\n")
            self._pipe(self.process.stdin).flush()
            line = self._pipe(self.process.stdout).readline()
            reply: dict[str, Any] = json.loads(line)
            return reply
        except (OSError, ValueError):
            self.stop()
            if self.late:
                raise Lost(f"it took longer than {seconds:g} seconds") from None
            raise Lost("the grader stopped while it read this submission") from None
        finally:
            timer.cancel()

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe

    def _out_of_time(self) -> None:
        self.late = True
        self.process.kill()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    pass


class Batch:
    """A run over submissions. `run` gives their sheets in the given order."""

    def __init__(
        self, grader: Grader, made: Mapping[str, Any], limits: Limits, journal: Journal | None, progress: Progress | None
    ) -> None:
        self.grader, self.made, self.limits, self.journal, self.progress = grader, made, limits, journal, progress
        self.setup = {
            "document": grader.text,
            "corrections": corrections_of(grader),
            "rubric": write_rubric(grader.rubric, "the document"),
            "made": dict(made),
            "memory": limits.megabytes,
        }
        self.lock = threading.Lock()
        self.todo: deque[tuple[int, Submission]] = deque()
        self.sheets: dict[int, Sheet] = {}
        self.total = 0
        self.error: BaseException | None = None
        self.stopped = False
        self.workers: list[Worker] = []

    def run(self, submissions: Sequence[Submission]) -> tuple[Sheet, ...]:
        self.total = len(submissions)
        for k, s in enumerate(submissions):
            known = self.journal.found.get(key_of(self.made, s.raw)) if self.journal is not None and not s.error else None
            if s.error:
                self.keep(k, s, failed(self.grader, s.name, s.error, self.made), False)
            elif known is not None:
                self.keep(k, s, replace(known, submission=s.name), False)
            else:
                self.todo.append((k, s))
        count = self.limits.workers(len(self.todo))
        threads = [threading.Thread(target=self.serve, daemon=True) for _ in range(count)]
        for t in threads:
            t.start()
        try:
            for t in threads:
                while t.is_alive():
                    t.join(0.2)
        finally:
            self.stopped = True
            for w in self.workers:
                if w.process.poll() is None:
                    w.stop()
        if self.error is not None:
            raise self.error
        return tuple(self.sheets[k] for k in range(len(submissions)))

    def serve(self) -> None:
        """One thread: it feeds one worker after another until nothing is left."""
        worker: Worker | None = None
        try:
            while not self.stopped:
                with self.lock:
                    if not self.todo or self.error is not None:
                        break
                    k, submission = self.todo.popleft()
                worker, sheet, sure = self.attempt(worker, submission)
                self.keep(k, submission, sheet, sure)
        except (GradatimError, OSError) as error:
            self.error = error
        finally:
            if worker is not None:
                worker.stop()

    def attempt(self, worker: Worker | None, submission: Submission) -> tuple[Worker | None, Sheet, bool]:
        reason = ""
        for _ in range(TRIES):
            try:
                if worker is None or worker.done >= RENEWED:
                    if worker is not None:
                        worker.stop()
                    worker = None
                    worker = self.started()
                return worker, worker.grade(submission), True
            except Lost as lost:
                worker, reason = None, str(lost)
                if self.stopped:
                    break
        return worker, failed(self.grader, submission.name, reason, self.made), False

    def started(self) -> Worker:
        worker = Worker(self.setup, self.limits)
        with self.lock:
            self.workers = [w for w in self.workers if w.process.poll() is None] + [worker]
        return worker

    def keep(self, k: int, submission: Submission, sheet: Sheet, sure: bool) -> None:
        """A sheet is kept in the journal unless chance (a loaded machine) may have made it."""
        with self.lock:
            if self.stopped:
                return
            self.sheets[k] = settled(sheet)
            if sure and self.journal is not None:
                self.journal.add(key_of(self.made, submission.raw), sheet)
            if self.progress is not None:
                self.progress(len(self.sheets), self.total, sheet)


__all__ = ["Batch", "Limits", "Submission", "processors"]
