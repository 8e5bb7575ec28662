"""``holdshelf-broker check`` and ``watch`` against real brokers, and TLS."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from broker.codec import encode
from broker.embedded import find_mosquitto
from broker.mosquitto import ACL_FILE, CONF_FILE, PASSWORD_FILE, Listener, ServerTls, access_list, configuration, password_file
from broker.promises import SessionSettings, TlsFiles
from broker.samples import SAMPLES
from broker.session import MqttSession
from broker.topics import Root
from tests.support.brokers import ACCOUNTS, FRONT, HUB, IOTCORE, SITE, Company, Ears, free_port, until

REPOSITORY = Path(__file__).parents[3]
SCAN = Root(SITE).topic("scan", station="front-1")


async def program(*arguments: str) -> asyncio.subprocess.Process:
    """Start holdshelf-broker."""
    code = "import sys; from broker.cli import main; sys.exit(main())"
    pipe = subprocess.PIPE
    return await asyncio.create_subprocess_exec(sys.executable, "-c", code, *arguments, stdout=pipe, stderr=pipe, cwd=REPOSITORY)


def login_file(folder: Path, port: int, password: str = FRONT.password) -> str:
    """Write a station's settings file."""
    file = folder / "front-1.toml"
    file.write_text(f'station = "front-1"\nsite = "{SITE}"\n[mqtt]\nport = {port}\npassword = "{password}"\n')
    return str(file)


async def test_check_says_what_works(mosquitto: Company, tmp_path: Path) -> None:
    checking = await program("check", "--config", login_file(tmp_path, mosquitto.broker.place()[1]))
    out, _ = await asyncio.wait_for(checking.communicate(), 20)
    assert out.decode().splitlines() == [
        f"works The login of 'front-1' at 127.0.0.1:{mosquitto.broker.place()[1]} works (MQTT 5).",
        "works Writing and reading on the own branch works.",
        "works Writing on another's branch is denied.",
    ]
    assert checking.returncode == 0


async def test_check_fails_in_a_sentence(mosquitto: Company, tmp_path: Path) -> None:
    checking = await program("check", "--json", "--config", login_file(tmp_path, mosquitto.broker.place()[1], "wrong"))
    out, _ = await asyncio.wait_for(checking.communicate(), 20)
    (finding,) = [json.loads(line) for line in out.splitlines()]
    assert finding["verdict"] == "fails"
    assert "refused the login of 'front-1'" in finding["says"]
    assert checking.returncode == 1


@pytest.mark.parametrize("company", [IOTCORE], indirect=True)
async def test_check_says_that_a_broker_has_no_access_list(company: Company, tmp_path: Path) -> None:
    checking = await program("check", "--config", login_file(tmp_path, company.broker.place()[1]))
    out, _ = await asyncio.wait_for(checking.communicate(), 20)
    assert "mind  Writing on another's branch was NOT denied" in out.decode()
    assert checking.returncode == 0


@pytest.mark.parametrize("as_json", [False, True], ids=["lines", "json"])
async def test_watch_prints_each_message_on_a_line_and_ends_at_sigterm(mosquitto: Company, tmp_path: Path, as_json: bool) -> None:
    accounts = tmp_path / "accounts.toml"
    accounts.write_text('[[account]]\nname = "hub-1"\nparty = "hub"\npassword = "hub-password"\n')
    port = str(mosquitto.broker.place()[1])
    options = ["--accounts", str(accounts), "--user", "hub-1", "--port", port, "--site", SITE, *(["--json"] if as_json else [])]
    watching = await program("watch", *options)
    assert watching.stdout is not None
    assert watching.stderr is not None
    assert await asyncio.wait_for(watching.stderr.readline(), 10) == b"Connected.\n"
    station, _ = await mosquitto.join(FRONT)
    station.publish(SCAN, encode(SAMPLES["scan"]))
    line = (await asyncio.wait_for(watching.stdout.readline(), 10)).decode()
    if as_json:
        assert json.loads(line)["message"]["barcode"] == "30000000000017"
    else:
        assert "station/front-1/scan  " in line
        assert "\x1b" not in line
    watching.terminate()
    await asyncio.wait_for(watching.communicate(), 5)
    assert watching.returncode == 0


