# Galley. `make help` lists the goals.

CC ?= gcc
AR ?= ar
BUILD ?= build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
# Where an installed galley finds scripts/ and plugins/; one that runs from the tree finds them there.
DATA_FOLDER ?= $(PREFIX)/share/galley

# The libraries: three that it cannot do without, and those of optional parts, each of which defines
# HAVE_NAME where it is found.
REQUIRED := $(shell .ci/lua-package) libcmark yaml-0.1
OPTIONAL := $(foreach library,expat gumbo libutf8proc libzip zlib sqlite3 libmicrohttpd,$(shell pkg-config --exists $(library) 2>/dev/null && echo $(library)))
# One of two reads the prompt's lines.
OPTIONAL += $(firstword $(foreach library,libedit readline,$(shell pkg-config --exists $(library) 2>/dev/null && echo $(library))))
# These are C++ and want its compiler, of the C compiler's family; each has one file that speaks to it.
ifneq ($(filter default undefined,$(origin CXX)),)
CXX := $(if $(findstring clang,$(CC)),clang++,g++)
endif
CXX_LIBRARIES := $(if $(shell command -v $(CXX)),$(foreach library,source-highlight tomlplusplus,$(shell pkg-config --exists $(library) 2>/dev/null && echo $(library))))
CXX_FILE_source-highlight := core/document/highlight_library
CXX_FILE_tomlplusplus := core/read/toml_library
OPTIONAL += $(CXX_LIBRARIES)
# What the linker calls a library that is loaded when it is wanted.
shared_name = $(shell readelf -d "$$($(CC) -print-file-name=lib$(1).so)" 2>/dev/null | sed -n 's/.*SONAME.*\[\(.*\)\].*/\1/p')
HAVE := $(shell echo $(OPTIONAL:%=HAVE_%) | tr a-z- A-Z_)
HAVE := $(HAVE:%=-D%)
ifneq ($(filter libmicrohttpd,$(OPTIONAL)),)
HAVE += -DMICROHTTPD_FILE='"$(or $(call shared_name,microhttpd),libmicrohttpd.so)"'
endif
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes

# EXTRA_CFLAGS adds flags for one run (-Werror, say) and is no reason to compile anything again.
COMPILE := $(CC) $(CPPFLAGS) -std=c11 -D_GNU_SOURCE $(WARNINGS) -Icore $(HAVE) \
	$(shell pkg-config --cflags $(REQUIRED) $(OPTIONAL) 2>/dev/null) $(CFLAGS)
# The types of a C++ library are not all known where it was built without sanitizers: no check of them.
COMPILE_CXX := $(CXX) $(CPPFLAGS) -std=c++17 -Wall -Wextra -Wshadow -Icore $(shell pkg-config --cflags $(CXX_LIBRARIES) 2>/dev/null) $(CFLAGS) -fno-sanitize=vptr
# These are linked from their archives where there are any: a call is then a direct one, which takes a twentieth off a build,
# and the program starts in half the time. libmicrohttpd is loaded by the command that serves.
ARCHIVES := lua% cmark yaml source-highlight boost_regex
archive = $(shell file=$$($(CC) -print-file-name=lib$(1).a 2>/dev/null); [ -f "$$file" ] && echo "$$file" || echo -l$(1))
linked = $(foreach flag,$(1),$(if $(filter $(ARCHIVES:%=-l%),$(flag)),$(call archive,$(flag:-l%=%)),$(flag)))
LINKED := $(call linked,$(shell pkg-config --libs $(REQUIRED) $(filter-out libmicrohttpd tomlplusplus,$(OPTIONAL)) 2>/dev/null))
LIBRARIES := $(LINKED) $(if $(CXX_LIBRARIES),-lstdc++) -lm -ldl $(LDLIBS)

