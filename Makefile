# What a person or CI does here; `make` alone prints the list.
#
#   ARGS    goes to the program:  make up ARGS="--http 127.0.0.1:9000"   make test ARGS="-k shelf"
#   DATA    where `make up` keeps its data (./data)
#   DEMO    empty for a start without the demonstration site:  make up DEMO=
#   JOBS    how many test files run at once (as many as there are cores, and twice as many where most of them wait for time to pass);
#           JOBS=0 runs the tests in one process:  make check JOBS=0 ARGS="--pdb -x"
#   PYTHON  the Python that makes .venv, 3.11 or later:  make up PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
DATA ?= data
DEMO ?= --demo
ARGS ?=
CORES := $(shell nproc)
BIN := $(VENV)/bin
WHEEL_ENV := .make/wheel-env
# A file's tests share servers and stay together; the slow ones come first.
PYTEST = $(BIN)/python -m pytest --numprocesses=$(or $(JOBS),$(CORES)) --dist=loadfile --no-loadscope-reorder
# Whole programs wait for seconds to pass, and for each other.
test canary: JOBS ?= $(shell expr 2 \* $(CORES))
# What was compiled is kept: each process of a run would compile all the tests once more.
unexport PYTHONDONTWRITEBYTECODE

# Debian packages, each with the program that tells whether it is there: package=program.
UP_PARTS := mosquitto=mosquitto
TEST_PARTS := $(UP_PARTS) alsa-utils=aplay mosquitto-clients=mosquitto_pub chromium=chromium openssl=openssl faketime=faketime libxkbcommon-tools=xkbcli ser2net=ser2net zbar-tools=zbarimg curl=curl poppler-utils=pdftoppm systemd=systemd-analyze postgresql=pg_ctlcluster rabbitmq-server=rabbitmqctl postfix=postfix swaks=swaks mutt=mutt
FAULT_PARTS := $(UP_PARTS) strace=strace e2fsprogs=mke2fs faketime=faketime iproute2=ip postgresql=pg_ctlcluster rabbitmq-server=rabbitmqctl
# What reads and writes the database.
ON_POSTGRESQL := tests/unit/hub/flows tests/unit/hub/store tests/unit/hub/senders tests/unit/hub/test_clock.py tests/unit/hub/test_inbox.py tests/unit/hub/test_put_aside.py \
  tests/unit/hub/test_tallying.py \
  tests/contract/http/test_lists.py tests/contract/http/test_requests.py tests/contract/http/test_request_pages.py \
  tests/contract/http/test_new_request_page.py tests/contract/http/test_worklists.py tests/contract/http/test_finding_pages.py --ignore=tests/unit/hub/store/test_postgres.py
HARDWARE_PARTS := $(UP_PARTS) qemu-system-x86=qemu-system-x86_64 socat=socat e2fsprogs=mke2fs dpkg=dpkg-deb

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install parts up check lint test postgres canary wheel bench faults hardware pins clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

install: $(VENV)/.project ## put Holdshelf and everything pinned in constraints.txt into .venv

parts: ## get the Debian packages the tests use (as root; otherwise says what is missing)
	@tools/parts.sh $(TEST_PARTS)

up: $(VENV)/.project $(VENV)/.up-parts ## start everything on this machine and print "ready" with its address
	@$(BIN)/holdshelf up $(DEMO) --data $(DATA) $(ARGS)

check: lint ## lint, types, import rules and unit tests: a minute or two
	@$(PYTEST) tests/unit $(ARGS)

lint: $(VENV)/.project ## style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

test: parts lint wheel ## everything CI runs: lint, the built wheel, all tests but speed and faults
	@HOLDSHELF_BIN=$(CURDIR)/$(WHEEL_ENV)/bin $(PYTEST) $(ARGS)

postgres: $(VENV)/.project parts ## what reads and writes the database, tested once more with the store on PostgreSQL
	@HOLDSHELF_TEST_STORE=postgresql $(PYTEST) $(ON_POSTGRESQL) $(ARGS) || [ $$? -eq 5 ]

canary: $(VENV)/.project parts ## all tests once more, listened to: nothing of a patron in logs, metrics, MQTT or addresses
	@$(PYTEST) -p tests.canary.watch $(ARGS)

wheel: $(VENV)/.project ## build the wheel and install it by itself, for the tests
	@$(BIN)/python tools/build_wheel_env.py $(WHEEL_ENV)

bench: $(VENV)/.project ## measure speed
	@$(BIN)/python -m tests.speed $(ARGS)

faults: $(VENV)/.project ## kill, cut and fill things, and count what was lost
	@tools/parts.sh $(FAULT_PARTS)
	@$(BIN)/python -m tests.faults $(ARGS)

hardware: $(VENV)/.project ## the station on a real kernel with USB scanners, in a virtual machine: minutes
	@tools/parts.sh $(HARDWARE_PARTS)
	@$(PYTEST) tests/hardware -m hardware -v $(ARGS)

pins: ## make constraints.txt anew (ARGS=--upgrade for newer releases)
	@tools/make_pins.sh $(ARGS)

clean: ## remove what was built and cached; keeps .venv and data
	@rm -rf .make build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Stamps: each says that its step was done for the files it depends on, so that a second run starts at once.
$(BIN)/python:
	@tools/make_venv.sh $(PYTHON) $(VENV)

$(VENV)/.pins: constraints.txt | $(BIN)/python
	@echo "Installing what constraints.txt pins into $(VENV) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r constraints.txt
	@touch $@

$(VENV)/.project: $(VENV)/.pins pyproject.toml broker/__init__.py
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.up-parts: | $(BIN)/python
	@tools/parts.sh $(UP_PARTS)
	@touch $@
