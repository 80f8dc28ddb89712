"""The list of models, through OpenAI's own SDK."""

import openai
import pytest

from sandbox.app import create_app
from sandbox.config import Config
from sandbox.openai.chat.request import CHAT_MODEL
from sandbox.openai.models import CHATTING
from sandbox.openai.transcription import MODELS
from sandbox.services import Services
from tests.sandbox.serving import serving


def test_the_models_that_the_endpoints_take_are_listed_for_who_has_the_key() -> None:
    config = Config(openai_key="sk-right", chat_models="my-own")
    with serving(create_app(config, services=Services(config)).routes) as address:
        base_url = f"http://{address}/v1"
        names = {model.id for model in openai.OpenAI(api_key="sk-right", base_url=base_url).models.list()}
        assert names >= {"gpt-4o-mini", "gpt-realtime-2.1", "my-own", *MODELS}
        with pytest.raises(openai.AuthenticationError):
            openai.OpenAI(api_key="sk-wrong", base_url=base_url, max_retries=0).models.list()


def test_every_chat_model_that_is_listed_is_taken() -> None:
    assert all(CHAT_MODEL.match(name) for name in CHATTING)
