# The commands of the project. `make run` and `make test` install the system packages that are missing, and say so.

# Further arguments of `sluice serve`:  make run ARGS="--config sluice.yaml"
ARGS ?=
# Further arguments of the benchmark:   make bench BENCH="--peers envoy,sglang"
BENCH ?=
# Further arguments of swift build, set by .ci/run.
SWIFT_FLAGS ?=
export SWIFT_FLAGS

.DEFAULT_GOAL := help
.PHONY: help run test unit blackbox soak check format bench clean

help: ## Says what there is.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

run: ## Builds the release binary and starts the gateway on 127.0.0.1:8080, with a new database unless one is configured.
	@scripts/install-deps.sh run
	swift build --configuration release --static-swift-stdlib --product sluice $(SWIFT_FLAGS)
	@rm -rf .build/run
	@DATABASE_URL=$${DATABASE_URL:-sqlite:.build/run/sluice.db} exec .build/release/sluice serve $(ARGS)

test: ## All tests: unit and golden, black-box, soak.
	@scripts/test.sh

unit: ## Unit and golden tests alone, in debug.
	@scripts/test.sh unit

blackbox: ## The black-box tests alone, against the release binary.
	@scripts/test.sh blackbox

soak: ## The long random load alone, against the release binary.
	@scripts/test.sh soak

check: ## Format, imports, constructs, licence and links.
	@scripts/check.sh

format: ## Formats all Swift files in place.
	git ls-files --cached --others --exclude-standard -z -- '*.swift' | xargs -0 swift format --in-place --parallel --configuration .swift-format

bench: ## Measures CPU, latency, memory, start and size beside nginx, and prints a table with the bars.
	@scripts/install-deps.sh bench
	swift build --configuration release --static-swift-stdlib --product sluice $(SWIFT_FLAGS)
	@python3 Benchmarks/bench.py $(BENCH)

clean: ## Removes everything that was built.
	rm -rf .build
