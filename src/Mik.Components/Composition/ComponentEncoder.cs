using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>
/// Writes a composition as a component: the merged imports, the parts, an instance of each plug, an instance of the socket with the
/// plugs' exports as arguments, and the socket's exports.
/// </summary>
internal sealed class ComponentEncoder
{
    private readonly CompositionPart _socket;
    private readonly IReadOnlyList<CompositionPart> _plugs;
    private readonly Dictionary<string, PluggedImport> _plugged;
    private readonly SectionWriter _writer = new();
    private readonly ImportSet _imports = new();
    private readonly ComponentTypeSpace _space;

    public ComponentEncoder(CompositionPart socket, IReadOnlyList<CompositionPart> plugs, Dictionary<string, PluggedImport> plugged)
    {
        _socket = socket;
        _plugs = plugs;
        _plugged = plugged;
        _space = new ComponentTypeSpace(_writer, _imports);
    }

    public byte[] Encode()
    {
        CollectImports();
        foreach (var import in _imports.Imports)
        {
            _space.Write(import);
        }
        var plugInstances = new Dictionary<CompositionPart, uint>();
        foreach (var plug in _plugs)
        {
            plugInstances[plug] = Instantiate(plug, plug.Component.Imports.Select(Imported));
        }
        var arguments = new List<byte[]>();
        foreach (var import in _socket.Component.Imports)
        {
            arguments.Add(_plugged.TryGetValue(import.Name.Text, out var plugged)
                ? Argument(import.Name, import.Type.Sort, Alias(plugged.Export, plugInstances[plugged.Plug]))
                : Imported(import));
        }
        ExportAll(Instantiate(_socket, arguments));
        return _writer.ToArray();
    }

    private void CollectImports()
    {
        foreach (var import in _socket.Component.Imports)
        {
            if (!_plugged.ContainsKey(import.Name.Text))
            {
                _imports.Add(_socket, import);
            }
        }
        foreach (var plug in _plugs)
        {
            foreach (var import in plug.Component.Imports)
            {
                _imports.Add(plug, import);
            }
        }
    }

    private uint Instantiate(CompositionPart part, IEnumerable<byte[]> arguments)
    {
        _writer.AddWhole(SectionIds.Component, part.Bytes.Span);
        var component = _space.NextIndex(Sort.Component);
        var list = arguments.ToArray();
        _writer.Add(
            SectionIds.Instance,
            [0x00, .. SectionWriter.Unsigned(component), .. SectionWriter.Unsigned((uint)list.Length), .. list.SelectMany(argument => argument)]);
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
        foreach (var export in _socket.Component.Exports)
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
