namespace Mik.Components.Composition;

/// <summary>The sections of a component that a composition has (Binary.md).</summary>
internal static class SectionIds
{
    public const byte CoreModule = 1;
    public const byte CoreInstance = 2;
    public const byte Component = 4;
    public const byte Instance = 5;
    public const byte Alias = 6;
    public const byte Type = 7;
    public const byte Canonical = 8;
    public const byte Import = 10;
    public const byte Export = 11;
}
