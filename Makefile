# The commands of the README, and what they stand on.
.PHONY: setup build run test install package bench-kernel bench-frame bench-tpch bench-plot bench-stats bench-run nist format clean
PREFIX ?= $(HOME)/.local

setup:
	@scripts/setup

# Tests and product share one build folder and one configuration: swift-syntax is built once.
build: setup
	swift build -c release --build-tests

run: build
	.build/release/apus install --user
	.build/release/apus run notebooks/quickstart.ipynb out/quickstart.ipynb
	@echo "run: the executed notebook is $(CURDIR)/out/quickstart.ipynb; any Jupyter frontend opens it"

test:
	@scripts/setup --tests
	@scripts/test

install: build
	scripts/install "$(PREFIX)"

bench-kernel: build
	scripts/bench-kernel

bench-run: build
	scripts/bench-run

# A .deb and a wheel, in out/package.
package: build
	scripts/package

# All tables and TPC-H; ROWS=1e7 NULLS=5 choose one table, REPEAT=7 how often each question is asked.
bench-frame:
	scripts/bench-frame

# ROWS=1e5 REPEAT=3 change how many rows and how often each question is asked.
bench-stats:
	scripts/bench-stats

# SCALE=1 REPEAT=5 change the tables and how often each query is asked.
bench-tpch:
	scripts/bench-tpch

# Pictures of a million rows beside altair's; ROWS=1e5 REPEAT=7 change the table and how often.
bench-plot:
	scripts/bench-plot

# Digits of NIST's certified data sets beside scipy's and statsmodels'.
nist: build
	scripts/nist

format:
	scripts/format

clean:
	rm -rf .build .venv out
