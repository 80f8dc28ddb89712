"""What one response is to do: the session's settings with the overrides of ``response.create``. Pure."""

from typing import Any

from sandbox.openai.realtime.configuration import Settings, merged
from sandbox.openai.realtime.conversation.items import Conversation, Item, item_from
from sandbox.openai.realtime.conversation.truncation import input_limit
from sandbox.openai.realtime.formats import format_of
from sandbox.openai.realtime.responses.response import Orders


def orders_for(settings: Settings, wanted: Settings, conversation: Conversation) -> Orders:
    """``wanted`` is the validated ``response`` of the event. Raises RealtimeError for an unknown reference."""

    def chosen(name: str) -> Any:
        value = wanted.get(name)
        return settings.get(name) if value is None else value

    output = merged(settings["audio"]["output"], (wanted.get("audio") or {}).get("output") or {})
    return Orders(
        instructions=chosen("instructions"),
        tools=chosen("tools"),
        tool_choice=chosen("tool_choice"),
        modality=chosen("output_modalities")[0],
        voice=output["voice"],
        speed=output["speed"],
        format=format_of(output["format"]),
        max_output_tokens=chosen("max_output_tokens"),
        parallel_tool_calls=chosen("parallel_tool_calls") is not False,
        metadata=wanted.get("metadata"),
        in_conversation=wanted.get("conversation") != "none",
        input=_given_input(settings, wanted, conversation),
        truncation=settings["truncation"],
        input_limit=input_limit(settings["model"]),
    )


def _given_input(settings: Settings, wanted: Settings, conversation: Conversation) -> tuple[Item, ...] | None:
    if wanted.get("input") is None:
        return None
    format_ = format_of(settings["audio"]["input"]["format"])
    return tuple(
        conversation.find(given["id"], doing="reference")
        if given["type"] == "item_reference"
        else item_from(given, format_)
        for given in wanted["input"]
    )
