"""Which worker runs what: some live through calls in real time, and mostly wait; the last one computes meanwhile.

Whoever waits for a clock needs a core the moment it strikes. So the workers that compute give way to the others, and no
more calls are under way at once than there are workers for them, however many tests there are.
"""

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# Audio clocks, recognizers, processes that have to start, a browser.
IN_REAL_TIME = (
    "tests/journeys",
    "tests/browser",
    "tests/storm/test_storm.py",
    "tests/database_away/test_database_away.py",
    "tests/bench/test_bench.py",
    "tests/floods/test_floods.py",
    "tests/realestate/test_graceful_shutdown.py",
    "tests/sandbox/foreign",
    "tests/sandbox/openai/chat",
    "tests/sandbox/openai/realtime",
    "tests/sandbox/openai/test_speech.py",
    "tests/sandbox/openai/test_transcription.py",
    "tests/sandbox/polly",
    "tests/sandbox/replay/test_player.py",
    "tests/sandbox/speech",
    "tests/sandbox/test_not_found.py",
    "tests/sandbox/test_services.py",
    "tests/sandbox/twilio/line",
    "tests/sandbox/twilio/people",
    "tests/sandbox/twilio/rest",
    "tests/sandbox/twilio/test_",
    "tests/sandbox/twilio/verbs",
    "tests/sandbox/web",
)
MUTATIONS = "test_mutations.py"  # the tests of a package, once for each deliberate fault in it
STARTED = {"speech", "stack", "browser"}  # fixtures: who asks for one belongs to the above
DATABASES = {"db", "transactional_db", "live_server"}  # fixtures: who asks for one has rows
WITH_ROWS = ("tests/journeys", "tests/browser", "tests/storm/test_storm.py")  # their servers have them
ONE_STACK = ("tests/journeys/test_ladder.py", "tests/journeys/test_when_things_fail.py")
LONGEST_FIRST = (
    "tests/journeys/test_side_by_side.py",
    *ONE_STACK,
    "tests/browser",
    "tests/sandbox/twilio/verbs/test_gather.py",
    "tests/sandbox/twilio/people/test_person.py",
    "tests/storm/test_storm.py",
    "tests/sandbox/foreign/test_voice_app.py",
    "tests/sandbox/replay",
    "tests/sandbox/twilio/test_whole_call.py",
    "tests/sandbox/polly",
    "tests/bench/test_bench.py",
    "tests/sandbox/twilio",
    "tests/realestate",
    *IN_REAL_TIME,
    MUTATIONS,
    "tests/calls/misheard",
    "tests/sandbox/openai/agent/test_conversation.py",
    "tests/calls/understanding/test_confirmation.py",
    "tests/realtime/test_media_stream.py",
)
COMPUTING_NICENESS = 15  # recognition has 10 (sandbox/worker.py): it is waited for in real time
FEW_WORKERS = 4  # fewer than this all do everything
FAST = "not real_time and not mutations"


def rank(nodeid: str) -> int:
    """Where a test comes in the order of all: what takes longest begins first."""
    return next((at for at, path in enumerate(LONGEST_FIRST) if path in nodeid), len(LONGEST_FIRST))


def in_real_time(item: pytest.Item) -> bool:
    """Whether the test is one of `IN_REAL_TIME`. Raises UsageError when it should be."""
    if item.nodeid.startswith(IN_REAL_TIME):
        return True
    if started := STARTED & set(getattr(item, "fixturenames", ())):
        raise pytest.UsageError(f"{item.nodeid} asks for {started}: name its file in tests/lanes.py")
    return False


def has_rows(item: pytest.Item) -> bool:
    """Whether the test reads or writes rows, so that it has to pass on every database."""
    asked = DATABASES & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None or item.nodeid.startswith(WITH_ROWS)


def scope(nodeid: str) -> str:
    """What one worker runs whole, so that what is costly to start is started once."""
    if nodeid.startswith(ONE_STACK):
        return "tests/journeys"
    return "tests/browser" if nodeid.startswith("tests/browser") else nodeid.split("::")[0]


def computes(worker: str, workers: int) -> bool:
    """Whether the worker of that name ("gw4") runs what does not wait: one in four, the last ones."""
    return workers >= FEW_WORKERS and int(worker.removeprefix("gw")) >= workers - workers // FEW_WORKERS


class Lanes(LoadScopeScheduling):
    """Deals out the scopes, the longest first. A worker that computes gets no calls; the others help with the rest in
    the end.
    """

    def schedule(self) -> None:
        self.config.option.loadscopereorder = False  # the most tests are not the longest scope
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)

    def _next_for(self, node: WorkerController) -> str | None:
        wanted = list(self.workqueue)
        if computes(node.gateway.id, self.numnodes):
            wanted = [name for name in wanted if not name.startswith(IN_REAL_TIME)]
        return wanted[0] if wanted else None

    def _assign_work_unit(self, node: WorkerController) -> None:
        if name := self._next_for(node):
            self.workqueue.move_to_end(name, last=False)
            super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if self.workqueue and not self._next_for(node) and not node.shutting_down:
            node.shutdown()  # with the end in sight it runs what it has
        else:
            super()._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes:
    """How the tests are dealt to the workers."""
    return Lanes(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """From here on a worker that computes gives way; until then all others wait for it."""
    worker = getattr(session.config, "workerinput", None)
    if worker and computes(worker["workerid"], worker["workercount"]):
        os.nice(COMPUTING_NICENESS)
