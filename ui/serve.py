"""`osusume ui`: the page on its port, or one sentence why not."""

import os
import socket
import sys
from contextlib import closing
from pathlib import Path

from data.profile import load_profile
from infra.errors import UsageError

PAGE = Path(__file__).with_name("app.py")


def serve(catalogue: str | None, host: str, port: int, browser: bool) -> None:
    """Replace this process by Streamlit serving the page.

    Raises UsageError where the port is taken or may not be used, and ProfileError for an unknown
    catalogue.
    """
    from agent.settings import load_settings

    settings = load_settings(catalogue=catalogue)
    load_profile(settings.catalogue)  # an unknown one is told here, not on the page
    _check_port(host, port)
    if catalogue:
        os.environ["OSUSUME__CATALOGUE"] = settings.catalogue
    command = [sys.executable, "-m", "streamlit", "run", str(PAGE)]
    options = {
        "server.address": host,
        "server.port": str(port),
        "server.headless": "false" if browser else "true",
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
    }
    sys.stdout.flush()
    os.execv(sys.executable, command + [f"--{name}={value}" for name, value in options.items()])


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(
                f"Cannot listen on {host}:{port}: {reason}. Choose another: "
                f"osusume ui --port {port + 1 if port < 65535 else 8600}."
            ) from error
