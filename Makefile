# Two commands do all the set-up: `make demo` and `make test`. They need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint clean

demo: $(VENV)/.installed            ## build the graph of the sample articles and show its strongest triples
	$(BIN)/kg build seeds --output output

test: $(VENV)/.installed-test       ## ruff, mypy and pytest
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

clean:                              ## remove the environment and what was built
	rm -rf $(VENV) $(filter-out output/.gitkeep,$(wildcard output/*))

# The stamps make a second run quick: the environment is made anew only when pyproject.toml changes.
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kg needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV) || { echo "kg: no virtual environment could be made; on Debian and Ubuntu: apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	$(BIN)/pip install --quiet --editable '.[validate]'
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/pip install --quiet --editable '.[test]'
	@touch $@
