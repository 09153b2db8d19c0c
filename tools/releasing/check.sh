# shellcheck shell=bash disable=SC2154
# Does what a user does with what was made: linux-x64 is installed and serves, the others are looked at. Read by tools/release.

check() {
  need curl curl
  room=$(mktemp -d) # not local: the trap runs after this function
  trap 'stop_server; unmount_image; rm -rf "$room"' EXIT
  [ -f "$out/SHA256SUMS" ] || fail "nothing is summed yet" "tools/release $version sums"
  (cd "$out" && sha256sum --quiet -c SHA256SUMS) || fail "a file is not what SHA256SUMS says"
  check_formats
  if [[ " $platforms " == *" linux-x64 "* ]] && [ "$(uname -sm)" = "Linux x86_64" ]; then
    [ ! -d "$out/packages" ] || { check_symbols && check_tool; }
    check_archive
    [ ! -f "$out/mik-$version-image.oci.tar" ] || check_image
  fi
}

hello="guests/hello/hello.wasm"

# serves NAME COMMAND…: starts it with a port of its own choice, asks for hello, stops it; it must end by itself.
serves() {
  local name=$1 address='' answer code=0 began
  shift
  began=$(date +%s%N)
  "$@" >"$room/log" 2>&1 &
  server=$!
  for _ in $(seq 600); do
    address=$(sed -nE 's/.*listening on (http[^ ,]+).*/\1/p' "$room/log" | head -n 1)
    [ -n "$address" ] && break
    kill -0 "$server" 2>/dev/null || break
    read -r -t 0.05 <> <(:) || true
  done
  [ -n "$address" ] || { cat "$room/log" >&2; fail "$name does not start"; }
  answer=$(curl -sS --max-time 30 "${address/0.0.0.0/127.0.0.1}/run/hello/" || true)
  local took=$((($(date +%s%N) - began) / 1000000))
  kill -TERM "$server"
  wait "$server" || code=$?
  server=
  [ "$answer" = "Hello from mik!" ] && [ "$code" -eq 0 ] || { cat "$room/log" >&2; fail "$name answered '$answer' and ended with $code"; }
  echo "   $name: serves (first answer after $took ms), and stops"
}

stop_server() { [ -z "${server:-}" ] || kill -9 "$server" 2>/dev/null || true; }

