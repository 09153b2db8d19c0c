#!/bin/sh
# Requests per second of several servers, one at a time:  compare.sh NAME=URL...
#   SECONDS_EACH=10  CONNECTIONS="1 8 64"  compare.sh mik=http://127.0.0.1:3000/run/hello/ kestrel=http://127.0.0.1:3001/
# WRK_SCRIPT=post.lua posts a body. serve-jco.sh starts the reference host. Needs wrk. Prints a Markdown table; a cell is requests/s and the 99th percentile.
set -e
seconds=${SECONDS_EACH:-10}
connections=${CONNECTIONS:-1 8 64}

command -v wrk >/dev/null || { echo "wrk is not installed" >&2; exit 1; }
[ $# -gt 0 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }

# wrk wants no more threads than connections.
cell() {
  threads=$(($2 < 2 ? $2 : 2))
  wrk -t "$threads" -c "$2" -d "${seconds}s" --timeout 10s --latency ${WRK_SCRIPT:+-s "$WRK_SCRIPT"} "$1" 2>/dev/null | awk '
    $1 == "99%" { tail = $2 }
    $1 == "Requests/sec:" { rate = $2 }
    /Non-2xx/ { failed = failed ", " $NF " not 2xx" }
    /Socket errors/ { failed = failed ", " $0 }
    END { sub(/ +Socket errors: /, "", failed); if (rate) printf "%.0f (%s%s)", rate, tail, failed; else printf "stopped answering" }'
}

row() { printf '|'; for text in "$@"; do printf ' %s |' "$text"; done; echo; }

set_header() { row server $(for c in $connections; do echo "$c-conn"; done); }
set_header
printf '|---|'; for c in $connections; do printf -- '---|'; done; echo

for target in "$@"; do
  name=${target%%=*} url=${target#*=}
  if ! curl -sf -o /dev/null --max-time 10 "$url"; then
    row "$name" "no answer from $url"
    continue
  fi
  wrk -t 1 -c 1 -d 2s ${WRK_SCRIPT:+-s "$WRK_SCRIPT"} "$url" >/dev/null
  printf '| %s |' "$name"
  for c in $connections; do printf ' %s |' "$(cell "$url" "$c")"; done
  echo
done
