using System.Diagnostics;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary><c>docs/tutorial.md</c>, typed as it stands there, at a port that is free.</summary>
public sealed class TutorialTests : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mik-tutorial-").FullName;
    private readonly int _port = FreePort.Choose();
    private MikProcess? _server;
    private string _folder;

    public TutorialTests() => _folder = _root;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_root, recursive: true);
    }

    [ToolFact("node npm curl sh")]
    public async Task Tutorial_EveryCommand_PrintsWhatIsShown()
    {
        var page = await File.ReadAllTextAsync(RepositoryRoot.Combine("docs", "tutorial.md"));
        foreach (var step in TutorialPage.Read(page))
        {
            if (step.File is { } file)
            {
                await File.WriteAllTextAsync(Path.Combine(_folder, file), step.Text);
                continue;
            }

            var output = (await TypeAsync(step.Command!.Replace("3000", $"{_port}", StringComparison.Ordinal)))
            .Replace($"{_port}", "3000", StringComparison.Ordinal);
            Assert.True(TutorialPage.Matches(step.Text, output), $"$ {step.Command}\n{output}\nshown:\n{step.Text}");
        }
    }

    [Theory]
    [InlineData("a\n…\nd\n", "a\nb\nc\nd\n", true)]
    [InlineData("a\n", "a\nb\n", false)]
    [InlineData("b\n", "a\nb\n", false)]
    [InlineData("built …", "built x (5 bytes)\n", true)]
    [InlineData("…\nNext:\n", "x\ny\nNext:\n  cd\n", false)]
    public void Matches_Ellipsis_StandsForAnything(string shown, string output, bool expected) => Assert.Equal(expected, TutorialPage.Matches(shown, output));

    private async Task<string> TypeAsync(string command)
    {
        var words = command.Split(' ');
        switch (words)
        {
            case ["cd", var folder]:
                _folder = Path.GetFullPath(Path.Combine(_folder, folder));
                return "";
            case ["mik", "run"]:
                await StopAsync();
                _server = await MikProcess.StartAsync(["run"], _folder, ("PORT", $"{_port}"));
                await _server.WroteAsync("outgoing HTTP");
                return _server.Output;
            case ["mik", ..]:
                var run = await MikProcess.RunInAsync(_folder, words[1..]);
                Assert.True(run.ExitCode == 0, $"$ {command}\n{run.Output}{run.Errors}");
                return run.Output;
            default:
                using (var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!)
                {
                    return await shell.StandardOutput.ReadToEndAsync();
                }
        }
    }

    private async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }
}
