namespace Mik.Testing;

/// <summary>The prebuilt components of <c>guests/</c>.</summary>
public static class Guests
{
    /// <summary>The bytes of a guest, for example <c>hello</c>.</summary>
    public static byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Where a guest is; one of a folder of several is named with the folder, for example <c>p3/hello</c>.</summary>
    public static string PathOf(string name) => name.Contains('/', StringComparison.Ordinal)
        ? RepositoryRoot.Combine("guests", name + ".wasm")
        : RepositoryRoot.Combine("guests", name, name + ".wasm");

    /// <summary>The bytes of one of the components in <c>guests/parts</c>, which import and export each other's interfaces.</summary>
    public static byte[] ReadPart(string name) => File.ReadAllBytes(RepositoryRoot.Combine("guests", "parts", name + ".wasm"));

    /// <summary>The bytes of one of the faulty components in <c>guests/bad</c>.</summary>
    public static byte[] ReadBad(string name) => File.ReadAllBytes(RepositoryRoot.Combine("guests", "bad", name + ".wasm"));
}
