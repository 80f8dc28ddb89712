"""`manage.py doctor`: asks each vendor whether calls can come about, and says what is right and what to do."""

import json
import re
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.comparison import trial_call
from calls.comparison.trial_call import Trial
from calls.compliance.gate import reason_sentences
from calls.compliance.own_lines import is_own_line
from calls.lifecycle.placing import Refusal
from calls.management.commands.compare_calls import find_caller, find_lead
from calls.operations.diagnosis import Finding, Level, stops_calls
from calls.operations.doctor import examine
from leads.models import E164, Lead

MARKS = {Level.OK: "ok   ", Level.LOOK: "look ", Level.STOPS: "STOPS"}


class Command(BaseCommand):
    """Exit status 1 when something keeps calls from coming about."""

    help = "Ask each vendor, the database and our own address whether calls can come about; a line each."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """How to say it, and whom to call."""
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
        parser.add_argument(
            "--call", default="", metavar="NUMBER", help="place a short call through each AI engine to that number"
        )
        parser.add_argument("--user", default="", help="who calls (default: the lead's owner, else an agent)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, print, and call if told to."""
        findings: list[Finding] = []
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(line_of(finding))
        trials = self._call(options["call"], options["user"]) if options["call"] else []
        for trial in () if options["json"] else trials:
            self.stdout.write(line_of_trial(trial))
        stopped = stops_calls(findings) or not all(trial.held for trial in trials)
        if options["json"]:
            report = {"ok": not stopped, "findings": [finding.as_json() for finding in findings]}
            self.stdout.write(json.dumps(report | {"calls": [asdict(trial) for trial in trials]}))
        if stopped:
            raise SystemExit(1)

    def _call(self, number: str, user: str) -> list[Trial]:
        if not re.fullmatch(E164, number):
            raise CommandError(f"{number!r} is not E.164, e.g. +15125550100")
        known = Lead.objects.filter(phone=number, archived_at__isnull=True).first()
        if known is None and not is_own_line(number):
            raise CommandError(f"{number} is neither a lead's nor ours. A number in TEST_LINES may be called.")
        lead = known or find_lead("first")
        started = trial_call.start(lead=lead, number=number, placed_by=find_caller(user, lead))
        if isinstance(started, Refusal):
            raise CommandError(f"Not called: {reason_sentences(started.blocked)}")
        return trial_call.hold(started)


def line_of(finding: Finding) -> str:
    """A finding as one line, with what to do under it."""
    todo = f"\n      → {finding.do}" if finding.do and finding.level is not Level.OK else ""
    return f"{MARKS[finding.level]} {finding.part:13} {finding.says}{todo}"


def line_of_trial(trial: Trial) -> str:
    """What came of a call, as lines."""
    if not trial.held:
        unheard = f"heard “{trial.heard}”, answered nothing" if trial.heard else "nobody was heard"
        why = trial.error or trial.fell_back or unheard
        return f"{MARKS[Level.STOPS]} {trial.type:13} {trial.status}: {why}"
    late = "unmeasured" if trial.late_ms is None else f"{trial.late_ms} ms later"
    cost = f"{trial.cost} USD" + (f" and {', '.join(trial.unpriced)}" if trial.unpriced else "")
    return f"{MARKS[Level.OK]} {trial.type:13} heard “{trial.heard}”, answered {late} “{trial.answered}”; {cost}"
