# wiretoll: see what a protocol costs on the wire.  `make help` lists targets.
# SPDX-License-Identifier: BSD-2-Clause
VERSION := 0.1.0
BUILD   ?= build
# One name for one folder: what depends on what is kept by name.
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))
PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wcast-qual -Wcast-align -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wundef -Wformat=2 -Wwrite-strings
MODE    := -std=c11 -D_DEFAULT_SOURCE -DWIRETOLL_VERSION='"$(VERSION)"' \
	-pthread -I.
PKGS    := libpcap jansson libxxhash zlib libzstd liblz4 liblzma
# The client alone draws a screen.
CLIENTPKGS := ncursesw jansson
TESTPKG := cmocka
# One short line a file, or with V=1 the whole command.
ifneq ($(V),1)
quiet    = @echo '  $(1)	$(2)';
endif
LINK     = $(call quiet,LD,$@)$(CC) -pthread $(CFLAGS) $(LDFLAGS)
COMPILE  = $(CC) $(MODE) $(WARN) $(CPPFLAGS) $(CFLAGS)

# Each program is a folder; what programs share is in wire/.
FOLDERS  := wire server client capture
PROGRAMS := treasure-server treasure-client treasure-race wiretoll
BIN      := $(PROGRAMS:%=$(BUILD)/bin/%)
objects   = $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %/main.c,\
	$(filter-out $(2),$(wildcard $(1)/*.c $(1)/*/*.c))))
archive   = $(patsubst %,$(BUILD)/lib/%.a,$(1))
UNIT     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c))
FUZZ     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_fuzz.c))
# What tests and measurements run beside the programs.
TOOLS    := $(BUILD)/tests/server/chaos $(BUILD)/tests/bench/bare \
	$(BUILD)/tests/bench/load
HEADERS  := $(wildcard wire/*.h server/*.h server/*/*.h client/*.h capture/*.h \
	capture/*/*.h)

# Targets that need a library say so before they start.
NEEDS    := $(filter-out deps demo check check-% fuzz docs screenshots help \
	clean format uninstall uninstall-%,\
	$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS),)
MISSING  := $(strip $(if $(shell command -v pkg-config),$(foreach p,$(sort $(PKGS)\
	$(CLIENTPKGS)),\
	$(if $(shell pkg-config --exists $(p) && echo y),,$(p))),pkg-config))
ifneq ($(MISSING),)
$(error missing: $(MISSING); `make deps` installs what is missing)
endif
endif
PCFLAGS  = $(shell pkg-config --cflags $(PKGS))
PCLIBS   = $(shell pkg-config --libs $(PKGS))
CLLIBS   = $(shell pkg-config --libs $(CLIENTPKGS))

.PHONY: all deps demo check chaos fuzz fuzzers agree agree-lua agree-tcptrace \
	bench bench-capture bench-server bench-dissector \
	pcaps docs unit headers install uninstall \
	clean format help check-gui check-gui-deps check-wireshark-versions \
	screenshots install-wireshark \
	uninstall-wireshark
.SECONDARY:
all: $(BIN)

$(BUILD)/bin/treasure-%: $(BUILD)/obj/%/main.o $(BUILD)/lib/%.a \
		$(BUILD)/lib/wire.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LDLIBS) $(EXTRALIBS)
$(BUILD)/bin/treasure-client: EXTRALIBS = $(CLLIBS)
$(BUILD)/bin/treasure-race: $(BUILD)/obj/server/race/main.o \
		$(BUILD)/lib/race.a $(BUILD)/lib/wire.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LDLIBS) $(PCLIBS)
$(BUILD)/bin/wiretoll: $(BUILD)/obj/capture/main.o $(BUILD)/lib/capture.a \
		$(BUILD)/lib/wire.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LDLIBS) $(PCLIBS)

# server/race/ is a program of its own within server/.
$(foreach f,$(FOLDERS),$(eval $(BUILD)/lib/$(f).a: \
	$(call objects,$(f),server/race/%)))
$(BUILD)/lib/race.a: $(call objects,server/race)
$(BUILD)/lib/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(call quiet,AR,$@)$(AR) rcs $@ $^
$(BUILD)/obj/client/%.o: MODE += $(shell pkg-config --cflags $(CLIENTPKGS))
$(BUILD)/obj/capture/%.o $(BUILD)/obj/server/race/%.o: MODE += $(PCFLAGS)
$(BUILD)/obj/tests/%.o: MODE += $(PCFLAGS) $(shell pkg-config --cflags $(TESTPKG))
$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call quiet,CC,$<)$(COMPILE) -MMD -MP -c -o $@ $<

