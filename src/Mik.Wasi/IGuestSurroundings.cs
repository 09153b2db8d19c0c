namespace Mik.Wasi;

/// <summary>What is around one guest. Called on the guest's thread.</summary>
public interface IGuestSurroundings
{
    /// <summary>Headers added to each outgoing request that does not set them, such as <c>traceparent</c>.</summary>
    IReadOnlyList<KeyValuePair<string, string>> PropagatedHeaders { get; }

    /// <summary>Takes a line of the guest's standard output.</summary>
    void Output(string line);

    /// <summary>Takes a line of the guest's standard error.</summary>
    void Error(string line);

    /// <summary>Takes an outgoing request of the guest that was refused. Called on any thread.</summary>
    void OutgoingRefused(EgressRefusal refusal)
    {
    }

    /// <summary>Whether more output is taken. When it is not, it is not made into lines, but told to <see cref="LeaveOut"/>.</summary>
    bool TakesOutput => true;

    /// <summary>Takes how many bytes of output were left out because of <see cref="TakesOutput"/>.</summary>
    void LeaveOut(long bytes)
    {
    }

    /// <summary>The trailers of an outgoing request were left out, since its connection has no place for them. Told once. Called on any thread.</summary>
    void OutgoingTrailersLeftOut(string host)
    {
    }

    /// <summary>The guest is about to wait for something: the processor may do other things.</summary>
    void BeginWait()
    {
    }

    /// <summary>The guest has waited, with or without success.</summary>
    void EndWait()
    {
    }
}
