namespace Mik.Server.Hosting;

/// <summary>The server cannot listen where it was told to; the message says why and what to do.</summary>
public sealed class ListenException(string message, Exception inner) : Exception(message, inner);