# Tests: tests/FOLDER/thing_test.c is one program over that folder's modules;
# thing_fuzz.c likewise, with a main that replays files.
test_libs = $(BUILD)/lib/$(firstword $(subst /, ,$*)).a $(BUILD)/lib/wire.a
$(BUILD)/tests/%_test: $(BUILD)/obj/tests/%_test.o \
		$(BUILD)/obj/tests/support.o $(call archive,$(FOLDERS) race)
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o,$^) $(test_libs) \
	    $(LDLIBS) $$(pkg-config --libs $(TESTPKG)) $(PCLIBS) $(CLLIBS)
$(BUILD)/tests/%_fuzz: $(BUILD)/obj/tests/%_fuzz.o \
		$(BUILD)/obj/tests/fuzz_replay.o $(call archive,$(FOLDERS) race)
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o,$^) $(test_libs) \
	    $(LDLIBS) $(PCLIBS)
$(BUILD)/tests/server/chaos: $(BUILD)/obj/tests/server/chaos_players.o \
	$(BUILD)/obj/tests/server/chaos_vandals.o
$(TOOLS): $(BUILD)/%: $(BUILD)/obj/%.o $(BUILD)/lib/wire.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o,$^) \
	    $(filter %.a,$^) $(LDLIBS)
# The same targets for libFuzzer, which brings its own main.
$(BUILD)/fuzzers/%_fuzz: $(BUILD)/obj/tests/%_fuzz.o $(call archive,$(FOLDERS))
	@mkdir -p $(@D)
	$(LINK) -fsanitize=fuzzer -o $@ $< \
	    $(test_libs) $(LDLIBS) $(PCLIBS)
fuzzers: $(FUZZ:$(BUILD)/tests/%=$(BUILD)/fuzzers/%)
unit: $(UNIT) $(FUZZ) $(TOOLS) $(BUILD)/bench/flood \
	$(BUILD)/bench/generate $(BUILD)/bench/pcap_loop
headers: $(HEADERS:%=$(BUILD)/headers/%.ok)
$(BUILD)/headers/%.ok: %
	@mkdir -p $(@D)
	$(call quiet,CHECK,$<)$(COMPILE) $(PCFLAGS) -fsyntax-only -x c $<
	@touch $@

