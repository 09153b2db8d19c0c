using System.Globalization;
using Mik.Fuzz.Engines;
using Mik.Testing;
using Mik.Wasi.Http;

namespace Mik.Fuzz.Comparisons;

/// <summary>
/// Damaged handlers are served: each is refused, answers, or is ended; none crashes or hangs this process, or changes what a whole one beside it answers.
/// </summary>
/// <param name="corpus">What is damaged; left out is what is no handler to begin with.</param>
internal sealed class HandlerRun(IEnumerable<byte[]> corpus) : IComparison
{
    private const string Body = "canary";
    private static readonly string[] Targets = ["/?ms=1", "/?url=http://127.0.0.1:1/", "/echo?way=streams"];

    private readonly byte[][] _corpus = [.. corpus.Where(bytes => HandlerRunner.TryLoad(bytes) is not null)];
    private readonly HttpComponent _whole = HttpComponent.Load(Guests.Read("p3/echo"), "echo");
    private readonly Dictionary<string, int> _ends = [];

    /// <inheritdoc/>
    public string Unit => "handlers";

    /// <inheritdoc/>
    public string Statistics => string.Join(", ", _ends.OrderByDescending(end => end.Value)
        .Select(end => string.Create(CultureInfo.InvariantCulture, $"{end.Value} {end.Key}")));

    /// <inheritdoc/>
    public IEnumerable<Difference> Compare(ulong seed, int count)
    {
        var rough = new ModuleMutator((int)seed, _corpus);
        var gentle = new ModuleMutator((int)seed, _corpus) { KeepsLength = true };
        for (var i = 0; i < count; i++)
        {
            var bytes = (i % 4 == 0 ? rough : gentle).Next();
            if (Try(bytes, Targets[i % Targets.Length]) is { } fault)
            {
                yield return new($"{seed}-{i}", bytes, fault, "a refusal, an answer, or an end");
            }
        }
        var canary = HandlerRunner.ServeAsync(_whole, "/", Body).GetAwaiter().GetResult();
        if (canary != $"200 {Body}")
        {
            yield return new($"{seed}-canary", [], canary, $"200 {Body}");
        }
    }

    private string? Try(byte[] bytes, string target)
    {
        try
        {
            var component = HandlerRunner.TryLoad(bytes);
            var end = component is null ? "refused" : HandlerRunner.ServeAsync(component, target, "").GetAwaiter().GetResult();
            component?.Release();
            Count(char.IsAsciiDigit(end[0]) ? "answered" : end);
            return null;
        }
        catch (Exception fault)
        {
            return $"{fault.GetType().Name}: {fault.Message}";
        }
    }

    private void Count(string end) => _ends[end] = _ends.GetValueOrDefault(end) + 1;
}
