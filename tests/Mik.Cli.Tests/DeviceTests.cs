using Mik.Testing;

namespace Mik.Cli.Tests;

/// <summary>What is no file with bytes of its own is an error, and is not read without end.</summary>
public sealed class DeviceTests
{
    [Theory]
    [InlineData("inspect", "/dev/zero")]
    [InlineData("compose", "/dev/zero", "--plug", "/dev/zero", "-o", "/dev/null/none.wasm")]
    [InlineData("run", "/dev/zero")]
    public async Task Component_ThatIsADevice_IsNoWebAssembly(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /dev/zero here");

        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[not-webassembly]", run.Errors, StringComparison.Ordinal);
        Assert.Contains("the file is empty", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_ThatIsAFolder_LeavesNothingBeside()
    {
        var folder = Directory.CreateTempSubdirectory("mik-output-");
        try
        {
            var taken = folder.CreateSubdirectory("out.wasm").FullName;
            var run = await CommandRun.OfAsync(
                "compose", RepositoryRoot.Combine("guests", "bridge", "bridge.wasm"),
                "--plug", RepositoryRoot.Combine("guests", "core-handler", "core-handler.wasm"), "-o", taken);

            Assert.Contains("error[file-unwritable]", run.Errors, StringComparison.Ordinal);
            Assert.Equal([taken], Directory.GetFileSystemEntries(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
