"""What a verb's attributes mean in its document."""

import pytest

from sandbox.twilio.call.flow_control import Goto
from sandbox.twilio.twiml import TwimlError
from tests.sandbox.twilio.verbs.control import context_of


async def test_an_action_is_seen_from_the_document_and_without_one_is_the_document():
    context = context_of('<Gather action="/turn" method="get"/><Gather/>')
    first, second = context.document.verbs
    assert context.action(first, (("Digits", "9"),)) == Goto("https://app/turn", "GET", (("Digits", "9"),))
    assert context.action(second).url == "https://app/voice"


async def test_a_callback_comes_with_its_method_and_events():
    context = context_of('<Dial><Number statusCallback="/s" statusCallbackMethod="GET">+15125550102</Number></Dial>')
    callback = context.callback(context.document.verbs[0].children[0], "statusCallback", events="completed")
    assert (callback.url, callback.method, callback.events) == ("https://app/s", "GET", frozenset({"completed"}))


async def test_an_address_that_is_none_is_an_error_of_the_document():
    with pytest.raises(TwimlError):
        context_of("").url("http://[x")
