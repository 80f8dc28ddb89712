"""What the rows say of a run when all is over."""

from calls.models import ENDED_STATUSES, Call, ConversationStep, EngineSpan, ToolUse


def unfinished() -> dict[str, int]:
    """Rows left in a state that is none to stay in."""
    return {
        "calls": Call.objects.exclude(status__in=ENDED_STATUSES).count(),
        "engine_spans": EngineSpan.objects.filter(ended_at__isnull=True).count(),
        "tool_uses": ToolUse.objects.filter(ok__isnull=True).count(),
        "chain_steps": ConversationStep.objects.filter(finished_at__isnull=True).count(),
    }
