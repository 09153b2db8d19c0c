using System.Reflection;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Testing;

namespace Mik.Wasi.Tests.Contract;

/// <summary>What <c>guests/surface</c> imports, held against the host's classes.</summary>
internal static class WasiContract
{
    private const BindingFlags HostMethods = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>A function of WASI and the C# method for it; null when there is none.</summary>
    internal sealed record Row(string Interface, string Function, MethodInfo? Method);

    /// <summary>Every function of <c>wasi:cli/command</c> and <c>wasi:http/proxy</c>.</summary>
    public static IReadOnlyList<Row> Rows { get; } = Read();

    /// <summary>Methods of the host's classes that no function of these worlds stands for.</summary>
    public static IReadOnlyList<string> Extras { get; } =
    [
        .. WasiInterfaces.All.SelectMany(type => type.GetMethods(HostMethods))
            .Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method && method.Name != nameof(IDisposable.Dispose))
            .Where(method => !Rows.Any(row => row.Method == method))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Order(StringComparer.Ordinal),
    ];

    private static List<Row> Read()
    {
        var rows = new List<Row>();
        foreach (var import in Component.Load(Guests.Read("surface")).Imports)
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

    private static MethodInfo? Find(string interfaceName, ExternName function)
    {
        var host = new HostInterface(interfaceName, "0.2");
        foreach (var type in WasiInterfaces.All)
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
