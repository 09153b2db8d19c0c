using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Runtime;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.Components;

/// <summary>The instance <c>host</c> that some suites import (the names and values are theirs).</summary>
internal static class ComponentHost
{
    // (module (func (export "f") (result i32) i32.const 101) (global (export "g") i32 i32.const 100))
    private static readonly byte[] SimpleModule =
    [
        0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7F, 3, 2, 1, 0, 6, 7, 1, 0x7F, 0, 0x41, 0xE4, 0, 0x0B,
        7, 9, 2, 1, 0x66, 0, 0, 1, 0x67, 3, 0, 0x0A, 7, 1, 5, 0, 0x41, 0xE5, 0, 0x0B,
    ];

    /// <summary>A linker that has the instance.</summary>
    public static Linker CreateLinker()
    {
        var resource1 = new TypeItem(new RuntimeResource("resource1", typeof(Resource1)));
        var host = new InstanceItems
        {
            ["return-three"] = Function("return-three", typeof(HostFunctions), nameof(HostFunctions.ReturnThree)),
            ["return-hi"] = Function("return-hi", typeof(HostFunctions), nameof(HostFunctions.ReturnHi)),
            ["nested"] = new InstanceItems
            {
                ["return-four"] = Function("return-four", typeof(HostFunctions), nameof(HostFunctions.ReturnFour)),
            },
            ["simple-module"] = CompiledModule.Compile(WasmModule.Load(SimpleModule)),
            ["resource1"] = resource1,
            ["resource1-again"] = resource1,
            ["resource2"] = new TypeItem(new RuntimeResource("resource2", typeof(Resource2))),
            ["[constructor]resource1"] = Function("[constructor]resource1", typeof(Resource1), nameof(Resource1.Create)),
        };
        foreach (var (name, method) in Resource1.Methods)
        {
            host[name] = Function(name, typeof(Resource1), method);
        }
        var linker = new Linker().Define("host", host);
        linker.Define("host-return-two", (ReadOnlySpan<object?> _) => 2u);
        linker.Define("host-echo-u32", (ReadOnlySpan<object?> arguments) => arguments[0]);
        return linker;
    }

    private static HostMethodFunction Function(string name, Type type, string method) => new(name, new HostMethod(type.GetMethod(method)!));
}

/// <summary>Free functions of <c>host</c>.</summary>
public static class HostFunctions
{
    public static uint ReturnThree() => 3;

    public static uint ReturnFour() => 4;

    public static string ReturnHi() => "hi";
}

/// <summary>A resource that counts how often it was dropped; a run of a file starts from 0.</summary>
[WitResource("host", "resource1")]
public sealed class Resource1 : IDisposable
{
    [ThreadStatic]
    private static uint _drops;
    [ThreadStatic]
    private static uint _lastDrop;
    private readonly uint _representation;

    private Resource1(uint representation) => _representation = representation;

    internal static readonly (string Name, string Method)[] Methods =
    [
        ("[static]resource1.assert", nameof(Assert)),
        ("[static]resource1.last-drop", nameof(LastDrop)),
        ("[static]resource1.drops", nameof(Drops)),
        ("[method]resource1.simple", nameof(Simple)),
        ("[method]resource1.take-own", nameof(TakeOwn)),
        ("[method]resource1.take-borrow", nameof(TakeBorrow)),
    ];

    public static void Reset() => _drops = _lastDrop = 0;

    public static Resource1 Create(uint representation) => new(representation);

    public static void Assert(Resource1 resource, uint representation)
    {
        Xunit.Assert.Equal(representation, resource._representation);
    }

    public static uint LastDrop() => _lastDrop;

    public static uint Drops() => _drops;

    public void Simple(uint representation) => Xunit.Assert.Equal(representation, _representation);

    public void TakeBorrow(Resource1 other) => Xunit.Assert.NotNull(other);

    public void TakeOwn(Resource1 other) => Xunit.Assert.NotSame(this, other);

    public void Dispose()
    {
        _drops++;
        _lastDrop = _representation;
    }
}

/// <summary>Another resource.</summary>
[WitResource("host", "resource2")]
public sealed class Resource2;
