using System.Globalization;
using Mik.Cli.Output;
using Mik.Server;

namespace Mik.Cli.Commands;

/// <summary>What <c>mik run</c> prints when it listens: every route, the address, and what is on.</summary>
internal static class Banner
{
    /// <summary>Prints it.</summary>
    public static void Print(Terminal terminal, MikServerOptions options, IReadOnlyCollection<string> addresses, string log)
    {
        terminal.Line($"mik is listening on {string.Join(", ", addresses)}");
        terminal.Line();
        var width = Math.Max("/metrics".Length, options.Modules.Select(module => module.Name.Length).DefaultIfEmpty().Max() + "/run//".Length);
        foreach (var module in options.Modules)
        {
            terminal.Line($"  {$"/run/{module.Name}/".PadRight(width)}  {module.Path}");
        }

        terminal.Line($"  {"/health".PadRight(width)}  status; also /health/live and /health/ready");
        terminal.Line($"  {"/metrics".PadRight(width)}  figures for Prometheus");
        terminal.Line();
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"  deadline {options.ExecutionTimeout.TotalSeconds:0.###} s, memory {Size(options.MemoryLimitBytes)}, body {Size(options.MaxBodyBytes)}, {options.MaxConcurrentRequests} requests at once"));
        terminal.Line($"  log: {log}");
        terminal.Line($"  outgoing HTTP: {(options.HttpAllowed.Count == 0 ? "none allowed" : string.Join(", ", options.HttpAllowed))}");
        terminal.Line();
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.###} MB");
}
