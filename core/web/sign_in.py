"""`/sign-in` and `/auth/*`: the page, its form, the way over an identity provider, the way out.

    GET /sign-in → POST /auth/sign-in → cookie, 303 to `next`
                 → POST /auth/oidc/sign-in → provider → GET /auth/oidc/callback → the same
    POST /auth/sign-out → cookie gone, 303 to /sign-in

These doors speak to people, so their refusals are the page again, with a sentence. They decide
nothing: core.identity does. In single-user mode there is nothing to sign in to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from core.bootstrap import Spectra
from core.errors import NotAllowed, SpectraError
from core.identity import SignInRefused, TooManyAttempts
from core.web.admission import Rules
from core.web.cookies import (
    drop_session,
    drop_state,
    session_cookie,
    set_session,
    set_state,
    state_cookie,
)
from core.web.next_path import safe_next
from core.web.problem import Problem, ProblemResponse
from core.web.problems import NO_SUCH_ENDPOINT, problem_of
from core.web.sign_in_page import Message, SignInPage, message_of
from core.web.visit import Way, visit_of

MAX_FORM_BYTES = 8 * 1024
CALLBACK = "/auth/oidc/callback"

_KEEP_NOTHING = {"cache-control": "no-store"}
_HOME = "/"


class SignInDoors:
    """The routes; `spectra` and `rules` are asked at each request."""

    def __init__(
        self, *, spectra: Callable[[], Spectra], rules: Callable[[], Rules], assets: Path
    ) -> None:
        self._spectra = spectra
        self._rules = rules
        self._assets = assets
        self.routes = [
            Route("/sign-in", self.show),
            Route("/auth/sign-in", self.sign_in, methods=["POST"]),
            Route("/auth/sign-out", self.sign_out, methods=["POST"]),
            Route("/auth/oidc/sign-in", self.leave, methods=["POST"]),
            Route(CALLBACK, self.come_back),
        ]

    async def show(self, request: Request) -> Response:
        """Draw the page; who is signed in already goes where they wanted."""
        next_path = safe_next(request.query_params.get("next", _HOME))
        if visit_of(request.scope).way is not Way.NOBODY:
            return RedirectResponse(next_path, 303, _KEEP_NOTHING)
        message = message_of(request.query_params.get("reason", ""))
        return self._drawn(next_path=next_path, message=message)

    async def sign_in(self, request: Request) -> Response:
        """Check e-mail and password; the page again when they are wrong."""
        if refused := self._refused_form(request):
            return refused
        form = await _form_of(request)
        email, password = form.get("email", "")[:254], form.get("password", "")
        next_path = safe_next(form.get("next", _HOME))
        people = self._spectra().identity
        try:
            _, text = await asyncio.to_thread(
                people.sign_in,
                email,
                password,
                actor=visit_of(request.scope).actor,
                old_session=session_cookie(request.scope, self._rules()) or None,
            )
        except SpectraError as error:
            return self._said(error, next_path=next_path, email=email)
        return self._signed_in(request, text, next_path)

    async def sign_out(self, request: Request) -> Response:
        """End the session; its sockets and other tabs go with it."""
        visit = visit_of(request.scope)
        if visit.way is Way.SESSION:
            await asyncio.to_thread(self._spectra().identity.sign_out, visit.actor)
        response = RedirectResponse("/sign-in?reason=signed-out", 303, _KEEP_NOTHING)
        drop_session(response, request.scope, self._rules())
        return response

    async def leave(self, request: Request) -> Response:
        """Go on to the identity provider, keeping what the way back must match."""
        if refused := self._refused_form(request) or self._no_provider():
            return refused
        next_path = safe_next((await _form_of(request)).get("next", _HOME))
        people = self._spectra().identity
        try:
            start = await asyncio.to_thread(
                people.oidc_begin, next_path=next_path, redirect_uri=self._redirect_uri(request)
            )
        except SpectraError as error:
            return self._said(error, next_path=next_path)
        response = HTMLResponse(self._page().draw_leaving(start.url), headers=_KEEP_NOTHING)
        set_state(response, start.state_cookie, request.scope, self._rules())
        return response

    async def come_back(self, request: Request) -> Response:
        """Take what the provider sent back; used once, whether it fits or not."""
        if refused := self._no_provider():
            return refused
        people = self._spectra().identity
        rules = self._rules()
        try:
            finished = await asyncio.to_thread(
                people.oidc_finish,
                _once_each(request),
                state_cookie(request.scope, rules),
                redirect_uri=self._redirect_uri(request),
                actor=visit_of(request.scope).actor,
                old_session=session_cookie(request.scope, rules) or None,
            )
        except SpectraError as error:
            response = self._said(error, next_path=_HOME)
        else:
            response = self._signed_in(request, finished.cookie, safe_next(finished.next_path))
        drop_state(response, request.scope, rules)
        return response

    def _refused_form(self, request: Request) -> Response | None:
        """Refuse a form that does not prove it was sent by our own page."""
        if self._spectra().settings.mode == "single":
            problem = Problem("single-user", 409, "Single-user mode has no sign-in.")
        elif "origin" not in request.headers:
            problem = Problem("origin-refused", 403, "Sign in on Spectra's own page.")
        elif request.headers.get("content-type", "").partition(";")[0] != _FORM_TYPE:
            problem = Problem("body-not-a-form", 415, f"Send the form as {_FORM_TYPE}.")
        else:
            return None
        return ProblemResponse(problem)

    def _no_provider(self) -> Response | None:
        if self._spectra().settings.oidc_issuer:
            return None
        return ProblemResponse(Problem(*NO_SUCH_ENDPOINT))

    def _redirect_uri(self, request: Request) -> str:
        origin = self._rules().public_origin or f"http://{request.headers['host']}"
        return origin + CALLBACK

    def _page(self) -> SignInPage:
        issuer = self._spectra().settings.oidc_issuer
        return SignInPage(self._assets, provider=urlsplit(issuer).hostname or "")

    def _drawn(
        self,
        *,
        next_path: str,
        email: str = "",
        message: Message | None = None,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Response:
        html = self._page().draw(next_path=next_path, email=email, message=message)
        return HTMLResponse(html, status, headers={**_KEEP_NOTHING, **(headers or {})})

    def _said(self, error: SpectraError, *, next_path: str, email: str = "") -> Response:
        headers = {}
        text = str(error)
        if isinstance(error, TooManyAttempts):
            status = 429
            headers = {"retry-after": str(error.retry_after_s)}
        elif isinstance(error, SignInRefused | NotAllowed):
            status = 401
        else:
            problem = problem_of(error)
            status, text = problem.status, problem.detail
        message = Message("wrong", text)
        return self._drawn(
            next_path=next_path, email=email, message=message, status=status, headers=headers
        )

    def _signed_in(self, request: Request, text: str, next_path: str) -> Response:
        response = RedirectResponse(next_path, 303, _KEEP_NOTHING)
        set_session(response, text, request.scope, self._rules())
        return response


_FORM_TYPE = "application/x-www-form-urlencoded"


def _once_each(request: Request) -> dict[str, str]:
    """Return the query's fields; none at all when one is there twice."""
    sent = request.query_params.multi_items()
    found = dict(sent)
    return found if len(found) == len(sent) else {}


async def _form_of(request: Request) -> dict[str, str]:
    """Return the first value of each field; nothing when the body is no form of ours."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FORM_BYTES:
            return {}
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=8, keep_blank_values=True)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
