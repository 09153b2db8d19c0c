using System.Text.Json;

namespace Mik.EndToEnd.Tests;

/// <summary>What a process logs, where and in which form.</summary>
public sealed class LoggingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Request_NoTerminal_IsOneLineOfJson()
    {
        var lines = await LogOfAsync([], []);

        var request = JsonDocument.Parse(Assert.Single(lines, line => line.Contains("\"logger\":\"mik.request\"", StringComparison.Ordinal))).RootElement;
        Assert.Equal("log-test", request.GetProperty("request_id").GetString());
        Assert.Equal("env", request.GetProperty("module").GetString());
        Assert.Equal(200, request.GetProperty("status").GetInt32());
        Assert.True(request.GetProperty("duration_ms").GetDouble() > 0);
        Assert.Equal("info", request.GetProperty("level").GetString());
        Assert.True(DateTimeOffset.UtcNow - request.GetProperty("time").GetDateTimeOffset() < TimeSpan.FromMinutes(5));
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
        Assert.Equal(["info", "warn"], lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("message").GetString() == "printed")
            .Select(line => line.GetProperty("level").GetString()));
    }

    [Fact]
    public async Task Request_AsText_IsALineForPeople()
    {
        var lines = await LogOfAsync([], ["--log-format", "text"]);

        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} INFO  request GET /run/env/print\?printed 200 [\d.]+ ms \(module=env id=log-test\)$", lines[^1]);
        Assert.Single(lines, line => line.EndsWith(" INFO  guest   printed (module=env id=log-test)", StringComparison.Ordinal));
        Assert.Single(lines, line => line.EndsWith(" WARN  guest   printed (module=env id=log-test)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MIK_LOG", "info", "guest guest request")]
    [InlineData("RUST_LOG", "debug", "server guest guest request")]
    [InlineData("RUST_LOG", "off", "")]
    [InlineData("RUST_LOG", "warn", "guest")]
    [InlineData("MIK_LOG", "info,mik::guest=off", "request")]
    [InlineData("MIK_LOG", "mik::request=info", "request")]
    [InlineData("MIK_LOG", "off,mik::runtime=debug", "server guest guest request")]
    [InlineData("MIK_LOG", "mik=warn,mik::guest=trace", "guest guest")]
    public async Task Filter_OfTheEnvironment_SaysWhatIsLogged(string variable, string filter, string subjects) =>
        Assert.Equal(subjects, Subjects(await LogOfAsync([(variable, filter)], ["--log-format", "text"])));

    [Fact]
    public async Task Filter_GivenTwice_FlagThenMikLogWins()
    {
        Assert.Equal("request", Subjects(await LogOfAsync([("MIK_LOG", "mik::request=info"), ("RUST_LOG", "off")], ["--log-format", "text"])));
        Assert.StartsWith("server guest", Subjects(await LogOfAsync([("MIK_LOG", "off")], ["--log-format", "text", "-v"])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_PartThatMeansNothing_IsTold()
    {
        var lines = await LogOfAsync([("RUST_LOG", "mik=loud,info")], ["--log-format", "text"]);

        Assert.Contains(lines, line => line.StartsWith("note: a part of RUST_LOG is left out: 'mik=loud'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Format_ThatDoesNotExist_IsRefused()
    {
        var (exitCode, _, errors) = await MikProcess.RunAsync("run", MikProcess.Guest("hello"), "--log-format", "xml");

        Assert.Equal(2, exitCode);
        Assert.Contains("--log-format must be auto, text or json, not 'xml'", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("info", 0)]
    [InlineData("debug", 3)]
    public async Task Probes_AreNoNewsWhileTheyAreAnswered(string level, int lines)
    {
        await using var mik = await MikProcess.ServePathsAsync([MikProcess.Guest("hello")], [("MIK_LOG", level)]);
        using var client = mik.NewClient();
        foreach (var path in new[] { "/health", "/health/live", "/health/ready", "/run/hello/" })
        {
            await client.TextAsync(path);
        }

        await mik.WroteAsync("\"target\":\"/run/hello/\"");
        Assert.Equal(lines, mik.Errors.Split('\n').Count(line => line.Contains("\"target\":\"/health", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Project_Served_KeepsTheLogInItsFolder()
    {
        var project = Directory.CreateTempSubdirectory("mik-log-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(project, "modules"));
            File.Copy(MikProcess.Guest("hello"), Path.Combine(project, "modules", "hello.wasm"));
            await File.WriteAllTextAsync(Path.Combine(project, "mik.toml"), "[project]\nname = \"logged\"\n");
            await using (var mik = await MikProcess.ServePathsAsync([project], "--log-format", "text"))
            {
                using var client = mik.NewClient();
                await client.TextAsync("/run/hello/");
                mik.Signal("TERM");
                Assert.Equal(0, await mik.ExitCodeAsync(Limit));
                Assert.Contains(Path.Combine(".mik", "logs", "mik.log"), mik.Output, StringComparison.Ordinal);
            }

            var line = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(project, ".mik", "logs", "mik.log")));
            Assert.Equal("hello", JsonDocument.Parse(line).RootElement.GetProperty("module").GetString());
            Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(project, ".mik", ".gitignore")));
        }
        finally
        {
            Directory.Delete(project, recursive: true);
        }
    }

    [Theory]
    [InlineData("/lines", "mik::guest=info,info")]
    [InlineData("/empty?to=err", "info")]
    [InlineData("/endless", "info")]
    public async Task Guest_ThatPrintsForEver_LeavesTheLinesOfOthersInTheFiles(string path, string filter)
    {
        var project = Directory.CreateTempSubdirectory("mik-log-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(project, "modules"));
            File.Copy(MikProcess.Guest("hello"), Path.Combine(project, "modules", "hello.wasm"));
            File.Copy(MikProcess.Guest("noise"), Path.Combine(project, "modules", "noise.wasm"));
            await File.WriteAllTextAsync(
                Path.Combine(project, "mik.toml"),
                "[project]\nname = \"logged\"\n[server]\nlog_max_size_mb = 1\nlog_max_files = 2\nexecution_timeout_secs = 8\n");
            await using (var mik = await MikProcess.ServePathsAsync([project], [("MIK_LOG", filter)]))
            {
                using var client = mik.NewClient();
                await client.TextAsync("/run/hello/before");
                await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => client.GetAsync(new Uri("/run/noise" + path, UriKind.Relative))));
                await client.TextAsync("/run/hello/after");
                mik.Signal("TERM");
                Assert.Equal(0, await mik.ExitCodeAsync(Limit));
            }

            var lines = Directory.GetFiles(Path.Combine(project, ".mik", "logs")).SelectMany(File.ReadAllLines).Select(
                line => JsonDocument.Parse(line).RootElement).ToArray();
            Assert.Single(lines, line => line.TryGetProperty("target", out var target) && target.GetString() == "/run/hello/before");
            Assert.Single(lines, line => line.TryGetProperty("target", out var target) && target.GetString() == "/run/hello/after");
            var leftOut = lines.Where(
                line =>
                    line.GetProperty("message").GetString()!.Contains(
                        "more bytes of output are left out: of one request 256 KB are logged", StringComparison.Ordinal)).ToArray();
            Assert.Equal(2, leftOut.Length);
            Assert.All(leftOut, line => Assert.True(line.GetProperty("bytes").GetInt64() > 100_000));
        }
        finally
        {
            Directory.Delete(project, recursive: true);
        }
    }

    [Fact]
    public async Task Project_ThatCannotBeWrittenTo_IsServedAllTheSame()
    {
        var project = Directory.CreateTempSubdirectory("mik-log-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(project, "modules"));
            File.Copy(MikProcess.Guest("hello"), Path.Combine(project, "modules", "hello.wasm"));
            await File.WriteAllTextAsync(Path.Combine(project, "mik.toml"), "[project]\nname = \"logged\"\n");
            await File.WriteAllTextAsync(Path.Combine(project, ".mik"), "a file where the folder should be");
            await using var mik = await MikProcess.ServePathsAsync([project]);
            using var client = mik.NewClient();

            Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/hello/"));
            await mik.WroteAsync("note: the log is not kept in a file");
        }
        finally
        {
            Directory.Delete(project, recursive: true);
        }
    }

    /// <summary>What stderr has after one request in which a guest prints a line to stdout and stderr.</summary>
    private static async Task<string[]> LogOfAsync((string Name, string Value)[] environment, string[] flags)
    {
        await using var mik = await MikProcess.ServePathsAsync([MikProcess.Guest("env")], environment, flags);
        using var client = mik.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/env/print?printed");
        request.Headers.Add("X-Request-ID", "log-test");
        (await client.SendAsync(request)).Dispose();
        mik.Signal("TERM");
        Assert.Equal(0, await mik.ExitCodeAsync(Limit));
        return mik.Errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Subjects(string[] lines) =>
        string.Join(
            ' ', lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]).Where(subject => subject is "server" or "guest" or "request"));
}
