"""The vendors' list prices in USD per unit, as published. A newer price is a new row with a later date."""

from datetime import date
from decimal import Decimal

from django.db import migrations

MILLION = Decimal(1_000_000)
OPENAI_MODELS = "OpenAI model page, list price, read mid-2026"
TWILIO_VOICE = "twilio.com/voice/pricing, list price, read 2026-10-03"
TWILIO_NOTES = "Twilio Programmable Voice list price as quoted by third parties, September 2026"
POLLY = "aws.amazon.com/polly/pricing, list price, read 2026-10-07"

# model: text in, text cached, text out, audio in, audio cached, audio out; per million tokens
REALTIME = {
    "gpt-realtime-2.1": ("4.00", "0.40", "24.00", "32.00", "0.40", "64.00"),
    "gpt-realtime-2": ("4.00", "0.40", "24.00", "32.00", "0.40", "64.00"),
    "gpt-realtime-1.5": ("4.00", "0.40", "16.00", "32.00", "0.40", "64.00"),
    "gpt-realtime-2.1-mini": ("0.60", "0.06", "2.40", "10.00", "0.30", "20.00"),
}
REALTIME_METERS = ("text_in", "text_cached", "text_out", "audio_in", "audio_cached", "audio_out")
# model: in, cached, out; per million tokens
CHAT = {
    "gpt-4o-mini": ("0.15", "0.075", "0.60", "List price as quoted by third parties, 2026"),
    "gpt-6-luna": ("0.10", "0.01", "0.50", "List price as quoted by third parties, October 2026"),
}
TRANSCRIPTION = {  # per minute
    "gpt-transcribe": ("0.0045", "List price as quoted by third parties, read 2026-10-17"),
    "gpt-live-transcribe": ("0.017", OPENAI_MODELS),
    "gpt-realtime-whisper": ("0.017", OPENAI_MODELS),
}
SPEECH = {"standard": "4", "neural": "16", "generative": "30", "long-form": "100"}  # per million characters
CARRIER = {
    "twilio.outbound_minute": ("0.0140", TWILIO_VOICE),
    "twilio.inbound_minute": ("0.0085", TWILIO_VOICE),
    "twilio.stream_minute": ("0.0040", TWILIO_NOTES),
    "twilio.gather": ("0.02", TWILIO_NOTES),
    "twilio.amd": ("0.0075", TWILIO_NOTES),
    "twilio.recording_minute": ("0.0025", TWILIO_NOTES),
}
SINCE = date(2026, 6, 1)


def price_rows():
    """(meter, model, USD per unit, source) of every list price."""
    for model, prices in REALTIME.items():
        for meter, price in zip(REALTIME_METERS, prices, strict=True):
            yield f"openai.{meter}", model, Decimal(price) / MILLION, OPENAI_MODELS
    for model, (*prices, source) in CHAT.items():
        for meter, price in zip(("chat_in", "chat_cached", "chat_out"), prices, strict=True):
            yield f"openai.{meter}", model, Decimal(price) / MILLION, source
    for model, (price, source) in TRANSCRIPTION.items():
        yield "openai.transcribe_minute", model, Decimal(price), source
    for engine, price in SPEECH.items():
        yield "polly.character", engine, Decimal(price) / MILLION, POLLY
    for meter, (price, source) in CARRIER.items():
        yield meter, "", Decimal(price), source


def add_prices(apps, schema_editor):
    price = apps.get_model("calls", "Price")
    price.objects.bulk_create(
        [
            price(meter=meter, model=model, unit_price=amount, effective_from=SINCE, source=source)
            for meter, model, amount, source in price_rows()
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial")]
    operations = [migrations.RunPython(add_prices, migrations.RunPython.noop)]
