using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Testing;

namespace Mik.Components.Tests.Decoding;

/// <summary>Damages real components: loading them gives a component or the one exception for bad components.</summary>
public sealed class ComponentMutationTests
{
    private const int MutantsPerGuest = 4_000;

    [Theory]
    [InlineData("hello")]
    [InlineData("noreply")]
    [InlineData("core-handler")]
    [InlineData("versions")]
    [InlineData("env")]
    [InlineData("outgoing")]
    public void Load_MutatedGuest_GivesAComponentOrInvalidComponentException(string guest)
    {
        var mutator = new ModuleMutator(seed: 4711, [Guests.Read(guest)]);
        for (var i = 0; i < MutantsPerGuest; i++)
        {
            var bytes = mutator.Next();
            try
            {
                Component.Load(bytes);
            }
            catch (InvalidComponentException error)
            {
                Assert.InRange(error.Offset, 0, bytes.Length);
            }
        }
    }
}
