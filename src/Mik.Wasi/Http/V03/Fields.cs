using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.V03;

/// <summary><c>wasi:http/types</c>: <c>resource fields</c>, as 0.3 has it.</summary>
/// <param name="inner">What both versions have.</param>
[WitResource("wasi:http/types", "fields")]
internal sealed class Fields(Types.Fields inner) : IDisposable
{
    /// <summary>What both versions have.</summary>
    internal Types.Fields Inner => inner;

    /// <summary><c>constructor()</c></summary>
    public static Fields Create(WasiContext wasi) => new(Types.Fields.Create(wasi));

    /// <summary><c>from-list: static func(entries: list&lt;tuple&lt;field-name,field-value&gt;&gt;) -> result&lt;fields, header-error&gt;</c></summary>
    public static Result<Fields, HeaderError> FromList(WasiContext wasi, (string Name, byte[] Value)[] entries)
    {
        if (entries.Sum(entry => (long)entry.Name.Length + entry.Value.Length) > WasiLimits.FieldsBytes)
        {
            return HeaderError.SizeExceeded;
        }
        var made = Types.Fields.FromList(wasi, entries);
        return made.IsOk ? new Fields(made.Value) : HeaderError.Of(made.Error);
    }

    /// <summary><c>get: func(name: field-name) -> list&lt;field-value&gt;</c></summary>
    public byte[][] Get(string name) => inner.Get(name);

    /// <summary><c>has: func(name: field-name) -> bool</c></summary>
    public bool Has(string name) => inner.Has(name);

    /// <summary><c>set: func(name: field-name, value: list&lt;field-value&gt;) -> result&lt;_, header-error&gt;</c></summary>
    public Result<Unit, HeaderError> Set(string name, byte[][] value) =>
        inner.HasRoomFor(value.Sum(one => (long)name.Length + one.Length)) ? Of(inner.Set(name, value)) : HeaderError.SizeExceeded;

    /// <summary><c>delete: func(name: field-name) -> result&lt;_, header-error&gt;</c></summary>
    public Result<Unit, HeaderError> Delete(string name) => Of(inner.Delete(name));

    /// <summary><c>get-and-delete: func(name: field-name) -> result&lt;list&lt;field-value&gt;, header-error&gt;</c></summary>
    public Result<byte[][], HeaderError> GetAndDelete(string name)
    {
        var values = inner.Get(name);
        var deleted = inner.Delete(name);
        return deleted.IsOk ? values : HeaderError.Of(deleted.Error);
    }

    /// <summary><c>append: func(name: field-name, value: field-value) -> result&lt;_, header-error&gt;</c></summary>
    public Result<Unit, HeaderError> Append(string name, byte[] value) =>
        inner.HasRoomFor((long)name.Length + value.Length) ? Of(inner.Append(name, value)) : HeaderError.SizeExceeded;

    /// <summary><c>copy-all: func() -> list&lt;tuple&lt;field-name,field-value&gt;&gt;</c></summary>
    public (string Name, byte[] Value)[] CopyAll() => inner.Entries();

    /// <summary><c>clone: func() -> fields</c></summary>
    public Fields Clone(WasiContext wasi) => new(inner.Clone(wasi));

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private static Result<Unit, HeaderError> Of(Result<Unit, Types.HeaderError> result) => result.IsOk ? default(Unit) : HeaderError.Of(result.Error);
}
