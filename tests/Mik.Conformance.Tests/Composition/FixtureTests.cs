using Mik.Components.Composition;
using Mik.Components.Decoding;
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

    [ConformanceFact]
    public void Into_SeveralPlugs_SatisfiesAnImportWithEach()
    {
        var parts = Archive.Names.Where(name => name.EndsWith(".wasm", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(Part).OfType<CompositionPart>().ToArray();
        var composed = 0;
        foreach (var socket in parts)
        {
            // Plugs that fit alone, and satisfy different imports.
            var satisfied = new HashSet<string>(StringComparer.Ordinal);
            var plugs = new List<CompositionPart>();
            foreach (var plug in parts.Where(plug => plug != socket))
            {
                var names = Plug.Match(socket, plug).Select(match => match.Import.Name.Text).ToArray();
                if (names.Length > 0 && !names.Any(satisfied.Contains) && Fits(socket, plug))
                {
                    satisfied.UnionWith(names);
                    plugs.Add(plug);
                }
            }

            if (plugs.Count < 2)
            {
                continue;
            }

            var component = Component.Load(Plug.Into(socket, plugs));
            var left = socket.Component.Imports.Select(import => import.Name.Text).Where(name => !satisfied.Contains(name));
            Assert.Superset(left.ToHashSet(StringComparer.Ordinal), component.Imports.Select(import => import.Name.Text).ToHashSet(StringComparer.Ordinal));
            composed++;
        }

        Assert.True(composed > 0, "no socket has two plugs");
    }

    private static bool Fits(CompositionPart socket, CompositionPart plug)
    {
        try
        {
            _ = Plug.Into(socket, plug);
            return true;
        }
        catch (CompositionException)
        {
            return false;
        }
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
