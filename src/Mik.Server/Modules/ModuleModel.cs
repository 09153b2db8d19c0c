using Mik.AspNetCore.Execution;

namespace Mik.Server.Modules;

/// <summary>A module that has been loaded: immutable, shared by all requests to it.</summary>
/// <param name="Handle">Runs a request.</param>
/// <param name="SizeBytes">Size of the binary.</param>
/// <param name="LoadTime">How long it took to load.</param>
/// <param name="Begin">Begins a request that is served in turns; null, or gives null, where <paramref name="Handle"/> serves it.</param>
/// <param name="Release">Frees what is kept for the next requests. Called when no new request will come; those in flight may still finish.</param>
/// <param name="MayBeShared">Whether requests may share an instance.</param>
internal sealed record ModuleModel(
    GuestHandler Handle, long SizeBytes, TimeSpan LoadTime, GuestBeginning? Begin = null, Action? Release = null, bool MayBeShared = false);
