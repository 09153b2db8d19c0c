using Mik.Components.Composition;
using Mik.Components.Model;
using Mik.Components.Printing;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Composition;

/// <summary>The composition fixtures: whatever is plugged into whatever, the answer is a valid component or an error that says why.</summary>
public sealed class FixtureTests
{
    private static SuiteArchive Archive => SuiteArchive.Open("compose", "compose-fixtures");

    [ConformanceFact]
    public void Into_EveryPair_IsAValidComponentOrAnError()
    {
        var parts = Archive.Names.Where(name => name.EndsWith(".wasm", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(Part).OfType<CompositionPart>().ToArray();
        Assert.True(parts.Length > 60);
        var (composed, refused) = (0, 0);
        foreach (var socket in parts)
        {
            foreach (var plug in parts.Where(plug => plug != socket && Plug.Match(socket, plug).Count > 0))
            {
                try
                {
                    var bytes = Plug.Into(socket, plug);
                    Assert.NotEmpty(WitPrinter.Print(Component.Load(bytes)));
                    composed++;
                }
                catch (CompositionException exception)
                {
                    Assert.NotEmpty(exception.Message);
                    refused++;
                }
            }
        }

        Assert.True(composed > 20, $"{composed} composed, {refused} refused");
    }

    private static CompositionPart? Part(string name)
    {
        try
        {
            return new CompositionPart(name, Archive.Read(name));
        }
        catch (Exception exception) when (exception is InvalidComponentException or InvalidModuleException)
        {
            // Some fixtures need what belongs to later versions.
            return null;
        }
    }
}
