# Every target makes its own .venv; nothing else has to be installed by hand.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: demo run test check bench soak fuzz
.DEFAULT_GOAL := demo

# What the bot needs to run. The lock file names everything, so pip has nothing to look for: left to itself it tries newer
# versions of what a package wants with an extra, and refuses them since they have no hash here.
.venv/run.stamp: requirements.lock
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	@touch $@

# What its tests need beside it.
.venv/dev.stamp: requirements-dev.lock requirements.lock
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@ .venv/run.stamp

demo: .venv/run.stamp  ## The whole job on this machine, without Telegram (ONCE=1: a transcript, no page)
	@$(BIN)/python -m bot demo $(if $(ONCE),--once)

run: .venv/run.stamp  ## The bot on Telegram, with the settings of .env
	@$(BIN)/python -m bot run

check: .venv/dev.stamp  ## Formatting, lint, types, import contracts, dependencies, dead code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/vulture

test: check  ## Everything that check does, and every test
	$(BIN)/python -m pytest --cov --cov-report=
	@for part in 'bot/extract/*' handlers/messages.py 'storage/*'; do \
		$(BIN)/coverage report --skip-covered --include="$$part" --fail-under=95 || exit 1; done

bench: .venv/dev.stamp  ## Speed, as ratios measured in one run (ARGS=--quick: a short one)
	$(BIN)/python -m tests.bench $(ARGS)

soak: .venv/dev.stamp  ## The real bot under load and in every kind of trouble, then its ledger (MINUTES=20, ARGS=--postgres)
	$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),20) $(ARGS)

fuzz: .venv/dev.stamp  ## The property tests of what meets the outside, round after round (MINUTES=10)
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10) $(ARGS)
