namespace Mik.Wasi.Http.Egress;

/// <summary>A request whose body is in memory.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Url">Where to.</param>
/// <param name="Headers">Its fields; those that belong to a connection are left out.</param>
/// <param name="Body">Its body; null is none.</param>
internal sealed record OutgoingFetch(string Method, Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body)
{
    /// <summary>Fields that the host adds where the request has none of the name: the trace.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Propagated { get; init; } = [];

    /// <summary>What its caller may have under way.</summary>
    public required OutgoingShare Share { get; init; }

    /// <summary>Is told how many more bytes of the answer there will be, before they are kept; throws when they are too many.</summary>
    public required Action<int> Admit { get; init; }
}

/// <summary>An answer, whole.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Its fields, names in lower case, each as often as it came.</param>
/// <param name="Body">Its body.</param>
internal sealed record OutgoingAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body);

/// <summary>An outgoing call was refused by the policy.</summary>
/// <param name="refusal">Why.</param>
internal sealed class OutgoingRefusedException(EgressRefusal refusal) : Exception($"{refusal?.Host}: {refusal?.Detail}")
{
    /// <summary>Why.</summary>
    public EgressRefusal Refusal { get; } = refusal!;
}
