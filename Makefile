# Thin wrappers over CMake's presets. `make run ARGS="--output json"`, `make test`, …
.PHONY: run build test bench soak format

build: packaging/.installed
	@packaging/build release vedette

run: build
	@packaging/as_root build/release/vedette run $(ARGS)

test: packaging/.installed
	@packaging/test

bench: packaging/.installed
	@packaging/build release bench vedette
	@bench/report $(ARGS)

soak: packaging/.installed
	@packaging/build release vedette vedette_unit_tests vedette_soak
	@packaging/soak $(ARGS)

format:
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

# Made anew when the list of packages changes.
packaging/.installed: packaging/packages packaging/install
	@packaging/install packages && touch $@
