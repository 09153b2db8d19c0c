using System.Text;
using Mik.Packages.Lock;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Remote;

namespace Mik.Packages.Tests.Lock;

/// <summary>Damaged texts of others: each is read, or is a clear error.</summary>
public sealed class HostileTextTests
{
    private const int Mutants = 3000;
    private const string Telling = "\"[]{}=:/.@,-\n\0";

    private const string LockText = """
        version = 1

        [[package]]
        name = "dufeutech/router"
        source = "registry"
        location = "ghcr.io/dufeutech/router"
        requested = "latest"
        resolved = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        size = 9629
        imports = ["wasi:io/error@0.2.3"]
        exports = []

        """;

    [Fact]
    public void Lock_Intact_IsRead() =>
        Assert.Equal("dufeutech/router", Assert.Single(LockReader.Read("mik.lock", Encoding.UTF8.GetBytes(LockText)).Packages).Name);

    [Fact]
    public void Lock_Damaged_IsReadOrExplained() =>
        Assert.All(MutantsOf(LockText), bytes => Tolerate<PackageException>(() => LockReader.Read("mik.lock", bytes)));

    [Fact]
    public void Manifest_Damaged_IsReadOrExplained() => Assert.All(
        MutantsOf(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[{"mediaType":"application/wasm","digest":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","size":7,"annotations":{"org.opencontainers.image.title":"x.wasm"}}]}"""),
        bytes => Tolerate<FormatException>(() => ComponentChoice.Layer(OciManifest.Parse(bytes, Digest.Of(bytes), contentType: null))));

    [Fact]
    public void References_Damaged_AreReadOrExplained() => Assert.All(
        MutantsOf("ghcr.io:443/user/repo-name/inner:v1.0.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        bytes => Tolerate<FormatException>(() =>
        {
            var reference = OciReference.Parse(Encoding.Latin1.GetString(bytes));
            Assert.DoesNotContain("..", reference.Repository, StringComparison.Ordinal);
            Assert.DoesNotContain(reference.ToString(), char.IsControl);
        }));

    [Fact]
    public void Challenges_Damaged_End() => Assert.All(
        MutantsOf("Bearer realm=\"https://auth.example/token\",service=\"registry\",scope=\"repository:a/b:pull\", Basic realm=x"),
        bytes => Assert.InRange(Challenge.Parse(Encoding.Latin1.GetString(bytes)).Count, 0, 100));

    private static void Tolerate<TExpected>(Action action)
        where TExpected : Exception
    {
        try
        {
            action();
        }
        catch (TExpected exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }

    private static IEnumerable<byte[]> MutantsOf(string text)
    {
#pragma warning disable CA5394 // The same mutants in every run.
        var random = new Random(20);
        for (var mutant = 0; mutant < Mutants; mutant++)
        {
            var bytes = Encoding.UTF8.GetBytes(text).ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                var length = Math.Min(random.Next(1, 12), bytes.Count - at);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, length);
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.GetRange(at, length));
                        break;
                    default:
                        bytes[at] = (byte)Telling[random.Next(Telling.Length)];
                        break;
                }

                if (bytes.Count == 0)
                {
                    bytes.Add((byte)'x');
                }
            }

            yield return [.. bytes];
        }
#pragma warning restore CA5394
    }
}
