"""The carrier's webhooks, below /webhooks/twilio/. No trailing slashes: a redirected POST loses its form."""

from django.urls import path

from calls.call_flows import webhooks

urlpatterns = [
    path("voice/<uuid:call_id>", webhooks.voice, name="twilio_voice"),
    path("continue/<uuid:call_id>", webhooks.continue_call, name="twilio_continue"),
    path("bridge/<uuid:call_id>/<int:number>", webhooks.bridge, name="twilio_bridge"),
    path("notice/<uuid:call_id>", webhooks.notice, name="twilio_notice"),
    path("dialed/<uuid:call_id>", webhooks.dialed, name="twilio_dialed"),
    path("dialled/<uuid:call_id>", webhooks.dialed),  # what calls placed before version 0.2 were told
    path("transfer/<uuid:call_id>", webhooks.transfer, name="twilio_transfer"),
    path("transfer/<uuid:call_id>/<int:number>/whisper", webhooks.whisper, name="twilio_whisper"),
    path("transfer/<uuid:call_id>/<int:number>/accept", webhooks.accept, name="twilio_accept"),
    path("transfer/<uuid:call_id>/<int:number>/over", webhooks.transferred, name="twilio_transferred"),
    path("status/<uuid:call_id>", webhooks.status, name="twilio_status"),
    path("lead-leg/<uuid:call_id>", webhooks.lead_leg, name="twilio_lead_leg"),
    path("amd/<uuid:call_id>", webhooks.amd, name="twilio_amd"),
    path("overheard/<uuid:call_id>/<int:number>", webhooks.overheard, name="twilio_overheard"),
    path("recording/<uuid:call_id>", webhooks.recording, name="twilio_recording"),
    path("stream/<uuid:call_id>", webhooks.stream, name="twilio_stream"),
    path("inbound", webhooks.inbound_call, name="twilio_inbound"),
    path("inbound/key", webhooks.inbound_key, name="twilio_inbound_key"),
]
