namespace Mik.EndToEnd.Tests;

/// <summary>Components in the folder of modules that answer no HTTP: dependencies that others are composed with.</summary>
public sealed class LibraryTests
{
    [Fact]
    public async Task ComponentWithoutAHandler_IsNoModule()
    {
        var project = Directory.CreateTempSubdirectory("mik-library-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(project, "modules"));
            File.Copy(MikProcess.Guest("hello"), Path.Combine(project, "modules", "hello.wasm"));
            File.Copy(MikProcess.Guest("bad/no-handler"), Path.Combine(project, "modules", "library.wasm"));
            File.Copy(MikProcess.Guest("bad/core-module"), Path.Combine(project, "modules", "broken.wasm"));
            await File.WriteAllTextAsync(Path.Combine(project, "mik.toml"), "[project]\nname = \"library\"\n");
            await using var mik = await MikProcess.ServePathsAsync([project], "--log-format", "text");
            using var client = mik.NewClient();

            var detail = await (await client.AskAsync("/run/library/")).ProblemAsync(404, "module-not-found");
            Assert.Contains("it exports wasi:cli/run", detail, StringComparison.Ordinal);
            Assert.Contains("wasi:http/incoming-handler", detail, StringComparison.Ordinal);
            await (await client.AskAsync("/run/broken/")).ProblemAsync(502, "module-invalid");
            Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/hello/"));

            Assert.DoesNotContain("/run/library/", mik.Output, StringComparison.Ordinal);
            await mik.WroteAsync(" INFO  server  not served: no HTTP handler");
        }
        finally
        {
            Directory.Delete(project, recursive: true);
        }
    }
}
