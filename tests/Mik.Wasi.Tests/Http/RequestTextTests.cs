using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

/// <summary>The texts of a request's head that a guest sets are charged while they are held.</summary>
public sealed class RequestTextTests
{
    private readonly WasiContext _wasi = new() { Budget = new ResourceBudget(1 << 20) };

    [Fact]
    public void Set_TextsOfARequestOf02_AreChargedAndGivenBack()
    {
        using (var request = OutgoingRequest.Create(_wasi, Fields.Create(_wasi)))
        {
            AssertCharged(path => request.SetPathWithQuery(path is null ? null : "/" + path));
            AssertCharged(name => request.SetMethod(name is null ? Method.Get : Method.Parse(name)));
        }

        Assert.Equal(0, _wasi.Budget.Used);
    }

    [Fact]
    public void Set_TextsOfARequestOf03_AreChargedAndGivenBack()
    {
        var (request, _) = Wasi.Http.V03.Request.New(_wasi, Wasi.Http.V03.Fields.Create(_wasi), null, new(), null);
        AssertCharged(path => request.SetPathWithQuery(path is null ? null : "/" + path));
        AssertCharged(name => request.SetMethod(name is null ? Method.Get : Method.Parse(name)));
        request.Dispose();

        Assert.Equal(0, _wasi.Budget.Used);
    }

    private void AssertCharged(Action<string?> set)
    {
        set(new string('a', 100_000));
        Assert.InRange(_wasi.Budget.Used, 200_000, 210_000);
        Assert.Equal(LimitedResource.Fields, Assert.Throws<Trap>(() => set(new string('a', 600_000))).Limit);
        set(null);
        Assert.InRange(_wasi.Budget.Used, 0, 10_000);
    }
}
