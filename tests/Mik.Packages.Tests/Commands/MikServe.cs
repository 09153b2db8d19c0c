using System.Diagnostics;
using System.Text.RegularExpressions;
using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;

namespace Mik.Packages.Tests.Commands;

/// <summary><c>mik run</c> for as long as one answer takes.</summary>
internal static partial class MikServe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    /// <summary>Serves something on a free port, asks for a path, and gives the body.</summary>
    public static async Task<string> GetAsync(TestProject project, FakeRegistry? registry, string path, params string[] what)
    {
        using var process = MikCommand.Start(project, registry, ["run", .. what, "--port", "0"]);
        try
        {
            var address = await AddressAsync(process).WaitAsync(Limit);
            _ = process.StandardOutput.ReadToEndAsync();
            using var client = new HttpClient { Timeout = Limit };
            return await client.GetStringAsync(new Uri(address, path));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new Uri(match.Groups["address"].Value);
            }
        }

        throw new InvalidOperationException($"mik run ended: {await errors}");
    }

    [GeneratedRegex("listening on (?<address>http://[^ ,]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Listening();
}
