namespace Mik.Wasm.Decoding;

/// <summary>
/// How large a module may be (core specification, appendix "implementation limitations"). The numbers are those on which
/// browsers agreed, so that a module which runs elsewhere is not refused here.
/// </summary>
internal static class ModuleLimits
{
    public const int Types = 1_000_000;
    public const int Functions = 1_000_000;
    public const int Imports = 1_000_000;
    public const int Exports = 1_000_000;
    public const int Globals = 1_000_000;
    public const int DataSegments = 100_000;
    public const int ElementSegments = 10_000_000;
    public const int Elements = 10_000_000;
    public const int Tables = 100_000;
    public const int Memories = 100;
    public const int Parameters = 1_000;
    public const int Results = 1_000;
    public const int Fields = 10_000;
    public const int FixedArray = 10_000;
    public const int Tags = 1_000_000;
    public const int Catches = 10_000;
    public const int FunctionBytes = 7_654_321;
    public const int Locals = 50_000;
    // Blocks inside each other, and loops among them: the just-in-time compiler's time grows with the square of the latter.
    public const int Nesting = 20_000;
    public const int LoopNesting = 1_000;
}
