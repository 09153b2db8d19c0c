using System.Runtime.CompilerServices;

namespace Mik.Server.Tests;

/// <summary>A test whose clients have loopback addresses of their own.</summary>
internal sealed class LoopbackFactAttribute : FactAttribute
{
    public LoopbackFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = WhyNot;

    internal static string? WhyNot => OperatingSystem.IsMacOS() ? "macOS has no loopback addresses but 127.0.0.1" : null;
}

/// <summary>The same with data.</summary>
internal sealed class LoopbackTheoryAttribute : TheoryAttribute
{
    public LoopbackTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = LoopbackFactAttribute.WhyNot;
}
