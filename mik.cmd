@echo off
rem Builds mik when it is not built yet or a source is newer than the build, then runs it.
setlocal
set "here=%~dp0"
set "built=%here%artifacts\mik"

powershell -NoProfile -ExecutionPolicy Bypass -Command "$stamp = Get-Item -ErrorAction SilentlyContinue '%built%\.built'; if (-not $stamp) { exit 1 }; if (Get-ChildItem -Recurse -File '%here%src','%here%Directory.Build.props','%here%Directory.Build.targets','%here%Directory.Packages.props','%here%global.json' | Where-Object { $_.LastWriteTimeUtc -gt $stamp.LastWriteTimeUtc } | Select-Object -First 1) { exit 2 }"
if not errorlevel 1 goto run

echo Building mik... 1>&2
if not exist "%here%artifacts" mkdir "%here%artifacts"
set "log=%here%artifacts\build.log"
type nul > "%here%artifacts\.building"
dotnet publish "%here%src\Mik.Cli" -c Release -o "%built%" -v q --nologo -p:MikReadyToRun=true > "%log%" 2>&1
if errorlevel 1 dotnet publish "%here%src\Mik.Cli" -c Release -o "%built%" -v q --nologo > "%log%" 2>&1
if errorlevel 1 (
  type "%log%" 1>&2
  echo error: mik could not be built 1>&2
  exit /b 1
)
move /y "%here%artifacts\.building" "%built%\.built" > nul

:run
"%built%\mik.exe" %*
exit /b %errorlevel%
