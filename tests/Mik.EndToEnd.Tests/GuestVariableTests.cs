namespace Mik.EndToEnd.Tests;

/// <summary>Variables of guests that do not stand in mik.toml.</summary>
public sealed class GuestVariableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-variables-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_VariablesOfHostAndFile_ReachGuestsAndNothingElse()
    {
        Write("[project]\nname = \"demo\"\n[env]\nA = { from = \"SHOP_KEY\" }\nB = { file = \"secret\" }\nC = { from = \"NEVER_SET\" }\n");
        File.WriteAllText(Path.Combine(_folder, "secret"), "of the file\n");
        await using var mik = await MikProcess.ServeAsAsync(
            ["--port", "0", "--env", "C=of the flag"], _folder, ("SHOP_KEY", "of the host"), ("OTHER_KEY", "not for guests"));
        using var client = mik.NewClient();

        Assert.Equal(
            ["A=of the host", "B=of the file", "C=of the flag"],
            (await client.GetStringAsync("/run/env/")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("of the", mik.Output + mik.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_VariablesThatAreNotThere_AreAllNamed()
    {
        Write("[project]\nname = \"demo\"\n[env]\nA = { from = \"NEVER_SET\" }\nB = { file = \"missing\" }\nD = { file = \"damaged\" }\n");
        File.WriteAllBytes(Path.Combine(_folder, "damaged"), [0xFF, 0xFE]);

        var (code, _, errors) = await MikProcess.RunInAsync(_folder, ["run", "--port", "0"]);

        Assert.Equal(1, code);
        Assert.Contains("error[env-missing]: env.A is taken from NEVER_SET, and it is not set", errors, StringComparison.Ordinal);
        Assert.Contains("error[env-missing]: env.B cannot be taken from ", errors, StringComparison.Ordinal);
        Assert.Contains("it is no UTF-8", errors, StringComparison.Ordinal);
    }

    private void Write(string toml)
    {
        File.WriteAllText(Path.Combine(_folder, "mik.toml"), toml);
        Directory.CreateDirectory(Path.Combine(_folder, "modules"));
        File.Copy(MikProcess.Guest("env"), Path.Combine(_folder, "modules", "env.wasm"));
    }
}
