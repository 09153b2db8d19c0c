using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>A real <c>mik</c> in a process of its own: the one that was built beside these tests.</summary>
internal sealed partial class MikProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _exited;

    private MikProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => OnError(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _exited = _process.WaitForExitAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _address.Task.Result;

    /// <summary>What it has written to stdout.</summary>
    public string Output => Text(_output);

    /// <summary>What it has written to stderr: errors and the log.</summary>
    public string Errors => Text(_errors);

    /// <summary>Memory that it holds now.</summary>
    public long ResidentBytes => Status("VmRSS") << 10;

    /// <summary>The most memory that it ever held.</summary>
    public long PeakResidentBytes => Status("VmHWM") << 10;

    /// <summary>Its threads.</summary>
    public long Threads => Status("Threads");

    /// <summary>Its open files and sockets.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    private string Id => _process.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Path of a guest's component.</summary>
    public static string Guest(string name) =>
        RepositoryRoot.Combine("guests", name.Contains('/') ? $"{name}.wasm" : $"{name}/{name}.wasm");

    /// <summary>Serves guests on a free port.</summary>
    public static Task<MikProcess> ServeAsync(string guests, params string[] flags) =>
        ServePathsAsync([.. guests.Split(' ').Select(Guest)], flags);

    /// <summary>Serves files on a free port.</summary>
    public static Task<MikProcess> ServePathsAsync(string[] paths, params string[] flags) => ServePathsAsync(paths, [], flags);

    /// <summary>Serves files on a free port, with more in the environment of the process.</summary>
    public static Task<MikProcess> ServePathsAsync(string[] paths, (string Name, string Value)[] environment, params string[] flags) =>
        ServeAsAsync([.. paths, "--port", "0", .. flags], null, environment);

    /// <summary>Serves guests on a free port, in a process that may have only so many file descriptors.</summary>
    public static Task<MikProcess> ServeWithinAsync(int descriptors, string guests, params string[] flags)
    {
        var start = Prepare(["run", .. guests.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Guest), "--port", "0", .. flags]);
        var words = start.StartInfo.ArgumentList.ToArray();
        start.StartInfo.ArgumentList.Clear();
        foreach (var word in (string[])["-c", "ulimit -n \"$0\"; exec \"$@\"", descriptors.ToString(CultureInfo.InvariantCulture), start.StartInfo.FileName,
            .. words])
        {
            start.StartInfo.ArgumentList.Add(word);
        }

        start.StartInfo.FileName = "sh";
        return StartAsync(start);
    }

    /// <summary>Serves what the words behind <c>mik run</c> say, in a folder.</summary>
    public static Task<MikProcess> ServeAsAsync(string[] words, string? folder = null, params (string Name, string Value)[] environment) =>
        StartAsync(["run", .. words], folder, environment);

    /// <summary>Starts a command that serves, in a folder.</summary>
    public static async Task<MikProcess> StartAsync(string[] words, string? folder = null, params (string Name, string Value)[] environment)
    {
        var start = Prepare(words);
        start.StartInfo.WorkingDirectory = folder ?? "";
        foreach (var (name, value) in environment)
        {
            start.StartInfo.Environment[name] = value;
        }

        return await StartAsync(start);
    }

    /// <summary>Starts a command that serves, in a folder, on a terminal of its own: what <see cref="TypeAsync"/> gives are keys.</summary>
    public static MikProcess StartOnTerminal(string[] words, string folder, params (string Name, string Value)[] environment)
    {
        var start = Prepare(words);
        var info = start.StartInfo;
        info.ArgumentList.Clear();
        foreach (var word in (string[])["-qfec", string.Join(' ', words.Prepend(info.FileName)), "/dev/null"])
        {
            info.ArgumentList.Add(word);
        }

        info.FileName = "script";
        info.WorkingDirectory = folder;
        info.RedirectStandardInput = true;
        info.Environment["TERM"] = "dumb";
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return new MikProcess(start);
    }

    /// <summary>Presses keys.</summary>
    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until it listens.</summary>
    public Task ListensAsync() => _address.Task.WaitAsync(StartLimit);

    private static async Task<MikProcess> StartAsync(Process start)
    {
        var mik = new MikProcess(start);
        var first = await Task.WhenAny(mik._address.Task, mik._exited).WaitAsync(StartLimit);
        return first == mik._address.Task ? mik : throw new InvalidOperationException("mik did not start:\n" + mik.Errors);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        await RunAsync(arguments, environment: []);

    /// <summary>Runs a command to its end, with more in its environment.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments, params (string Name, string Value)[] environment) =>
        RunInAsync("", arguments, environment);

    /// <summary>Runs a command to its end in a folder.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunInAsync(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = Prepare(arguments);
        start.StartInfo.WorkingDirectory = folder;
        foreach (var (name, value) in environment)
        {
            start.StartInfo.Environment[name] = value;
        }

        await using var mik = new MikProcess(start);
        await mik._exited.WaitAsync(StartLimit);
        return (mik._process.ExitCode, mik.Output, mik.Errors);
    }

    /// <summary>A client of this server; it waits for slow test machines.</summary>
    public HttpClient NewClient() => new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(100) };

    /// <summary>Waits until it has written a text, to stderr or to stdout: the log comes a moment after the answer that it is about.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public Task WroteAsync(string text)
    {
        lock (_errors)
        {
            if (_errors.ToString().Contains(text, StringComparison.Ordinal) || Output.Contains(text, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, seen));
            return seen.Task.WaitAsync(StartLimit);
        }
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string name) => Kill($"-{name}", Id);

    /// <summary>Sends a signal twice, one right after the other.</summary>
    public void SignalTwice(string name) => Kill($"-{name}", Id, Id);

    /// <summary>Whether the process was started with a signal ignored, as it may inherit it.</summary>
    public bool Ignores(int signal) => (ulong.Parse(StatusText("SigIgn"), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;

    /// <summary>Waits for the end of the process.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan limit)
    {
        await _exited.WaitAsync(limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _exited;
        _process.Dispose();
    }

    private static void Kill(params string[] arguments)
    {
        using var kill = Process.Start("kill", arguments);
        kill.WaitForExit();
    }

    private static Process Prepare(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "mik.exe" : "mik"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("PORT");
        start.Environment.Remove("HOST");
        start.Environment.Remove("MIK_LOG");
        start.Environment.Remove("RUST_LOG");
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        start.Environment["MIK_HOME"] = RepositoryRoot.Combine("artifacts", "test-home");
        return new Process { StartInfo = start };
    }

    private void OnOutput(string? line)
    {
        Keep(_output, line);
        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
        }

        Tell(line);
    }

    private void OnError(string? line)
    {
        Keep(_errors, line);
        Tell(line);
    }

    private void Tell(string? line)
    {
        lock (_errors)
        {
            foreach (var (_, seen) in _awaited.Where(awaited => line?.Contains(awaited.Text, StringComparison.Ordinal) == true))
            {
                seen.TrySetResult();
            }
        }
    }

    private long Status(string name) => long.Parse(StatusText(name).Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private string StatusText(string name) =>
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(':')[1].Trim();

    private static void Keep(StringBuilder text, string? line)
    {
        if (line is null)
        {
            // The end of the stream.
            return;
        }

        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [GeneratedRegex("^mik is listening on (?<address>http://[^ ,]+)")]
    private static partial Regex Listening();
}
