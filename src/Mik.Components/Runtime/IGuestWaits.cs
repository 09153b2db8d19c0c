namespace Mik.Components.Runtime;

/// <summary>Is told when a guest waits on its thread. A host context may implement it.</summary>
internal interface IGuestWaits
{
    /// <summary>The guest is about to wait.</summary>
    void BeginWait();

    /// <summary>It has waited.</summary>
    void EndWait();
}
