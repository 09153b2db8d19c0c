using System.Globalization;
using Mik.Cli.Output;
using Mik.Server;
using Mik.Server.Options;

namespace Mik.Cli.Running;

/// <summary>What <c>mik run</c> prints when it listens: every route, the address, and what is on.</summary>
internal static class Banner
{
    /// <summary>Prints it.</summary>
    public static void Print(Terminal terminal, MikServerOptions options, MikServer server, string log)
    {
        terminal.Line($"mik is listening on {string.Join(", ", server.Addresses)}");
        terminal.Line();
        var routes = Routes(options, server).ToArray();
        var width = routes.Max(route => route.Path.Length);
        foreach (var (path, what) in routes)
        {
            terminal.Line($"  {path.PadRight(width)}  {what}");
        }

        terminal.Line();
        terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  deadline {options.ExecutionTimeout.TotalSeconds:0.###} s, memory {Size(options.MemoryLimitBytes)}, body "
                    + $"{Size(options.MaxBodyBytes)}, {options.MaxConcurrentRequests} requests at once{PerModule(options)}"));
        terminal.Line($"  log: {log}");
        terminal.Line($"  outgoing HTTP: {(options.HttpAllowed.Count == 0 ? "none allowed" : string.Join(", ", options.HttpAllowed))}");
        if (options.Middleware.Count > 0)
        {
            terminal.Line($"  middleware before handlers and scripts: {string.Join(", ", options.Middleware)}");
        }

        foreach (var (name, module) in options.ModuleOptions.Where(
            module => module.Value.Middleware is not null && server.Modules.Any(served => served.Name == module.Key)))
        {
            terminal.Line($"  middleware before {name}: {(module.Middleware!.Count > 0 ? string.Join(", ", module.Middleware) : "none")}");
        }

        if (options.OtlpEndpoint is { } collector)
        {
            terminal.Line($"  traces: {collector} as {options.TracingServiceName}");
        }

        if (options.HotReload)
        {
            terminal.Line("  hot reload: changes are served as soon as they are saved");
        }

        terminal.Line();
    }

    private static IEnumerable<(string Path, string What)> Routes(MikServerOptions options, MikServer server)
    {
        foreach (var module in server.Modules)
        {
            yield return ($"/run/{module.Name}/", module.Path);
        }

        foreach (var script in server.Scripts)
        {
            yield return ($"/script/{script}", options.ScriptsFolder!);
        }

        if (options.UserModulesPath is { } tenants)
        {
            yield return ("/tenant/<tenant>/<module>/", tenants);
        }

        if (options.StaticFolder is { } files)
        {
            yield return ("/static/", files);
        }

        yield return ("/health", "status; also /health/live and /health/ready");
        yield return ("/metrics", "figures for Prometheus");
    }

    private static string PerModule(MikServerOptions options) =>
        options.MaxPerModuleRequests is { } limit ? string.Create(CultureInfo.InvariantCulture, $", {limit} per module") : "";

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.###} MB");
}
