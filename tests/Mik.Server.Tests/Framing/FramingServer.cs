using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasi.Http;

namespace Mik.Server.Tests.Framing;

/// <summary>A server with the guest of <c>guests/framing</c>, and a script that passes its answers on.</summary>
internal sealed class FramingServer : IAsyncDisposable
{
    /// <summary>Asks for what its query says; a call that fails is a 502.</summary>
    private const string Pass = """
        import { error } from "mik-sdk";
        export default async (req, host) => {
          try {
            return await host.call("guest", { method: req.method, path: req.query.t });
          } catch (failure) {
            return error({ status: 502, title: failure.code, detail: failure.message });
          }
        };
        """;

    private static readonly Lazy<HttpComponent> Guest = new(() => HttpComponent.Load(Testing.Guests.Read("framing"), "framing"));

    private readonly ScriptProject _project = new(("pass.js", Pass));

    private TestServer? _server;

    public TestServer Server => _server!;

    /// <summary>
    /// Starts it. Unless there is another clock, time stands still: a guest that a busy machine puts aside behind its response does not run on behind it, and
    /// its connection stays.
    /// </summary>
    public static async Task<FramingServer> StartAsync(Func<MikServerOptions, MikServerOptions>? change = null, TimeProvider? clock = null)
    {
        var framing = new FramingServer();
        framing._server = await TestServer.StartAsync(
            _ => new ModuleModel(Guest.Value.Handle, 1, TimeSpan.Zero),
            options => (change ?? (same => same))(options with
            {
                ScriptsFolder = framing._project.Folder,

                // The first request waits for guest and script engine to be compiled, which takes long on a busy machine.
                ExecutionTimeout = TimeSpan.FromMinutes(10),
            }),
            clock ?? new ManualClock());
        return framing;
    }

    /// <summary>Where a target of the guest is.</summary>
    public static string Path(string target, bool throughScript = false) =>
        throughScript ? "/script/pass?t=" + Uri.EscapeDataString(target) : "/run/guest" + target;

    /// <summary>The one warning with a text in it, which may come after the answer.</summary>
    public async Task<string> WarningAsync(string text)
    {
        await Server.Log.WaitForAsync(text);
        return Assert.Single(Server.Log.Warnings, line => line.Contains(text, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _project.Dispose();
    }
}
