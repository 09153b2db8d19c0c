using System.Globalization;
using Mik.Server.Observability;

namespace Mik.Cli.Output;

/// <summary>What <c>mik run --profile</c> prints at its end.</summary>
internal static class ProfileTable
{
    private static readonly (string Title, Func<ModuleProfile, string> Cell)[] Columns =
    [
        ("module", row => row.Module),
        ("requests", row => row.Requests.ToString("N0", CultureInfo.InvariantCulture)),
        ("take", row => Microseconds(row.Take)),
        ("guest", row => Microseconds(row.Guest)),
        ("host calls", row => Microseconds(row.Host)),
        ("reset", row => Microseconds(row.Reset)),
        ("HTTP", row => Microseconds(row.Http)),
        ("whole", row => Microseconds(row.Whole)),
        ("load", row => Microseconds(row.Load)),
    ];

    /// <summary>Prints a row per module that was asked for.</summary>
    public static void Print(Terminal terminal, IReadOnlyList<ModuleProfile> modules)
    {
        var asked = modules.Where(module => module.Requests > 0).ToArray();
        if (asked.Length == 0)
        {
            terminal.Line("Profile: no module was asked for.");
            return;
        }

        terminal.Line("Where the time of a request went, on average, in µs (load: each time that the module was loaded):");
        string[][] rows = [[.. Columns.Select(column => column.Title)], .. asked.Select(module => Columns.Select(column => column.Cell(module)).ToArray())];
        var widths = Columns.Select((_, index) => rows.Max(row => row[index].Length)).ToArray();
        foreach (var row in rows)
        {
            terminal.Line(string.Join("  ", row.Select((cell, index) => index == 0 ? cell.PadRight(widths[index]) : cell.PadLeft(widths[index]))));
        }
    }

    private static string Microseconds(double value) => value.ToString("N1", CultureInfo.InvariantCulture);
}
