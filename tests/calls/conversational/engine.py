"""The ways into the engine as tests use them: patient enough for a machine that is busy with other things."""

from functools import partial

from calls.conversational import continuation, entries
from calls.conversational.timing import Timing

PATIENT = Timing(first_word=30, duplicate=30)
AT_ONCE = Timing(first_word=0, duplicate=0)  # whoever waits has waited long enough
BRIEF = Timing(first_word=0.1)  # for a model that is held back by a gate: a filler is sure to come

take_turn = partial(entries.take_turn, timing=PATIENT)
more_twiml = partial(continuation.more_twiml, timing=PATIENT)
first_twiml = partial(entries.first_twiml, timing=PATIENT)
open_again_twiml = partial(entries.open_again_twiml, timing=PATIENT)
continue_twiml = partial(entries.continue_twiml, timing=PATIENT)
resume_twiml = partial(entries.resume_twiml, timing=PATIENT)
promise_twiml = partial(entries.promise_twiml, timing=PATIENT)
