using System.Reflection;
using Mik.Components.Decoding;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Testing;
using Mik.Wasi.Http;

namespace Mik.Wasi.Tests.Contract;

/// <summary>What a guest that imports everything of a version imports, held against the host's classes.</summary>
/// <param name="guest">The guest.</param>
/// <param name="track">The version.</param>
/// <param name="types">The host's classes for it.</param>
internal sealed class WasiContract(string guest, string track, IReadOnlyList<Type> types)
{
    private const BindingFlags HostMethods = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private List<Row>? _rows;

    /// <summary>A function of WASI and the C# method for it; null when there is none.</summary>
    internal sealed record Row(string Interface, string Function, MethodInfo? Method);

    /// <summary>Every function of <c>wasi:cli/command</c> and <c>wasi:http/proxy</c> 0.2.</summary>
    public static WasiContract V02 { get; } = new("surface", "0.2", WasiInterfaces.All);

    /// <summary>Every function of <c>wasi:cli/imports</c> and <c>wasi:http/service</c> 0.3.</summary>
    public static WasiContract V03 { get; } = new("p3/surface", "0.3", WasiInterfaces.AllOf03);

    /// <summary>Every function of the version.</summary>
    public IReadOnlyList<Row> Rows => _rows ??= Read();

    /// <summary>Methods of the host's classes that no function of these worlds stands for.</summary>
    public IReadOnlyList<string> Extras =>
    [
        .. types.SelectMany(type => type.GetMethods(HostMethods))
            .Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method && method.Name != nameof(IDisposable.Dispose))
            .Where(method => !Rows.Any(row => row.Method == method))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Order(StringComparer.Ordinal),
    ];

    private List<Row> Read()
    {
        var rows = new List<Row>();
        foreach (var import in Component.Load(Guests.Read(guest)).Imports)
        {
            var name = import.Name.Interface!.Path;
            foreach (var function in import.Type.Instance!.Exports)
            {
                if (function.Type.Function is not null)
                {
                    rows.Add(new(name, function.Name.Text, Find(name, function.Name)));
                }
            }
        }
        return rows;
    }

    private MethodInfo? Find(string interfaceName, ExternName function)
    {
        var host = new HostInterface(interfaceName, track);
        foreach (var type in types)
        {
            if (type.GetCustomAttribute<WitInterfaceAttribute>()?.Name == interfaceName)
            {
                host.Add(type);
            }
            else if (type.GetCustomAttribute<WitResourceAttribute>() is { } resource && resource.InterfaceName == interfaceName)
            {
                host.AddResource(resource.Name, type);
            }
        }
        return host.FindMethod(function, out _)?.Method;
    }
}
