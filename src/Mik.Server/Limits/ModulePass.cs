namespace Mik.Server.Limits;

/// <summary>Given to a request that a <see cref="ModuleCircuit"/> let through, and given back with what came of it.</summary>
/// <param name="Client">Who asks.</param>
/// <param name="Module">The pass of the module's circuit.</param>
/// <param name="Own">What was known of the client's failures, or null.</param>
/// <param name="OwnPass">The pass of the client's own circuit.</param>
/// <param name="IsTrial">Whether it took one of the places that an open module's circuit has for clients with an open circuit of their own.</param>
internal readonly record struct ModulePass(ClientAddress Client, CircuitPass Module, ClientCircuit? Own, CircuitPass OwnPass, bool IsTrial)
{
    /// <summary>Whether the client's own circuit tries it again: its failure says nothing of the module for others.</summary>
    public bool IsOnTrial => OwnPass.IsCounted;
}
