"""Keys in a real Secret Service, seen by this program, a new process and another client."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from terminal_app.domain.credentials import Credentials, KeyType
from terminal_app.storage.credentials import CredentialStore

LIMIT_S = 60
KEY = Credentials("the-api-key", "Geheimnis-ключ-秘密", KeyType.HMAC)
ASK_FOR_STATUS = """
import asyncio, json, sys
from terminal_app.errors import StorageError
from terminal_app.storage.credentials import CredentialStore

async def main():
    store = CredentialStore()
    status = await store.status()
    try:
        await store.load(sys.argv[1])
        refusal = ""
    except StorageError as error:
        refusal = str(error)
    foreign = [name for name in sys.modules if name in ("keyring.backends.null", "evil_backend")]
    return {"name": status.backend_name, "problem": status.problem, "refusal": refusal,
            "foreign": foreign}

sys.stdout.write(json.dumps(asyncio.run(main())))
"""
READ_KEY = """
import asyncio, sys
from terminal_app.storage.credentials import CredentialStore

credentials = asyncio.run(CredentialStore().load(sys.argv[1]))
sys.stdout.buffer.write(repr((credentials.api_key, credentials.secret, str(credentials.key_type)))
                        .encode() if credentials else b"None")
"""
BUS_WITHOUT_SERVICES = """<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

needs_bus = pytest.mark.skipif(
    "DBUS_SESSION_BUS_ADDRESS" not in os.environ,
    reason="no D-Bus session here; `packaging/dev.py test` starts one where D-Bus is installed",
)
needs_dbus = pytest.mark.skipif(
    shutil.which("dbus-run-session") is None, reason="D-Bus is not installed"
)


@pytest.fixture
def environment_name() -> str:
    return f"test-{secrets.token_hex(4)}"


def run_python(
    script: str, *arguments: str, environment: Mapping[str, str] | None = None, prefix: str = ""
) -> str:
    result = subprocess.run(
        [*prefix.split(), sys.executable, "-c", script, *arguments],
        check=True,
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        env=environment,
    )
    return result.stdout


def without_session() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "DBUS_SESSION_BUS_ADDRESS"}


@needs_bus
async def test_a_key_is_kept_read_by_others_and_removed(environment_name: str) -> None:
    store = CredentialStore()
    await store.save(environment_name, KEY)
    try:
        assert await store.load(environment_name) == KEY
        seen = run_python(READ_KEY, environment_name)
        assert seen == repr((KEY.api_key, KEY.secret, "hmac"))
        assert json.loads(secret_tool(environment_name).stdout) == {
            "key_type": "hmac",
            "api_key": KEY.api_key,
            "secret": KEY.secret,
        }
    finally:
        await store.delete(environment_name)
    assert await store.load(environment_name) is None
    assert run_python(READ_KEY, environment_name) == "None"
    assert secret_tool(environment_name).returncode == 1
    store.close()


@needs_bus
async def test_saving_again_replaces(environment_name: str) -> None:
    store = CredentialStore()
    await store.save(environment_name, Credentials("first", "first"))
    await store.save(environment_name, KEY)
    assert await store.load(environment_name) == KEY
    await store.delete(environment_name)
    assert await store.load(environment_name) is None
    store.close()


@needs_bus
def test_the_environment_does_not_choose_the_backend(tmp_path: Path, environment_name: str) -> None:
    config = tmp_path / "python_keyring"
    config.mkdir()
    (tmp_path / "evil_backend.py").write_text("raise SystemExit('loaded')\n", encoding="utf-8")
    (config / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=evil_backend.Keyring\nkeyring-path={tmp_path}\n",
        encoding="utf-8",
    )
    evil = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/evil",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    told = json.loads(run_python(ASK_FOR_STATUS, environment_name, environment=evil))
    assert told == {
        "name": "keyring.backends.SecretService.Keyring",
        "problem": "",
        "refusal": "",
        "foreign": [],
    }


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="D-Bus is Linux's way")
@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/at/all"])
def test_no_session_is_named_with_its_remedy(address: str | None, environment_name: str) -> None:
    environment = without_session()
    if address:
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
    told = json.loads(run_python(ASK_FOR_STATUS, environment_name, environment=environment))
    assert "no D-Bus session" in told["problem"]
    assert "dbus-run-session" in told["problem"]
    assert told["refusal"] == told["problem"]


@needs_dbus
def test_no_secret_service_is_named_with_its_remedy(tmp_path: Path, environment_name: str) -> None:
    config = tmp_path / "bus.conf"
    config.write_text(BUS_WITHOUT_SERVICES, encoding="utf-8")
    prefix = f"dbus-run-session --config-file {config} --"
    told = json.loads(
        run_python(ASK_FOR_STATUS, environment_name, environment=without_session(), prefix=prefix)
    )
    assert "apt-get install gnome-keyring" in told["problem"]
    assert told["refusal"] == told["problem"]


@needs_dbus
@pytest.mark.skipif(
    shutil.which("gnome-keyring-daemon") is None, reason="gnome-keyring is not installed"
)
def test_a_keyring_nobody_unlocks_is_named_with_its_remedy(
    tmp_path: Path, environment_name: str
) -> None:
    environment = without_session()
    for name in ("XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        folder = tmp_path / name.lower()
        folder.mkdir(mode=0o700)
        environment[name] = str(folder)
    # Without a display the password window cannot be shown, which counts as dismissed.
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    told = json.loads(
        run_python(
            ASK_FOR_STATUS, environment_name, environment=environment, prefix="dbus-run-session --"
        )
    )
    assert told["problem"] == ""
    assert "dismissed" in told["refusal"]


def secret_tool(environment_name: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("secret-tool")
    assert tool, "secret-tool is missing: apt-get install libsecret-tools"
    return subprocess.run(
        [tool, "lookup", "service", f"terminal-app/{environment_name}", "username", "key"],
        check=False,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=LIMIT_S,
    )
