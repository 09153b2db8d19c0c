using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mik.Cli.Output;
using Mik.Cli.Output.Logging;
using Mik.Configuration;

namespace Mik.Cli.Tests.Output;

/// <summary>The log's forms, its files, and text in it that means harm.</summary>
public sealed class LogOutputTests
{
    private static readonly Action<ILogger, string, int, double, string, Exception?> Say =
        LoggerMessage.Define<string, int, double, string>(LogLevel.Warning, new EventId(1, "said"), "{Line} and {Count} in {DurationMs:0.0} ms ({Time})");

    [Theory]
    [InlineData("\e[2J\e[31mred", @"\x1b[2J\x1b[31mred")]
    [InlineData("a\r\nERROR forged", "a\n    ERROR forged")]
    [InlineData("a\u0007\u0008\u007f\0b", @"a\x07\x08\x7f\x00b")]
    [InlineData("a\u0085\u009b31mb", @"a\x85\x9b31mb")]
    [InlineData("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [InlineData("safe\u202egnp.exe\u2066", @"safe\u202egnp.exe\u2066")]
    [InlineData("tab\tGrüße 世界 🌍", "tab\tGrüße 世界 🌍")]
    [InlineData("{Count} {Nothing} %s {0}", "{Count} {Nothing} %s {0}")]
    public void Text_OfAGuest_CannotPassForAnotherLine(string said, string shown)
    {
        var text = Logged(new TextLines(), said);

        Assert.EndsWith($" WARN  guest   {shown} and 3 in 1.2 ms (noon)\n", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd('\n').Split('\n')[1..], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\e[2J\e[31mred")]
    [InlineData("a\r\n{\"level\":\"error\"}")]
    [InlineData("a\u0085\u2028b\u2029\u202e\u0007")]
    [InlineData("\",\"module\":\"other\"")]
    [InlineData("Grüße 世界 🌍")]
    [InlineData("{Count} {Nothing} {{")]
    public void Json_OfAGuest_IsOneLineThatSaysExactlyIt(string said)
    {
        var text = Logged(new JsonLines(), said);

        Assert.DoesNotContain(text.TrimEnd('\n'), character => char.IsControl(character) || character is '\u2028' or '\u2029' or '\u202e');
        var line = JsonDocument.Parse(text).RootElement;
        Assert.Equal(said, line.GetProperty("line").GetString());
        Assert.Equal(3, line.GetProperty("count").GetInt32());
        Assert.Equal(1.235, line.GetProperty("duration_ms").GetDouble());
        Assert.Equal("noon", line.GetProperty("time_").GetString());
        Assert.Equal("mik.guest", line.GetProperty("logger").GetString());
        Assert.Equal($"{said} and 3 in 1.2 ms (noon)", line.GetProperty("message").GetString());
    }

    [Fact]
    public void Json_QuotesAndBrackets_AreReadable()
    {
        const string Said = "it's <b>1 + 1 & 2</b> `ok` 世界";

        Assert.Contains($"\"line\":\"{Said}\"", Logged(new JsonLines(), Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{Line} (module={Module} id={RequestId})", """{"message":"it (module=x) is","module":"api","request_id":"r1"}""")]
    [InlineData("{Message} (script={Module} id={RequestId})\n{Stack}",
        """{"message":"it (module=x) is","module":"api","request_id":"r1","stack":"at f (module=a.js:1:1)"}""")]
    [InlineData("nobody waited: {Message} (script={Module} id={RequestId})\n{Stack}",
        """{"message":"nobody waited: it (module=x) is","module":"api","request_id":"r1","stack":"at f (module=a.js:1:1)"}""")]
    [InlineData("{Line} ends (in a way)", """{"message":"it (module=x) is ends (in a way)","line":"it (module=x) is"}""")]
    [InlineData("{Method} {Target} {Status} {DurationMs:0.0} ms (module={Module} id={RequestId})",
        """{"message":"request","method":"GET","target":"/","status":200,"duration_ms":1.235,"module":"api","request_id":"r1"}""")]
    [InlineData("{Method} {Target} {Status} {DurationMs:0.0} ms (module={Module} id={RequestId}) {Problem}: {Detail}",
        """{"message":"request failed","method":"GET","target":"/","status":200,"duration_ms":1.235,"module":"api","request_id":"r1","problem":"timeout","detail":"slow"}""")]
    public void Json_Event_SaysNothingTwice(string template, string expected)
    {
        var values = new Dictionary<string, object?>
        {
            ["Line"] = "it (module=x) is",
            ["Message"] = "it (module=x) is",
            ["Module"] = "api",
            ["RequestId"] = "r1",
            ["Stack"] = "at f (module=a.js:1:1)",
            ["Method"] = "GET",
            ["Target"] = "/",
            ["Status"] = 200,
            ["DurationMs"] = 1.23456,
            ["Problem"] = "timeout",
            ["Detail"] = "slow",
        };
        var used = System.Text.RegularExpressions.Regex.Matches(
            template, @"(?<=\{)\w+", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Value).ToArray();
        var rendered = used.Aggregate(template, (text, name) => text.Replace($"{{{name}}}", $"{values[name]}", StringComparison.Ordinal));
        var output = new System.Buffers.ArrayBufferWriter<byte>();

        new JsonLines().Write(
            new LogRecord(
                DateTime.UnixEpoch, LogLevel.Information, "mik", rendered,
                [.. used.Select(name => KeyValuePair.Create(name, values[name])), new("{OriginalFormat}", template)]), output);

        Assert.Equal(
            """{"time":"1970-01-01T00:00:00.000000Z","level":"info","logger":"mik",""" + expected[1..] + "\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Json_TextThatIsNotUnicode_StaysALine()
    {
        var line = JsonDocument.Parse(Logged(new JsonLines(), "half \ud83d of it")).RootElement;

        Assert.Equal("half \ufffd of it", line.GetProperty("line").GetString());
    }

    [Fact]
    public void Files_FullOnes_AreRotatedAndTheOldestDropped()
    {
        var project = Directory.CreateTempSubdirectory("mik-log-").FullName;
        try
        {
            var options =
                new LogOptions
                {
                    ProjectFolder = project,
                    MaxFileBytes = 4000,
                    MaxFiles = 3,
                    Filter = LogFilter.Parse("off,mik::guest=info"),
                    Format = LogFormat.Json
                };
            using (var log = LogOutput.Open(options, new Terminal(noColour: true)))
            {
                var guest = log.Loggers.CreateLogger("mik.guest");
                var other = log.Loggers.CreateLogger("mik.request");
                for (var index = 0; index < 300; index++)
                {
                    Say(guest, $"line {index}", 3, 1.2345, "noon", null);
                    Say(other, "filtered out", 3, 1.2345, "noon", null);
                }
            }

            var files = Directory.GetFiles(Path.Combine(project, ".mik", "logs"));
            Assert.Equal(["mik.1.log", "mik.2.log", "mik.log"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Contains("\"line 299\"", File.ReadAllText(LogFolder.FileOf(project)), StringComparison.Ordinal);

            // The line that fills a file is still its own.
            Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 4300));
            var lines = files.SelectMany(File.ReadAllLines).ToArray();
            Assert.Contains(lines, line => line.Contains("\"line 299\"", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains("\"line 0\"", StringComparison.Ordinal) || line.Contains("filtered", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(project, recursive: true);
        }
    }

    [Fact]
    public void Files_OfASecondServer_AreItsOwn()
    {
        var project = Directory.CreateTempSubdirectory("mik-log-").FullName;
        try
        {
            var options = new LogOptions { ProjectFolder = project, Format = LogFormat.Json, Filter = LogFilter.Parse("off,mik::guest=info") };
            using (var first = LogOutput.Open(options, new Terminal(noColour: true)))
            {
                using var second = LogOutput.Open(options, new Terminal(noColour: true));
                Assert.EndsWith("mik.log", first.Description, StringComparison.Ordinal);
                Assert.EndsWith("mik-2.log", second.Description, StringComparison.Ordinal);
                Say(second.Loggers.CreateLogger("mik.guest"), "second", 3, 1.2345, "noon", null);
            }

            Assert.Contains("second", File.ReadAllText(Path.Combine(project, ".mik", "logs", "mik-2.log")), StringComparison.Ordinal);
            using var third = LogOutput.Open(options, new Terminal(noColour: true));
            Assert.EndsWith("mik.log", third.Description, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(project, recursive: true);
        }
    }

    [Fact]
    public void Destination_TooSlow_DropsAndSaysHowMany()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var line = new byte[1000];
        line[^1] = (byte)'\n';
        long dropped = 0;
        var written = 0;
        using (var queue = new LineQueue((lines, lost) =>
        {
            written += lines.Length / line.Length;
            dropped += lost;
            entered.Release();
            release.Wait(TimeSpan.FromSeconds(30));
        }))
        {
            queue.Add(line);
            Assert.True(entered.Wait(TimeSpan.FromSeconds(30)));
            for (var index = 0; index < 10_000; index++)
            {
                queue.Add(line);
            }

            release.Set();
        }

        Assert.Equal(10_001, written + dropped);
        Assert.True(dropped > 1000);
    }

    [Fact]
    public void Destination_TooSlow_DropsWhatGuestsPrintBeforeTheServersLines()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var output = new byte[1000];
        output[^1] = (byte)'\n';
        var text = new StringBuilder();
        using (var queue = new LineQueue((lines, _) =>
        {
            text.Append(Encoding.UTF8.GetString(lines.Span));
            entered.Release();
            release.Wait(TimeSpan.FromSeconds(30));
        }))
        {
            queue.Add("first\n"u8);
            Assert.True(entered.Wait(TimeSpan.FromSeconds(30)));
            for (var index = 0; index < 10_000; index++)
            {
                queue.Add(output, isOutput: true);
            }

            queue.Add("the server's own\n"u8);
            release.Set();
        }

        Assert.EndsWith("\nthe server's own\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfAnyLength_IsBounded()
    {
        var said = new string('x', 10 * LogRecord.MaxCharacters);

        Assert.InRange(Logged(new TextLines(), said).Length, LogRecord.MaxCharacters, 2 * LogRecord.MaxCharacters);
        Assert.InRange(Logged(new JsonLines(), said).Length, LogRecord.MaxCharacters, 3 * LogRecord.MaxCharacters);
    }

    [Fact]
    public void Destination_Gone_IsWrittenToNoMore()
    {
        using var tried = new SemaphoreSlim(0);
        var times = 0;
        using var queue = new LineQueue((_, _) =>
        {
            times++;
            tried.Release();
            throw new IOException("the reader is gone");
        });

        queue.Add("first\n"u8);
        Assert.True(tried.Wait(TimeSpan.FromSeconds(30)));
        for (var index = 0; index < 1000; index++)
        {
            queue.Add("more\n"u8);
        }

        queue.Dispose();
        Assert.Equal(1, times);
    }

    private static string Logged(ILineFormat format, string said)
    {
        using var output = new MemoryStream();
        using (var loggers = new LineLoggers(LogFilter.Everywhere(LogThreshold.Info), (format, [LogOutput.ToStream(output, format)])))
        {
            Say(loggers.CreateLogger("mik.guest"), said, 3, 1.23456, "noon", null);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
