using System.Text;
using Mik.Components.Metadata;
using Mik.Components.Model;

namespace Mik.Components.Printing;

/// <summary>Prints what a component imports and exports as WIT: its world, then the packages of the interfaces that it names.</summary>
public static class WitPrinter
{
    /// <summary>The world of a component and all interfaces in it.</summary>
    public static string Print(Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        var names = new WitTypeNames(component);
        var text = new StringBuilder();
        text.Append("package root:component;\n\n").Append(World(component, names));
        foreach (var package in Packages(component))
        {
            text.Append('\n').Append("package ").Append(package.Key).Append(" {\n");
            text.AppendJoin('\n', package.Select(item => Interface(item, names)));
            text.Append("}\n");
        }
        return text.ToString();
    }

    /// <summary>The world alone: one line per import and export.</summary>
    public static string PrintWorld(Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        return World(component, new WitTypeNames(component));
    }

    /// <summary>A WIT package: its interfaces and worlds.</summary>
    public static string Print(WitPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var text = new StringBuilder().Append("package ").Append(package.Name).Append(";\n");
        foreach (var item in package.Items)
        {
            var component = new Component([], [], [], item.Type);
            var names = new WitTypeNames(component);
            text.Append('\n').Append(item.IsWorld
                ? World(component, names, item.Label)
                : $"interface {item.Label} {{\n{new WitItemPrinter(names, item.Name.Text).Interface(item.Type.Exports[0].Type.Instance!, 1)}}}\n");
        }
        return text.ToString();
    }

    private static string World(Component component, WitTypeNames names, string name = "root")
    {
        var text = new StringBuilder("world ").Append(name).Append(" {\n");
        var types = new WitItemPrinter(names, "");
        text.Append(types.Uses(component.Imports, "  ")).Append(types.Types(component.Imports, "  "));
        AppendItems(text, "import", component.Imports.Where(item => item.Type.Sort != Sort.Type), names);
        if (component.Imports.Count > 0 && component.Exports.Count > 0)
        {
            text.Append('\n');
        }
        AppendItems(text, "export", component.Exports, names);
        return text.Append("}\n").ToString();
    }

    private static void AppendItems(StringBuilder text, string verb, IEnumerable<ComponentExtern> items, WitTypeNames names)
    {
        var printer = new WitItemPrinter(names, "");
        foreach (var item in items.Where(item => !item.Name.IsAnnotated))
        {
            text.Append("  ").Append(verb).Append(' ');
            switch (item)
            {
                case { Name.Interface: not null }:
                    text.Append(item.Name).Append(";\n");
                    break;
                case { Type.Instance: { } instance }:
                    text.Append(item.Name).Append(": interface {\n");
                    text.Append(new WitItemPrinter(names, item.Name.Text).Interface(instance, 2)).Append("  }\n");
                    break;
                case { Type.Function: { } function }:
                    text.Append(item.Name).Append(": ").Append(printer.Function(function)).Append(";\n");
                    break;
                default:
                    text.Append(item.Name).Append(": ").Append(printer.Described(item.Type)).Append(";\n");
                    break;
            }
        }
    }

    private static string Interface(ComponentExtern item, WitTypeNames names)
    {
        var path = item.Name.Interface!.Path;
        return $"  interface {path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..]} {{\n"
            + new WitItemPrinter(names, item.Name.Text).Interface(item.Type.Instance!, 2)
            + "  }\n";
    }

    /// <summary>The interfaces by package; one that is imported and exported is printed once.</summary>
    private static IEnumerable<IGrouping<string, ComponentExtern>> Packages(Component component) =>
        component.Imports.Concat(component.Exports)
            .Where(item => item.Name.Interface is not null && item.Type.Instance is not null)
            .DistinctBy(item => item.Name.Text)
            .GroupBy(item => PackageOf(item.Name.Interface!));

    private static string PackageOf(InterfaceName name)
    {
        var package = name.Path[..name.Path.IndexOf('/', StringComparison.Ordinal)];
        return name.Version.Length == 0 ? package : $"{package}@{name.Version}";
    }
}