async def openssl(*arguments: str) -> None:
    """Run openssl quietly."""
    running = await asyncio.create_subprocess_exec("openssl", *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert await running.wait() == 0


async def test_tls_carries_large_bursts_and_a_strange_authority_is_refused_in_words(tmp_path: Path) -> None:
    broker_program = find_mosquitto()
    if broker_program is None or shutil.which("openssl") is None:
        pytest.skip("The mosquitto broker or openssl is missing: apt-get install mosquitto openssl.")
    ca, cert, key, request = (str(tmp_path / name) for name in ("ca.pem", "broker.pem", "broker.key", "broker.csr"))
    (tmp_path / "names").write_text("subjectAltName=IP:127.0.0.1")
    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    await openssl(*new, "-x509", "-subj", "/CN=site", "-keyout", str(tmp_path / "ca.key"), "-out", ca)
    await openssl(*new, "-subj", "/CN=broker", "-keyout", key, "-out", request)
    signing = ("-CA", ca, "-CAkey", str(tmp_path / "ca.key"), "-CAcreateserial", "-extfile", str(tmp_path / "names"))
    await openssl("x509", "-req", "-in", request, *signing, "-out", cert)
    listener = Listener("127.0.0.1", free_port(), ServerTls(ca, cert, key))
    (tmp_path / CONF_FILE).write_text(configuration(listener, folder=str(tmp_path), run_as="root"))
    (tmp_path / ACL_FILE).write_text(access_list(SITE, ACCOUNTS))
    (tmp_path / PASSWORD_FILE).write_text(password_file(ACCOUNTS, [b"123456789012"] * len(ACCOUNTS)))
    running = await asyncio.create_subprocess_exec(broker_program, "-c", str(tmp_path / CONF_FILE), stderr=subprocess.DEVNULL)
    try:
        await _talk_over_tls(listener.port, ca)
    finally:
        running.terminate()
        await running.wait()


@pytest.mark.parametrize(("content", "why"), [(None, "ca.pem: No such file or directory"), ("no certificate", "ca.pem: NO_CERTIFICATE")])
async def test_certificate_files_that_cannot_be_used_are_not_the_brokers_fault(tmp_path: Path, content: str | None, why: str) -> None:
    ca, told = tmp_path / "ca.pem", Ears()
    if content:
        ca.write_text(content)
    async with await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        session = MqttSession(SessionSettings("127.0.0.1", port, "front-1", "front-1", "x", tls=TlsFiles(str(ca))), told)
        running = asyncio.create_task(session.run())
        await until(lambda: bool(told.reasons), "the reason")
        await session.stop()
        await running
    assert told.reasons[0].startswith("The certificate files for the broker at")
    assert why in told.reasons[0]


async def _talk_over_tls(port: int, ca: str) -> None:
    ears, told, stranger = Ears(), Ears(), Ears()
    base = SessionSettings("127.0.0.1", port, "hub-1", "hub-1", HUB.password, tls=TlsFiles(ca), backoff_min_s=0.02, backoff_max_s=0.1)
    hub = ears.session = MqttSession(replace(base, subscriptions=(Root(SITE).filter("scan"),)), ears)
    front_settings = replace(base, client_id="front-1", username="front-1", password=FRONT.password, window=300)
    front = MqttSession(front_settings, told)
    other = MqttSession(replace(front_settings, tls=TlsFiles(None)), stranger)
    tasks = [asyncio.create_task(session.run()) for session in (hub, front)]
    await until(lambda: hub.connected and front.connected, "both connections", but=lambda: ears.reasons + told.reasons)
    sent = [b"%03d" % number + b"x" * 12000 for number in range(300)]
    assert all(front.publish(SCAN, payload) for payload in sent)
    await until(lambda: len(ears.deliveries) == 300, "3.6 MB over TLS")
    assert ears.payloads == sent
    tasks.append(asyncio.create_task(other.run()))
    await until(lambda: any("certificate" in reason for reason in stranger.reasons), "the refusal", but=lambda: stranger.reasons)
    for session in (other, front, hub):
        await session.stop()
    await asyncio.gather(*tasks)
