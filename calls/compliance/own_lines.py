"""Phone lines of the brokerage: the test lines in the settings, and the phones of its staff."""

from django.conf import settings

from leads.models import StaffProfile


def persona_lines(persona: str) -> tuple[str, ...]:
    """The test lines of that persona, E.164, in the order of the setting."""
    return tuple(settings.TEST_LINES.get(persona, "").split())


def personas() -> tuple[str, ...]:
    """Every persona that has test lines."""
    return tuple(settings.TEST_LINES)


def all_test_lines() -> frozenset[str]:
    """The test lines of all personas."""
    return frozenset(number for persona in personas() for number in persona_lines(persona))


def is_test_line(number: str) -> bool:
    """Whether that number is one of the configured test lines."""
    return number in all_test_lines()


def is_own_line(number: str) -> bool:
    """Whether the brokerage answers that number: a test line or the phone of an active staff user."""
    if is_test_line(number):
        return True
    return StaffProfile.objects.filter(phone=number, user__is_active=True, user__is_staff=True).exists()
