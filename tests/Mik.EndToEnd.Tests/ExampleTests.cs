using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>The examples of the document that defines mik.toml: each loads without a remark and serves.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-example-").FullName;

    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(RepositoryRoot.Combine("tests", "Mik.EndToEnd.Tests", "Examples"), "*.toml").Select(file => Path.GetFileName(file)!)
            .Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_IsServed(string example)
    {
        File.Copy(RepositoryRoot.Combine("tests", "Mik.EndToEnd.Tests", "Examples", example), Path.Combine(_folder, "mik.toml"));
        foreach (var folder in new[] { "modules", "scripts", "static", "public" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        }

        File.Copy(MikProcess.Guest("hello"), Path.Combine(_folder, "modules", "hello.wasm"));

        await using var mik = await MikProcess.ServeAsAsync([], _folder, ("PORT", "0"));
        using var client = mik.NewClient();

        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/hello/"));
        Assert.DoesNotContain("warning:", mik.Errors, StringComparison.Ordinal);
    }
}
