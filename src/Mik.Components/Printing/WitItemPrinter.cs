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

    /// <summary>The items, a line or block each, indented by that many levels.</summary>
    public string Interface(InstanceType instance, int level)
    {
        var indent = new string(' ', level * 2);
        var text = new StringBuilder();
        foreach (var export in instance.Exports)
        {
            if (export.Type.Sort == Sort.Type)
            {
                text.Append(TypeItem(export, instance, indent));
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
        return text.ToString();
    }

    /// <summary><c>func(a: string) -> u32</c>.</summary>
    public string Function(ComponentFunctionType function, int skippedParameters = 0) =>
        $"func({Fields(function.Parameters.Skip(skippedParameters))})" + (function.Result is { } result ? $" -> {Type(result)}" : "");

    /// <summary>What an item is that WIT has no words for in a world.</summary>
    public string Described(ExternType type) => type switch
    {
        { Type: ResourceType } => "resource",
        { Type: ComponentValueType value } => "type = " + Structure(value),
        { Sort: Sort.CoreModule } => "core module",
        { Sort: Sort.Component } => "component",
        _ => "item",
    };

    private string TypeItem(ComponentExtern export, InstanceType instance, string indent)
    {
        var name = export.Name.Text;
        if (names.FindUsed(new WitTypeName(interfaceName, name), export.Type.Type) is { } used)
        {
            var alias = used.Type == name ? "" : $" as {Name(name)}";
            return $"{indent}use {used.Interface}.{{{Name(used.Type)}{alias}}};\n";
        }
        if (export.Type.Type is not ResourceType && names.TryFind(export.Type.Type, out var known) && known.Type != name)
        {
            return $"{indent}type {Name(name)} = {Name(known.Type)};\n";
        }
        return export.Type.Type switch
        {
            ResourceType => Resource(name, instance, indent),
            RecordType record => Block("record", name, record.Fields.Select(field => $"{Name(field.Name)}: {Type(field.Type)}"), indent),
            VariantType variant => Block("variant", name, variant.Cases.Select(Case), indent),
            EnumType labels => Block("enum", name, labels.Labels.Select(Name), indent),
            FlagsType flags => Block("flags", name, flags.Labels.Select(Name), indent),
            ComponentValueType value => $"{indent}type {Name(name)} = {Structure(value)};\n",
            _ => $"{indent}// {name}: {Described(export.Type)}\n",
        };
    }

    private string Resource(string name, InstanceType instance, string indent)
    {
        var members = instance.Exports.Where(export => export.Name.IsAnnotated && export.Name.Resource == name).ToArray();
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

    private string Type(ComponentValueType type) => names.TryFind(type, out var name) ? Name(name.Type) : Structure(type);

    private string ResourceName(ResourceType type) => Name(names.TryFind(type, out var name) ? name.Type : type.Variable.Name);

    private string Structure(ComponentValueType type) => type switch
    {
        OwnType own => ResourceName(own.Type),
        BorrowType borrow => $"borrow<{ResourceName(borrow.Type)}>",
        OptionType option => $"option<{Type(option.Element)}>",
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
