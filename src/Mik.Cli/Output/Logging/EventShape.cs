using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Mik.Server.Observability;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// What of an event is its message and what are its fields, so that nothing stands in a line twice: the context in brackets is fields only, a sentence that
/// is one value is the message only, and of requests all is fields.
/// </summary>
/// <param name="Message">The message, when it is the same for all.</param>
/// <param name="Context">What the context begins with, which is cut off.</param>
/// <param name="Sentence">The value that is the whole sentence.</param>
internal sealed partial record EventShape(string? Message, string? Context, string? Sentence)
{
    private static readonly EventShape RequestDone = new("request", null, null);
    private static readonly EventShape RequestFailed = new("request failed", null, null);
    private static readonly ConcurrentDictionary<string, EventShape> Known = new(StringComparer.Ordinal);

    /// <summary>The shape of the events with a template, of which there are as many as the source has.</summary>
    public static EventShape Of(string template) =>
        ReferenceEquals(template, Events.RequestDoneTemplate) ? RequestDone : Known.GetOrAdd(template, static template => template switch
        {
            Events.RequestDoneTemplate => RequestDone,
            Events.RequestFailedTemplate => RequestFailed,
            _ => Read(template),
        });

    /// <summary>The names of its values.</summary>
    public FieldNames Names { get; } = new();

    /// <summary>The message of an event.</summary>
    public string MessageOf(string rendered) =>
        Message ?? (Context is not null && rendered.LastIndexOf(Context, StringComparison.Ordinal) is var end and >= 0 ? rendered[..end] : rendered);

    /// <summary>Whether the message says a value as it is.</summary>
    public bool IsSaid(string name) => name == Sentence || name == "Message";

    private static EventShape Read(string template)
    {
        var context = ContextForm().Match(template);
        var sentence = OneValue().Match(context.Success ? template[..context.Index] : template);
        return new EventShape(null, context.Success ? context.Groups["head"].Value : null, sentence.Success ? sentence.Groups["name"].Value : null);
    }

    // " (module={Module} id={RequestId})", and a stack behind it.
    [GeneratedRegex(@"(?<head> \(\w+=)\{\w+\}(?: \w+=\{\w+\})*\)(?:\n\{Stack\})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ContextForm();

    [GeneratedRegex(@"^\{(?<name>\w+)\}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneValue();
}
