# make            build/footnote
# make test       unit tests (./test.sh runs everything)
# make llm        llama-server and a small model for it, in ~/.cache/footnote/llm; minutes the first time
# make bench      figures beside their targets
# make SAN=address|undefined|thread [test]   the same under a sanitizer, in build/san-NAME/
# make install    PREFIX=/usr/local, DESTDIR for packagers

VERSION := 0.1.0
PREFIX ?= /usr/local
SAN ?=
Q := $(if $(V),,@)
OUT := $(if $(SAN),build/san-$(SAN),build)

PKGS := libmicrohttpd jansson libxml-2.0 icu-i18n icu-uc sqlite3 inih libmd libcurl zlib
CFLAGS_PKG := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lstemmer -lxapian -lbz2 -lpthread -lm

WARN := -Wall -Wextra -Werror -Wshadow -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings
CWARN := $(WARN) -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition
HARDEN := -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2
OPT := -O2 -g
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all -DARENA_MALLOC)
ifneq ($(SAN),)
OPT := -O1 -g
HARDEN := -fPIE
endif
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -Isrc -I$(OUT)/gen -DFOOTNOTE_VERSION='"$(VERSION)"' $(OPT) $(CWARN) $(HARDEN) $(SANFLAGS) \
	-include src/base/banned.h $(CFLAGS_PKG) $(CFLAGS)
ALL_CXXFLAGS := -std=c++17 -D_GNU_SOURCE -Isrc $(OPT) $(WARN) $(HARDEN) $(SANFLAGS) $(CXXFLAGS)
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)

C_SRC := $(sort $(wildcard src/*/*.c))
CXX_SRC := $(sort $(wildcard src/*/*.cc))
OBJ := $(C_SRC:src/%.c=$(OUT)/obj/%.o) $(CXX_SRC:src/%.cc=$(OUT)/obj/%.o)
LIB_OBJ := $(filter-out $(OUT)/obj/cli/main.o,$(OBJ))
TEST_SRC := $(sort $(wildcard tests/unit/*/test_*.c))
TESTS := $(TEST_SRC:tests/unit/%.c=$(OUT)/tests/%)

.PHONY: all test bench llm install uninstall clean
all: $(OUT)/footnote

$(OUT)/footnote: $(OBJ)
	@echo "LINK $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/libfootnote.a: $(LIB_OBJ)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(OUT)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo "CC   $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/obj/research/prompts.o: $(wildcard prompts/*.txt)

$(OUT)/obj/%.o: src/%.cc Makefile
	@mkdir -p $(@D)
	@echo "CXX  $<"
	$(Q)$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/tests/%: tests/unit/%.c $(OUT)/libfootnote.a
	@mkdir -p $(@D)
	@echo "TEST $<"
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MT $@ -MF $@.d -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $@.o $(OUT)/libfootnote.a -lcmocka $(LIBS)

$(OUT)/bench/%: tests/bench/%.c $(OUT)/libfootnote.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $@.o $(OUT)/libfootnote.a $(LIBS)

$(OUT)/training/%: training/%.c $(OUT)/libfootnote.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $@.o $(OUT)/libfootnote.a $(LIBS)

test: $(OUT)/footnote $(TESTS)
	@scripts/run-unit-tests $(TESTS)

bench: $(OUT)/footnote
	@scripts/bench

llm:
	@scripts/llm

install: $(OUT)/footnote
	install -D -m 755 $(OUT)/footnote $(DESTDIR)$(PREFIX)/bin/footnote
	install -d $(DESTDIR)$(PREFIX)/share/footnote/providers
	install -m 644 share/providers/*.ini $(DESTDIR)$(PREFIX)/share/footnote/providers
	install -m 644 share/confidence.ini $(DESTDIR)$(PREFIX)/share/footnote

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/footnote
	rm -rf $(DESTDIR)$(PREFIX)/share/footnote/providers
	rm -f $(DESTDIR)$(PREFIX)/share/footnote/confidence.ini

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(TESTS:=.d)
