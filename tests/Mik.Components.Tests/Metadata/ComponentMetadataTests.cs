using Mik.Components.Decoding;
using Mik.Components.Metadata;
using Mik.Components.Model;
using Mik.Components.Printing;
using Mik.Testing;

namespace Mik.Components.Tests.Metadata;

public sealed class ComponentMetadataTests
{
    [Fact]
    public void Read_EverySection_IsAFieldWithItsAnnotation()
    {
        var sections = ComponentMetadata.FieldNames.Select(field => (field.Section, $"the {field.Section} ☺")).ToArray();

        var metadata = ComponentMetadata.Read(WitPackageBytes.WithTexts(Guests.Read("echo"), sections));

        Assert.Equal(sections, metadata.Fields.Select(field => (field.Key, field.Value)));
        Assert.Equal("the licenses ☺", metadata["licenses"]);
        Assert.Contains(("homepage", "org.opencontainers.image.url"), ComponentMetadata.FieldNames);
    }

    [Fact]
    public void Read_WhatIsNoText_IsPassedOver()
    {
        var bytes = Guests.Read("echo");
        bytes = WitPackageBytes.WithSection(bytes, "authors", [0xFF, 0xFE]);
        bytes = WitPackageBytes.WithSection(bytes, "licenses", "MIT\u001b[2J"u8.ToArray());
        bytes = WitPackageBytes.WithSection(bytes, "source", new byte[100_000]);
        bytes = WitPackageBytes.WithSection(bytes, "component-name", [0x00, 0x7F, 0x01]);

        var metadata = ComponentMetadata.Read(bytes);

        Assert.Null(metadata.Name);
        Assert.Empty(metadata.Fields);
    }

    [Fact]
    public void Read_OfAModuleInside_IsNotTheComponents()
    {
        // A core module that says a version, and nothing around it that does.
        byte[] module = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00, 0x00, 0x0D, .. WitPackageBytes.Name("version"), .. "9.9.9"u8];

        Assert.Null(ComponentMetadata.Read(ComponentBytes.Assemble(ComponentBytes.RawSection(ComponentBytes.CoreModuleSection, module)))["version"]);
    }

    [Fact]
    public void Write_Stamp_IsReadAndAllElseStays()
    {
        var before = WitPackageBytes.WithTexts(Guests.Read("echo"), ("licenses", "MIT"), ("version", "0.0.1"));
        before = WitPackageBytes.WithSection(
            before, "producers", [1, .. WitPackageBytes.Name("language"), 1, .. WitPackageBytes.Name("C"), .. WitPackageBytes.Name("17")]);

        var once = MetadataStamp.Write(before, "api", "1.2.3", ("mik", "0.1.0"));
        var twice = MetadataStamp.Write(once, "api", "1.2.3", ("mik", "0.1.0"));

        var metadata = ComponentMetadata.Read(once);
        Assert.Equal(("api", "1.2.3", "MIT"), (metadata.Name, metadata["version"], metadata["licenses"]));
        Assert.Contains(new Producer("language", "C", "17"), Producers.Read(once));
        Assert.Contains(new Producer("processed-by", "mik", "0.1.0"), Producers.Read(once));
        Assert.Equal(once, twice);
        Assert.Equal(WitPrinter.Print(Component.Load(before)), WitPrinter.Print(Component.Load(once)));
    }

    [Fact]
    public void Write_Stamp_KeepsTheNamesOfWhatIsInside()
    {
        byte[] names = [0x00, 0x03, .. WitPackageBytes.Name("ab"), 0x01, 0x02, 0x00, 0x00];

        var stamped = MetadataStamp.Write(WitPackageBytes.WithSection(Guests.Read("echo"), "component-name", names), "api", "1.0.0", ("mik", "1"));

        Assert.Equal("api", ComponentMetadata.Read(stamped).Name);
        Assert.True(stamped.AsSpan().IndexOf((byte[])[.. WitPackageBytes.Name("api"), 0x01, 0x02, 0x00, 0x00]) > 0);
    }

    [Fact]
    public void WitPackage_OfABinaryPackage_IsToldAndPrinted()
    {
        var package = WitPackage.Of(Component.Load(WitPackageBytes.Simple()));

        Assert.NotNull(package);
        Assert.Equal("a:b@1.0.0", package.Name);
        Assert.Equal("interface i, world w", package.Described);
        Assert.Equal(["a:b/i@1.0.0", "a:b/w@1.0.0"], package.Items.Select(item => item.Name.Text));
        Assert.Equal("package a:b@1.0.0;\n\ninterface i {\n  f: func();\n}\n\nworld w {\n  import a:b/i@1.0.0;\n}\n",
            Mik.Components.Printing.WitPrinter.Print(package));
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("core-handler")]
    [InlineData("bridge")]
    public void WitPackage_OfAComponent_IsNone(string guest) => Assert.Null(WitPackage.Of(Component.Load(Guests.Read(guest))));

    [Fact]
    public void WitPackage_OfAnEmptyComponent_IsNone() => Assert.Null(WitPackage.Of(Component.Load(ComponentBytes.Assemble())));
}
