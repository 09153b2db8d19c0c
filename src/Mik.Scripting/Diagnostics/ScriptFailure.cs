using System.Text;
using System.Text.Json;
using Mik.Scripting.Engine;
using Mik.Scripting.Sources;

namespace Mik.Scripting.Diagnostics;

/// <summary>An error that a script did not catch.</summary>
/// <param name="Name">Its <c>name</c>: TypeError.</param>
/// <param name="Message">Its <c>message</c>.</param>
/// <param name="Frames">Where, innermost first, in the files as written.</param>
/// <param name="CodeFrame">The line at fault with its neighbours.</param>
/// <param name="Code">The code of a failed <c>host.call</c>.</param>
internal sealed record ScriptFailure(string Name, string Message, IReadOnlyList<ScriptFrame> Frames, string? CodeFrame, string? Code = null)
{
    /// <summary>The errors that it gives as its causes, or that it stands for.</summary>
    public IReadOnlyList<ScriptFailure> Causes { get; init; } = [];

    /// <summary>Name and message.</summary>
    public string Summary => Message.Length == 0 ? Name : $"{Name}: {Message}";

    /// <summary>Stack and code frame, for a log.</summary>
    public string Explanation
    {
        get
        {
            var text = new StringBuilder();
            foreach (var frame in Frames)
            {
                text.Append("  ").Append(frame).Append('\n');
            }

            text.Append(CodeFrame);
            foreach (var cause in Causes)
            {
                text.Append("\ncaused by ").Append(cause.Summary).Append('\n').Append(cause.Explanation);
            }

            return text.ToString().Trim('\n');
        }
    }

    /// <summary>An error as the driver reports it.</summary>
    public static ScriptFailure Parse(ReadOnlyMemory<byte> json, ScriptModules modules)
    {
        using var document = JsonDocument.Parse(json);
        return Parse(document.RootElement, modules);
    }

    private static ScriptFailure Parse(JsonElement error, ScriptModules modules)
    {
        var failure = Of(Text(error, "name") ?? "Error", Text(error, "message") ?? "", Text(error, "stack") ?? "", modules, Text(error, "code"));
        return error.TryGetProperty("causes", out var causes) && causes.ValueKind == JsonValueKind.Array
            ? failure with { Causes = [.. causes.EnumerateArray().Select(cause => Parse(cause, modules))] }
            : failure;
    }

    /// <summary>An error that came out of QuickJS.</summary>
    public static ScriptFailure Of(ScriptErrorException error, ScriptModules modules) => Of(error.Name, error.Message, error.ScriptStack, modules, null);

    private static ScriptFailure Of(string name, string message, string stack, ScriptModules modules, string? code)
    {
        var frames = StackExplainer.Explain(name, stack, modules);
        if (frames.Count == 0 && modules.FaultOf(message) is { } fault)
        {
            frames = [fault];
        }

        var explained = NameHint.Of(name, message) is { } hint ? $"{message} ({hint})" : message;
        return new ScriptFailure(name, explained, frames, frames.Count > 0 ? StackExplainer.CodeFrame(frames[0], modules) : null, code);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
