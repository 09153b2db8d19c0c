using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Mik.Build;
using Mik.Build.Toolchains;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Cli.Running;
using Mik.Cli.Testing;
using Mik.Configuration.Model;
using Mik.Packages;
using Mik.Packages.Install;
using Mik.Scripting.Sources;
using Mik.Scripting.Testing;
using Mik.Server.Watching;

namespace Mik.Cli.Commands;

/// <summary>
/// What <c>mik dev</c> does about changes: builds, checks, tests, and takes over path dependencies. What fails is told, and what was there goes on being
/// served.
/// </summary>
internal sealed class DevSession(MikConfiguration project, Terminal terminal, CancellationToken cancellationToken) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly bool _isBuilt = project.BuildCommand is not null || ToolchainTable.In(project.Folder).Count > 0;
    private readonly DevelopmentBuild _build = new(project);
    private readonly DevDependencies _dependencies = new(project);
    private readonly TaskCompletionSource _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, (DateTime, long)> _scripts = [];
    private CancellationTokenSource? _check;

    private string Scripts => Path.TrimEndingDirectorySeparator(project.Server.Scripts ?? Path.Combine(project.Folder, "scripts"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _check?.Cancel();
        _check?.Dispose();
        _build.Dispose();
        _gate.Dispose();
    }

    /// <summary>The page of the project at an address.</summary>
    public string PageOf(string address) => _isBuilt ? $"{address}/run/{project.Name}/" : $"{address}/health";

    /// <summary>Calls back to itself for changes, until it is disposed.</summary>
    public FileWatch Watch()
    {
        _scripts = LookAtScripts();
        return new FileWatch(
            [.. ProjectSources.Entries(project), Scripts, .. _dependencies.Watched], Development.Shorter(project.Server.WatchDebounce), ChangedAsync,
            NullLogger.Instance);
    }

    /// <summary>Dependencies that are not installed: asks on a terminal whether to do it. Elsewhere the start says how.</summary>
    private async Task OfferSyncAsync()
    {
        var missing = ProjectRemarks.NotInstalled(project);
        if (missing.Length == 0 || Console.IsInputRedirected)
        {
            return;
        }

        terminal.Note($"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} in mik.toml and not installed. Run mik sync now? [Y/n]");
        if (!(Console.ReadLine() ?? "n").Trim().StartsWith("n", StringComparison.OrdinalIgnoreCase))
        {
            await SyncAsync();
        }
    }

    /// <summary>Builds what must be there before anything is served; where that fails, waits for the change that mends it.</summary>
    public async Task BuildFirstAsync()
    {
        await TakeOverAsync([.. _dependencies.NotBuilt]);
        await OfferSyncAsync();
        await BuildAsync();
        if (_isBuilt && !_built.Task.IsCompleted)
        {
            terminal.Note("nothing is served yet; the next change of a source builds again");
            await _built.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Builds the component, if the project has one, and prints a line about it.</summary>
    public Task BuildAsync() => !_isBuilt ? Task.CompletedTask : InTurnAsync(async () =>
    {
        var startedAt = Stopwatch.GetTimestamp();
        var file = await _build.RunAsync(Tell, cancellationToken);
        TellBuilt(file, startedAt);
        _built.TrySetResult();
        BeginCheck();
    });

    /// <summary>Runs the tests that changes touch; all of them when no changes are named.</summary>
    public async Task TestAsync(IReadOnlySet<string>? changes)
    {
        var folder = new ScriptFolder(Scripts);
        var tests = changes is null ? folder.Tests() : TouchedTests.Of(folder, changes);
        if (tests.Count == 0)
        {
            return;
        }

        var startedAt = Stopwatch.GetTimestamp();
        var results = await TestSession.RunAsync(folder, tests, filter: null, project.Server.MemoryLimitBytes, cancellationToken);
        new TestReport(results, Stopwatch.GetElapsedTime(startedAt)).Print(terminal);
    }

    /// <summary>The files of the scripts folder that are not as they were when this was asked last.</summary>
    private HashSet<string> ChangedScripts()
    {
        var before = _scripts;
        _scripts = LookAtScripts();
        return [.. _scripts.Where(file => !before.TryGetValue(file.Key, out var was) || was != file.Value).Select(file => file.Key),
            .. before.Keys.Where(file => !_scripts.ContainsKey(file))];
    }

    private Dictionary<string, (DateTime, long)> LookAtScripts() => Directory.Exists(Scripts)
        ? new DirectoryInfo(Scripts).EnumerateFiles("*", SearchOption.AllDirectories).ToDictionary(
            file => file.FullName, file => (file.LastWriteTimeUtc, file.Length), StringComparer.Ordinal)
        : [];

    private void Tell(string step)
    {
        // Quick steps speak for themselves by the line at their end.
        if (step.StartsWith("npm ", StringComparison.Ordinal))
        {
            terminal.Progress($"running: {step}");
        }
    }

    private async Task ChangedAsync(IReadOnlySet<string> changes)
    {
        await TakeOverAsync([.. _dependencies.Changed(changes)]);
        if (_dependencies.HaveNewComponents(changes))
        {
            await SyncAsync();
        }

        if (changes.Any(path => ProjectSources.Includes(project, path)))
        {
            await BuildAsync();
        }

        if (changes.Contains(Scripts))
        {
            await TestAsync(ChangedScripts());
        }
    }

    /// <summary>Builds path dependencies, each as its own <c>mik build</c> would.</summary>
    private async Task TakeOverAsync(MikConfiguration[] dependencies)
    {
        foreach (var dependency in dependencies)
        {
            await InTurnAsync(async () =>
            {
                var startedAt = Stopwatch.GetTimestamp();
                var options = new BuildOptions(IsRelease: false, OutputToErrors: true) { SkipsCheck = true };
                var built = await ProjectBuild.RunAsync(dependency, options, Tell, cancellationToken);
                var file = new FileInfo(Path.Combine(dependency.Folder, ProjectModules.OutputFolder, $"{dependency.Name}.wasm"));
                ComponentFile.Write(file, built.Bytes.Span);
                TellBuilt(file.FullName, startedAt);
            });
        }

        if (dependencies.Length > 0 && ProjectRemarks.NotInstalled(project).Length == 0)
        {
            await SyncAsync();
        }
    }

    private void TellBuilt(string file, long startedAt) => terminal.Progress(
        string.Create(
            CultureInfo.InvariantCulture,
            $"built {Path.GetRelativePath(Environment.CurrentDirectory, file)} in {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0.00} s"));

    private Task SyncAsync() => InTurnAsync(async () =>
    {
        var startedAt = Stopwatch.GetTimestamp();
        await PackageVerb.RunAsync(
            terminal,
            async (session, token) =>
            {
                await new ProjectPackages(session, project).SyncAsync(new SyncOptions { Update = false }, token);
                return ExitCode.Fine;
            },
            cancellationToken);
        _dependencies.Note();
        terminal.Progress(string.Create(CultureInfo.InvariantCulture, $"dependencies taken over in {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0.00} s"));
    });

    /// <summary>Types are checked beside what is served; a newer build ends the check of an older one.</summary>
    private void BeginCheck()
    {
        _check?.Cancel();
        _check?.Dispose();
        _check = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = CheckAsync(_check.Token);
    }

    private async Task CheckAsync(CancellationToken token)
    {
        try
        {
            if (await ProjectBuild.CheckAsync(project, token) is { Length: > 0 } faults)
            {
                terminal.Error(
                    new CliError("the types are not right", faults, "mik build fails until they are; what is served goes on") { Code = "build-failed" });
            }
        }
        catch (OperationCanceledException)
        {
            // There is a newer one.
        }
        catch (BuildException exception)
        {
            terminal.Error(new CliError(exception.What, exception.Why, exception.Next) { Code = exception.Code });
        }
    }

    private async Task InTurnAsync(Func<Task> action)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await action();
        }
        catch (BuildException exception)
        {
            terminal.Error(new CliError(exception.What, exception.Why, exception.Next) { Code = exception.Code });
        }
        catch (CliException exception)
        {
            foreach (var error in exception.Errors)
            {
                terminal.Error(error);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