# Measuring: docs/performance.md.
BENCH := $(patsubst tests/speed/%.c,$(BUILD)/bench/%,$(wildcard tests/speed/*.c))
$(BUILD)/bench/%: $(BUILD)/obj/tests/speed/%.o $(BUILD)/lib/wire.a
	@mkdir -p $(@D)
	$(CC) -pthread $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(PCLIBS)
bench: all $(BENCH)
	@BUILD=$(BUILD) tests/speed/bench.sh
bench-capture: all $(BENCH)
	@BUILD=$(BUILD) tests/speed/capture.sh

deps:
	@tests/deps.sh
demo: deps
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) capture/demo.sh
# All tests, as users get them and under the sanitizers.
check: deps
	@BUILD=$(BUILD) MAKE='$(MAKE)' tests/run.sh

# Fuzz every target for FUZZ_S seconds; needs clang.
fuzz:
	@BUILD=$(BUILD) MAKE='$(MAKE)' tests/fuzz.sh
# Hold the ledger of every capture in a folder against tshark's dissection.
CAPTURES ?= pcaps
agree: all
	@tests/agree/run.sh $(BUILD)/bin/wiretoll $(CAPTURES)
# And the bytes of each TCP connection against tcptrace's.
agree-tcptrace: all
	@find -L $(CAPTURES) -name '*.*cap*' -print0 | sort -z | \
	    xargs -0 -n 100000 perl tests/agree/tcptrace.pl $(BUILD)/bin/wiretoll

# What both scripts cost tshark, in three captures.
bench-dissector: all $(BUILD)/bench/generate
	@BUILD=$(BUILD) tests/dissector/bench.sh
# The table of the server's rates, and the same load by plainer servers.
bench-server: all $(TOOLS)
	@BUILD=$(BUILD) tests/bench/bench.sh
# Torment the server for CHAOS_S seconds in each version.
CHAOS_S ?= 600
chaos: all $(TOOLS)
	@BUILD=$(BUILD) tests/server/chaos.sh $(CHAOS_S)

# Record pcaps/ again; its page then says what is in the new files.
pcaps: all
	BUILD=$(BUILD) pcaps/record.sh
	cp $(BUILD)/pcaps/*.pcapng $(BUILD)/pcaps/*.json pcaps
	PATH=$(abspath $(BUILD))/bin:$$PATH pcaps/readme.sh >$(BUILD)/pcaps/README.md
	cp $(BUILD)/pcaps/README.md pcaps
	pcaps/example.sh >$(BUILD)/pcaps/example.md
	cp $(BUILD)/pcaps/example.md docs/ledger-example.md

docs:
	@BUILD=$(BUILD) docs/render.sh
# By hand, over a folder of captures: does the script for Wireshark say the
# same as wiretoll does?
agree-lua: all
	@find $(CAPTURES) -type f | sort | BIN=$(abspath $(BUILD)/bin) xargs -d '\n' \
	    tests/dissector/agree.sh

install: all
	@install -d $(DESTDIR)$(PREFIX)/bin 2>/dev/null && \
	    test -w $(DESTDIR)$(PREFIX)/bin || { \
	    echo 'make install: $(DESTDIR)$(PREFIX) is not yours to write to:' \
	    'be root, or say PREFIX=$$HOME/.local, or DESTDIR' >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/doc/wiretoll
	install $(BIN) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(PROGRAMS:%=docs/man/%.1) \
	    $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 docs/*.md $(DESTDIR)$(PREFIX)/share/doc/wiretoll
uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%)
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/share/man/man1/%.1)
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/wiretoll

# Wireshark: plugins, profile and extcap for this user, who runs all from here.
install-wireshark: all
	@DESTDIR='$(DESTDIR)' dissector/install.sh install \
	    '$(abspath $(BUILD))/bin/wiretoll'
uninstall-wireshark:
	@DESTDIR='$(DESTDIR)' dissector/install.sh uninstall
# Real Wireshark on a screen of its own; its pictures are kept.
check-gui-deps: deps
	@tests/gui/deps.sh
	@$(MAKE) --no-print-directory all
check-gui: check-gui-deps
	@BIN=$(abspath $(BUILD))/bin tests/gui/gui.sh $(BUILD)/gui
screenshots: check-gui-deps
	@BIN=$(abspath $(BUILD))/bin tests/gui/screenshots.sh docs/images
# By hand: other versions of tshark, out of other Debian suites.
check-wireshark-versions:
	@tests/dissector/versions.sh $(BUILD)/roots

format:
	clang-format -i $$(git ls-files '*.c' '*.h')
clean:
	rm -rf $(BUILD)
help:
	@echo 'make            build into $(BUILD)/bin'
	@echo 'make deps       install what is missing, and say why'
	@echo 'make demo       play both versions, capture and compare them'
	@echo 'make check      run all tests, also under sanitizers'
	@echo 'make chaos      torment the server for ten minutes'
	@echo 'make bench      time wiretoll report, beside its peers'
	@echo 'make bench-capture  which capture loses frames first'
	@echo 'make bench-server  its rates, beside those of plainer servers'
	@echo 'make bench-dissector  what the scripts cost tshark'
	@echo 'make fuzz       fuzz each parser for FUZZ_S seconds (needs clang)'
	@echo 'make agree      hold the ledgers of CAPTURES=DIR against tshark'
	@echo 'make agree-tcptrace CAPTURES=DIR   and its TCP connections against tcptrace'
	@echo 'make agree-lua CAPTURES=DIR   hold wiretoll.lua against wiretoll'
	@echo 'make headers    compile each header alone'
	@echo 'make pcaps      record the sample captures again'
	@echo 'make docs       the documents as HTML and PDF into $(BUILD)/docs'
	@echo 'make format     format the sources with clang-format'
	@echo 'make install    into $(DESTDIR)$(PREFIX); uninstall takes it back'
	@echo 'make V=1        show the whole commands'
	@echo 'make install-wireshark    plugins, profile, extcap for this user'
	@echo 'make check-gui            look at them in Wireshark, under Xvfb'
	@echo 'make check-wireshark-versions   the same from 3.4, 4.4 and 4.6'
	@echo 'make screenshots          docs/images again'
	@echo 'make clean      remove $(BUILD)'

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
