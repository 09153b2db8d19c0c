namespace Mik.Packages.Remote;

/// <summary>How far a download or an upload is.</summary>
/// <param name="Name">Of what: a dependency, or a reference.</param>
/// <param name="Done">Bytes that are here.</param>
/// <param name="Total">Bytes in all; null when that is not known.</param>
/// <param name="IsComplete">Whether this is the last report.</param>
public readonly record struct TransferProgress(string Name, long Done, long? Total, bool IsComplete);
