"""`POST /auth/register` and `POST /auth/keys`."""

from __future__ import annotations

import json
import statistics
import time
from typing import Any, Callable

import httpx
from harness.gateway import Gateway

PASSWORD = "correct horse battery staple"


def open_for(registration: Any) -> dict[str, Any]:
    return {"auth": {"registration": registration}}


def post(gateway: Gateway, path: str, **members: Any) -> httpx.Response:
    """A request as a person without a key sends it."""
    with gateway.client(headers={}) as client:
        return client.post(path, json=members)


class TestAccounts:
    def test_from_nothing_to_a_key_that_works(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(open_for("open"))
        made = post(gateway, "/auth/register", email="Ada@Example.com", password=PASSWORD)
        assert made.status_code == 201
        assert set(made.json()) == {"user_id", "message"}
        assert made.json()["user_id"].startswith("usr_")
        assert made.headers["x-request-id"]

        key = post(gateway, "/auth/keys", email="ada@example.com", password=PASSWORD, key_name="laptop")
        assert key.status_code == 201
        assert set(key.json()) == {"api_key", "prefix", "message"}
        assert key.json()["api_key"].startswith(key.json()["prefix"])
        with gateway.client(headers={"authorization": f"Bearer {key.json()['api_key']}"}) as client:
            chat = client.post(
                "/v1/chat/completions", json={"model": "mock", "messages": [{"role": "user", "content": "Hi"}]}
            )
            assert chat.status_code == 200
        assert gateway.log_line(chat.headers["x-request-id"])["key_id"] == key.json()["prefix"].split("-")[2]
        # Neither is in the log.
        text = json.dumps(gateway.process.records)
        assert PASSWORD not in text
        assert key.json()["api_key"] not in text

    def test_what_cannot_be_done(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(open_for("open"))
        assert post(gateway, "/auth/register", email="a@example.com", password=PASSWORD).status_code == 201
        assert post(gateway, "/auth/register", email="A@example.com", password="other").status_code == 409
        assert post(gateway, "/auth/register", email="", password=PASSWORD).status_code == 400
        assert post(gateway, "/auth/register", email="b@example.com", password="").status_code == 400
        assert post(gateway, "/auth/register", email="no address", password=PASSWORD).status_code == 400
        wrong = post(gateway, "/auth/keys", email="a@example.com", password="wrong", key_name="k")
        unknown = post(gateway, "/auth/keys", email="nobody@example.com", password="wrong", key_name="k")
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()

    def test_an_unknown_address_takes_as_long_as_a_wrong_password(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(open_for("open"))
        assert post(gateway, "/auth/register", email="a@example.com", password=PASSWORD).status_code == 201

        def median(email: str) -> float:
            times = []
            for _ in range(5):
                started = time.monotonic()
                assert post(gateway, "/auth/keys", email=email, password="wrong").status_code == 401
                times.append(time.monotonic() - started)
            return statistics.median(times)

        # A hash costs tens of milliseconds, and everything else of a request a few.
        assert median("nobody@example.com") > median("a@example.com") / 2

    def test_off_unless_it_is_configured(self, gateway: Gateway) -> None:
        assert post(gateway, "/auth/register", email="a@example.com", password=PASSWORD).status_code == 404
        assert post(gateway, "/auth/keys", email="a@example.com", password=PASSWORD).status_code == 404

    def test_for_some_domains(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(open_for(["example.com"]))
        assert post(gateway, "/auth/register", email="a@example.com", password=PASSWORD).status_code == 201
        assert post(gateway, "/auth/register", email="a@sub.example.com", password=PASSWORD).status_code == 403
        assert post(gateway, "/auth/register", email="a@example.org", password=PASSWORD).status_code == 403

    def test_one_address_has_so_many_attempts(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(open_for("open"))
        answers = [post(gateway, "/auth/keys", email="", password="x") for _ in range(3)]
        assert {answer.status_code for answer in answers} == {400}
        statuses = [post(gateway, "/auth/register", email="no address", password="x") for _ in range(25)]
        assert [answer.status_code for answer in statuses[:20]] == [400] * 20
        assert statuses[-1].status_code == 429
        assert int(statuses[-1].headers["retry-after"]) >= 1

    def test_a_reload_opens_and_closes_it(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(open_for("open"))
        assert post(gateway, "/auth/register", email="a@example.com", password=PASSWORD).status_code == 201
        start = len(gateway.process.records)
        gateway.write({"providers": {"mock": {}}})
        gateway.process.wait_for_message("configuration in force", start=start)
        assert post(gateway, "/auth/register", email="b@example.com", password=PASSWORD).status_code == 404
