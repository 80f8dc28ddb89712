"""The settings of one response: the session's, with the overrides of ``response.create``. Pure."""

from dataclasses import dataclass
from typing import Any

from sandbox.openai.realtime.configuration import Settings, merged
from sandbox.openai.realtime.conversation.items import Conversation, Item, item_from
from sandbox.openai.realtime.conversation.truncation import input_limit
from sandbox.openai.realtime.formats import Format, format_of


@dataclass(frozen=True)
class ResponseSettings:
    """What holds for one response: the session's settings, or what ``response.create`` put in their place."""

    instructions: str
    tools: list[dict[str, Any]]
    tool_choice: str | dict[str, Any]
    modality: str
    voice: str | dict[str, Any]
    speed: float
    format: Format
    max_output_tokens: int | str
    parallel_tool_calls: bool = True
    metadata: dict[str, str] | None = None
    in_conversation: bool = True
    input: tuple[Item, ...] | None = None
    truncation: str | dict[str, Any] = "auto"
    input_limit: int = 2**31

    @property
    def voice_name(self) -> str:
        return self.voice if isinstance(self.voice, str) else str(self.voice["id"])


def settings_for(settings: Settings, wanted: Settings, conversation: Conversation) -> ResponseSettings:
    """The settings of a response; ``wanted`` is the validated ``response`` of the event. Raises RealtimeError for an
    unknown reference.
    """

    def chosen(name: str) -> Any:
        value = wanted.get(name)
        return settings.get(name) if value is None else value

    output = merged(settings["audio"]["output"], (wanted.get("audio") or {}).get("output") or {})
    return ResponseSettings(
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
