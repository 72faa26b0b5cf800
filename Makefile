# holdfast: `make` builds build/holdfast, `make check` runs every test, `make demo` shows the whole story.
#
# VARIANT=san|clang|fuzz builds the same in build/<variant>, FLOORS="base store" the lower floors alone, V=1 shows each command,
# WERROR=1 makes warnings errors.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
BINDIR    = $(PREFIX)/bin
DATADIR   = $(PREFIX)/share/holdfast
MANDIR    = $(PREFIX)/share/man
BASHCOMP  = $(PREFIX)/share/bash-completion/completions
ZSHCOMP   = $(PREFIX)/share/zsh/site-functions
FISHCOMP  = $(PREFIX)/share/fish/vendor_completions.d

VARIANT  ?=
FLOORS   ?= base store book flow
# One more than CI has cores: a third of what the tests take is waiting, for a disk, for a key to expire, for a server that stays silent.
JOBS     ?= 3
OUT      ?= build$(if $(VARIANT),/$(VARIANT))
ifneq ($(filter clang fuzz,$(VARIANT)),)
CC        = clang
endif
ifeq ($(origin CC),default)
CC        = gcc
endif

# What we stand on. libgit2 and libical are opened at run time by the one file that uses each: only their headers count here.
PKGS      = gpgme gpg-error sqlite3 libcmark jansson libmd zlib libedit libutf8proc
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) libgit2 libical 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv
CHECK_LIBS := $(shell pkg-config --libs check 2>/dev/null)

probe     = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && echo '$(1)')

WARN      = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough -Wnull-dereference \
            -Werror=implicit-function-declaration
# Not -ftrivial-auto-var-init=zero: gcc 12 then writes zeros over a part of { a, { b, c }, d } where the array's end is followed by padding.
HARDEN    = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong
PROBED   := $(call probe,-Wjump-misses-init) $(call probe,-fstack-clash-protection) $(call probe,-fcf-protection) \
            $(call probe,-ffile-prefix-map=$(CURDIR)=.)
OPT       = -O2
SAN       =

ifeq ($(VARIANT),san)
OPT       = -O1 -fno-omit-frame-pointer
HARDEN    = -U_FORTIFY_SOURCE
SAN       = -fsanitize=address,undefined -fno-sanitize-recover=undefined
endif
ifeq ($(VARIANT),fuzz)
OPT       = -O1 -fno-omit-frame-pointer
HARDEN    = -U_FORTIFY_SOURCE
SAN       = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
endif

# _DEFAULT_SOURCE: explicit_bzero, timegm, flock, mkdtemp.
CPPFLAGS += -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -DHF_VERSION='"$(VERSION)"' -DHF_DATADIR='"$(DATADIR)"' -Iinclude $(PKG_CFLAGS)
CFLAGS   += -std=c11 $(OPT) -g $(WARN) $(HARDEN) -fPIE $(PROBED) $(SAN) $(if $(filter 1,$(WERROR)),-Werror) -pthread
LDFLAGS  += -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed $(SAN)
LDLIBS   += $(PKG_LIBS) -pthread

