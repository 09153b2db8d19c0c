namespace Mik.Server.Limits;

/// <summary>What the end of a request changed about a <see cref="ModuleCircuit"/>.</summary>
/// <param name="Module">The new state of the module's circuit; null is as before.</param>
/// <param name="OpenedFor">Clients for which alone it opened; null is none.</param>
/// <param name="ClosedFor">The client for which it closed; null is none.</param>
internal readonly record struct CircuitChange(CircuitState? Module, IReadOnlyList<ClientAddress>? OpenedFor = null, ClientAddress? ClosedFor = null);
