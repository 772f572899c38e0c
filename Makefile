# What to type here. The first time on a new machine: make demo

VENV := .venv
PYTHON := $(VENV)/bin/python
SMR := $(VENV)/bin/smr
DEMO_CLIP := samples/videos/thoracic_good.mp4

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/.for-use ## analyse a sample clip: the first thing to try
	@rm -rf demo-out
	$(SMR) analyse $(DEMO_CLIP) --move thoracic --out demo-out
	@echo
	@echo "The annotated clip: $$(ls $(CURDIR)/demo-out/*/annotated.mp4)"
	@echo "The report:         $$(ls $(CURDIR)/demo-out/*/report.html)"

.PHONY: test
test: lint types ## everything that must pass before a commit: style, types, tests
	@# A worker that crashes fails its test; restarted, pytest-xdist 3.8 would wait for ever with loadfile.
	$(PYTHON) -m pytest -n 2 --dist loadfile --max-worker-restart 0 -m "not alone"
	$(PYTHON) -m pytest -m alone

.PHONY: lint
lint: $(VENV)/.for-dev ## style (ruff), and which room may import which (import-linter)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(VENV)/bin/lint-imports

.PHONY: types
types: $(VENV)/.for-dev ## types (mypy, strict)
	$(PYTHON) -m mypy

.PHONY: audit
audit: $(VENV)/.for-dev ## known weaknesses in what we depend on (pip-audit; skips without the network)
	@$(PYTHON) scripts/audit.py

.PHONY: accuracy
accuracy: $(VENV)/.for-use ## measure against the truth of the sample clips
	$(PYTHON) benchmarks/accuracy.py samples/videos --degrade

.PHONY: prove
prove: $(VENV)/.for-use ## score the proving ground: kept clips and 3,000 sequences, tables by factor (ten minutes)
	$(PYTHON) -m benchmarks.proving.score benchmarks/proving/clips
	$(PYTHON) -m benchmarks.proving.score benchmarks/proving/later
	$(PYTHON) -m benchmarks.proving.score benchmarks/proving/clips --split test
	$(PYTHON) -m benchmarks.proving.motion --count 1500
	$(PYTHON) -m benchmarks.proving.motion --count 1500 --split test

.PHONY: fuzz
fuzz: $(VENV)/.for-dev ## damaged clips, sessions, move files and what else is read, by the hundred (twenty minutes)
	$(PYTHON) -m tests.fuzz --clips 1500 --sessions 1500 --moves 3000 --poses 500 --routines 2000 --tables 2000 --landmarks 500 --exports 500 --desks 500

.PHONY: stops
stops: $(VENV)/.for-dev ## commands stopped at random, 800 times, and each end of a live session, 20 times (an hour; needs: apt install xvfb xdotool)
	$(PYTHON) -m tests.stops --tries 50
	$(PYTHON) -m tests.desk.kills --tries 60
	$(PYTHON) -m tests.desk.worker_kills --tries 20
	$(PYTHON) -m tests.desk.outsiders --count 5000
	$(PYTHON) -m tests.endings --tries 20

.PHONY: mutants
mutants: $(VENV)/.for-dev ## break the product in each way docs/words.md names: does its test notice? (a quarter of an hour; needs: apt install chromium chromium-driver)
	$(PYTHON) -m tests.mutants

.PHONY: speed
speed: $(VENV)/.for-use ## measure how fast it is; writes the tables of docs/performance.md (an hour; close all else)
	$(PYTHON) benchmarks/speed.py video limit reuse batch stages warm-up memory --write docs/performance.md

.PHONY: test-browser
test-browser: $(VENV)/.for-dev ## the report and the desk in headless Chromium (needs: apt install chromium chromium-driver npm ffmpeg tesseract-ocr)
	npm install --silent --no-save --prefix build/axe axe-core@4
	$(PYTHON) -m pytest tests/report/browser_check.py tests/desk/browser_check.py tests/desk/pages_check.py tests/desk/studio_check.py tests/desk/hour_check.py tests/desk/roll_check.py tests/desk/roll_routine_check.py tests/desk/roll_read_check.py

.PHONY: test-browser-short
test-browser-short: $(VENV)/.for-dev ## the desk in headless Chromium, in short (half a minute; needs: apt install chromium npm)
	npm install --silent --no-save --prefix build/axe axe-core@4
	$(PYTHON) -m pytest tests/desk/short_check.py

.PHONY: test-live
test-live: $(VENV)/.for-dev ## the live window on a virtual display (needs: apt install xvfb xdotool imagemagick)
	xvfb-run -s "-screen 0 1280x720x24" $(PYTHON) -m pytest tests/live/live_check.py

.PHONY: pictures
pictures: $(VENV)/.for-use $(VENV)/.for-dev ## the pictures of the README and docs again; look at each (needs: apt install chromium xvfb imagemagick)
	$(PYTHON) scripts/pictures.py docs
	$(PYTHON) -m scripts.desk_pictures docs
	xvfb-run -s "-screen 0 1280x720x24" $(PYTHON) benchmarks/phases.py samples/videos docs/live

.PHONY: routine
routine: $(VENV)/.for-use ## the live coach's whole routine, unattended, from the sample clips (minutes)
	$(PYTHON) benchmarks/routine.py samples/videos

.PHONY: test-studio
test-studio: $(VENV)/.for-studio $(VENV)/.for-dev ## the studio's truth against its geometry
	$(PYTHON) -m pytest tests/studio

.PHONY: test-postgres
test-postgres: $(VENV)/.for-dev ## the history on a throw-away PostgreSQL (needs: apt install postgresql)
	sh tests/store/postgres.sh $(PYTHON)

.PHONY: samples
samples: $(VENV)/.for-studio ## render the sample clips again from scratch
	$(PYTHON) -m samples.studio

# EXERCISES: the folder `exercises` of a clone of the public-domain photographs yuhonas/free-exercise-db
.PHONY: roller-model
roller-model: $(VENV)/.for-training ## train the roller finder again: make roller-model EXERCISES=FOLDER (hours)
	@test -d "$(EXERCISES)" || { echo "Name the folder of the photographs: make roller-model EXERCISES=FOLDER"; exit 2; }
	$(PYTHON) -m samples.studio.stills build/stills --shards 95
	$(PYTHON) -m samples.studio.stills build/stills --first 100 --shards 144 --kinds thoracic
	$(PYTHON) -m samples.studio.stills build/stills --first 144 --shards 194 --kinds thoracic reclined calf glute none_mimic
	$(PYTHON) -m training.photographs $(EXERCISES) build/crops
	$(PYTHON) -m training.roller build/stills --minutes 240 --out models/roller.onnx

.PHONY: sway-model
sway-model: $(VENV)/.for-training ## train the nets of the rolling at a wall and under a seat again (minutes)
	$(PYTHON) -m training.sway wall
	$(PYTHON) -m training.sway seat --kept benchmarks/proving/clips benchmarks/proving/later

.PHONY: clean
clean: ## remove the environment and everything made here
	rm -rf $(VENV) build dist demo-out smr-out .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov

# One environment for all; a stamp for each set of extras in it, redone when the project file changes.
EXTRAS_use :=
EXTRAS_dev := dev
EXTRAS_studio := studio
EXTRAS_training := train,studio

$(VENV)/.for-%: pyproject.toml scripts/environment
	@sh scripts/environment $(VENV) $(EXTRAS_$*)
	@touch $@
