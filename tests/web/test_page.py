"""The one HTML page: ours wherever Streamlit would answer with its own."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import httpx
import pytest

from core.errors import ConfigurationError
from core.web.headers import build_policy
from core.web.page import build_page
from tests.web.conftest import Running

INDEX = """<head><link rel="shortcut icon" href="./favicon.png" />
    <link
      rel="preload"
      href="./static/media/SourceSansVF-Upright.ttf.x.woff2"
      as="font"
    />
    <title>Streamlit</title></head><script>
      window.a = 1
    </script>"""


@pytest.mark.parametrize("path", ["/", "/heatmap", "/settings", "/no-such-page"])
def test_every_address_of_the_app_serves_our_page(spectra: Running, path: str) -> None:
    answer = httpx.get(spectra.url + path)
    assert answer.status_code == 200
    assert "<title>Spectra</title>" in answer.text
    assert answer.text.index("/assets/css/spectra.css") < answer.text.index("<title>")
    assert answer.text.index("/assets/js/boot.js") < answer.text.index("<title>")
    assert "SourceSans" not in answer.text
    assert "agent" not in answer.text
    assert answer.text.count("<noscript>") == 1
    assert "Allow it for this address, then reload." in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert "content-encoding" not in answer.headers


def test_an_unchanged_page_is_not_sent_again(spectra: Running) -> None:
    first = httpx.get(spectra.url)
    again = httpx.get(spectra.url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_asking_for_the_head_alone_sends_no_body(spectra: Running) -> None:
    head = httpx.head(spectra.url)
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(httpx.get(spectra.url).content)


def test_the_policy_admits_exactly_the_pages_inline_script(spectra: Running) -> None:
    answer = httpx.get(spectra.url)
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert answer.headers["content-security-policy"].count("'sha256-") == 1
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


def test_streamlits_own_probes_are_left_alone(spectra: Running) -> None:
    assert httpx.get(f"{spectra.url}/_stcore/health").text == "ok"
    assert httpx.get(f"{spectra.url}/heatmap/_stcore/health").status_code == 404


def test_a_script_with_a_source_needs_no_hash() -> None:
    assert "sha256" not in build_policy('<script type="module" src="./a.js"></script>')
    assert build_policy(INDEX).count("sha256-") == 1


def test_the_tags_carry_the_hash_of_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "spectra.css").write_text("body {}")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "plex.woff2").write_bytes(b"font")
    (tmp_path / "favicon.png").write_bytes(b"png")
    page = build_page(INDEX, tmp_path)
    assert re.search(r'href="/assets/css/spectra.css\?v=[0-9a-f]{12}"', page)
    assert 'src="/assets/js/boot.js"' in page
    assert 'href="/assets/fonts/plex.woff2" as="font"' in page
    assert re.search(r'"/assets/favicon.png\?v=', page)
    assert "./favicon.png" not in page
    assert "SourceSans" not in page


def test_an_unknown_release_of_the_page_is_a_clear_refusal(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"requirements\.txt"):
        build_page("<html></html>", tmp_path)
