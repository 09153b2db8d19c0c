using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>
/// Writes a composition as a component: the merged imports, the parts, an instance of each plug and last of the socket, with the exports
/// of other instances as arguments where the plan links them, and the socket's exports.
/// </summary>
internal sealed class ComponentEncoder
{
    private readonly CompositionPlan _plan;
    private readonly SectionWriter _writer = new();
    private readonly ImportSet _imports = new();
    private readonly ComponentTypeSpace _space;

    public ComponentEncoder(CompositionPlan plan)
    {
        _plan = plan;
        _space = new ComponentTypeSpace(_writer, _imports);
    }

    public byte[] Encode()
    {
        CollectImports();
        foreach (var import in _imports.Imports)
        {
            _space.Write(import);
        }
        var instances = new Dictionary<CompositionPart, uint>();
        foreach (var part in _plan.Plugs.Append(_plan.Socket))
        {
            instances[part] = Instantiate(part, [.. part.Component.Imports.Select(import => _plan.Find(part, import) is { } link
                ? Argument(import.Name, import.Type.Sort, Alias(link.Export, instances[link.Plug]))
                : Imported(import))]);
        }
        ExportAll(instances[_plan.Socket]);
        return _writer.ToArray();
    }

    private void CollectImports()
    {
        foreach (var part in _plan.Plugs.Prepend(_plan.Socket))
        {
            foreach (var import in part.Component.Imports.Where(import => _plan.Find(part, import) is null))
            {
                _imports.Add(part, import);
            }
        }
    }

    private uint Instantiate(CompositionPart part, byte[][] arguments)
    {
        _writer.AddWhole(SectionIds.Component, part.Bytes.Span);
        var component = _space.NextIndex(Sort.Component);
        _writer.Add(
            SectionIds.Instance,
            [0x00, .. SectionWriter.Unsigned(component), .. SectionWriter.Unsigned((uint)arguments.Length), .. arguments.SelectMany(argument => argument)]);
        return _space.NextIndex(Sort.Instance);
    }

    private byte[] Imported(ComponentExtern import) => Argument(import.Name, import.Type.Sort, _space.Write(_imports.Of(import.Name)));

    private static byte[] Argument(ExternName name, Sort sort, uint index) =>
        [.. SectionWriter.Name(name.Text), .. SortBytes(sort), .. SectionWriter.Unsigned(index)];

    private uint Alias(ComponentExtern export, uint instance)
    {
        _writer.Add(
            SectionIds.Alias,
            [.. SortBytes(export.Type.Sort), 0x00, .. SectionWriter.Unsigned(instance), .. SectionWriter.Name(export.Name.Text)]);
        return export.Type.Sort == Sort.Type ? _space.AppendType() : _space.NextIndex(export.Type.Sort);
    }

    private void ExportAll(uint instance)
    {
        foreach (var export in _plan.Socket.Component.Exports)
        {
            var item = Alias(export, instance);
            _writer.Add(
                SectionIds.Export,
                [0x00, .. SectionWriter.Name(export.Name.Text), .. SortBytes(export.Type.Sort), .. SectionWriter.Unsigned(item), .. Ascription(export.Type)]);
            if (export.Type.Sort == Sort.Type)
            {
                _space.Know(export.Type.Type, _space.AppendType());
            }
            else
            {
                _space.NextIndex(export.Type.Sort);
            }
        }
    }

    /// <summary>A function's own type names types inside the socket; from outside it has to name the exported ones.</summary>
    private byte[] Ascription(ExternType type) =>
        type.Function is { } function ? [0x01, 0x01, .. SectionWriter.Unsigned(_space.IndexOf(function))] : [0x00];

    private static byte[] SortBytes(Sort sort) => (int)sort < 0x100 ? [(byte)sort] : [0x00, (byte)((int)sort - 0x100)];
}
