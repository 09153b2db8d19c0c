namespace Mik.Build.Toolchains;

/// <summary>The languages that <c>mik build</c> knows, in the order in which their project files are looked for.</summary>
internal static class ToolchainTable
{
    /// <summary>The rows.</summary>
    public static readonly IReadOnlyList<Toolchain> Rows =
    [
        new("Rust", "Cargo.toml")
        {
            Tools = [new("cargo", "https://rustup.rs, then: rustup target add wasm32-wasip2")],
            Steps = settings => [new("cargo", ["build", "--target", "wasm32-wasip2", .. settings.IsRelease ? (string[])["--release"] : []])],
            OutputFolders = ["target/wasm32-wasip2/release", "target/wasm32-wasip2/debug"],
            Probe = new ToolchainProbe(
                "rustc", ["--target", "wasm32-wasip2", "--crate-type", "cdylib", "-o", "probe.wasm", "probe.rs"], "probe.wasm",
                "rustup target add wasm32-wasip2")
            {
                Files = [("probe.rs", "#[no_mangle]\npub extern \"C\" fn seven() -> i32 { 7 }\n")],
                Fix = new BuildStep("rustup", "target", "add", "wasm32-wasip2"),
            },
        },
        new("JavaScript", JavaScriptProject.FileName)
        {
            Tools = [new("npm", "https://nodejs.org, or Debian: apt-get install nodejs npm")],
            Steps = JavaScriptProject.Steps,
            Output = JavaScriptProject.Output,
            OutputFolders = ["dist", "build", "out"],
            Probe = new ToolchainProbe("npm", ["run", "--silent", "build"], "probe.txt", "https://nodejs.org has Node.js with npm")
            {
                Files = [("package.json", """{ "name": "probe", "scripts": { "build": "node -e \"require('fs').writeFileSync('probe.txt', '7')\"" } }""")],
            },
        },
        new("C#", "*.csproj")
        {
            Tools = [new("dotnet", "https://dotnet.microsoft.com/download")],
            Steps = settings => [new("dotnet", "publish", "-c", settings.IsRelease ? "Release" : "Debug")],
            OutputFolders = ["bin"],
            Probe = new ToolchainProbe(
                "dotnet", ["build", "-nologo", "-o", "out"], Path.Combine("out", "probe.dll"), "https://dotnet.microsoft.com/download has the .NET 10 SDK")
            {
                Files =
                    [("probe.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>")],
            },
        },
        new("Python", "pyproject.toml")
        {
            Tools = [new("componentize-py", "pip install componentize-py")],
            Steps = settings => [new("componentize-py", "-d", "wit", "-w", "app", "componentize", "app", "-o", $"dist/{settings.Name}.wasm")],
            OutputFolders = ["dist"],
            Probe = new ToolchainProbe("componentize-py", ["--version"], "", "pip install componentize-py"),
        },
        new("CMake", "CMakeLists.txt")
        {
            Tools = [new("cmake", "https://cmake.org, or Debian: apt-get install cmake")],
            Steps = settings =>
            [
                new("cmake", "-B", "build", $"-DCMAKE_BUILD_TYPE={(settings.IsRelease ? "Release" : "Debug")}"),
                new("cmake", "--build", "build"),
            ],
            OutputFolders = ["build"],
            Probe = new ToolchainProbe("cmake", ["-B", "build"], Path.Combine("build", "CMakeCache.txt"), "Debian: apt-get install cmake make")
            {
                Files = [("CMakeLists.txt", "cmake_minimum_required(VERSION 3.10)\nproject(probe NONE)\n")],
            },
        },
        new("Make", "Makefile")
        {
            Tools = [new("make", "Debian: apt-get install make")],
            Steps = settings => [new("make", settings.IsRelease ? (string[])["RELEASE=1"] : [])],
            OutputFolders = ["build", "out", "."],
            Probe = new ToolchainProbe(
                "clang", ["--target=wasm32-unknown-unknown", "-nostdlib", "-Wl,--no-entry", "-Wl,--export-all", "-o", "probe.wasm", "probe.c"], "probe.wasm",
                "Debian: apt-get install clang lld")
            {
                Files = [("probe.c", "int seven(void) { return 7; }\n")],
            },
        },
    ];

    /// <summary>The rows whose project file a folder has.</summary>
    public static IReadOnlyList<Toolchain> In(string folder) => [.. Rows.Where(row => Directory.EnumerateFiles(folder, row.ProjectFile).Any())];
}
