namespace Mik.Build.Toolchains;

/// <summary>A program that a build needs.</summary>
/// <param name="Name">Its name on the PATH.</param>
/// <param name="Install">How to get it.</param>
internal sealed record Tool(string Name, string Install);

/// <summary>A command of a build.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record BuildStep(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>The step is left out when the first of these files, relative to the project, is there and not older than the second.</summary>
    public (string Made, string Of)? UnlessNewer { get; init; }

    /// <summary>Whether with <c>--keep</c> the program stays and builds again for each line that it is given, which it answers with a line.</summary>
    public bool CanStay { get; init; }

    /// <summary>Whether the step has nothing to do in a project.</summary>
    public bool IsDone(string folder) => UnlessNewer is var (made, of)
        && File.Exists(Path.Combine(folder, made))
        && File.GetLastWriteTimeUtc(Path.Combine(folder, made)) >= File.GetLastWriteTimeUtc(Path.Combine(folder, of));

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(' ', Arguments.Prepend(Program).Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word));
}

/// <summary>A row of <see cref="ToolchainTable"/>: how projects of one language are built.</summary>
/// <param name="Language">Its name.</param>
/// <param name="ProjectFile">The file, or the pattern of files, by which a project is known.</param>
internal sealed record Toolchain(string Language, string ProjectFile)
{
    /// <summary>What must be there.</summary>
    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <summary>The commands.</summary>
    public required Func<BuildSettings, IReadOnlyList<BuildStep>> Steps { get; init; }

    /// <summary>Folders in which the result may be, also when all was up to date. What a build writes into <c>dist</c> is taken in any case.</summary>
    public IReadOnlyList<string> OutputFolders { get; init; } = [];

    /// <summary>The file that the commands write, relative to the project, where that is known before.</summary>
    public Func<BuildSettings, string?> Output { get; init; } = static _ => null;

    /// <summary>A tiny build that shows whether its tools work.</summary>
    public ToolchainProbe? Probe { get; init; }
}
