"""The code checks of the full check: format, lint, types and who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

COMMANDS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_code_passes(name: str) -> None:
    program, *arguments = COMMANDS[name]
    beside_python = Path(sys.executable).with_name(program)
    run = subprocess.run(
        [beside_python, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr


def tracked_files(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize(("patterns", "limit"), [(("*.py", "*.js"), 400), (("pages/*.py",), 120)])
def test_no_file_is_too_long_to_read_at_once(patterns: tuple[str, ...], limit: int) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files(*patterns)
        if "vendor" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    }
    assert not long


def test_sinks_that_could_run_outside_text_as_html_are_not_used() -> None:
    banned = ("unsafe_allow_html", "components.html(", "st.download_button", "st.iframe(")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked_files("app.py", "core/*.py", "pages/*.py")
        for word in banned
        if word in path.read_text(encoding="utf-8")
    ]
    assert not found


ROOMS = {path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists()}
PARTS_OF_ONE_PAGE = ("heatmap", "security", "settings", "session", "feedfacts", "about")


def imported_past_a_doorway(path: Path) -> list[str]:
    """Return the modules `path` imports from inside another room."""
    own = path.relative_to(ROOT).parts[1] if path.parent != ROOT else ""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            inside = parts[0] == "core" and len(parts) > 2 and parts[1] in ROOMS - {own}
            of_a_page = path.parent.name == "pages" and parts[-1].startswith(PARTS_OF_ONE_PAGE)
            if inside and not of_a_page:
                found.append(name)
    return found


def test_rooms_meet_only_at_their_doorways() -> None:
    past = {
        str(path.relative_to(ROOT)): names
        for path in tracked_files("app.py", "core/*.py", "pages/*.py")
        if (names := imported_past_a_doorway(path))
    }
    assert not past
