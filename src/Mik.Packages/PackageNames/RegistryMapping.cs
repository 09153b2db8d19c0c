namespace Mik.Packages.PackageNames;

/// <summary>Where the packages of a namespace are: the registry that answers for it, or what is known of it already.</summary>
/// <param name="Host">The registry's name: the host of its document, unless <paramref name="Oci"/> is known.</param>
/// <param name="Oci">Where its packages are in OCI; null when its document has to be asked.</param>
internal sealed record RegistryMapping(string Host, OciPlace? Oci);

/// <summary>Where packages are in an OCI registry.</summary>
/// <param name="Registry">The registry; null is the one that was asked.</param>
/// <param name="NamespacePrefix">What stands before <c>namespace/name</c>, with its last slash; or "".</param>
internal sealed record OciPlace(string? Registry, string NamespacePrefix);
