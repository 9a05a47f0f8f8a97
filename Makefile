# wiretoll: see what a protocol costs on the wire.  `make help` lists targets.
# SPDX-License-Identifier: BSD-2-Clause
VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wcast-qual -Wcast-align -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wundef -Wformat=2 -Wwrite-strings
MODE    := -std=c11 -D_DEFAULT_SOURCE -DWIRETOLL_VERSION='"$(VERSION)"' \
	-pthread -I.
PKGS    := libpcap jansson libxxhash libarchive
TESTPKG := cmocka
COMPILE  = $(CC) $(MODE) $(WARN) $(CPPFLAGS) $(CFLAGS)

# Each program is a folder; what programs share is in wire/.
FOLDERS  := wire server client capture
PROGRAMS := treasure-server treasure-client wiretoll
BIN      := $(PROGRAMS:%=$(BUILD)/bin/%)
objects   = $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %/main.c,\
	$(wildcard $(1)/*.c $(1)/*/*.c)))
archive   = $(patsubst %,$(BUILD)/lib/%.a,$(1))
UNIT     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c))
FUZZ     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_fuzz.c))
HEADERS  := $(wildcard wire/*.h server/*.h client/*.h capture/*.h capture/*/*.h)

# Targets that need a library say so before they start.
NEEDS    := $(filter-out deps demo check help clean format uninstall,\
	$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS),)
MISSING  := $(strip $(if $(shell command -v pkg-config),$(foreach p,$(PKGS),\
	$(if $(shell pkg-config --exists $(p) && echo y),,$(p))),pkg-config))
ifneq ($(MISSING),)
$(error missing: $(MISSING); `make deps` installs what is missing)
endif
endif
PCFLAGS  = $(shell pkg-config --cflags $(PKGS))
PCLIBS   = $(shell pkg-config --libs $(PKGS))

.PHONY: all deps demo check agree-lua unit headers install uninstall clean \
	format help
.SECONDARY:
all: $(BIN)

$(BUILD)/bin/treasure-%: $(BUILD)/obj/%/main.o $(BUILD)/lib/%.a \
		$(BUILD)/lib/wire.a
	@mkdir -p $(@D)
	$(CC) -pthread $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/bin/wiretoll: $(BUILD)/obj/capture/main.o $(BUILD)/lib/capture.a \
		$(BUILD)/lib/wire.a
	@mkdir -p $(@D)
	$(CC) -pthread $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(PCLIBS)

$(foreach f,$(FOLDERS),$(eval $(BUILD)/lib/$(f).a: $(call objects,$(f))))
$(BUILD)/lib/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/obj/capture/%.o: MODE += $(PCFLAGS)
$(BUILD)/obj/tests/%.o: MODE += $(PCFLAGS) $(shell pkg-config --cflags $(TESTPKG))
$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# Tests: tests/FOLDER/thing_test.c is one program over that folder's modules;
# thing_fuzz.c likewise, with a main that replays files.
test_libs = $(BUILD)/lib/$(firstword $(subst /, ,$*)).a $(BUILD)/lib/wire.a
$(BUILD)/tests/%_test: $(BUILD)/obj/tests/%_test.o \
		$(BUILD)/obj/tests/support.o $(call archive,$(FOLDERS))
	@mkdir -p $(@D)
	$(CC) -pthread $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(test_libs) \
	    $(LDLIBS) $$(pkg-config --libs $(TESTPKG)) $(PCLIBS)
$(BUILD)/tests/%_fuzz: $(BUILD)/obj/tests/%_fuzz.o \
		$(BUILD)/obj/tests/fuzz_replay.o $(call archive,$(FOLDERS))
	@mkdir -p $(@D)
	$(CC) -pthread $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(test_libs) \
	    $(LDLIBS) $(PCLIBS)
unit: $(UNIT) $(FUZZ)
headers: $(HEADERS:%=$(BUILD)/headers/%.ok)
$(BUILD)/headers/%.ok: %
	@mkdir -p $(@D)
	$(COMPILE) $(PCFLAGS) -fsyntax-only -x c $<
	@touch $@

deps:
	@tests/deps.sh
demo: deps
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) capture/demo.sh
# All tests, as users get them and under the sanitizers.
check: deps
	@BUILD=$(BUILD) MAKE='$(MAKE)' tests/run.sh

# By hand, over a folder of captures: does the script for Wireshark say the
# same as wiretoll does?
agree-lua: all
	@find $(CAPTURES) -type f | sort | BIN=$(abspath $(BUILD)/bin) xargs -d '\n' \
	    tests/dissector/agree.sh

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install $(BIN) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(PROGRAMS:%=docs/man/%.1) \
	    $(DESTDIR)$(PREFIX)/share/man/man1
uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%)
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/share/man/man1/%.1)
format:
	clang-format -i $$(git ls-files '*.c' '*.h')
clean:
	rm -rf $(BUILD)
help:
	@echo 'make            build into $(BUILD)/bin'
	@echo 'make deps       install what is missing, and say why'
	@echo 'make demo       play both versions, capture and compare them'
	@echo 'make check      run all tests, also under sanitizers'
	@echo 'make agree-lua CAPTURES=DIR   hold wiretoll.lua against wiretoll'
	@echo 'make headers    compile each header alone'
	@echo 'make format     format the sources with clang-format'
	@echo 'make install    into $(DESTDIR)$(PREFIX); uninstall takes it back'
	@echo 'make clean      remove $(BUILD)'

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
