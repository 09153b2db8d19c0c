namespace Mik.Wasi.Http.Egress;

/// <summary>What an address leads to.</summary>
internal enum AddressKind
{
    /// <summary>The public internet.</summary>
    Public,
    /// <summary>A network of one's own, or one that the internet does not route.</summary>
    Private,
    /// <summary>This machine.</summary>
    Loopback,
    /// <summary>The machines on the same cable.</summary>
    LinkLocal,
    /// <summary>What a cloud tells its machines about themselves, secrets included.</summary>
    Metadata,
    /// <summary>The unspecified address, or a form of IPv6 that may hide any of the others.</summary>
    Special,
}

/// <summary>The words for kinds of addresses.</summary>
internal static class AddressKinds
{
    /// <summary>The kind with its article.</summary>
    public static string Word(this AddressKind kind) => kind switch
    {
        AddressKind.Public => "a public",
        AddressKind.Private => "a private",
        AddressKind.Loopback => "a loopback",
        AddressKind.LinkLocal => "a link-local",
        AddressKind.Metadata => "a metadata",
        _ => "a special",
    };
}
