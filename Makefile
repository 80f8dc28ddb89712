# Every target sets up what it needs in this folder. `make` alone lists them.
PYTHON := .venv/bin/python
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
export PLAYWRIGHT_BROWSERS_PATH ?= $(CURDIR)/.cache/playwright
export HF_HUB_OFFLINE := 1
unexport PYTHONDONTWRITEBYTECODE  # a run starts dozens of processes: none of them shall compile everything again
TESTS ?= tests
WORKERS ?= 5  # tests mostly wait for calls; the last of five workers computes meanwhile (tests/lanes.py)
# Tests with rows that bring an SQLite of their own whatever DATABASE_URL says.
OWN_SQLITE := bench browser/test_sandbox_phone.py realestate/test_graceful_shutdown.py
DECIDES := turn timing barge_in  # of the conversational engine, without rows, threads and vendors

.PHONY: help demo run hooks test test-fast test-rows check conformance coverage mutations compare bench bench-conversation floods soak kill-trials webhook-storm database-trial misheard trial measure-speech format requirements api-fuzz

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

demo:  ## everything on one machine: dashboard, carrier, models, callers (DEMO="--port 9000 --var FOLDER")
	@scripts/setup demo
	@$(PYTHON) manage.py demo $(DEMO)

run:  ## the web server on your own database, with reload: migrates, prints the address (PORT=8000; settings from .env)
	@scripts/setup dev
	@PORT=$(PORT) scripts/run

compare:  ## three test calls to the first demo lead, and the table (PERSONA=interrupter, JSON=1: one JSON object, KEEP=1: logs)
	@scripts/setup demo
	@$(PYTHON) manage.py demo_compare $(if $(PERSONA),--persona $(PERSONA)) $(if $(JSON),--json) $(if $(KEEP),--keep)

test-fast:  ## the tests that wait for no clock: no calls in real time, no browser, no speech, no mutations
	@scripts/setup dev
	@$(PYTHON) -m pytest -n 3 -q -m "not real_time and not mutations" $(TESTS)

test:  ## the tests, on what DATABASE_URL and REDIS_URL say (default: SQLite, one process)
	@scripts/setup dev
	@scripts/setup browser
	@$(PYTHON) -m pytest -n $(WORKERS) -q $(TESTS)

test-rows:  ## the tests that read or write rows: for a second database
	@$(MAKE) --no-print-directory test TESTS="-m rows tests $(OWN_SQLITE:%=--ignore tests/%)"

check:  ## format, lint, types, import rule, migrations, deployment settings
	@scripts/setup dev
	@scripts/check

hooks:  ## git hooks that run the steps of `make check` on what a commit touches
	@scripts/setup dev
	@.venv/bin/pre-commit install

bench:  ## what a realtime call costs and adds, beside a bare proxy, a sample and a tutorial (CALLS=50, JSON=1)
	@scripts/setup dev
	@$(PYTHON) -m tests.bench $(if $(CALLS),--calls $(CALLS)) $(BENCH) $(if $(JSON),--json)

floods:  ## what live calls notice of a stranger who floods the web process (CALLS=20, JSON=1)
	@scripts/setup dev
	@$(PYTHON) -m tests.floods $(if $(CALLS),--calls $(CALLS)) $(FLOODS) $(if $(JSON),--json)

bench-conversation:  ## what a turn of a conversational call waits for, beside a naive chain (TURNS=50, JSON=1)
	@scripts/setup dev
	@$(PYTHON) -m tests.bench_conversation $(if $(TURNS),--turns $(TURNS)) $(BENCH) $(if $(JSON),--json)

soak:  ## CALLS=1000 calls with a fault at a random second each; FAULT=name for one fault, JSON=1 for one JSON object
	@scripts/setup dev
	@$(PYTHON) -m tests.soak $(if $(CALLS),--calls $(CALLS)) $(if $(FAULT),--fault $(FAULT)) $(SOAK) $(if $(JSON),--json)

kill-trials:  ## what a caller hears when the model's socket is killed at a random second, 50 times
	@$(MAKE) --no-print-directory soak CALLS=$(or $(CALLS),50) FAULT=model_killed

webhook-storm:  ## CALLS=200 calls whose webhooks come twice, late, out of order or break off: nothing may double (SEED=1, JSON=1)
	@scripts/setup dev
	@$(PYTHON) -m tests.storm $(if $(CALLS),--calls $(CALLS)) $(if $(SEED),--seed $(SEED)) $(STORM) $(if $(JSON),--json)

database-trial:  ## the database away 5, 15 and 60 s under 20 AI calls, an opt-out in each (DATABASE_URL: its road is cut; AWAY="--how hang", JSON=1)
	@scripts/setup dev
	@$(PYTHON) -m tests.database_away $(if $(CALLS),--calls $(CALLS)) $(AWAY) $(if $(JSON),--json)

misheard:  ## mis-hearings of real-estate talk, and what the conversational engine does with each
	@scripts/setup dev
	@$(PYTHON) -m tests.calls.misheard

coverage:  ## every branch of the bridge, and of what the conversational engine decides, by their own tests alone
	@scripts/setup dev
	@$(PYTHON) -m pytest -q tests/realtime/bridge --ignore tests/realtime/bridge/test_mutations.py \
		--cov=realtime.bridge --cov-branch --cov-fail-under=100 --cov-report=term-missing:skip-covered
	@$(PYTHON) -m pytest -q $(DECIDES:%=tests/calls/conversational/test_%.py) tests/calls/conversational/test_turn_properties.py \
		$(DECIDES:%=--cov=calls.conversational.%) --cov-branch --cov-fail-under=100 --cov-report=term-missing:skip-covered

mutations:  ## deliberate faults in the bridge and the conversational engine, and which test caught each
	@scripts/setup dev
	@$(PYTHON) -m tests.realtime.bridge.mutations
	@$(PYTHON) -m tests.calls.conversational.mutations

conformance:  ## what the sandbox refuses, and every message it checked in its tests and the journeys, per type
	@scripts/setup dev
	@$(PYTHON) -m tests.sandbox.conformance.refusals
	@$(PYTHON) -m pytest -n 2 -v --no-header --disable-warnings tests/sandbox tests/journeys

trial:  ## every input found on trial, and whether what comes of it is as it must be (ONLY=A,B3, JSON=1)
	@scripts/setup dev
	@$(PYTHON) -m tests.trial $(if $(ONLY),--only $(ONLY)) $(if $(JSON),--json)

api-fuzz:  ## made-up requests to the JSON API, allowed ones and others, against its description (CASES=300 per operation and kind)
	@scripts/setup dev
	@API_FUZZ_CASES=$(or $(CASES),300) $(PYTHON) -m pytest -q -n 3 -rP --no-header tests/calls/api/test_fuzz.py

measure-speech:  ## word errors per voice and noise, calls at once in real time (SPEECH="--only capacity", JSON=1)
	@scripts/setup dev
	@$(PYTHON) -m tests.speech $(SPEECH) $(if $(JSON),--json)

format:  ## format and repair what ruff can
	@scripts/setup dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

requirements:  ## pin the dependencies of pyproject.toml again, by hash
	@scripts/setup dev
	@scripts/pin
