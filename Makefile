# The two commands of the README, and what they stand on.
.PHONY: setup build run test
setup:
	@scripts/setup
build: setup
	swift build -c release
run: build
	.build/release/apus install --user
	@echo "open a notebook with the kernel Swift (Apus), for instance: jupyter lab"
test: setup
	scripts/check-rooms
	swift build -c release --build-tests
	swift test -c release --skip-build
