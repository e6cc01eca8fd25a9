"""Whose conversations a page shows: this computer's, a signed-in person's, or a browser's own."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config

from ui.browserkey import COOKIE, KEPT, BrowserKeys, valid
from ui.page import identity
from ui.page.identity import LOCAL_USER, current_user


def page(request: Request) -> Response:
    return HTMLResponse("<html></html>")


def figures(request: Request) -> Response:
    return JSONResponse({})


@pytest.fixture
def browser() -> Iterator[TestClient]:
    """Return a browser that opens pages of a server with keys."""
    routes = [Route("/", page), Route("/figures", figures)]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(BrowserKeys)])) as client:
        yield client


def test_a_browser_gets_a_key_once_and_no_script_can_read_it(browser: TestClient) -> None:
    given = browser.get("/").headers["set-cookie"]
    assert valid(browser.cookies[COOKIE])
    assert re.fullmatch(
        rf"{COOKIE}=[\w-]{{32}}; Max-Age={KEPT}; Path=/; HttpOnly; SameSite=Lax", given
    )
    assert "set-cookie" not in browser.get("/").headers


def test_only_pages_give_keys_and_over_tls_only_to_tls(browser: TestClient) -> None:
    assert "set-cookie" not in browser.get("/figures").headers
    given = browser.get("/", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert given.endswith("; Secure")


@pytest.mark.parametrize("cookie", ["short", "a b", '"', "x" * 33, "../" * 11])
def test_what_is_no_key_of_ours_is_replaced(browser: TestClient, cookie: str) -> None:
    answer = browser.get("/", headers={"cookie": f"{COOKIE}={cookie}"})
    assert "set-cookie" in answer.headers


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return what a visit brings: cookies, headers, and who signed in."""
    context = SimpleNamespace(cookies={}, headers={})
    visit = SimpleNamespace(
        context=context, user={}, session_state={}, get_option=config.get_option
    )
    monkeypatch.setattr(identity, "st", visit)
    return visit


def test_on_ones_own_computer_there_is_one_person(visited: SimpleNamespace) -> None:
    visited.context.cookies[COOKIE] = "k" * 32
    assert current_user() == LOCAL_USER


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
def test_behind_a_proxy_browsers_are_told_apart(visited: SimpleNamespace, name: str) -> None:
    visited.context.headers[name] = "203.0.113.7"
    visited.context.cookies[COOKIE] = "k" * 32
    one = current_user()
    visited.context.cookies[COOKIE] = "l" * 32
    assert one.startswith("browser:") and current_user() != one
    assert "k" * 32 not in one


def test_a_server_for_everybody_gives_who_has_no_key_a_visit_of_their_own(
    visited: SimpleNamespace,
) -> None:
    config.set_option("server.address", "0.0.0.0")
    first = current_user()
    assert first == current_user() != LOCAL_USER
    visited.session_state.clear()
    assert current_user() != first


def test_who_signed_in_is_the_same_person_everywhere(visited: SimpleNamespace) -> None:
    visited.user = {"is_logged_in": True, "sub": "42"}
    assert current_user() == "sub:42"
