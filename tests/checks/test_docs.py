"""Documentation that cannot rot: what the README says is what the code and CI do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.settings import Settings, variable_of

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DECISIONS = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")


def requirement_names(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [re.split(r"[=~<>\[ ]", line)[0] for line in lines if re.match(r"[a-z]", line)]


def commands_of_the_readme() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    return [" ".join(block.replace("\\\n", " ").split()) for block in blocks]


VARIABLES = {variable_of(field) for field in Settings.model_fields}


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_every_setting_is_in_the_configuration_table(variable: str) -> None:
    assert f"| `{variable}` |" in README


def test_the_configuration_table_lists_nothing_that_is_not_read() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", README, flags=re.MULTILINE))
    assert documented == VARIABLES


@pytest.mark.parametrize("room", sorted(p.name for p in (ROOT / "core").iterdir() if p.is_dir()))
def test_every_room_is_on_the_map(room: str) -> None:
    assert room == "__pycache__" or f"core.{room}" in README


@pytest.mark.parametrize("page", sorted(p.stem for p in (ROOT / "pages").glob("*.py")))
def test_every_page_is_named(page: str) -> None:
    assert f"`/{page}`" in README


@pytest.mark.parametrize("package", requirement_names("requirements.in"))
def test_every_dependency_has_its_reason(package: str) -> None:
    assert f"| {package} |" in DECISIONS


def test_run_time_dependencies_stay_few() -> None:
    assert len(requirement_names("requirements.in")) <= 20


def test_everything_installed_is_pinned_to_one_version() -> None:
    for name in ("requirements.txt", "requirements-postgres.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        loose = [line for line in lines if line and not line.startswith("#") and "==" not in line]
        assert not loose, name


def test_the_lock_with_hashes_pins_the_same_versions() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
    assert [line for line in pinned if f"{line} \\\n    --hash=sha256:" not in lock] == []


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    (command,) = [c for c in commands_of_the_readme() if "pytest" in c]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert command in " ".join(script.split())


def test_the_readme_runs_the_demo_with_one_command() -> None:
    (command,) = [c for c in commands_of_the_readme() if "--demo" in c]
    assert command.endswith("&& python app.py --demo")
    assert "pip install -q -r requirements.txt" in command


def test_every_benchmark_is_in_the_readme() -> None:
    runnable = [
        path.name
        for path in (ROOT / "benchmarks").glob("*.py")
        if "ArgumentParser(" in path.read_text(encoding="utf-8")
    ]
    assert runnable
    assert [name for name in runnable if f"python benchmarks/{name}" not in README] == []


def test_the_code_names_no_host_but_the_exchanges_own() -> None:
    allowed = {"advanced-trade-ws.coinbase.com", "api.coinbase.com", "127.0.0.1", "localhost"}
    allowed.add("www.w3.org")  # the name of the SVG language, which nothing fetches
    found = {
        f"{path.relative_to(ROOT)}: {host}"
        for folder in ("core", "pages", "app.py", "benchmarks")
        for path in ([ROOT / folder] if folder.endswith(".py") else (ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".js", ".css"} and "vendor" not in path.parts
        for host in re.findall(r"(?:https?|wss?)://([a-z0-9.-]+)", path.read_text(encoding="utf-8"))
        if host not in allowed
    }
    assert not found
