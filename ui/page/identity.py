"""Whose conversations the page shows."""

from hashlib import sha256
from secrets import token_urlsafe

import streamlit as st

from ui.browserkey import COOKIE, valid

LOCAL_USER = "local"  # nobody signs in on one's own computer
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FORWARDED = ("X-Forwarded-For", "Forwarded")


def current_user() -> str:
    """Return whoever signed in, else this computer's one person, else this browser's.

    A browser is known by its key, of which only a digest is kept; a server that was started
    without keys knows it until the page is loaded again.
    """
    if st.user.get("is_logged_in"):
        return f"sub:{st.user['sub']}"
    if on_this_computer():
        return LOCAL_USER
    key = st.context.cookies.get(COOKIE)
    if not key or not valid(key):
        key = st.session_state.setdefault(COOKIE, token_urlsafe(24))
    return f"browser:{sha256(key.encode()).hexdigest()[:32]}"


def on_this_computer() -> bool:
    """Tell whether only this computer reaches the page, and no proxy passes others on."""
    if any(name in st.context.headers for name in FORWARDED):
        return False
    return st.get_option("server.address") in LOOPBACK


def must_sign_in() -> bool:
    """Tell whether the server's secrets set up signing in, and nobody has yet."""
    if st.user.get("is_logged_in"):
        return False
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False
