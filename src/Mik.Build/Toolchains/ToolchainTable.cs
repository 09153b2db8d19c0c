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
            Steps = (isRelease, _) => [new("cargo", ["build", "--target", "wasm32-wasip2", .. isRelease ? (string[])["--release"] : []])],
            OutputFolders = ["target/wasm32-wasip2/release", "target/wasm32-wasip2/debug"],
            WhenItFails = "if the target is missing: rustup target add wasm32-wasip2",
        },
        new("JavaScript", "package.json")
        {
            Tools = [new("npm", "https://nodejs.org, or Debian: apt-get install nodejs npm")],
            Steps = (_, _) =>
            [
                new("npm", "install", "--no-audit", "--no-fund") { UnlessExists = "node_modules" },
                new("npm", "run", "--silent", "build"),
            ],
            OutputFolders = ["dist", "build", "out"],
            WhenItFails = "package.json must have a script named build that writes a component into dist/",
        },
        new("C#", "*.csproj")
        {
            Tools = [new("dotnet", "https://dotnet.microsoft.com/download")],
            Steps = (isRelease, _) => [new("dotnet", "publish", "-c", isRelease ? "Release" : "Debug")],
            OutputFolders = ["bin"],
            WhenItFails = "componentize-dotnet makes components of C#: https://github.com/bytecodealliance/componentize-dotnet",
        },
        new("Python", "pyproject.toml")
        {
            Tools = [new("componentize-py", "pip install componentize-py")],
            Steps = (_, name) => [new("componentize-py", "-d", "wit", "-w", "app", "componentize", "app", "-o", $"dist/{name}.wasm")],
            OutputFolders = ["dist"],
        },
        new("CMake", "CMakeLists.txt")
        {
            Tools = [new("cmake", "https://cmake.org, or Debian: apt-get install cmake")],
            Steps = (isRelease, _) =>
            [
                new("cmake", "-B", "build", $"-DCMAKE_BUILD_TYPE={(isRelease ? "Release" : "Debug")}"),
                new("cmake", "--build", "build"),
            ],
            OutputFolders = ["build"],
        },
        new("Make", "Makefile")
        {
            Tools = [new("make", "Debian: apt-get install make")],
            Steps = (isRelease, _) => [new("make", isRelease ? (string[])["RELEASE=1"] : [])],
            OutputFolders = ["build", "out", "."],
            WhenItFails = "a C project needs clang and lld (Debian: apt-get install clang lld)",
        },
    ];

    /// <summary>The rows whose project file a folder has.</summary>
    public static IReadOnlyList<Toolchain> In(string folder) => [.. Rows.Where(row => Directory.EnumerateFiles(folder, row.ProjectFile).Any())];
}
