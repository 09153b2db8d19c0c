using Mik.Components.Model;
using Mik.Testing;
using static Mik.Components.Decoding.ComponentLoading;
using static Mik.Components.Tests.ComponentBytes;

namespace Mik.Components.Tests.Decoding;

public sealed class ComponentDecoderTests
{
    [Fact]
    public void Load_EmptyComponent_HasNothing()
    {
        var component = Component.Load(Assemble());
        Assert.Empty(component.Imports);
        Assert.Empty(component.Exports);
        Assert.Empty(component.Definitions);
    }

    [Fact]
    public void Load_CoreModule_SaysWhatItIs()
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(Guests.ReadBad("core-module")));
        Assert.Equal(InvalidComponentKind.CoreModule, error.Kind);
        Assert.Contains("core WebAssembly module", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("3C68746D6C3E")]
    [InlineData("7F454C46020101000000")]
    public void Load_NotWasm_SaysSo(string hex)
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(Convert.FromHexString(hex)));
        Assert.Equal(InvalidComponentKind.NotWasm, error.Kind);
    }

    [Theory]
    [InlineData("0061736D", 0)]
    [InlineData("0061736D0D00", 0)]
    [InlineData("0061736D0E000100", 4)]
    [InlineData("0061736D0D000100FF00", 8)]
    [InlineData("0061736D0D0001000705", 10)]
    public void Load_BadPreambleOrSection_IsMalformed(string hex, int offset)
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(Convert.FromHexString(hex)));
        Assert.Equal(InvalidComponentKind.Malformed, error.Kind);
        Assert.Equal(offset, error.Offset);
    }

    [Fact]
    public void Load_EveryPrefixOfARealComponent_IsRefusedOrLoads()
    {
        var bytes = Guests.Read("noreply");
        for (var length = 0; length < bytes.Length; length++)
        {
            try
            {
                Component.Load(bytes.AsMemory(0, length));
            }
            catch (InvalidComponentException error)
            {
                Assert.InRange(error.Offset, 0, length);
            }
        }
    }

    [Fact]
    public void Load_HttpGuest_KnowsImportsAndExports()
    {
        var component = Component.Load(Guests.Read("hello"));

        var types = Assert.Single(component.Imports, import => import.Name.Interface?.Path == "wasi:http/types");
        Assert.Equal("0.2", types.Name.Interface!.Track);
        Assert.True(types.Type.Instance!.Exports.TryGet("outgoing-response", out var response));
        Assert.IsType<ResourceType>(response.Type);

        var handler = Assert.Single(component.Exports);
        Assert.Equal("wasi:http/incoming-handler@0.2.3", handler.Name.Text);
        Assert.True(handler.Type.Instance!.Exports.TryGet("handle", out var handle));
        Assert.Equal(["request", "response-out"], handle.Function!.Parameters.Select(parameter => parameter.Name));
        Assert.All(handle.Function.Parameters, parameter => Assert.IsType<OwnType>(parameter.Type));
    }

    [Fact]
    public void Load_HttpGuest_KnowsWhereEveryResourceComesFrom()
    {
        var component = Component.Load(Guests.Read("hello"));

        Assert.NotEmpty(component.Resources);
        for (var slot = 0; slot < component.Resources.Length; slot++)
        {
            var resource = component.Resources[slot];
            Assert.Equal(slot, resource.Slot);
            Assert.True(resource.TypeIndex >= 0 ^ resource.InstanceIndex >= 0);
        }
        var streams = Assert.Single(component.Resources, resource => resource.Path is ["output-stream"]);
        Assert.Equal("wasi:io/streams@0.2.3.output-stream", streams.Name);
    }

    [Theory]
    [InlineData(0x1C, "error-context")]
    [InlineData(0x26, "threading")]
    [InlineData(0x2E, "forward")]
    public void Load_BuiltInThatIsNotThere_SaysWhatItRequires(byte builtIn, string feature)
    {
        var bytes = Assemble(Section(CanonicalSection, [builtIn, 0x00, 0x00]));
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Equal(InvalidComponentKind.Unsupported, error.Kind);
        Assert.Contains($"requires component-model {feature}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(12)]
    public void Load_Values_AreRefusedClearly(byte section)
    {
        var error = Assert.Throws<InvalidComponentException>(
            () => Component.Load(Assemble(RawSection(section, [0x00]))));
        Assert.Equal(InvalidComponentKind.Unsupported, error.Kind);
        Assert.Contains("component-model values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_InvalidCoreModule_NamesItAndItsPlaceInTheComponent()
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(Guests.ReadBad("invalid-code")));
        Assert.Equal(InvalidComponentKind.Invalid, error.Kind);
        Assert.Equal(0xA9, error.Offset);
        Assert.StartsWith("core module 0: type mismatch", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("primary", "wasi:keyvalue/store", null, "users", null)]
    [InlineData("wasi:keyvalue/store@0.2", null, ".6-rc.1", null, null)]
    [InlineData("primary", "not an interface", null, null, "must be an interface")]
    [InlineData("wasi:keyvalue/store", "wasi:keyvalue/store", null, null, "not valid with `implements`")]
    [InlineData("wasi:keyvalue/store@0.2", null, ".6.7", null, "invalid interface version")]
    [InlineData("wasi:keyvalue/store@0.2.0", null, "-rc", null, "invalid interface version")]
    [InlineData("primary", null, ".1", null, "invalid interface version")]
    public void Load_NameAttributes_AreChecked(string name, string? implements, string? suffix, string? externalId, string? reason)
    {
        byte[][] attributes =
        [
            .. implements is null ? [] : new[] { Join([0x00], Name(implements)) },
            .. suffix is null ? [] : new[] { Join([0x01], Name(suffix)) },
            .. externalId is null ? [] : new[] { Join([0x02], Name(externalId)) },
        ];
        var bytes = ImportWithAttributes(name, 0, attributes);
        if (reason is null)
        {
            Assert.Equal(name, Component.Load(bytes).Imports[0].Name.Text);
            return;
        }
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NameAttributes_RepeatedUnknownOrMisplaced_AreRefused()
    {
        Refused("duplicate attribute", ImportWithAttributes("a", 0, [0x02, .. Name("x")], [0x02, .. Name("y")]));
        Refused("malformed name attribute", ImportWithAttributes("a", 0, [0x03, .. Name("x")]));
        Refused("only instances can have an `implements`", ImportWithAttributes("a", 1, [0x00, .. Name("a:b/c")]));
        Refused("only instances can have a `versionsuffix`", ImportWithAttributes("a:b/c@1", 1, [0x01, .. Name(".2.3")]));
    }

    private static byte[] ImportWithAttributes(string name, byte type, params byte[][] attributes) => Assemble(
        Section(TypeSection, InstanceType(), Function([])),
        Section(ImportSection, Join([0x02], Name(name), Vector(attributes), [type == 0 ? (byte)0x05 : (byte)0x01, type])));

    private static void Refused(string reason, byte[] bytes)
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
