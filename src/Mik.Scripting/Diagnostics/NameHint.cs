using System.Text.RegularExpressions;

namespace Mik.Scripting.Diagnostics;

/// <summary>What helps whose script uses a name that is not there: of the SDK, and not imported; or of another runtime.</summary>
internal static partial class NameHint
{
    /// <summary>What to do about an error, or null.</summary>
    /// <param name="error">Its name.</param>
    /// <param name="message">What QuickJS says.</param>
    public static string? Of(string error, string message) => error switch
    {
        "ReferenceError" when Undefined().Match(message) is { Success: true } match => OfUndefined(match.Groups["name"].Value),
        "SyntaxError" when message.EndsWith("in module 'mik-sdk/src/index.js'", StringComparison.Ordinal) => "mik-sdk has error, ok, respond and script",
        _ => null,
    };

    private static string? OfUndefined(string name) => name switch
    {
        "script" or "ok" or "error" or "respond" => $"import {{ {name} }} from \"mik-sdk\"",
        "createTestHost" or "createTestRequest" or "createTestError" or "fn" or "spyOn" => $"import {{ {name} }} from \"mik-sdk/testing\"",
        "host" or "req" => "a script gets it: script(async (req, host) => …)",
        "process" => "what [env] of mik.toml says is host.env",
        "require" => "this file is a module: import … from \"./file.js\"",
        "Buffer" => "bytes are Uint8Array, TextEncoder and TextDecoder",
        _ => null,
    };

    [GeneratedRegex(@"^'?(?<name>[\w$]+)'? is not defined$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Undefined();
}
