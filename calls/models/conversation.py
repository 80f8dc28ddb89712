"""What was said and done on a call: turns as heard, tool uses, events, recordings, and the steps of a conversation."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from calls.models.call import Call, Engine
from calls.models.transfer import Transfer
from leads.models import NUMBERS, OBJECT, OBJECTS, ShapedField


class Turn(models.Model):
    """One line of the transcript: who said what, as the other side heard it."""

    class Speaker(models.TextChoices):
        AGENT = "agent"  # the AI
        STAFF = "staff"  # the brokerage's person
        LEAD = "lead"  # the person called

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="turns")
    speaker = models.CharField(max_length=6, choices=Speaker)
    engine = models.CharField(max_length=12, choices=Engine)
    text = models.TextField(help_text="As heard by the other side")
    generated_text = models.TextField(blank=True, help_text="What was generated, where more than was heard")
    item_id = models.CharField(max_length=80, help_text="The engine's own id of the utterance; once per call")
    position = models.PositiveIntegerField(default=0, help_text="Order within the call")
    started_ms = models.PositiveIntegerField(null=True, blank=True, help_text="From the answer, in ms")
    ended_ms = models.PositiveIntegerField(null=True, blank=True)
    latency_ms = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Agent turns: from the caller's last speech to the first audio, as the server saw it",
    )
    interrupted = models.BooleanField(default=False)
    filler = models.BooleanField(
        default=False, help_text="A recorded word that bridged a wait: the AI is not told that it was said"
    )
    confidence = models.FloatField(null=True, blank=True, help_text="The recognizer's, 0 to 1")
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "item_id"],
                name="turn_once_per_item",
                violation_error_message="This utterance is in the transcript already.",
            )
        ]
        indexes = [models.Index(fields=["call", "position"])]

    def __str__(self) -> str:
        return f"{self.get_speaker_display()} turn {self.position}"


class CallEvent(models.Model):
    """One event in a call's append-only log. A repeated message has the same `dedupe_key` and is stored once."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=now)
    data = ShapedField(shape=OBJECT, default=dict, blank=True)
    dedupe_key = models.CharField(max_length=120, null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "dedupe_key"],
                name="event_once_per_key",
                violation_error_message="This is in the call’s log already.",
            )
        ]

    def __str__(self) -> str:
        return self.kind


