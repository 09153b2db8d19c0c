# shellcheck shell=bash disable=SC2154
# An archive per platform: mik with its runtime, and crossgen2 where it can be had. Read by tools/release.

publish() {
  need jq jq
  for rid in $platforms; do
    local folder="$work/publish/$rid"
    rm -rf "$folder"
    dotnet publish "$here/src/Mik.Cli" -c Release -o "$folder" -v q --nologo \
      -p:MikRelease=true -p:MikPlatform="$rid" -p:Version="$version" -p:ContinuousIntegrationBuild=true
    put_compiler "$rid" "$folder"
    put_licences "$rid" "$folder"
    find "$folder" -type d -exec chmod 755 {} +
    find "$folder" -type f -exec chmod 644 {} +
    find "$folder" -type f \( -name mik -o -name createdump -o -name crossgen2 \) -exec chmod 755 {} +
    echo "   $rid: $(du -sm "$folder" | cut -f1) MB, crossgen2 $([ -d "$folder/crossgen2" ] && echo inside || echo "not inside: its package for $rid cannot be had")"
  done
}

packages_folder() { echo "${NUGET_PACKAGES:-$HOME/.nuget/packages}"; }
runtime_version() { jq -r '.runtimeOptions.includedFrameworks[] | select(.name == "Microsoft.NETCore.App").version' "$1/mik.runtimeconfig.json"; }

# The compiler of this platform, with the one library for it that it needs of the five in its package.
put_compiler() {
  local rid=$1 folder=$2 runtime pack
  runtime=$(runtime_version "$folder")
  pack="$(packages_folder)/microsoft.netcore.app.crossgen2.$rid/$runtime/tools"
  [ -d "$pack" ] || restore_package "Microsoft.NETCore.App.Crossgen2.$rid" "$runtime" || return 0
  mkdir "$folder/crossgen2"
  find "$pack" -maxdepth 1 -type f \( -name 'crossgen2' -o -name 'crossgen2.exe' -o -name '*jitinterface*' -o -name "*clrjit_$(jit_name "$rid").*" \) -exec cp {} "$folder/crossgen2" \;
}

jit_name() {
  case $1 in
    win-x64) echo win_x64_x64 ;;
    *-arm64) echo universal_arm64_arm64 ;;
    *) echo unix_x64_x64 ;;
  esac
}

restore_package() {
  local project="$work/package"
  mkdir -p "$project"
  cat >"$project/package.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally></PropertyGroup>
  <ItemGroup><PackageDownload Include="$1" Version="[$2]" /></ItemGroup>
</Project>
PROJECT
  printf '<Project />' | tee "$project/Directory.Build.props" >"$project/Directory.Build.targets"
  dotnet restore "$project" -v q --nologo >"$project/log" 2>&1
}

put_licences() {
  local rid=$1 folder=$2 runtime
  runtime="$(packages_folder)/microsoft.netcore.app.runtime.$rid/$(runtime_version "$folder")"
  cp "$here/LICENSE" "$folder/LICENSE"
  cp "$runtime/LICENSE.TXT" "$folder/dotnet-LICENSE.txt"
  cp "$runtime/THIRD-PARTY-NOTICES.TXT" "$folder/dotnet-THIRD-PARTY-NOTICES.txt"
}

archives() {
  local name
  for rid in $platforms; do
    [ -d "$work/publish/$rid" ] || fail "there is no build for $rid" "tools/release $version publish --platforms $rid"
    name="mik-$version-$rid"
    ln -sfn "publish/$rid" "$work/$name"
    case $rid in
      win-*) zip_of "$work" "$name" "$out/$name.zip" ;;
      *) tar_of "$work" "$name" "$out/$name.tar.gz" ;;
    esac
    rm "$work/$name"
  done
}

# tar_of FOLDER NAME FILE: order, times and owners are the same wherever it is made.
tar_of() {
  tar -C "$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu --dereference --hard-dereference -cf - "$2" | gzip -n9 >"$3.new"
  mv "$3.new" "$3"
  made "$3"
}

zip_of() {
  need zip zip
  rm -f "$3" "$3.new"
  find "$1/$2/" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  (cd "$1" && find "$2/" -type f | sort | zip -q -X -9 -@ - >"$3.new")
  mv "$3.new" "$3"
  made "$3"
}
