using System.Globalization;
using System.Text;
using Mik.Testing;
using Mik.Wasi.Http;

namespace Mik.Wasi.Tests.Contract;

/// <summary>The host has every function of WASI 0.2 and 0.3 with the right types, and <c>docs/wasi.md</c> says so.</summary>
public sealed class WasiContractTests
{
    // In interfaces newer than the guest's 0.2.3.
    private static readonly string[] Newer = ["CliExit.ExitWithCode", "NetworkErrors.NetworkErrorCode"];

    [Theory]
    [InlineData("surface")]
    [InlineData("versions")]
    [InlineData("p3/surface")]
    public void Load_EveryImportOfWasi_IsSatisfied(string guest)
    {
        // The exception's message is a table of what is missing or has another shape.
        Assert.Null(Record.Exception(() => HttpComponent.Load(Guests.Read(guest), guest)));
    }

    [Fact]
    public void Host_EveryFunction_HasAMethod()
    {
        Assert.True(WasiContract.V02.Rows.Count > 150);
        Assert.True(WasiContract.V03.Rows.Count > 100);
        Assert.Empty(WasiContract.V02.Rows.Concat(WasiContract.V03.Rows).Where(row => row.Method is null).Select(row => $"{row.Interface}#{row.Function}"));
    }

    [Fact]
    public void Host_EveryMethod_IsAFunctionOfWasi()
    {
        Assert.Equal(Newer, WasiContract.V02.Extras);
        Assert.Empty(WasiContract.V03.Extras);
    }

    [Fact]
    public void Document_IsWhatTheCodeSays()
    {
        var path = RepositoryRoot.Combine("docs", "wasi.md");
        var document = Write();
        if (Environment.GetEnvironmentVariable("MIK_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, document);
        }
        Assert.Equal(document, File.ReadAllText(path));
    }

    private static string Write()
    {
        var text = new StringBuilder("""
            # WASI support

            Written by a test from the code; `MIK_UPDATE_GOLDEN=1 dotnet test tests/Mik.Wasi.Tests` writes it again.

            Every function of `wasi:cli/command` and `wasi:http/proxy` 0.2 can be imported, in any 0.2.x version, several versions
            at once. *works*: as the interface says. *denied*: answers `access-denied`. *no preopens*: a guest has no folder, so
            nothing leads to a descriptor. *no terminal*, *empty*: what a server has. Outgoing HTTP needs `--http-allowed`.
            Clocks tell whole microseconds.
            Trailers of an outgoing request go over HTTP/1.1 without `content-length` only (.NET's HTTP client has no way to); those of its response arrive.
            Also there, for components of later versions: `wasi:cli/exit#exit-with-code`, `wasi:sockets/network#network-error-code`.

            Below them stands 0.3, whose differences are told in [From WASI 0.2 to 0.3](wasi-0.3.md).


            """);
        Write(text, "0.2", WasiContract.V02);
        Write(text, "0.3", WasiContract.V03);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Write(StringBuilder text, string version, WasiContract contract)
    {
        foreach (var group in contract.Rows.GroupBy(row => row.Interface))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {group.Key}@{version}\n\n| function | state | method |\n|---|---|---|\n");
            foreach (var row in group)
            {
                var method = row.Method is null ? "" : $"`{row.Method.DeclaringType!.Name}.{row.Method.Name}`";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{row.Function}` | {(row.Method is null ? "missing" : WasiInterfaces.StateOf(row.Interface))} | {method} |\n");
            }
            text.Append('\n');
        }
    }
}