class ToolUse(models.Model):
    """A tool the AI used. `tool_call_id` is unique per call, so a repeated request has one effect and one result."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="tool_uses")
    name = models.CharField(max_length=60)
    tool_call_id = models.CharField(max_length=100)
    arguments = ShapedField(shape=OBJECT, default=dict)
    result = ShapedField(shape=OBJECT, null=True, blank=True)
    ok = models.BooleanField(null=True, blank=True)
    engine = models.CharField(max_length=12, choices=Engine)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "tool_call_id"],
                name="tool_use_once_per_key",
                violation_error_message="This use of the tool is recorded already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Recording(models.Model):
    """A call's recording. Channel 1 is the lead's side, channel 2 the agent's (or staff's)."""

    class Status(models.TextChoices):
        ANNOUNCED = "announced", "At the carrier"
        STORED = "stored", "Stored"
        ABSENT = "absent", "Absent"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="recordings")
    sid = models.CharField(max_length=34, unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.ANNOUNCED)
    source_url = models.URLField(max_length=300, blank=True)
    file = models.FileField(upload_to="recordings/", blank=True)
    seconds = models.FloatField(null=True, blank=True)
    channels = models.PositiveSmallIntegerField(null=True, blank=True)
    rms = ShapedField(shape=NUMBERS, default=list, blank=True, help_text="Per channel, 0 to 1 of full scale")
    started_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.sid


class ConversationStep(models.Model):
    """One step of a conversational call: a webhook and its answer, so that a retry gets the same TwiML."""

    class Kind(models.TextChoices):
        """How the engine came to speak: everything but a turn answers nothing that was heard."""

        OPENING = "opening", "Opening"
        OPENING_AGAIN = "opening_again", "Opening, for the person after a machine"
        TURN = "turn", "Answer to what was heard"
        TAKEOVER = "takeover", "Taken over from another engine"
        RETURNED = "returned", "Back after the line was led away"
        RESUMED = "resumed", "Back after nobody took the call"
        PROMISE = "promise", "Promise of a call back"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField(help_text="The turn number carried in the Gather's action URL")
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.TURN)
    transfer = models.ForeignKey(
        Transfer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="Resumed after this one"
    )
    returned_after = models.PositiveIntegerField(
        null=True, blank=True, help_text="The number of the last step before the line came back"
    )
    heard = models.TextField(blank=True)
    confidence = models.FloatField(null=True, blank=True)
    verdict = models.CharField(
        max_length=20, blank=True, help_text="How what was heard was taken; empty where nothing was listened to"
    )
    twiml = models.TextField(blank=True)
    received_at = models.DateTimeField(default=now)
    answered_at = models.DateTimeField(null=True, blank=True)
    parts = ShapedField(
        shape=OBJECTS,
        default=list,
        blank=True,
        help_text='What is spoken, in order: [{"text", "digest", "seconds"}]; grows',
    )
    more = ShapedField(
        shape=OBJECT, default=dict, blank=True, help_text="The documents for the rest, by their first part"
    )
    listens_at = models.DateTimeField(null=True, blank=True, help_text="When the document that listens went out")
    listens_from = models.PositiveSmallIntegerField(
        default=0, help_text="The first part that can be talked into; those before it have been played"
    )
    ends_call = models.BooleanField(default=False, help_text="Hang up once it is spoken")
    hands_over = models.BooleanField(default=False, help_text="Ring a colleague once it is spoken")
    failure = models.CharField(max_length=40, blank=True, help_text="Why the model's answer is an apology")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="All parts are known")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "number"],
                name="step_once_per_number",
                violation_error_message="The call has this step already.",
            )
        ]

    def __str__(self) -> str:
        return f"Step {self.number}"


class EarlyAnswer(models.Model):
    """A model's answer begun on a partial result, before the carrier's last word on what was said; used or not."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="early_answers")
    number = models.PositiveIntegerField(help_text="The step it would answer")
    asked = models.CharField(max_length=64, help_text="Digest of the request, with the caller's words normalized")
    text = models.TextField(blank=True, help_text="What the model has written; grows by sentences")
    tools = ShapedField(
        shape=OBJECTS, default=list, blank=True, help_text='Asked for, not run: [{"id", "name", "arguments"}]'
    )
    request_id = models.CharField(max_length=100, blank=True, help_text="The key of its usage")
    failed = models.BooleanField(default=False)
    beats = models.PositiveIntegerField(default=0, help_text="Grows while it is being written, with or without text")
    started_at = models.DateTimeField(default=now)
    first_at = models.DateTimeField(null=True, blank=True, help_text="Its first sentence is there as sound")
    finished_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="The result said the same, so it is the answer")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "number", "asked"],
                name="early_answer_once_per_words",
                violation_error_message="An answer to these words was begun already.",
            )
        ]

    def __str__(self) -> str:
        return f"Early answer to step {self.number}"


class SpeechClip(models.Model):
    """Rendered speech, cached by what it says and how; in the database, so that any web process can serve it."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of voice, engine, format and text")
    content_type = models.CharField(max_length=40)
    audio = models.BinaryField()
    characters = models.PositiveIntegerField(default=0)
    seconds = models.FloatField()
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds__gte=0),
                name="clip_has_length",
                violation_error_message="A clip has a length.",
            )
        ]
        # covers the query for the size of the cache, so that it reads no sound
        indexes = [models.Index(fields=["last_used_at", "content_type", "seconds"], name="clip_by_last_use")]

    def __str__(self) -> str:
        return self.digest[:12]