SOURCES := $(filter-out core/main.c,$(wildcard core/*.c core/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(foreach library,$(CXX_LIBRARIES),$(BUILD)/$(CXX_FILE_$(library)).o)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*_test.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*_fuzz.c))
C_FILES := $(wildcard core/*.[ch] core/*/*.[ch] tests/*/*.[ch])

# One short line a file; `make V=1` shows the commands.
QUIET := $(if $(V),,@)
SAY = @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),:,echo '  $(1)')

# -j for the makes that a goal starts, unless the user gave one.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))
AGAIN = +@$(MAKE) --no-print-directory $(PARALLEL)

all: $(if $(wildcard core/main.c),$(BUILD)/galley) ## build build/galley, which runs from here (the default)

demo: ## install what is missing, build, build examples/newsroom, say where to look
	@.ci/setup.sh build
	$(AGAIN) all
	@build/galley build examples/newsroom
	@echo
	@echo "The newsroom is built. Open it in a browser:"
	@echo "    $(CURDIR)/examples/newsroom/public/index.html"

test: ## install what is missing, build, run every test; TESTS="WORD..." chooses
	@.ci/setup.sh build tests
	$(AGAIN) all unit-tests test-packages
	@tests/run $(TESTS)

unit-tests: $(UNIT_TESTS) ## build the C unit tests

test-packages: tests/node_modules/.package-lock.json

# A test that wants a package which could not be had is skipped, visibly.
tests/node_modules/.package-lock.json: tests/package-lock.json
	@if command -v npm >/dev/null; then \
	    npm ci --prefix tests --no-audit --no-fund --loglevel=error && touch $@ || echo "npm could not install the tests' packages" >&2; \
	else echo "npm is missing: the tests' packages are not installed" >&2; fi

# What an older version had is taken away first: a plugin that is gone would still be found. Everybody may read what is
# there, whatever the umask.
install: all ## install to PREFIX (/usr/local), below DESTDIR
	@set -e; umask 022; to='$(DESTDIR)$(PREFIX)'; share=$$to/share/galley; \
	install -d "$$to/bin" "$$share" "$$to/share/bash-completion/completions" "$$to/share/zsh/site-functions"; \
	install '$(BUILD)/galley' "$$to/bin/galley"; \
	for folder in scripts plugins examples; do \
	    rm -rf "$$share/$$folder"; \
	    if git ls-files -z -- $$folder 2>/dev/null | grep -qz .; then \
	        git ls-files -z -- $$folder | tar -cf - --mode=go+rX,go-w --null -T - | tar -xf - -C "$$share"; \
	    else \
	        tar -cf - --mode=go+rX,go-w --exclude=public --exclude=.galley $$folder | tar -xf - -C "$$share"; \
	    fi; \
	done; \
	install -m 644 scripts/completion/galley.bash "$$to/share/bash-completion/completions/galley"; \
	install -m 644 scripts/completion/galley.zsh "$$to/share/zsh/site-functions/_galley"; \
	echo "galley is installed: $$to/bin/galley"

uninstall: ## remove what install put there, of the same PREFIX and DESTDIR
	rm -rf '$(DESTDIR)$(PREFIX)/share/galley'
	rm -f '$(DESTDIR)$(PREFIX)/bin/galley' '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/galley' \
	    '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_galley'

asan: ## build with the address and undefined-behaviour sanitizers in build/asan, run the tests with it
	@.ci/setup.sh build
	$(AGAIN) BUILD=build/asan DATA_FOLDER='$(CURDIR)' \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all' \
	    all unit-tests
	@BUILD=build/asan GALLEY_INSTRUMENTED=asan tests/run --limit 900 $(TESTS)

coverage: ## run the tests on a build that counts, and print how much of each file they reach
	@.ci/setup.sh build
	@rm -rf build/coverage/counts
	$(AGAIN) BUILD=build/coverage CC=clang DATA_FOLDER='$(CURDIR)' \
	    CFLAGS='-O0 -g -fcoverage-mapping -mllvm -runtime-counter-relocation -fprofile-instr-generate=$(CURDIR)/build/coverage/counts/%m%c.profraw' \
	    all unit-tests
	@BUILD=build/coverage GALLEY_INSTRUMENTED=coverage tests/run $(TESTS) >build/coverage/tests.log || tail -n 20 build/coverage/tests.log
	@.ci/coverage build/coverage

fuzz: fuzzers ## fuzz each reader for SECONDS (60) with clang's libFuzzer; finds stay in build/fuzz
	@.ci/fuzz $(or $(SECONDS),60) $(FUZZERS)

fuzzers: ## build the fuzzers in build/fuzz/bin
	@.ci/setup.sh build
	$(AGAIN) BUILD=build/fuzz CC=clang DATA_FOLDER='$(CURDIR)' \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	    $(FUZZERS:%=build/fuzz/bin/%)

bench: ## measure speed and memory beside a floor program in C; TOPIC="build ..." chooses
	@.ci/setup.sh build
	$(AGAIN) all
	@tests/bench/run $(TOPIC)

check: ## format, include rules, and the compilers' warnings as errors, gcc's and clang's
	@.ci/check

clean: ## remove everything that was built
	rm -rf '$(BUILD)' tests/node_modules

help: ## list the goals
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/\1	\2/p' Makefile | while IFS='	' read -r goal text; do \
	    printf '  make %-12s %s\n' "$$goal" "$$text"; done

# One clear line instead of a compiler's hundred when a library is missing.
libraries:
	@.ci/setup.sh --check build

$(BUILD)/galley: $(BUILD)/core/main.o $(BUILD)/libgalley.a
	$(call SAY,link    $@)
	$(QUIET)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

# Everything but main: a test links the parts it names and no others.
$(BUILD)/libgalley.a: $(OBJECTS) $(BUILD)/objects
	@rm -f $@
	$(QUIET)$(AR) crs $@ $(OBJECTS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call SAY,compile $<)
	$(QUIET)$(COMPILE) $(DEFINES) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

# The one that knows the folder: another PREFIX is no reason to compile the others again.
$(BUILD)/core/lua/host.o: DEFINES := -DGALLEY_DATA_FOLDER='"$(DATA_FOLDER)"'
$(BUILD)/core/lua/host.o: $(BUILD)/folder

$(BUILD)/%.o: %.cpp $(BUILD)/flags
	@mkdir -p $(@D)
	$(call SAY,compile $<)
	$(QUIET)$(COMPILE_CXX) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%_test: $(BUILD)/tests/unit/%_test.o $(BUILD)/libgalley.a
	@mkdir -p $(@D)
	$(call SAY,link    $@)
	$(QUIET)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/bin/%_fuzz: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/libgalley.a
	@mkdir -p $(@D)
	$(call SAY,link    $@)
	$(QUIET)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBRARIES)

# These change when what they hold does: the command to compile with (a library found since, other
# flags), the folder of the data (another PREFIX), and the list of objects (a file was removed).
$(BUILD)/flags: always | libraries
	$(call KEEP,$(COMPILE) $(COMPILE_CXX))
$(BUILD)/folder: always
	$(call KEEP,$(DATA_FOLDER))
$(BUILD)/objects: always
	$(call KEEP,$(OBJECTS))
KEEP = @mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' >$@.new; \
	if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

-include $(OBJECTS:.o=.d) $(BUILD)/core/main.d $(patsubst tests/%.c,$(BUILD)/tests/%.d,$(wildcard tests/unit/*.c tests/fuzz/*.c))

.PHONY: all demo test unit-tests test-packages install uninstall asan coverage fuzz fuzzers bench check clean help libraries always
.SECONDARY:
.DELETE_ON_ERROR:
