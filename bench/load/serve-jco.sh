#!/bin/sh
# The reference host, `jco serve`, in the foreground:  serve-jco.sh [COMPONENT] [PORT]
# It keeps one instance for all requests, where mik makes a fresh one for each: read its figures with that in mind.
set -e
guests=$(cd "$(dirname "$0")/../../guests" && pwd)
[ -d "$guests/node_modules" ] || (cd "$guests" && npm ci >&2)
exec node "$guests/node_modules/@bytecodealliance/jco/src/jco.js" serve --port "${2:-8000}" "${1:-$guests/hello/hello.wasm}"
