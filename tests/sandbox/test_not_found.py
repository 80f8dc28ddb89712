"""What the sandbox does not serve, asked for through the vendors' own SDKs."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import openai
import pytest
from botocore.config import Config as BotoConfig
from botocore.exceptions import ClientError
from twilio.base.exceptions import TwilioRestException

from sandbox.speech import Speech
from tests.sandbox.twilio_world import World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def test_twilios_client_reads_that_a_resource_is_not_there(world: World) -> None:
    with pytest.raises(TwilioRestException) as refused:
        world.client.conferences("CF" + "0" * 32).fetch()

    assert (refused.value.status, refused.value.code) == (404, 20404)
    assert "/Conferences/CF" in refused.value.msg


def test_openais_client_reads_that_a_url_is_none(world: World) -> None:
    client = openai.OpenAI(api_key="sk-any", base_url=f"{world.url}/v1", max_retries=0)

    with client, pytest.raises(openai.NotFoundError) as refused:
        client.files.list()

    assert refused.value.body == {
        "message": "Invalid URL (GET /v1/files)",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


def test_boto3_reads_that_an_operation_is_unknown(world: World) -> None:
    key = {"aws_access_key_id": "AKIAANY", "aws_secret_access_key": "secret"}
    quiet = BotoConfig(proxies={}, retries={"total_max_attempts": 1})
    polly = boto3.client("polly", region_name="us-east-1", endpoint_url=world.url, config=quiet, **key)

    with pytest.raises(ClientError) as refused:
        polly.list_lexicons()

    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_an_address_of_nobodys_says_so_and_a_wrong_method_is_another_matter(world: World) -> None:
    nothing = httpx.get(f"{world.url}/sandbox/nothing", trust_env=False)
    wrong = httpx.delete(f"{world.url}/sandbox/health", trust_env=False)

    assert (nothing.status_code, nothing.json()) == (404, {"error": "nothing at /sandbox/nothing"})
    assert wrong.status_code == 405


def test_a_method_an_address_does_not_have_is_refused_in_the_words_of_its_vendor(world: World) -> None:
    account = f"/2010-04-01/Accounts/{world.config.account_sid}"
    with httpx.Client(base_url=world.url, trust_env=False) as client:
        twilio = client.put(f"{account}/Calls.json")
        openai_ = client.get("/v1/chat/completions")
        own = client.put("/sandbox/complaints")

    assert (twilio.status_code, twilio.json()["code"], twilio.json()["status"]) == (405, 20004, 405)
    assert (openai_.status_code, openai_.json()["error"]["code"]) == (405, "method_not_supported")
    assert openai_.headers["allow"] == "POST"
    assert own.status_code == 405
