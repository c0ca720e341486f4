#!/usr/bin/env bash
# run.sh: from a clean checkout to a cited answer. Safe to run again: what is done is skipped.
#
#   FOOTNOTE_DATA=DIR       where index and keys go (default ~/.local/share/footnote)
#   FOOTNOTE_LISTEN=ADDR    where the server listens (default 127.0.0.1:8080)
set -euo pipefail
cd "$(dirname "$0")"

export FOOTNOTE_DATA=${FOOTNOTE_DATA:-${XDG_DATA_HOME:-$HOME/.local/share}/footnote}
export FOOTNOTE_LISTEN=${FOOTNOTE_LISTEN:-127.0.0.1:8080}
url=http://$FOOTNOTE_LISTEN
question=${1:-"Why is the sky blue?"}
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

say "1. Packages"
scripts/install-deps build run
echo "all there"

say "2. Build"
make -s -j"$(nproc)" all
echo "build/footnote: $(build/footnote --version)"

# Sentences that say the same in other words are found with it; everything works without.
build/footnote encoder install || echo "going on without the sentence encoder"

say "3. Sample pages"
mkdir -p "$FOOTNOTE_DATA"
chmod 700 "$FOOTNOTE_DATA"
pages=$FOOTNOTE_DATA/sample.jsonl
[ -s "$pages" ] || { scripts/sample-corpus "$pages.part" && mv "$pages.part" "$pages"; }
build/footnote index add "$pages"
# The thirty bundled pages, where the others could not be fetched, do not say why the sky is blue.
[ $# -gt 0 ] || ! head -1 "$pages" | grep -q sample.footnote.example || question="When did the Titanic sink?"

say "4. A key and the server"
key_file=$FOOTNOTE_DATA/run.key
if [ ! -s "$key_file" ]; then
    (umask 077 && build/footnote key create "run.sh-$(date +%s)" >"$key_file" 2>/dev/null)
fi
key=$(cat "$key_file")
pid_file=$FOOTNOTE_DATA/run.pid log=$FOOTNOTE_DATA/server.log
if [ -s "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null && curl -fsS "$url/health" >/dev/null 2>&1; then
    echo "already running at $url (process $(cat "$pid_file"))"
else
    if curl -sS -o /dev/null "$url/health" 2>/dev/null; then
        echo "Something else answers at $url. Stop it, or choose another address: FOOTNOTE_LISTEN=127.0.0.1:8081 ./run.sh" >&2
        exit 1
    fi
    nohup build/footnote serve >"$log" 2>&1 </dev/null &
    echo $! >"$pid_file"
    for _ in $(seq 100); do
        curl -fsS "$url/health" >/dev/null 2>&1 && break
        kill -0 "$(cat "$pid_file")" 2>/dev/null || { cat "$log" >&2; exit 1; }
        sleep 0.1
    done
    head -1 "$log"
fi

say "5. A question, with curl"
body=$(python3 -c 'import json, sys; print(json.dumps({"model": "speed", "messages": [{"role": "user", "content": sys.argv[1]}]}))' "$question")
printf 'curl %s/v1/chat/completions -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\\n  -d '"'%s'"'\n\n' "$url" "$body"
curl -fsS "$url/v1/chat/completions" -H "Authorization: Bearer $key" -H "Content-Type: application/json" -d "$body" |
    python3 -c '
import json, sys
reply = json.load(sys.stdin)
print(reply["choices"][0]["message"]["content"], end="\n\n")
for number, url in enumerate(reply["citations"], 1):
    print(f"  [{number}] {url}")
for entry in reply["basis"]:
    print("\n  confidence", str(entry["confidence"]) + ":", entry["reasoning"])'

cat <<END

The server goes on running. Its log: $log
Stop it:      kill $(cat "$pid_file")

Try next:
  build/footnote ask "Who was Ada Lovelace?"
  build/footnote index search penicillin
  KEY=\$(cat $key_file); curl -N $url/v1/chat/completions -H "Authorization: Bearer \$KEY" -H "Content-Type: application/json" -d '{"model": "speed", "stream": true, "messages": [{"role": "user", "content": "When did the Titanic sink?"}]}'
END
