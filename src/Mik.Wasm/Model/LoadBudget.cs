using System.Globalization;

namespace Mik.Wasm.Model;

/// <summary>
/// What loading one file may cost, all modules of a component together. Each cost is counted before it is paid; what is too much is refused by
/// name. Limits grow with the file, so that a small one cannot ask for much and a large program has what it needs. It also ends a load that nobody wants any
/// more.
/// </summary>
/// <param name="fileBytes">Size of the whole file.</param>
/// <param name="cancellationToken">Ends the load.</param>
public sealed class LoadBudget(long fileBytes, CancellationToken cancellationToken = default)
{
    /// <summary>The most functions of any file, unless <see cref="MaximumFunctions"/> says otherwise.</summary>
    public const int DefaultMaximumFunctions = 200_000;

    // In the order of LoadResource. Of a file with 10 MB, StarlingMonkey's, 12,600 functions and 10 million emitted instructions are used.
    private static readonly Row[] Table =
    [
        new("functions", 30_000, 1.0 / 64, DefaultMaximumFunctions),
        new("types", 10_000, 1.0 / 128, 1_000_000),
        new("locals", 1_000_000, 1.0 / 8, 10_000_000),
        new("bytes of declarations in memory", 48 << 20, 8, 512 << 20),
        new("emitted instructions", 3_000_000, 2, 64_000_000),
        new("definitions to instantiate", 1_000_000, 0, 1_000_000),
        new("instances", 10_000, 0, 10_000),
        new("bytes of instances", 256 << 20, 0, 256 << 20),
    ];

    private readonly long[] _used = new long[Table.Length];

    /// <summary>The most functions that all modules may define together.</summary>
    public int MaximumFunctions { get; init; } = DefaultMaximumFunctions;

    /// <summary>Ends the load.</summary>
    /// <exception cref="OperationCanceledException">Thrown by whatever works within this budget, when it is cancelled.</exception>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Counts a cost that is about to be paid.</summary>
    /// <exception cref="InvalidModuleException">All costs of its kind are more than the limit.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    internal void Charge(LoadResource resource, long amount, long offset)
    {
        CancellationToken.ThrowIfCancellationRequested();
        Check(resource, _used[(int)resource] += amount, offset);
    }

    /// <summary>Refuses a total that is more than the limit.</summary>
    /// <exception cref="InvalidModuleException">It is.</exception>
    internal void Check(LoadResource resource, long total, long offset)
    {
        var row = Table[(int)resource];
        var most = resource == LoadResource.Functions ? MaximumFunctions : row.Most;
        var limit = Math.Min(row.Base + (long)(row.PerByte * fileBytes), most);
        if (total > limit)
        {
            var size = limit < most ? string.Create(CultureInfo.InvariantCulture, $" for a file of {fileBytes} bytes") : "";
            throw new InvalidModuleException(
                string.Create(CultureInfo.InvariantCulture, $"{total} {row.Name}, above the limit of {limit}{size}"), offset, isMalformed: false)
            { IsOverLimit = true };
        }
    }

    /// <summary>A limit: at least <paramref name="Base"/>, more for larger files, never more than <paramref name="Most"/>.</summary>
    private readonly record struct Row(string Name, long Base, double PerByte, long Most);
}