LIB       = $(OUT)/libholdfast.a
LIB_SRC   = $(foreach f,$(FLOORS),$(wildcard src/$(f)/*.c src/$(f)/*/*.c))
CLI_SRC   = $(wildcard src/cli/*.c src/cli/*/*.c)
CHECK_SRC = $(wildcard tests/check_*.c)
AID_SRC   = $(filter-out $(CHECK_SRC),$(wildcard tests/*.c))
CLIT_SRC  = $(wildcard tests/cli/check_*.c)
CLIA_SRC  = $(filter-out $(CLIT_SRC),$(wildcard tests/cli/*.c))
BENCH_SRC = $(wildcard tests/bench/*.c)
FUZZ_SRC  = $(wildcard tests/fuzz/fuzz_*.c)

Q         = $(if $(V),,@)
say       = $(if $(V),,@printf '%-3s %s\n' $(1) $(2))

obj       = $(patsubst %.c,$(OUT)/obj/%.o,$(1))
OBJS      = $(call obj,$(LIB_SRC) $(CLI_SRC) $(CHECK_SRC) $(AID_SRC) $(CLIT_SRC) $(CLIA_SRC) $(BENCH_SRC) $(FUZZ_SRC) \
            tests/fuzz/replay.c)
CLI_PARTS = $(call obj,$(filter-out src/cli/main.c,$(CLI_SRC)) $(CLIA_SRC))
BIN       = $(if $(wildcard src/cli/main.c),$(OUT)/holdfast)
CHECKS    = $(patsubst tests/%.c,$(OUT)/tests/%,$(CHECK_SRC))
CLITS     = $(patsubst tests/%.c,$(OUT)/tests/%,$(CLIT_SRC))
BENCHES   = $(patsubst tests/%.c,$(OUT)/tests/%,$(BENCH_SRC))
REPLAYS   = $(patsubst tests/fuzz/fuzz_%.c,$(OUT)/tests/replay_%,$(FUZZ_SRC))
FUZZERS   = $(patsubst tests/fuzz/%.c,$(OUT)/%,$(FUZZ_SRC))
SCRIPTS   = $(wildcard tests/cli/*.sh)
BOOK_FILES = $(shell find playbooks templates -type f -name '*.*' 2>/dev/null)
PAGES     = $(wildcard man/*.[1-9])

PKGS_BUILD = gcc make pkg-config libc6-dev libgpgme-dev libgpg-error-dev libsqlite3-dev libcmark-dev libjansson-dev libmd-dev zlib1g-dev \
             libedit-dev libcsv-dev libutf8proc-dev libgit2-dev libical-dev
PKGS_RUN   = gnupg git libgit2-1.5 libical3 tzdata
# sshd and an https server of the tests' own (python3), whose certificates openssl makes.
PKGS_TEST  = check openssh-server openssh-client openssl python3 valgrind clang libclang-rt-14-dev bsdutils procps perl strace faketime python3-icalendar \
             chromium fonts-liberation
PKGS_LINT  = clang-format clang-tidy cppcheck mandoc shellcheck binutils
PKGS_ALL   = $(PKGS_BUILD) $(PKGS_RUN) $(PKGS_TEST) $(PKGS_LINT)

.PHONY: all check check-san run-checks demo run-demo bench campaign farewell run-farewell run-campaign fuzz run-fuzz lint format install uninstall deps clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(LIB) $(BIN)

# A changed flag, version or prefix rebuilds what it touches.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' | cmp -s - $@ || \
	    printf '%s\n' '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' >$@

$(OUT)/obj/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(if $(filter tests/%,$<),-Itests) $(CFLAGS) -MMD -MP -c -o $@ $<

# The list of members is part of the library: a file taken away must leave it.
$(OUT)/members: FORCE
	@mkdir -p $(@D)
	@echo '$(call obj,$(LIB_SRC))' | cmp -s - $@ || echo '$(call obj,$(LIB_SRC))' >$@

$(LIB): $(call obj,$(LIB_SRC)) $(OUT)/members
	$(Q)rm -f $@
	$(call say,AR,$@)
	$(Q)ar rcs $@ $(filter %.o,$^)

$(OUT)/holdfast: $(call obj,$(CLI_SRC)) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/tests/check_%: $(OUT)/obj/tests/check_%.o $(call obj,$(AID_SRC)) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(LDLIBS)

$(OUT)/tests/cli/%: $(OUT)/obj/tests/cli/%.o $(CLI_PARTS) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(LDLIBS) -lutil

$(OUT)/tests/bench/%: $(OUT)/obj/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/tests/replay_%: $(OUT)/obj/tests/fuzz/fuzz_%.o $(OUT)/obj/tests/fuzz/replay.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/fuzz_%: $(OUT)/obj/tests/fuzz/fuzz_%.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# The packages are looked for anew by the second make: pkg-config answers only after the first has installed them.
check: deps
	@$(MAKE) --no-print-directory run-checks

check-san: deps
	@WALKS=$${WALKS:-1} $(MAKE) --no-print-directory VARIANT=san run-checks

run-checks: all $(CHECKS) $(CLITS) $(REPLAYS)
	@OUT='$(OUT)' JOBS='$(JOBS)' tests/run.sh $(CHECKS) $(REPLAYS) $(CLITS) $(SCRIPTS)

demo: deps
	@$(MAKE) --no-print-directory run-demo

run-demo: all
	@HOLDFAST='$(abspath $(OUT))/holdfast' HOLDFAST_BOOKS='$(CURDIR)' tests/demo.sh

bench: all $(BENCHES)
	@HOLDFAST='$(abspath $(OUT))/holdfast' HOLDFAST_BOOKS='$(CURDIR)' OUT='$(OUT)' tests/bench/bench.sh

# What takes long: a thousand kills, every system call failing, connections cut at any byte, thousands of random keys in the walk, each fuzzer for
# minutes. An hour.
campaign: deps
	@$(MAKE) --no-print-directory run-campaign
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-300} $(MAKE) --no-print-directory VARIANT=fuzz run-fuzz

run-campaign: all $(OUT)/tests/cli/check_walk_screen $(OUT)/tests/check_merge_crossed $(OUT)/tests/check_offboard $(OUT)/tests/check_farewell
	@OUT='$(OUT)' JOBS='$(JOBS)' TEST_SECONDS=3600 KILLS=$${KILLS:-1000} WALK_KEYS=$${WALK_KEYS:-2500} ROUNDS=$${ROUNDS:-40} ACTIONS=$${ACTIONS:-20} CROSSED_STEPS=$${CROSSED_STEPS:-400} COMMITS=$${COMMITS:-2000} \
	    tests/run.sh tests/cli/cut.sh tests/cli/writers.sh tests/cli/kill9.sh tests/cli/repack.sh tests/campaign/syscalls.sh $(OUT)/tests/cli/check_walk_screen $(OUT)/tests/check_merge_crossed
	@OUT='$(OUT)' JOBS='$(JOBS)' TEST_SECONDS=21600 OFFBOARD_PEOPLE=$${OFFBOARD_PEOPLE:-300} FAREWELLS=$${FAREWELLS:-36} \
	    tests/run.sh $(OUT)/tests/check_offboard $(OUT)/tests/check_farewell

# All of three hundred people leave, one after the other; before that, the steps of each are held against a naive reader. Hours.
farewell: deps
	@$(MAKE) --no-print-directory run-farewell

run-farewell: all $(OUT)/tests/check_offboard $(OUT)/tests/check_farewell
	@OUT='$(OUT)' JOBS='$(JOBS)' TEST_SECONDS=21600 OFFBOARD_PEOPLE=$${OFFBOARD_PEOPLE:-300} FAREWELLS=$${FAREWELLS:-0} \
	    tests/run.sh $(OUT)/tests/check_offboard $(OUT)/tests/check_farewell

fuzz: deps
	@$(MAKE) --no-print-directory VARIANT=fuzz run-fuzz

run-fuzz: $(FUZZERS)
	@OUT='$(OUT)' tests/fuzz/fuzz.sh $(FUZZERS)

lint: all
	@OUT='$(OUT)' CPPFLAGS='$(subst ','\'',$(CPPFLAGS))' JOBS='$(JOBS)' tests/lint/lint.sh

format:
	clang-format -i $(wildcard src/*/*.[ch] src/*/*/*.[ch] include/holdfast/*.h tests/*.[ch] tests/*/*.[ch])

# Says what it installs before it does; nothing to say when all is there.
deps:
	@missing=$$(dpkg-query -W -f='$${Package} $${db:Status-Status}\n' $(PKGS_ALL) 2>/dev/null | \
	    awk -v all='$(PKGS_ALL)' '$$2 == "installed" { have[$$1] = 1 } \
	    END { n = split(all, p, " "); for (i = 1; i <= n; i++) if (!(p[i] in have)) printf "%s ", p[i] }'); \
	test -z "$$missing" && exit 0; \
	if ! command -v apt-get >/dev/null; then echo "deps: this is no Debian; see to it that you have: $$missing"; exit 0; fi; \
	sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	echo "deps: installing with $$sudo apt-get: $$missing"; \
	case $$missing in *openssh-server*) if [ -d /run/systemd/system ]; then \
	    echo 'deps: openssh-server is here for its program alone: the service stays off until systemctl unmask ssh.service ssh.socket'; \
	    $$sudo systemctl mask ssh.service ssh.socket; fi ;; esac; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing

