using System.Text;
using Mik.Components.Model;

namespace Mik.Components.Printing;

/// <summary>Prints the items of one interface as WIT.</summary>
internal sealed class WitItemPrinter(WitTypeNames names, string interfaceName)
{
    // Words of WIT; as names they are written with a percent sign.
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "as", "async", "bool", "borrow", "char", "constructor", "enum", "export", "f32", "f64", "flags", "from", "func", "future",
        "import", "include", "interface", "list", "option", "own", "package", "record", "resource", "result", "s16", "s32", "s64", "s8",
        "static", "stream", "string", "tuple", "type", "u16", "u32", "u64", "u8", "use", "variant", "with", "world",
    };

    // Types of other interfaces that are spoken of without being among the items; WIT wants them named.
    private readonly HashSet<WitTypeName> _borrowed = [];

    /// <summary>The items, a line or block each, indented by that many levels: what comes from other interfaces first.</summary>
    public string Interface(InstanceType instance, int level)
    {
        var indent = new string(' ', level * 2);
        var text = new StringBuilder();
        foreach (var export in instance.Exports)
        {
            if (export.Type.Sort == Sort.Type)
            {
                text.Append(TypeItem(export, instance.Exports, indent));
            }
            else if (export.Type.Function is { } function && !export.Name.IsAnnotated)
            {
                text.Append(indent).Append(Name(export.Name.Text)).Append(": ").Append(Function(function)).Append(";\n");
            }
            else if (export.Type.Function is null)
            {
                text.Append(indent).Append("// ").Append(export.Name).Append(": ").Append(Described(export.Type)).Append('\n');
            }
        }
        return Uses(instance.Exports, indent) + text;
    }

    /// <summary>The types of other interfaces among items, and those that were spoken of so far: one line for each interface.</summary>
    public string Uses(IEnumerable<ComponentExtern> items, string indent) => string.Concat(items
        .Where(item => item.Type.Sort == Sort.Type)
        .Select(item => (item.Name.Text, Used: Used(item)))
        .Concat(_borrowed.Select(name => (Text: name.Type, Used: (WitTypeName?)name)))
        .Where(item => item.Used is not null)
        .GroupBy(item => item.Used!.Interface, item => Name(item.Used!.Type) + (item.Used.Type == item.Text ? "" : $" as {Name(item.Text)}"))
        .Select(group => $"{indent}use {PathTo(group.Key)}.{{{string.Join(", ", group)}}};\n"));

    /// <summary>The other types among items.</summary>
    public string Types(ExternList items, string indent) =>
        string.Concat(items.Where(item => item.Type.Sort == Sort.Type).Select(item => TypeItem(item, items, indent)));

    /// <summary><c>func(a: string) -> u32</c>.</summary>
    public string Function(ComponentFunctionType function, int skippedParameters = 0) =>
        (function.IsAsync ? "async " : "") + $"func({Fields(function.Parameters.Skip(skippedParameters))})"
            + (function.Result is { } result ? $" -> {Type(result)}" : "");

    /// <summary>What an item is that WIT has no words for in a world.</summary>
    public string Described(ExternType type) => type switch
    {
        { Type: ResourceType } => "resource",
        { Type: ComponentValueType value } => "type = " + Structure(value),
        { Sort: Sort.CoreModule } => "core module",
        { Sort: Sort.Component } => "component",
        _ => "item",
    };

    private WitTypeName? Known(DefinedType type)
    {
        var name = names.Find(interfaceName, type);
        if (name is not null && name.Interface.Length > 0 && name.Interface != interfaceName)
        {
            _borrowed.Add(name);
        }
        return name;
    }

    private WitTypeName? Used(ComponentExtern item) => names.FindUsed(new WitTypeName(interfaceName, item.Name.Text), item.Type.Type!);

    /// <summary>An interface as this one calls it: by its last name alone when it is of the same package.</summary>
    private string PathTo(string other)
    {
        var (package, name) = Parts(other);
        return package == Parts(interfaceName).Package ? Name(name) : other;
    }

    private static (string Package, string Name) Parts(string path)
    {
        var version = path.Split('@');
        var parts = version[0].Split('/', 2);
        return (parts[0] + "@" + version.ElementAtOrDefault(1), parts[^1]);
    }

    private string TypeItem(ComponentExtern export, ExternList items, string indent)
    {
        var name = export.Name.Text;
        if (Used(export) is not null)
        {
            return "";
        }
        if (names.FindAliased(new WitTypeName(interfaceName, name), export.Type.Type!) is { } aliased)
        {
            return $"{indent}type {Name(name)} = {Name(aliased.Type)};\n";
        }
        return export.Type.Type switch
        {
            ResourceType => Resource(name, items, indent),
            RecordType record => Block("record", name, record.Fields.Select(field => $"{Name(field.Name)}: {Type(field.Type)}"), indent),
            VariantType variant => Block("variant", name, variant.Cases.Select(Case), indent),
            EnumType labels => Block("enum", name, labels.Labels.Select(Name), indent),
            FlagsType flags => Block("flags", name, flags.Labels.Select(Name), indent),
            ComponentValueType value => $"{indent}type {Name(name)} = {Structure(value)};\n",
            _ => $"{indent}// {name}: {Described(export.Type)}\n",
        };
    }

    private string Resource(string name, ExternList items, string indent)
    {
        var members = items.Where(export => export.Name.IsAnnotated && export.Name.Resource == name).ToArray();
        if (members.Length == 0)
        {
            return $"{indent}resource {Name(name)};\n";
        }
        var text = new StringBuilder($"{indent}resource {Name(name)} {{\n");
        foreach (var member in members)
        {
            var function = member.Type.Function!;
            text.Append(indent).Append("  ").Append(member.Name.Kind switch
            {
                ExternNameKind.Constructor => $"constructor({Fields(function.Parameters)})",
                ExternNameKind.Static => $"{Name(member.Name.Label)}: static {Function(function)}",
                _ => $"{Name(member.Name.Label)}: {Function(function, skippedParameters: 1)}",
            }).Append(";\n");
        }
        return text.Append(indent).Append("}\n").ToString();
    }

    private static string Block(string keyword, string name, IEnumerable<string> lines, string indent) =>
        $"{indent}{keyword} {Name(name)} {{\n{string.Concat(lines.Select(line => $"{indent}  {line},\n"))}{indent}}}\n";

    private string Fields(IEnumerable<RecordField> fields) => string.Join(", ", fields.Select(field => $"{Name(field.Name)}: {Type(field.Type)}"));

    private string Case(VariantCase item) => item.Type is null ? Name(item.Name) : $"{Name(item.Name)}({Type(item.Type)})";

    private string Type(ComponentValueType type) => Known(type) is { } name ? Name(name.Type) : Structure(type);

    private string ResourceName(ResourceType type) => Name(Known(type)?.Type ?? type.Variable.Name);

    private string Structure(ComponentValueType type) => type switch
    {
        OwnType own => ResourceName(own.Type),
        BorrowType borrow => $"borrow<{ResourceName(borrow.Type)}>",
        OptionType option => $"option<{Type(option.Element)}>",
        StreamType stream => stream.Element is { } element ? $"stream<{Type(element)}>" : "stream",
        FutureType future => future.Element is { } element ? $"future<{Type(element)}>" : "future",
        ListType list => $"list<{Type(list.Element)}>",
        TupleType tuple => $"tuple<{string.Join(", ", tuple.Elements.Select(Type))}>",
        ResultType { Ok: null, Error: null } => "result",
        ResultType { Error: null } result => $"result<{Type(result.Ok!)}>",
        ResultType result => $"result<{(result.Ok is { } ok ? Type(ok) : "_")}, {Type(result.Error)}>",
        RecordType record => $"record {{ {Fields(record.Fields)} }}",
        VariantType variant => $"variant {{ {string.Join(", ", variant.Cases.Select(Case))} }}",
        EnumType labels => $"enum {{ {string.Join(", ", labels.Labels.Select(Name))} }}",
        FlagsType flags => $"flags {{ {string.Join(", ", flags.Labels.Select(Name))} }}",
        _ => type.Kind.ToString().ToLowerInvariant(),
    };

    private static string Name(string name) => Keywords.Contains(name) ? "%" + name : name;
}
