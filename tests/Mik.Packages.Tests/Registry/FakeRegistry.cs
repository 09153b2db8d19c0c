using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mik.Packages.Oci;

namespace Mik.Packages.Tests.Registry;

/// <summary>A registry in this process that does what a test wants, hostile things too.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private readonly WebApplication _application;

    private FakeRegistry(WebApplication application) => _application = application;

    /// <summary>What is asked before everything else; true when it answered.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Manifests by <c>repository/reference</c>.</summary>
    public ConcurrentDictionary<string, (byte[] Bytes, string Type)> Manifests { get; } = new();

    /// <summary>Blobs by digest.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>Requests as they came: method, path with query, Authorization, Range.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Authorization, string? Range)> Requests { get; } = new();

    /// <summary>Host and port.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>How often a path was asked for.</summary>
    public int Count(string part) => Requests.Count(request => request.Path.Contains(part, StringComparison.Ordinal));

    /// <summary>Starts one on a free port of loopback; with a certificate it speaks TLS.</summary>
    public static async Task<FakeRegistry> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        var application = builder.Build();
        var registry = new FakeRegistry(application);
        application.Run(registry.AnswerAsync);
        await application.StartAsync();
        registry.Authority = new Uri(application.Urls.Single()).Authority;
        return registry;
    }

    /// <summary>Adds a component under a tag in the CNCF layout.</summary>
    public Digest Add(string repository, string tag, byte[] component)
    {
        var package = ComponentPackage.Of(component, ["wasi:http/types@0.2.0"], ["wasi:http/incoming-handler@0.2.0"], DateTimeOffset.UnixEpoch, []);
        Blobs[Digest.Of(component).ToString()] = component;
        Blobs[Digest.Of(package.Config).ToString()] = package.Config;
        return AddManifest(repository, tag, package.Manifest, "application/vnd.oci.image.manifest.v1+json");
    }

    /// <summary>Adds a manifest under a tag and its digest.</summary>
    public Digest AddManifest(string repository, string tag, byte[] manifest, string type)
    {
        var digest = Digest.Of(manifest);
        Manifests[$"{repository}/{tag}"] = (manifest, type);
        Manifests[$"{repository}/{digest}"] = (manifest, type);
        return digest;
    }

    /// <summary>Adds a container image of one layer.</summary>
    public Digest AddImage(string repository, string tag) =>
        AddLayers(repository, tag, "application/vnd.oci.image.config.v1+json", [("application/vnd.oci.image.layer.v1.tar+gzip", [1, 2, 3], null)]);

    /// <summary>Adds a manifest with these layers.</summary>
    public Digest AddLayers(string repository, string tag, params (string Type, byte[] Bytes, string? Title)[] layers) =>
        AddLayers(repository, tag, "application/vnd.oci.empty.v1+json", layers);

    private Digest AddLayers(string repository, string tag, string config, (string Type, byte[] Bytes, string? Title)[] layers)
    {
        foreach (var layer in layers)
        {
            Blobs[Digest.Of(layer.Bytes).ToString()] = layer.Bytes;
        }

        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            config = new { mediaType = config, digest = Digest.Of("{}"u8).ToString(), size = 2 },
            layers = layers.Select(layer => new
            {
                mediaType = layer.Type,
                digest = Digest.Of(layer.Bytes).ToString(),
                size = layer.Bytes.Length,
                annotations = layer.Title is null ? [] : new Dictionary<string, string> { ["org.opencontainers.image.title"] = layer.Title },
            }),
        });
        return AddManifest(repository, tag, manifest, "application/vnd.oci.image.manifest.v1+json");
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue((request.Method, request.Path + request.QueryString, Header(request, "Authorization"), Header(request, "Range")));
        if (Intercept is not null && await Intercept(context))
        {
            return;
        }

        var path = request.Path.Value!;
        if (path.IndexOf("/manifests/", StringComparison.Ordinal) is > 0 and var manifests)
        {
            var key = $"{path["/v2/".Length..manifests]}/{path[(manifests + "/manifests/".Length)..]}";
            await (request.Method == "PUT" ? PutManifestAsync(context, key) : GetManifestAsync(context, key));
        }
        else if (path.EndsWith("/tags/list", StringComparison.Ordinal))
        {
            var repository = path["/v2/".Length..^"/tags/list".Length];
            var tags = Manifests.Keys.Where(
                key => key.StartsWith(repository + "/", StringComparison.Ordinal)
                    && !key.Contains("sha256:", StringComparison.Ordinal)).Select(key => key[(repository.Length + 1)..]).Order(StringComparer.Ordinal);
            await context.Response.WriteAsJsonAsync(new { name = repository, tags });
        }
        else if (path.Contains("/blobs/uploads/", StringComparison.Ordinal))
        {
            await UploadAsync(context);
        }
        else if (path.IndexOf("/blobs/", StringComparison.Ordinal) is > 0 and var blobs)
        {
            await GetBlobAsync(context, path[(blobs + "/blobs/".Length)..]);
        }
        else
        {
            context.Response.StatusCode = path == "/v2/" ? 200 : 404;
        }
    }

    private async Task GetManifestAsync(HttpContext context, string key)
    {
        if (!Manifests.TryGetValue(key, out var manifest))
        {
            await ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }

        context.Response.ContentType = manifest.Type;
        context.Response.Headers["Docker-Content-Digest"] = Digest.Of(manifest.Bytes).ToString();
        await context.Response.Body.WriteAsync(manifest.Bytes);
    }

    private async Task PutManifestAsync(HttpContext context, string key)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var slash = key.LastIndexOf('/');
        AddManifest(key[..slash], key[(slash + 1)..], body.ToArray(), context.Request.ContentType!);
        context.Response.StatusCode = 201;
    }

    private async Task GetBlobAsync(HttpContext context, string digest)
    {
        if (!Blobs.TryGetValue(digest, out var blob))
        {
            await ErrorAsync(context, 404, "BLOB_UNKNOWN", "blob unknown");
            return;
        }

        var from = 0;
        if (Header(context.Request, "Range") is { } range)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{blob.Length - 1}/{blob.Length}";
        }

        context.Response.ContentLength = blob.Length - from;
        await context.Response.Body.WriteAsync(blob.AsMemory(from));
    }

    private async Task UploadAsync(HttpContext context)
    {
        if (context.Request.Method == "POST")
        {
            context.Response.StatusCode = 202;
            context.Response.Headers.Location = context.Request.Path + Guid.NewGuid().ToString("n") + "?state=x";
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Blobs[context.Request.Query["digest"]!] = body.ToArray();
        context.Response.StatusCode = 201;
    }

    public static async Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { errors = new[] { new { code, message } } })));
    }

    private static string? Header(HttpRequest request, string name) => request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