# Files first, then what the program itself writes: its completions.
install: all
	$(if $(BIN),install -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(BASHCOMP)' '$(DESTDIR)$(ZSHCOMP)' '$(DESTDIR)$(FISHCOMP)')
	$(if $(BIN),install -m 755 $(BIN) '$(DESTDIR)$(BINDIR)/holdfast')
	$(if $(BIN),$(BIN) completion bash >'$(DESTDIR)$(BASHCOMP)/holdfast')
	$(if $(BIN),$(BIN) completion zsh >'$(DESTDIR)$(ZSHCOMP)/_holdfast')
	$(if $(BIN),$(BIN) completion fish >'$(DESTDIR)$(FISHCOMP)/holdfast.fish')
	@set -e; for f in $(BOOK_FILES); do install -D -m 644 "$$f" "$(DESTDIR)$(DATADIR)/$$f"; done
	@set -e; for f in $(PAGES); do install -D -m 644 "$$f" "$(DESTDIR)$(MANDIR)/man$${f##*.}/$${f#man/}"; done

uninstall:
	rm -f '$(DESTDIR)$(BINDIR)/holdfast' '$(DESTDIR)$(BASHCOMP)/holdfast' '$(DESTDIR)$(ZSHCOMP)/_holdfast' '$(DESTDIR)$(FISHCOMP)/holdfast.fish'
	rm -rf '$(DESTDIR)$(DATADIR)'
	@for f in $(PAGES); do rm -f "$(DESTDIR)$(MANDIR)/man$${f##*.}/$${f#man/}"; done
	@case '$(DESTDIR)$(PREFIX)' in /usr|/usr/local) exit 0 ;; esac; cd '$(DESTDIR)/' && \
	    for d in '$(BINDIR)' '$(BASHCOMP)' '$(ZSHCOMP)' '$(FISHCOMP)' '$(MANDIR)/man1' '$(MANDIR)/man5' '$(MANDIR)/man7'; do \
	    rmdir -p "$${d#/}" 2>/dev/null; done; true

clean:
	rm -rf build

-include $(OBJS:.o=.d)
