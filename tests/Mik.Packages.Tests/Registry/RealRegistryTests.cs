using Mik.Packages.Cache;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Registry;

/// <summary>The client against the registry that the distribution specification came from.</summary>
public sealed class RealRegistryTests
{
    [RealRegistryFact]
    public async Task Push_ThenPull_GivesTheSameBytes()
    {
        await using var registry = await RealRegistry.StartAsync();
        using var folder = new TemporaryFolder();
        using var client = new RegistryClient(new RegistrySettings(), new CredentialStore());
        var component = Guests.Read("hello");
        var reference = OciReference.Parse($"{registry.Authority}/user/hello:v1.0.0");
        var package = ComponentPackage.Of(component, [], ["wasi:http/incoming-handler@0.2.0"], DateTimeOffset.UnixEpoch, []);

        var pushed = await RegistryPush.PushAsync(client, reference, package, default);
        var again = await RegistryPush.PushAsync(client, reference, package, default);
        var manifest = await client.GetManifestAsync(reference, default);
        var layer = ComponentChoice.Layer(manifest);
        var file = await client.DownloadAsync(reference, layer, new BlobCache(folder["cache"]), progress: null, default);

        Assert.Equal(pushed, again);
        Assert.Equal(pushed, manifest.Descriptor.Digest);
        Assert.Equal(package.Manifest, manifest.Bytes);
        Assert.Equal("application/wasm", layer.MediaType);
        Assert.Equal(component, await File.ReadAllBytesAsync(file));
        Assert.Equal(["v1.0.0"], await client.ListTagsAsync(reference, default));
        Assert.Equal(pushed, (await client.GetManifestAsync(reference.WithDigest(pushed), default)).Descriptor.Digest);
        Assert.Null(await client.ResolveAsync(reference.WithTag("v2"), default));
    }
}
