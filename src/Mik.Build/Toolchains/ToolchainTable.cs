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
            WhenItFails = "if the target is missing: rustup target add wasm32-wasip2",
        },
        new("JavaScript", JavaScriptProject.FileName)
        {
            Tools = [new("npm", "https://nodejs.org, or Debian: apt-get install nodejs npm")],
            Steps = JavaScriptProject.Steps,
            OutputFolders = ["dist", "build", "out"],
        },
        new("C#", "*.csproj")
        {
            Tools = [new("dotnet", "https://dotnet.microsoft.com/download")],
            Steps = settings => [new("dotnet", "publish", "-c", settings.IsRelease ? "Release" : "Debug")],
            OutputFolders = ["bin"],
            WhenItFails = "componentize-dotnet makes components of C#: https://github.com/bytecodealliance/componentize-dotnet",
        },
        new("Python", "pyproject.toml")
        {
            Tools = [new("componentize-py", "pip install componentize-py")],
            Steps = settings => [new("componentize-py", "-d", "wit", "-w", "app", "componentize", "app", "-o", $"dist/{settings.Name}.wasm")],
            OutputFolders = ["dist"],
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
        },
        new("Make", "Makefile")
        {
            Tools = [new("make", "Debian: apt-get install make")],
            Steps = settings => [new("make", settings.IsRelease ? (string[])["RELEASE=1"] : [])],
            OutputFolders = ["build", "out", "."],
            WhenItFails = "a C project needs clang and lld (Debian: apt-get install clang lld)",
        },
    ];

    /// <summary>The rows whose project file a folder has.</summary>
    public static IReadOnlyList<Toolchain> In(string folder) => [.. Rows.Where(row => Directory.EnumerateFiles(folder, row.ProjectFile).Any())];
}
