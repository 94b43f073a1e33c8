# What a contributor runs. The commands are those of README.md and .ci/run; tests/test_contributing.py compares.

FILES = find __init__.py py.typed states notifications workflow -type f ! -name '*.pyc' | sort

.PHONY: env fresh test lint check bench docs

# The environment. Again after adding a dependency.
env:
	python3 -m venv .venv
	.venv/bin/pip install -q -e '.[dev]' --config-settings editable_mode=strict
	$(FILES) > .venv/files

# Installs again where files were added or taken away since: until then they are not noticed.
fresh:
	@$(FILES) | cmp -s - .venv/files || $(MAKE) -s env

# The tests; one of them: make test ARGS=tests/states/rules/test_fees.py
test: fresh
	.venv/bin/pytest $(or $(ARGS),-n auto)

# Style, types, floors.
lint: fresh
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

# The whole check, in environments of its own.
check:
	bash .ci/run

# Speed and memory against their floors.
bench:
	.venv/bin/python benchmarks/run.py

# The pages that are made from the code.
docs: fresh
	.venv/bin/python tests/support/coverage_page.py
	.venv/bin/python tests/support/machine_page.py
	.venv/bin/python tests/support/manual_page.py
	.venv/bin/python tests/support/moves_page.py
	.venv/bin/python tests/support/reference_pages.py
	.venv/bin/python tests/support/security_page.py
	.venv/bin/python tests/support/sample_register.py
	.venv/bin/python tests/support/third_party_page.py