# A debugger that steps into a library must find the code that was compiled.
check_symbols() {
  dotnet run "$here/tools/releasing/symbols.cs" -- "$out"/packages/*.snupkg || fail "a package of symbols lacks sources"
}

check_tool() {
  cat >"$room/nuget.config" <<CONFIG
<configuration>
  <packageSources><clear /><add key="release" value="$out/packages" /></packageSources>
</configuration>
CONFIG
  NUGET_PACKAGES="$room/packages" dotnet tool install mik --tool-path "$room/tool" --version "$version" --configfile "$room/nuget.config" >"$room/log" 2>&1 || { cat "$room/log" >&2; fail "the tool cannot be installed"; }
  [ "$("$room/tool/mik" --version)" = "$version" ] || fail "the tool says that it is $("$room/tool/mik" --version)"
  serves "tool ($(cd "$room/tool/.store/mik/$version" && echo mik.*))" env MIK_HOME="$room/home" "$room/tool/mik" run "$here/$hello" --port 0
}

check_archive() {
  mkdir "$room/archive"
  tar -xzf "$out/mik-$version-linux-x64.tar.gz" -C "$room/archive"
  local mik="$room/archive/mik-$version-linux-x64/mik"
  # Neither a runtime nor a cache of packages of this machine can help.
  local alone=(env -i HOME="$room" MIK_HOME="$room/home-archive" DOTNET_ROOT=/nonexistent PATH=/nonexistent)
  [ "$("${alone[@]}" "$mik" --version)" = "$version" ] || fail "the archive's mik says that it is $("${alone[@]}" "$mik" --version)"
  serves "archive linux-x64" "${alone[@]}" "$mik" run "$here/$hello" --port 0
  check_start "${alone[@]}" DOTNET_JitStdOutFile="$room/jit" DOTNET_JitDisasmSummary=1 "$mik"
  if [ -d "$(dirname "$mik")/crossgen2" ]; then
    "${alone[@]}" "$mik" cache precompile "$here/$hello" >"$room/log" 2>&1 || { cat "$room/log" >&2; fail "the archive's crossgen2 does not compile"; }
    serves "archive linux-x64, precompiled" "${alone[@]}" "$mik" run "$here/$hello" --port 0
  fi
}

# What is compiled while it starts, answers once and stops, is most of the time that this takes; unlike time, it is
# the same on every machine. (What is compiled once more because it ran often is not counted: that depends on time.)
most_methods=280
check_start() {
  serves "archive linux-x64, its methods counted" "$@" run "$here/$hello" --port 0 >/dev/null
  local methods
  methods=$(grep -vc '\[Tier1' "$room/jit")
  [ "$methods" -le "$most_methods" ] || { cp "$room/jit" "$work/jit.txt"; fail "$methods methods are compiled while mik starts, and $most_methods may be: see $work/jit.txt"; }
  echo "   start: $methods methods are compiled ($most_methods may be)"
}

# Unpacks the image as an engine would, and runs its command as its user in it.
check_image() {
  if [ "$(id -u)" -ne 0 ]; then
    echo "   image: not run, that needs root; looked at"
    return
  fi
  need jq jq
  local layout="$room/layout" root="$room/root" manifest config
  mkdir -p "$layout" "$root"
  tar -xf "$out/mik-$version-image.oci.tar" -C "$layout"
  for blob in "$layout"/blobs/sha256/*; do
    [ "$(sha256sum "$blob" | cut -d' ' -f1)" = "$(basename "$blob")" ] || fail "a blob of the image is not what its name says"
  done
  manifest=$(of_layout "$layout" "$(jq -r '.manifests[0].digest' "$layout/index.json")")
  manifest=$(of_layout "$layout" "$(jq -r '.manifests[] | select(.platform.architecture == "amd64").digest' "$manifest")")
  config=$(of_layout "$layout" "$(jq -r .config.digest "$manifest")")
  for digest in $(jq -r '.layers[].digest' "$manifest"); do
    tar -xzf "$(of_layout "$layout" "$digest")" -C "$root" --keep-directory-symlink
  done
  local number=0
  for digest in $(jq -r '.layers[].digest' "$manifest"); do
    [ "sha256:$(gzip -dc "$(of_layout "$layout" "$digest")" | sha256sum | cut -d' ' -f1)" = "$(jq -r ".rootfs.diff_ids[$number]" "$config")" ] || fail "a layer's diff_id is wrong"
    number=$((number + 1))
  done
  cp "$here/$hello" "$root/app/hello.wasm"
  mount_image "$root"
  local variables=()
  while read -r variable; do variables+=("$variable"); done < <(jq -r '.config.Env[]' "$config")
  serves "image (as user $(jq -r .config.User "$config"), $(jq -r '[.layers[].size] | add / 1e6 | floor' "$manifest") MB packed)" \
    env -i "${variables[@]}" "$(command -v chroot)" --userspec="$(jq -r .config.User "$config")" "$root" "$(jq -r '.config.Entrypoint[0]' "$config")" run /app/hello.wasm --port 0
  unmount_image
}

of_layout() { echo "$1/blobs/sha256/${2#sha256:}"; }

mount_image() {
  mkdir -p "$1/dev" "$1/proc"
  mount --bind /dev "$1/dev" && mounted="$1/dev"
  mount -t proc proc "$1/proc" && mounted="$1/proc $mounted"
}
unmount_image() {
  for point in ${mounted:-}; do umount "$point" || true; done
  mounted=
}

# Which file an executable is, by its first bytes and the two that say for which processor; and that nothing is there that should not be.
check_formats() {
  for rid in $platforms; do
    executable "$rid" >"$room/executable"
    case $rid in
      win-*) expect "$rid" 0 "4d 5a" ;;
      osx-arm64) expect "$rid" 0 "cf fa ed fe 0c 00 00 01" ;;
      *-arm64) expect "$rid" 18 "b7 00" ;;
      *) expect "$rid" 18 "3e 00" ;;
    esac
    listed "$rid" >"$room/list"
    grep -qE '/LICENSE$' "$room/list" && grep -qE '/dotnet-LICENSE.txt$' "$room/list" || fail "the archive for $rid lacks a licence"
    ! grep -E '\.(pdb|xml)$' "$room/list" || fail "the archive for $rid has symbols or documentation"
  done
  echo "   formats: $platforms"
}

executable() {
  case $1 in
    win-*) unzip -p "$out/mik-$version-$1.zip" "mik-$version-$1/mik.exe" ;;
    *) tar -xzOf "$out/mik-$version-$1.tar.gz" "mik-$version-$1/mik" ;;
  esac
}
listed() { case $1 in win-*) unzip -Z1 "$out/mik-$version-$1.zip" ;; *) tar -tzf "$out/mik-$version-$1.tar.gz" ;; esac; }

# expect RID OFFSET BYTES
expect() {
  local first length
  length=$(wc -w <<<"$3")
  first=$(od -An -tx1 -j"$2" -N"$length" "$room/executable" | xargs)
  [ "$first" = "$3" ] || fail "mik for $1 has '$first' at $2, where '$3' was to be"
}

# What is there, for people.
contents() {
  echo "# mik $version"
  echo
  echo "| file | size | what |"
  echo "|---|--:|---|"
  local name
  for rid in $platforms; do
    for name in "mik-$version-$rid.tar.gz" "mik-$version-$rid.zip"; do
      [ ! -f "$out/$name" ] || echo "| $name | $(size "$name") | mik and its runtime for $rid; crossgen2 (\`mik cache precompile\`) $([ -d "$work/publish/$rid/crossgen2" ] && echo inside || echo "not inside") |"
    done
  done
  name="mik-$version-image.oci.tar"
  [ ! -f "$out/$name" ] || echo "| $name | $(size "$name") | container image, OCI layout |"
  name="mik-$version-symbols.tar.gz"
  [ ! -f "$out/$name" ] || echo "| $name | $(size "$name") | symbols |"
  name="mik-$version.cdx.json"
  [ ! -f "$out/$name" ] || echo "| $name | $(size "$name") | what is inside (CycloneDX) |"
  [ ! -d "$out/packages" ] || echo "| packages/ | | packages for NuGet: libraries and the tool |"
  [ ! -f "$work/base-amd64.txt" ] || { printf '\nThe base of the image: '; awk '{ printf "%s%s %s", sep, $1, $2; sep = ", " }' "$work/base-amd64.txt"; echo "."; }
}
size() { numfmt --to=iec "$(stat -c %s "$out/$1")"; }
