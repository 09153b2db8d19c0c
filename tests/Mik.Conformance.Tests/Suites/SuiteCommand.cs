using System.Globalization;
using System.Text.Json;

namespace Mik.Conformance.Tests.Suites;

/// <summary>One command of a test file. Properties that the command does not have are null or empty.</summary>
public sealed class SuiteCommand
{
    private readonly SuiteFile _file;
    private readonly JsonElement _json;

    internal SuiteCommand(SuiteFile file, JsonElement json)
    {
        _file = file;
        _json = json;
    }

    /// <summary>For example <c>module</c>, <c>assert_return</c>.</summary>
    public string Type => Text("type")!;

    /// <summary>The line in the source text.</summary>
    public int Line => _json.TryGetProperty("line", out var line) ? line.GetInt32() : 0;

    /// <summary><c>core</c>, <c>component</c> or <c>bytes</c>.</summary>
    public string Kind => Text("kind") ?? "core";

    /// <summary>The name that the command gives or uses.</summary>
    public string? Name => Text("name");

    /// <summary>The name under which <c>register</c> makes exports available.</summary>
    public string? As => Text("as");

    /// <summary>The instance that <c>module_instance</c> makes.</summary>
    public string? Instance => Text("instance");

    /// <summary>The module that <c>module_instance</c> takes.</summary>
    public string? Module => Text("module");

    /// <summary>The instance whose memory a <c>thread</c> shares, or null.</summary>
    public string? SharedModule => Text("shared_module");

    /// <summary>The thread that <c>wait</c> joins.</summary>
    public string? Thread => Text("thread");

    /// <summary>What the suite says about the expected failure; a hint only.</summary>
    public string? ExpectedText => Text("text");

    /// <summary>The features that the command needs.</summary>
    public IEnumerable<string> Requires => Strings("requires");

    /// <summary>The features that must be off.</summary>
    public IEnumerable<string> RequiresOff => Strings("requires_off");

    /// <summary>What an <c>action</c> or an assertion calls or gets.</summary>
    public SuiteAction? Action => _json.TryGetProperty("action", out var action) ? new SuiteAction(action) : null;

    /// <summary>The expected results of <c>assert_return</c>.</summary>
    public IReadOnlyList<SuiteValue> Expected => SuiteValue.ReadAll(_json, "expected");

    /// <summary>The inner commands of <c>thread</c>.</summary>
    public IReadOnlyList<SuiteCommand> Commands =>
        _json.TryGetProperty("commands", out var commands)
            ? [.. commands.EnumerateArray().Select(command => new SuiteCommand(_file, command))]
            : [];

    /// <summary>The module's bytes, or null when the command has none or only a text.</summary>
    public byte[]? ReadModule()
    {
        var fileName = Text("module_type") == "text" ? Text("binary_filename") : Text("filename");
        return fileName is null ? null : _file.ReadModule(fileName);
    }

    /// <summary>Whether the command belongs to a profile.</summary>
    /// <remarks>No profile has compact imports, which are no more than a shorter way to write imports.</remarks>
    public bool IsIn(string profile) =>
        (_json.TryGetProperty(profile, out var flag) && flag.GetBoolean()) || (profile == SuiteProfile.Cm02 && Requires.Contains("compact_imports"));

    /// <summary>Whether the suite says that what it asks for is not so any more.</summary>
    public bool IsOutdated => Text("note") is { } note && note.StartsWith("outdated", StringComparison.Ordinal);

    /// <summary>Whether it is said what the command needs, and that is nothing of these.</summary>
    public bool ExistsFor(IReadOnlySet<string> missing)
    {
        ArgumentNullException.ThrowIfNull(missing);
        return Requires.Any() && !Requires.Any(missing.Contains);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_file.Path}, line {Line}: {Type}");

    private string? Text(string property) =>
        _json.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private IEnumerable<string> Strings(string property) =>
        _json.TryGetProperty(property, out var value) ? value.EnumerateArray().Select(item => item.GetString()!) : [];
}

/// <summary>What to call (<c>invoke</c>) or to read (<c>get</c>).</summary>
public sealed class SuiteAction
{
    internal SuiteAction(JsonElement json)
    {
        Type = json.GetProperty("type").GetString()!;
        Field = json.GetProperty("field").GetString()!;
        Module = json.TryGetProperty("module", out var module) ? module.GetString() : null;
        Arguments = SuiteValue.ReadAll(json, "args");
    }

    /// <summary><c>invoke</c> or <c>get</c>.</summary>
    public string Type { get; }

    /// <summary>The export.</summary>
    public string Field { get; }

    /// <summary>The instance's name; the current one when null.</summary>
    public string? Module { get; }

    /// <summary>Arguments of the call.</summary>
    public IReadOnlyList<SuiteValue> Arguments { get; }
}

/// <summary>A value, or a pattern for one: <c>type</c> is its type; numbers are decimal text, floats by their bits.</summary>
public sealed class SuiteValue
{
    internal SuiteValue(JsonElement json)
    {
        Json = json;
        Type = json.GetProperty("type").GetString()!;
        LaneType = json.TryGetProperty("lane_type", out var laneType) ? laneType.GetString() : null;
        Text = json.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        Lanes = value.ValueKind == JsonValueKind.Array && Type == "v128" ? [.. value.EnumerateArray().Select(lane => lane.GetString()!)] : [];
        Alternatives = ReadAll(json, "values");
    }

    /// <summary>The value as the suite has it.</summary>
    public JsonElement Json { get; }

    /// <summary>For example <c>i32</c>, <c>v128</c>, <c>funcref</c>, <c>either</c>.</summary>
    public string Type { get; }

    /// <summary>The decimal text, <c>null</c>, or <c>nan:canonical</c> and <c>nan:arithmetic</c>; null when there is none.</summary>
    public string? Text { get; }

    /// <summary>The type of the lanes of a <c>v128</c>.</summary>
    public string? LaneType { get; }

    /// <summary>The lanes of a <c>v128</c>.</summary>
    public IReadOnlyList<string> Lanes { get; }

    /// <summary>The patterns of <c>either</c>, of which one must match.</summary>
    public IReadOnlyList<SuiteValue> Alternatives { get; }

    internal static IReadOnlyList<SuiteValue> ReadAll(JsonElement json, string property) =>
        json.TryGetProperty(property, out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Select(value => new SuiteValue(value))]
            : [];
}
