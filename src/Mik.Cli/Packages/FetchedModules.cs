using Mik.Cli.Output;
using Mik.Packages;
using Mik.Packages.Oci;

namespace Mik.Cli.Packages;

/// <summary>Components that <c>mik run oci://…</c> names: fetched once, verified, and served from the cache.</summary>
internal sealed class FetchedModules
{
    private readonly Dictionary<string, FetchedModule> _byText = new(StringComparer.Ordinal);

    /// <summary>Whether a word of the command line names a component of a registry.</summary>
    public static bool IsReference(string text) => text.StartsWith(OciReference.Scheme, StringComparison.Ordinal);

    /// <summary>What was fetched for a word; null when it names none.</summary>
    public FetchedModule? Find(string text) => _byText.GetValueOrDefault(text);

    /// <summary>Fetches what the words name, and tells what it turned out to be.</summary>
    /// <exception cref="CliException">Something cannot be had.</exception>
    public async Task FetchAsync(IEnumerable<string> words, Terminal terminal, CancellationToken cancellationToken)
    {
        var texts = words.Where(IsReference).Distinct(StringComparer.Ordinal).ToArray();
        if (texts.Length == 0)
        {
            return;
        }

        var references = Array.ConvertAll(texts, Parse);
        _ = await PackageVerb.RunAsync(
            terminal,
            async (session, token) =>
            {
                foreach (var (text, reference) in texts.Zip(references))
                {
                    var component = await new RemoteComponents(session).FetchAsync(reference, token);
                    _byText[text] = new FetchedModule(reference.Leaf, component.Path);
                    terminal.Line($"{reference}: {component.Manifest}, component {component.Digest} ({DownloadProgress.Bytes(component.Size)})");
                }

                return ExitCode.Fine;
            },
            cancellationToken);
    }

    private static OciReference Parse(string text)
    {
        try
        {
            return OciReference.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new CliException(
                ExitCode.Usage, new CliError(exception.Message, Next: "mik run oci://ghcr.io/user/repo:1.0.0") { Code = "reference-invalid" });
        }
    }
}

/// <summary>A component of a registry that is here.</summary>
/// <param name="Name">What it is served as.</param>
/// <param name="Path">Its file.</param>
internal sealed record FetchedModule(string Name, string Path);
