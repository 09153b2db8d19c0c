using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Components.Composition;
using Mik.Components.Metadata;
using Mik.Components.Model;
using Mik.Components.Printing;

namespace Mik.Cli.Commands;

/// <summary><c>mik inspect FILE</c>: what a component is made of, and its world in WIT.</summary>
internal static class InspectCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A component, or a WIT package" };
        var wit = new Option<bool>("--wit") { Description = "Print all its interfaces as WIT, and nothing else" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Verb(
            "inspect",
            "Show a component's world, size, producers and dependencies",
            ("mik inspect api.wasm", "What it imports and exports, and who made it"),
            ("mik inspect api.wasm --wit", "Its interfaces in full, as WIT"),
            ("mik inspect api.wasm --json", "The same for a program"))
        {
            file, wit, json,
        };
        command.SetAction(parsed =>
        {
            var part = ComponentFile.Read(parsed.GetRequiredValue(file));
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            terminal.Line(parsed.GetValue(json) ? Json(part) : parsed.GetValue(wit) ? Wit(part.Component).TrimEnd() : Text(part));
            return ExitCode.Fine;
        });
        return command;
    }

    private static string Wit(Component component) => WitPackage.Of(component) is { } package ? WitPrinter.Print(package) : WitPrinter.Print(component);

    private static string Text(CompositionPart part)
    {
        var metadata = ComponentMetadata.Read(part.Bytes.Span);
        var package = WitPackage.Of(part.Component);
        var lines = new List<string>
        {
            package is null
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{part.Name}: {part.Bytes.Length:N0} bytes, {part.Component.CoreModuleCount} core modules, {part.Component.ComponentCount} "
                        + $"components inside")
                : string.Create(
                    CultureInfo.InvariantCulture, $"{part.Name}: {part.Bytes.Length:N0} bytes, the WIT package {package.Name}: types for building, no code"),
        };
        lines.AddRange(metadata.Name is { } name ? [$"name: {name}"] : []);
        lines.AddRange(metadata.Fields.Select(field => $"{field.Key}: {field.Value.ReplaceLineEndings(" ")}"));
        foreach (var field in Producers.Read(part.Bytes.Span).GroupBy(producer => producer.Field))
        {
            lines.Add($"{field.Key}: {string.Join(", ", field.Select(producer => $"{producer.Name} {producer.Version}".TrimEnd()))}");
        }

        if (package is null)
        {
            lines.Add($"needs: {Needs(part.Component)}");
            lines.AddRange(Features(part.Component) is { Length: > 0 } features ? [$"features: {string.Join(", ", features)}"] : []);
        }

        lines.Add("");
        lines.Add((package is not null ? WitPrinter.Print(package) : WitPrinter.PrintWorld(part.Component)).TrimEnd());
        return string.Join('\n', lines);
    }

    /// <summary>The packages of the imports: <c>wasi:http@0.2.3</c>.</summary>
    private static string Needs(Component component)
    {
        var packages = component.Imports
            .Select(
                import => import.Name.Interface is { } name
                    ? $"{name.Path.Split('/')[0]}{(name.Version.Length > 0 ? "@" + name.Version : "")}" : import.Name.Text)
            .Distinct()
            .ToArray();
        return packages.Length == 0 ? "nothing" : string.Join(", ", packages);
    }

    /// <summary>The proposals beyond WebAssembly 2.0 that its core modules need.</summary>
    private static string[] Features(Component component) => [.. component.CoreModules.SelectMany(module => module.FeatureNames).Distinct()];

    private static Dictionary<string, string> Metadata(ComponentMetadata metadata)
    {
        var all = new Dictionary<string, string>(metadata.Fields, StringComparer.Ordinal);
        if (metadata.Name is { } name)
        {
            all.Add("name", name);
        }

        return all;
    }

    private static string Json(CompositionPart part) => JsonSerializer.Serialize(
        new
        {
            part.Name,
            Size = part.Bytes.Length,
            CoreModules = part.Component.CoreModuleCount,
            Components = part.Component.ComponentCount,
            Imports = part.Component.Imports.Select(import => import.Name.Text),
            Exports = part.Component.Exports.Select(export => export.Name.Text),
            Producers = Producers.Read(part.Bytes.Span),
            Metadata = Metadata(ComponentMetadata.Read(part.Bytes.Span)),
            Features = Features(part.Component),
            WitPackage = WitPackage.Of(part.Component)?.Name,
            Wit = Wit(part.Component),
        },
        ReportOutput.Json);
}
