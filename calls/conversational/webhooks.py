"""The webhooks of the conversational engine: read what was heard, have it answered, give the document."""

from django.http import HttpRequest
from django.urls import path

from calls.carrier.held_line import rounds
from calls.carrier.webhook_views import callback_hook, lead_hook
from calls.conversational import continuation, entries
from calls.conversational.generation import preemptive
from calls.models import Call
from calls.understanding.recognition_results import read_partial_result, read_result


@lead_hook("step-{number}-lead")
def turn(request: HttpRequest, call: Call, number: int) -> str:
    """`<Gather action>`: words, keys or silence. Number 0 is the opening, asked for again."""
    if number == 0:
        return entries.first_twiml(call)
    return entries.take_turn(call, number, read_result(request.POST.dict()), was_held=rounds(request) > 0)


@lead_hook()
def more(request: HttpRequest, call: Call, number: int, first: int, waited: int) -> str:
    """`<Redirect>`: the rest of an answer whose beginning has been played."""
    return continuation.more_twiml(call, number, first, waited)


@callback_hook
def partial(request: HttpRequest, call: Call, number: int) -> None:
    """`<Gather partialResultCallback>`: what is understood so far of what will come as that number."""
    preemptive.take_partial(call, number, read_partial_result(request.POST.dict()))


urlpatterns = [
    path("gather/<uuid:call_id>/<int:number>", turn, name="twilio_gather"),
    path("gather/<uuid:call_id>/<int:number>/more/<int:first>/<int:waited>", more, name="twilio_gather_more"),
    path("gather/<uuid:call_id>/<int:number>/partial", partial, name="twilio_partial"),
]
