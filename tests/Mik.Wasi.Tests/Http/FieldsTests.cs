using System.Text;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

public sealed class FieldsTests
{
    [Fact]
    public void Get_NamesOfAnotherCase_FindsAllValuesInOrder()
    {
        var fields = Fields.FromList(new WasiContext(), [("X-One", [0x31]), ("x-two", [0x32]), ("x-ONE", [0x33])]).Value!;

        Assert.Equal([[0x31], [0x33]], fields.Get("x-one"));
        Assert.True(fields.Has("X-TWO"));
        Assert.Empty(fields.Get("x-three"));
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData("a b", "v")]
    [InlineData("a:", "v")]
    [InlineData("ä", "v")]
    [InlineData("a", "v\r\nx: y")]
    [InlineData("a", "v\0")]
    [InlineData("a\n", "v")]
    public void Append_NotHttp_IsInvalidSyntax(string name, string value)
    {
        Assert.Equal(HeaderError.InvalidSyntax, Fields.Create(new WasiContext()).Append(name, Encoding.UTF8.GetBytes(value)).Error);
        Assert.Equal(HeaderError.InvalidSyntax, Fields.FromList(new WasiContext(), [(name, Encoding.UTF8.GetBytes(value))]).Error);
    }

    [Theory]
    [InlineData("Connection")]
    [InlineData("transfer-encoding")]
    [InlineData("Host")]
    [InlineData("upgrade")]
    public void Set_FieldOfTheConnection_IsForbidden(string name)
    {
        Assert.Equal(HeaderError.Forbidden, Fields.Create(new WasiContext()).Set(name, [[0x31]]).Error);
        Assert.Equal(HeaderError.Forbidden, Fields.Create(new WasiContext()).Delete(name).Error);
    }

    [Fact]
    public void Change_FieldsOfAMessage_IsImmutable()
    {
        var fields = Fields.FromList(new WasiContext(), [("a", [0x31])]).Value!.Freeze();

        Assert.Equal(HeaderError.Immutable, fields.Append("b", [0x31]).Error);
        Assert.Equal(HeaderError.Immutable, fields.Set("a", []).Error);
        Assert.Equal(HeaderError.Immutable, fields.Delete("a").Error);
        Assert.True(fields.Clone(new WasiContext()).Append("b", [0x31]).IsOk);
        Assert.Single(fields.Entries());
    }

    [Fact]
    public void Set_ReplacesAndDelete_Removes()
    {
        var fields = Fields.FromList(new WasiContext(), [("a", [0x31]), ("b", [0x32])]).Value!;
        Assert.True(fields.Set("A", [[0x33], [0x34]]).IsOk);
        Assert.True(fields.Delete("b").IsOk);

        Assert.Equal([("A", (byte)0x33), ("A", (byte)0x34)], fields.Entries().Select(entry => (entry.Name, entry.Value[0])));
    }

    [Fact]
    public void Append_BeyondTheLimit_Traps()
    {
        var fields = Fields.Create(new WasiContext());
        var value = Enumerable.Repeat((byte)0x31, 1000).ToArray();
        var trap = Assert.Throws<Trap>(() =>
        {
            while (fields.Append("name", value).IsOk)
            {
            }
        });
        Assert.Equal(TrapKind.LimitExceeded, trap.Kind);
        // What was removed counts no longer.
        Assert.True(fields.Set("name", []).IsOk);
        Assert.True(fields.Append("name", value).IsOk);
    }

    [Fact]
    public void Fields_AreChargedUntilTheLastHandleAndTheMessageAreDropped()
    {
        var budget = new ResourceBudget(1_000_000);
        var wasi = new WasiContext { Budget = budget };
        var fields = Fields.Create(wasi);
        fields.Append("x", Value(10_000));
        var charged = budget.Used;
        Assert.InRange(charged, 10_001, 11_000);

        var clone = fields.Clone(wasi);
        Assert.Equal(2 * charged, budget.Used);
        clone.Set("x", []);
        Assert.Equal(charged, budget.Used);
        clone.Dispose();

        var response = OutgoingResponse.Create(wasi, fields);
        var view = response.Headers();
        response.Dispose();
        Assert.Equal(charged, budget.Used);
        view.Dispose();
        view.Dispose();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Fields_BeyondTheBudget_Trap()
    {
        var wasi = new WasiContext { Budget = new ResourceBudget(100_000) };
        var fields = Fields.Create(wasi);
        fields.Append("x", Value(60_000));
        Assert.Equal(LimitedResource.Fields, Assert.Throws<Trap>(() => fields.Clone(wasi)).Limit);
        fields.Dispose();
        Assert.Equal(0, wasi.Budget.Used);
    }

    private static byte[] Value(int length) => Encoding.ASCII.GetBytes(new string('v', length));
}
