using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Mik;

/// <summary>A project of mik, served by <c>mik run</c>. Others find it by its name.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="command">The program: <c>mik</c>, or a path to it.</param>
/// <param name="folder">The project's folder, absolute.</param>
public sealed class MikResource(string name, string command, string folder) : ExecutableResource(name, command, folder), IResourceWithServiceDiscovery
{
    /// <summary>The name of its endpoint.</summary>
    public const string HttpEndpointName = "http";

    /// <summary>Where it listens.</summary>
    public EndpointReference HttpEndpoint => field ??= new EndpointReference(this, HttpEndpointName);
}
