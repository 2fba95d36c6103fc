"""An autograder for Gradescope: one zip with the document, the rubric and Gradatim itself.

Layout after Gradescope's documentation (https://gradescope-autograders.readthedocs.io): the root of the zip holds `setup.sh` and an
executable `run_autograder`; the submission lies in `/autograder/submission`, the zip in `/autograder/source`, and results go to
`/autograder/results/results.json`. `submission_metadata.json`, which holds names and e-mails, is not read.
"""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path

from gradatim.errors import ReadError
from gradatim.homework.autograder import FEEDBACK
from gradatim.homework.grade import Grader
from gradatim.homework.grading import corrections_of
from gradatim.homework.rubric_file import write_rubric
from gradatim.homework.source import side_file

PACKAGE = Path(__file__).resolve().parents[1]
DATE = (1980, 1, 1, 0, 0, 0)
"""Every entry has this date: the same input makes the same zip."""
REQUIREMENTS = ("python-flint>=0.7,<1", "numpy>=1.26")

SETUP = """\
#!/usr/bin/env bash
# Run once when the image is built: a Python of 3.11 or later, and the two libraries that Gradatim needs.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
newest() {
  local name
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
  done
  return 1
}
python="$(newest || true)"
if [ -z "$python" ]; then
  apt-get update
  apt-get install -y python3.11 python3.11-venv || apt-get install -y python3 python3-venv
  python="$(newest)"
fi
"$python" -m venv "$here/venv"
"$here/venv/bin/python" -m pip install --disable-pip-version-check -r "$here/requirements.txt"
"""

RUN = """\
#!/usr/bin/env bash
# Run for each submission. Nothing of a submission is executed; results are written whatever happens.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="${AUTOGRADER_ROOT:-}"
for place in "$here" "$(dirname "$here")" /autograder; do
  if [ -z "$root" ] && [ -d "$place/submission" ]; then root="$place"; fi
done
root="${root:-/autograder}"
source="$root/source"
[ -d "$source/src/gradatim" ] || source="$here"
mkdir -p "$root/results"
rm -f "$root/results/results.json"
limit=""
command -v timeout >/dev/null && limit="timeout -k 5 @SECONDS@"
for python in "$source/venv/bin/python" "${GRADATIM_PYTHON:-}" python3.14 python3.13 python3.12 python3.11 python3; do
  [ -n "$python" ] || continue
  if "$python" -c 'import sys, flint, numpy; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    PYTHONPATH="$source/src" PYTHONDONTWRITEBYTECODE=1 $limit "$python" -m gradatim.homework.autograder "$root" "$source"
    break
  fi
done
if [ ! -s "$root/results/results.json" ]; then
  printf '%s\\n' '@FAILED@' > "$root/results/results.json"
fi
exit 0
"""

FAILED = {
    "score": 0,
    "output": "The autograder could not run. Nothing was judged, and this is no mark: a person will grade the submission.",
    "output_format": "text",
    "stdout_visibility": "hidden",
    "tests": [],
}


def autograder(
    grader: Grader, document: str, raw: bytes, feedback: str = "verdict", seconds: float = 240.0, megabytes: int = 4096
) -> bytes:
    """The zip file's bytes. `document` is the homework's file name and `raw` its bytes. Raises ReadError for an unknown feedback."""
    if feedback not in FEEDBACK:
        raise ReadError(f"unknown feedback {feedback!r}; there are {', '.join(FEEDBACK)}")
    name = f"homework{Path(document).suffix or '.md'}"
    config = {"document": name, "feedback": feedback, "seconds": seconds, "megabytes": megabytes}
    # Two tries and the start of the workers fit into the outer limit, which is there for what nobody thought of.
    run = RUN.replace("@SECONDS@", str(int(3 * seconds + 120))).replace("@FAILED@", json.dumps(FAILED))
    entries: dict[str, tuple[bytes, bool]] = {
        "setup.sh": (SETUP.encode(), True),
        "run_autograder": (run.encode(), True),
        "requirements.txt": (("\n".join(REQUIREMENTS) + "\n").encode(), False),
        "config.json": ((json.dumps(config, indent=2) + "\n").encode(), False),
        "rubric.toml": (write_rubric(grader.rubric, document).encode(), False),
        name: (raw, False),
    }
    if said := corrections_of(grader):
        entries["homework.gradatim.toml"] = (side_file(said).encode(), False)
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            entries[f"src/gradatim/{path.relative_to(PACKAGE).as_posix()}"] = (path.read_bytes(), False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, (data, executable) in entries.items():
            info = zipfile.ZipInfo(entry, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
            archive.writestr(info, data)
    return out.getvalue()


__all__ = ["REQUIREMENTS", "autograder"]
