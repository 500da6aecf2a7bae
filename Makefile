# make test: everything that must hold.
.PHONY: setup build test
setup:
	@scripts/setup
build: setup
	swift build -c release --build-tests
test: setup
	scripts/check-rooms
	swift build -c release --build-tests
	swift test -c release --skip-build
