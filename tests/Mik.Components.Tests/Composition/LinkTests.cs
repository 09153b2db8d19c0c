using Mik.Components.Composition;
using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Testing;

namespace Mik.Components.Tests.Composition;

/// <summary>Parts that are plugged into each other, and several versions of one interface.</summary>
public sealed class LinkTests
{
    [Theory]
    [InlineData("one", "two", "base")]
    [InlineData("base", "two", "one")]
    public void IntoEachOther_DependencyOfTwo_IsThereOnceInWhateverOrderItIsGiven(params string[] names)
    {
        var (bytes, used) = Plug.IntoEachOther(Part("main"), [.. names.Select(Part), Part("store")]);

        Assert.Empty(Component.Load(bytes).Imports);
        Assert.Equal("base.wasm", used[0].Name);
        Assert.Equal(["base.wasm", "one.wasm", "two.wasm"], used.Select(part => part.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void IntoEachOther_ResourceOfOnePartInAnother_IsTheSame() =>
        Assert.Empty(Component.Load(Plug.IntoEachOther(Part("holder"), [Part("user"), Part("store")]).Bytes).Imports);

    [Fact]
    public void IntoEachOther_PartThatIsMissing_StaysOpen() =>
        Assert.Equal(
            ["test:parts/base@1.0.0"],
            Component.Load(Plug.IntoEachOther(Part("main"), [Part("two"), Part("one")]).Bytes).Imports.Select(import => import.Name.Text));

    [Fact]
    public void IntoEachOther_NothingNeeded_IsTheSocketItself()
    {
        var (bytes, used) = Plug.IntoEachOther(Part("base"), [Part("store")]);

        Assert.Equal(Part("base").Bytes.ToArray(), bytes);
        Assert.Empty(used);
    }

    [Fact]
    public void IntoEachOther_Circle_IsNamed()
    {
        var error = Assert.Throws<CompositionException>(() => Plug.IntoEachOther(Part("circle"), [Part("left"), Part("right")]));

        Assert.Contains("'left.wasm' needs 'right.wasm' needs 'left.wasm'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IntoEachOther_TwoOfTheSame_AreNamedWithWhatTheyExport()
    {
        var error = Assert.Throws<CompositionException>(() => Plug.IntoEachOther(Part("main"), [Part("one"), Part("two"), Part("base"), Part("base")]));

        Assert.Contains(
            "both 'base.wasm' (test:parts/base@1.0.0) and 'base.wasm' (test:parts/base@1.0.0) satisfy test:parts/base@1.0.0", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void IntoEachOther_MustUseAll_NamesWhatNobodyNeeds()
    {
        var error = Assert.Throws<CompositionException>(
            () => Plug.IntoEachOther(Part("main"), [Part("one"), Part("two"), Part("base"), Part("store")], mustUseAll: true));

        Assert.Contains("'store.wasm' exports nothing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("item-100", "item-106")]
    [InlineData("item-106", "item-100")]
    public void Into_ExactVersions_GoBeforeCompatibleOnes(string first, string second) =>
        Assert.Empty(Component.Load(Plug.Into(Part("pair"), Part(first), Part(second))).Imports);

    [Theory]
    [InlineData("item-100")]
    [InlineData("item-106")]
    public void Into_OneVersionOfATrack_SatisfiesBoth(string name) => Assert.Empty(Component.Load(Plug.Into(Part("pair"), Part(name))).Imports);

    [Fact]
    public void Into_TwoOfOneVersion_AreNamedWithWhatTheyExport()
    {
        var error = Assert.Throws<CompositionException>(() => Plug.Into(Part("pair"), Part("item-106"), Part("item-106")));

        Assert.Contains("(test:versions/item@1.0.6)", error.Message, StringComparison.Ordinal);
    }

    private static CompositionPart Part(string name) => new($"{name}.wasm", Guests.ReadPart(name));
}
