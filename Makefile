# make run    the app, on http://127.0.0.1:8501       HOST=... PORT=... choose another address,
#                                                     BELOW=lab/flow a path of it
# make test   format, lint, types and tests
#
# Both build .venv when it is missing, bring it up to date when the requirements change, and can be
# repeated at any time. PYTHON=python3.12 chooses the interpreter that .venv is made with. What runs
# in the browser is checked where npm is there.

PYTHON ?= python3
PORT ?= 8501
# Not ?=: some shells and compilers set HOST to the name of the machine.
HOST = 127.0.0.1
BELOW = $(STREAMLIT_SERVER_BASE_URL_PATH)

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.PHONY: run test check web
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@exec $(BIN)/python -m realnvp app --host "$(HOST)" --port "$(PORT)" --below "$(BELOW)"

test check: $(VENV)/.installed-dev web
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder

ifneq ($(shell command -v npm),)
web: node_modules/.installed
	npm run --silent lint
	npm run --silent types
	npm test --silent
else
web:
	@echo "npm is not there: what runs in the browser is not linted, type-checked and unit-tested."
endif

# Stamps: touched only after pip or npm has succeeded, so that an interrupted install is done again.
$(VENV)/.installed: requirements.txt | $(BIN)/pip
	@echo "Installing requirements.txt into $(VENV); the first time takes a few minutes."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing requirements-dev.txt into $(VENV)."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@echo "Installing package-lock.json into node_modules."
	@npm ci --loglevel=error --no-audit --no-fund
	@touch $@

# pip, not python: venv leaves a python behind even where it then fails for want of ensurepip.
$(BIN)/pip:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "$(PYTHON) is not there; Python 3.11 or newer is needed, for example:" \
			"make run PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$("$(PYTHON)" -V). If another one" \
			"is installed, name it: make run PYTHON=python3.12" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
