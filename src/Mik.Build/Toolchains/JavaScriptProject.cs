using System.Reflection;
using System.Text.Json;
using Mik.Scripting.Engine;

namespace Mik.Build.Toolchains;

/// <summary>
/// A project with a package.json. One that has a script named <c>build</c> builds itself; of any other mik makes a component: its main file is a module
/// whose default export has <c>fetch(request, env)</c>. What that takes stands in the project's <c>.mik</c>, of this version of mik.
/// </summary>
internal static class JavaScriptProject
{
    /// <summary>Its description.</summary>
    public const string FileName = "package.json";

    private const string Prefix = "javascript/";
    private const string ToolFolder = ".mik/js";

    // Where the main file is when package.json does not say.
    private static readonly string[] UsualEntries = ["src/index.ts", "src/index.js", "index.ts", "index.js"];

    /// <summary>The commands of its build.</summary>
    /// <exception cref="BuildException">Its package.json cannot be read, or names no file.</exception>
    public static IReadOnlyList<BuildStep> Steps(BuildSettings settings)
    {
        using var description = Read(settings.Folder);
        var install = new BuildStep(
            "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error")
        { UnlessNewer = ("node_modules/.package-lock.json", FileName) };
        if (HasOwnBuild(description.RootElement))
        {
            return [install, new BuildStep("npm", "run", "--silent", "build")];
        }

        var entry = Entry(settings.Folder, description.RootElement);
        WriteTools(settings.Folder);
        return
        [
            install,
            new BuildStep(
                "node",
                [$"{ToolFolder}/build.mjs", entry, settings.Output, .. settings.IsRelease
                    ? (string[])["--release"] : [], .. settings.Checks ? (string[])[] : ["--no-check"], .. settings.IsDevelopment ? (string[])["--dev"] : []])
            { CanStay = settings.IsDevelopment },
        ];
    }

    /// <summary>What its build writes; null when it builds itself.</summary>
    public static string? Output(BuildSettings settings)
    {
        using var description = Read(settings.Folder);
        return HasOwnBuild(description.RootElement) ? null : settings.Output;
    }

    /// <summary>The check of a project's types; null when it has none, or builds itself.</summary>
    public static BuildStep? CheckOf(string folder)
    {
        const string Compiler = "node_modules/typescript/bin/tsc";
        if (!File.Exists(Path.Combine(folder, FileName)) || !File.Exists(Path.Combine(folder, "tsconfig.json")) || !File.Exists(Path.Combine(folder, Compiler)))
        {
            return null;
        }

        using var description = Read(folder);
        return HasOwnBuild(description.RootElement) ? null : new BuildStep("node", Compiler, "--noEmit", "--pretty", "false");
    }

    private static bool HasOwnBuild(JsonElement description) =>
        description.ValueKind == JsonValueKind.Object && description.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object
            && scripts.TryGetProperty("build", out _);

    private static string Entry(string folder, JsonElement description)
    {
        var named = description.ValueKind == JsonValueKind.Object && description.TryGetProperty("main", out var main) && main.ValueKind == JsonValueKind.String
            ? main.GetString()! : null;
        if (named is not null)
        {
            return File.Exists(Path.Combine(folder, named)) ? named.Replace('\\', '/') : throw new BuildException(
                $"{Path.Combine(folder, FileName)} names a file that is not there",
                $"\"main\" is {named}",
                "\"main\": \"src/index.js\", the module that exports default { async fetch(request, env) { … } }")
            { Code = "file-not-found" };
        }

        return UsualEntries.FirstOrDefault(file => File.Exists(Path.Combine(folder, file))) ?? throw new BuildException(
            $"{folder} cannot be built",
            $"its package.json has neither a script named build nor a main file, and there is none of {string.Join(", ", UsualEntries)}",
            "\"main\": \"src/index.js\", the module that exports default { async fetch(request, env) { … } }")
        { Code = "no-toolchain" };
    }

    private static JsonDocument Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"cannot read {path}", exception.Message) { Code = "file-unreadable" };
        }
    }

    /// <summary>Writes what a build needs, where it is not there as it must be.</summary>
    private static void WriteTools(string folder)
    {
        var target = KeptFolder.Make(folder, "js");
        foreach (var (name, content) in Tools())
        {
            var path = Path.Combine(target, name);
            if (!File.Exists(path) || !content.AsSpan().SequenceEqual(File.ReadAllBytes(path)))
            {
                File.WriteAllBytes(path, content);
            }
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Tools()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return (resource[Prefix.Length..], content);
        }

        yield return ("web.js", EmbeddedSources.Bytes("mik:web"));
        yield return ("package.json", "{ \"type\": \"module\" }\n"u8.ToArray());
    }
}
