namespace Mik.Components.Runtime;

/// <summary>What the instances of one component have of all threads of <see cref="StackThreads"/>, which counts them.</summary>
internal sealed class StackShare
{
    /// <summary>Threads that work for it.</summary>
    public int Threads { get; set; }
}
