# What a contributor runs. The commands are those of README.md and .ci/run; tests/test_contributing.py compares.

.PHONY: env test lint check bench docs

# The environment. Again after adding a file or a dependency.
env:
	python3 -m venv .venv
	.venv/bin/pip install -q -e '.[dev]' --config-settings editable_mode=strict

# The tests; one of them: make test ARGS=tests/states/rules/test_fees.py
test:
	.venv/bin/pytest $(ARGS)

# Style, types, floors.
lint:
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
docs:
	.venv/bin/python tests/support/coverage_page.py
	.venv/bin/python tests/support/machine_page.py
	.venv/bin/python tests/support/manual_page.py
	.venv/bin/python tests/support/moves_page.py
	.venv/bin/python tests/support/reference_pages.py
	.venv/bin/python tests/support/security_page.py
	.venv/bin/python tests/support/third_party_page.py
