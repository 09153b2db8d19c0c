namespace Mik.Wasi.Http;

/// <summary>The request shared its instance with another one, which ended it.</summary>
public sealed class SharedInstanceException() : Exception("another request, which shared its instance, ended that");
