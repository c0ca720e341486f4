# make            build/footnote
# make test       unit tests (./test.sh runs everything)
# make llm        llama-server and a small model for it, in ~/.cache/footnote/llm; minutes the first time
# make bench      figures beside their targets
# make soak       ten minutes of load; scripts/endure has more
# make SAN=address|undefined|thread [test]   the same under a sanitizer, in build/san-NAME/
# make install    PREFIX=/usr/local, DESTDIR for packagers

VERSION := 0.1.0
PREFIX ?= /usr/local
SAN ?=
Q := $(if $(V),,@)
OUT := $(if $(SAN),build/san-$(SAN),build)

PKGS := libmicrohttpd gnutls jansson libseccomp libxml-2.0 icu-i18n icu-uc sqlite3 inih libmd libcurl libpsl zlib libzip libbrotlidec libzstd
CFLAGS_PKG := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lstemmer -lxapian -ldnnl -lgomp -lbz2 -lpthread -lm

WARN := -Wall -Wextra -Werror -Wshadow -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2
CWARN := $(WARN) -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition
# Those that a compiler lacks are left out; -fcf-protection is for x86 alone.
has_flag = $(shell echo 'int x;' | $(CC) -Werror $(1) -x c -c -o /dev/null - 2>/dev/null && echo $(1))
HARDEN := -fstack-protector-strong -fPIE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 $(call has_flag,-fstack-clash-protection) \
	$(call has_flag,-fcf-protection) $(call has_flag,-ftrivial-auto-var-init=zero)
HARDEN_CXX := -D_GLIBCXX_ASSERTIONS
OPT := -O2 -g
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all -DARENA_MALLOC)
ifneq ($(SAN),)
OPT := -O1 -g
HARDEN := -fPIE
HARDEN_CXX :=
endif
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -Isrc -I$(OUT)/gen -DFOOTNOTE_VERSION='"$(VERSION)"' $(OPT) $(CWARN) $(HARDEN) $(SANFLAGS) \
	-include src/base/banned.h $(CFLAGS_PKG) $(CFLAGS)
ALL_CXXFLAGS := -std=c++17 -D_GNU_SOURCE -Isrc $(OPT) $(WARN) $(HARDEN) $(HARDEN_CXX) $(SANFLAGS) $(CXXFLAGS)
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)

C_SRC := $(sort $(wildcard src/*/*.c))
CXX_SRC := $(sort $(wildcard src/*/*.cc))
OBJ := $(C_SRC:src/%.c=$(OUT)/obj/%.o) $(CXX_SRC:src/%.cc=$(OUT)/obj/%.o)
LIB_OBJ := $(filter-out $(OUT)/obj/cli/main.o,$(OBJ))
TEST_SRC := $(sort $(wildcard tests/unit/*/test_*.c))
# Sanitizers bring a malloc of their own, so that none can be made to fail.
TEST_SRC := $(filter-out $(if $(SAN),tests/unit/cli/test_no_memory.c tests/unit/base/test_reserve.c),$(TEST_SRC))
TESTS := $(TEST_SRC:tests/unit/%.c=$(OUT)/tests/%)

.PHONY: all test bench soak llm install uninstall clean
all: $(OUT)/footnote

$(OUT)/footnote: $(OBJ)
	@echo "LINK $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/libfootnote.a: $(LIB_OBJ)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# Loops over numbers: worth the compiler's effort.
ifeq ($(SAN),)
$(OUT)/obj/encode/%.o: OPT := -O3 -g -fno-math-errno -ffp-contract=fast
endif

$(OUT)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo "CC   $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The languages are the files in src/lang: one more file is one language more. The folder is named too, for files that go.
LANG_DEF := $(filter-out src/lang/lists.def,$(wildcard src/lang/*.def))
$(OUT)/gen/lang/languages.def: $(LANG_DEF) src/lang
	@mkdir -p $(@D)
	@printf '{\n#include "lang/%s"\n},\n' $(notdir $(LANG_DEF)) >$@

$(OUT)/obj/lang/lang.o: $(OUT)/gen/lang/languages.def

# Each file in prompts/ becomes a string literal, PROMPT_FILE_answer_txt for answer.txt, without the newline at its end.
PROMPTS := $(sort $(wildcard prompts/*.txt prompts/*.json))
$(OUT)/gen/prompts/texts.h: $(PROMPTS) prompts Makefile
	@mkdir -p $(@D)
	@for f in $(PROMPTS); do \
		printf '#define PROMPT_FILE_%s \\\n' $$(basename $$f | tr . _); \
		sed 's/[\\"?]/\\&/g; s/.*/    "&\\n" \\/; $$s/\\n" \\$$/"/' $$f; \
		echo; \
	done >$@

$(OBJ): | $(OUT)/gen/prompts/texts.h

# The files that describe the API, as rows {"chat.json", "its text"} of a table.
OPENAPI := $(sort $(wildcard openapi/*.json))
$(OUT)/gen/openapi/files.def: $(OPENAPI) openapi Makefile
	@mkdir -p $(@D)
	@for f in $(OPENAPI); do \
		printf '{"%s",\n' $$(basename $$f); \
		sed 's/[\\"?]/\\&/g; s/.*/ "&\\n"/' $$f; \
		echo '},'; \
	done >$@

$(OUT)/obj/api/openapi.o: $(OUT)/gen/openapi/files.def

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

soak: $(OUT)/footnote
	@scripts/endure soak

llm:
	@scripts/llm

install: $(OUT)/footnote
	install -D -m 755 $(OUT)/footnote $(DESTDIR)$(PREFIX)/bin/footnote
	install -d $(DESTDIR)$(PREFIX)/share/footnote/providers
	install -m 644 share/providers/*.ini $(DESTDIR)$(PREFIX)/share/footnote/providers
	install -m 644 share/confidence.ini $(DESTDIR)$(PREFIX)/share/footnote
	install -D -m 644 share/systemd/footnote.service $(DESTDIR)$(PREFIX)/share/footnote/systemd/footnote.service
	install -D -m 644 share/grafana/footnote.json $(DESTDIR)$(PREFIX)/share/footnote/grafana/footnote.json

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/footnote
	rm -rf $(DESTDIR)$(PREFIX)/share/footnote/providers $(DESTDIR)$(PREFIX)/share/footnote/grafana
	rm -f $(DESTDIR)$(PREFIX)/share/footnote/confidence.ini
	rm -rf $(DESTDIR)$(PREFIX)/share/footnote/systemd

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(TESTS:=.d)
