# shellcheck shell=bash disable=SC2154
# A container image for x64 and arm64 as an OCI layout in one file, made without a container engine: a base of a few Debian packages, and mik above it.
# Read by tools/release.

# No shell, no package manager, no ICU (mik formats nothing by culture).
base_packages="base-files ca-certificates libc6 libgcc-s1 libssl3 libstdc++6 netbase tzdata zlib1g"
user=1654

image() {
  need apt-get apt
  need dpkg-deb dpkg
  local layout="$work/image" rid descriptors=()
  rm -rf "$layout" && mkdir -p "$layout/blobs/sha256"
  for rid in linux-x64 linux-arm64; do
    [[ " $platforms " == *" $rid "* ]] || continue
    [ -d "$work/publish/$rid" ] || fail "there is no build for $rid" "tools/release $version publish --platforms $rid"
    descriptors+=("$(platform_manifest "$rid")")
  done
  [ ${#descriptors[@]} -gt 0 ] || { echo "   none of the platforms is one of an image"; return; }
  local list index
  list=$(IFS=,; printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' "${descriptors[*]}")
  index=$(blob_of "$list" application/vnd.oci.image.index.v1+json ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"$version\"}")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' "$index" >"$layout/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  # Layers are packed: the archive around them is not.
  tar -C "$layout" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu -cf "$out/mik-$version-image.oci.tar" blobs index.json oci-layout
  made "$out/mik-$version-image.oci.tar"
}

# platform_manifest RID: puts the layers, the configuration and the manifest of a platform into the layout; prints the manifest's descriptor.
platform_manifest() {
  local arch base app
  [ "$1" = linux-arm64 ] && arch=arm64 || arch=amd64
  base_layer "$arch"
  app_layer "$1"
  base=$(layer "$work/base-$arch.tar") app=$(layer "$work/app-$1.tar")
  local created config labels
  created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  labels="\"org.opencontainers.image.title\":\"mik\",\"org.opencontainers.image.version\":\"$version\",\"org.opencontainers.image.licenses\":\"MIT\",\"org.opencontainers.image.revision\":\"$(git -C "$here" rev-parse HEAD)\""
  config=$(printf '{"architecture":"%s","os":"linux","created":"%s","config":{"User":"%s:%s","Env":["PATH=/usr/local/bin:/usr/bin:/bin:/opt/mik","HOME=/home/app","HOST=0.0.0.0","MIK_HOME=/tmp/mik","SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt","DOTNET_EnableDiagnostics=0"],"Entrypoint":["/opt/mik/mik"],"Cmd":["run","--shutdown-delay","5"],"WorkingDir":"/app","ExposedPorts":{"3000/tcp":{}},"StopSignal":"SIGTERM","Labels":{%s}},"rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s"]},"history":[{"created":"%s","created_by":"debian: %s"},{"created":"%s","created_by":"mik %s"}]}' \
    "$arch" "$created" "$user" "$user" "$labels" "$(sha256 "$work/base-$arch.tar")" "$(sha256 "$work/app-$1.tar")" "$created" "$base_packages" "$created" "$version")
  blob_of "$(printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s,%s],"annotations":{%s}}' \
    "$(blob_of "$config" application/vnd.oci.image.config.v1+json)" "$base" "$app" "$labels")" \
    application/vnd.oci.image.manifest.v1+json ",\"platform\":{\"architecture\":\"$arch\",\"os\":\"linux\"}"
}

sha256() { sha256sum "$1" | cut -d' ' -f1; }

# blob_of TEXT TYPE [MORE]: puts a text into the layout; prints its descriptor.
blob_of() {
  local digest
  printf '%s' "$1" >"$work/image/blob"
  digest=$(sha256 "$work/image/blob")
  mv "$work/image/blob" "$work/image/blobs/sha256/$digest"
  printf '{"mediaType":"%s","digest":"sha256:%s","size":%s%s}' "$2" "$digest" "$(stat -c %s "$work/image/blobs/sha256/$digest")" "${3:-}"
}

# layer TAR: packs a layer into the layout; prints its descriptor.
layer() {
  local digest
  gzip -n9 -c "$1" >"$work/image/blob"
  digest=$(sha256 "$work/image/blob")
  mv "$work/image/blob" "$work/image/blobs/sha256/$digest"
  printf '{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}' "$digest" "$(stat -c %s "$work/image/blobs/sha256/$digest")"
}

layer_tar() { tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --numeric-owner --format=gnu "$@"; }

app_layer() {
  local root="$work/app-$1"
  rm -rf "$root" && mkdir -p "$root/opt" "$root/app"
  cp -r "$work/publish/$1" "$root/opt/mik"
  layer_tar --owner=0 --group=0 -C "$root" -cf "$work/app-$1.tar" app opt
  rm -rf "$root"
}

base_layer() {
  local root="$work/base-$1" debs="$work/debs-$1"
  fetch_debs "$1" "$debs"
  rm -rf "$root" && mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root/var/lib/dpkg/status.d"
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
  for deb in "$debs"/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink --no-same-owner
    # Where scanners look for what an image without a package manager is made of.
    dpkg-deb -f "$deb" >"$root/var/lib/dpkg/status.d/$(dpkg-deb -f "$deb" Package)"
  done
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  find "$root/usr/share/doc" -type l -delete
  rm -rf "$root"/usr/share/{man,locale,lintian,bug,doc-base,info} "$root"/usr/{bin,sbin}/* "$root"/etc/{update-motd.d,profile.d}
  mkdir -p "$root"/etc/ssl/certs "$root"/home/app "$root"/tmp
  cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
  printf 'root:x:0:0:root:/root:/sbin/nologin\napp:x:%s:%s:app:/home/app:/sbin/nologin\n' $user $user >"$root/etc/passwd"
  printf 'root:x:0:\napp:x:%s:\n' $user >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  chmod -R u=rwX,go=rX "$root" && chmod 1777 "$root/tmp" "$root/var/tmp"
  find "$root" -type d -empty ! -path "$root/tmp" ! -path "$root/var/tmp" ! -path "$root/home/app" ! -path "$root/proc" ! -path "$root/sys" ! -path "$root/dev" -delete
  layer_tar --owner=0 --group=0 --exclude=./home/app -C "$root" -cf "$work/base-$1.tar" .
  layer_tar --owner=$user --group=$user -C "$root" -rf "$work/base-$1.tar" ./home/app
  rm -rf "$root"
}

# fetch_debs ARCHITECTURE FOLDER: the packages of the base, from this machine's sources, whatever its own architecture and state are.
fetch_debs() {
  local apt="$work/apt-$1" package
  rm -rf "$2" && mkdir -p "$2" "$apt/state/lists/partial" "$apt/cache/archives/partial"
  local options=(-q -o Dir::State="$apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$apt/cache" -o APT::Architecture="$1" -o APT::Architectures="$1" -o APT::Sandbox::User=root)
  {
    apt-get "${options[@]}" update
    for package in $base_packages; do
      (cd "$2" && apt-get "${options[@]}" download "$package")
    done
  } >"$apt/log" 2>&1 || { cat "$apt/log" >&2; fail "the packages of the image's base cannot be had"; }
  for deb in "$2"/*.deb; do
    printf '%s %s %s\n' "$(dpkg-deb -f "$deb" Package)" "$(dpkg-deb -f "$deb" Version)" "$(sha256 "$deb")"
  done >"$work/base-$1.txt"
}
