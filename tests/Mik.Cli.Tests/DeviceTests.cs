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
}
