using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource fields</c>, header or trailer fields in order. Names compare without case.</summary>
[WitResource("wasi:http/types", "fields")]
internal sealed class Fields : IDisposable
{
    // Fields of the connection, which is the host's (RFC 9110, 7.6.1).
    private static readonly HashSet<string> ForbiddenNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "transfer-encoding",
        "upgrade", "host", "http2-settings",
    };

    private readonly List<KeyValuePair<string, byte[]>> _entries;
    private readonly ResourceBudget? _budget;
    private readonly Fields? _original;
    private long _charged;
    private int _size;
    private int _users = 1;
    private int _isDropped;

    private Fields(ResourceBudget? budget, int capacity = 0)
    {
        _budget = budget;
        _entries = new(capacity);
    }

    private Fields(Fields original)
    {
        _original = original;
        _entries = original._entries;
        _size = original._size;
        IsImmutable = true;
    }

    /// <summary>Whether changes are refused.</summary>
    public bool IsImmutable { get; private set; }

    /// <summary>The fields in order.</summary>
    internal IReadOnlyList<KeyValuePair<string, byte[]>> List => _entries;

    /// <summary><c>constructor()</c></summary>
    public static Fields Create(WasiContext wasi) => new(wasi.Budget);

    /// <summary><c>from-list: static func(entries: list&lt;tuple&lt;field-name, field-value&gt;&gt;) -> result&lt;fields, header-error&gt;</c></summary>
    public static Result<Fields, HeaderError> FromList(WasiContext wasi, (string Name, byte[] Value)[] entries)
    {
        var fields = new Fields(wasi.Budget);
        foreach (var (name, value) in entries)
        {
            if (Check(name, value) is { } error)
            {
                fields.Dispose();
                return error;
            }
            fields.Add(name, value);
        }
        return fields;
    }

    /// <summary>Fields that came from outside, within the limits for them: as they are, and not to be changed.</summary>
    internal static Fields Received(IEnumerable<KeyValuePair<string, byte[]>> entries, ResourceBudget? budget = null)
    {
        var fields = new Fields(budget, entries is IReadOnlyCollection<KeyValuePair<string, byte[]>> known ? known.Count : 0) { IsImmutable = true };
        fields._entries.AddRange(entries);
        foreach (var (name, value) in fields._entries)
        {
            fields._size += name.Length + value.Length;
        }
        fields.Charge(fields.Bytes);
        return fields;
    }

    /// <summary>The same fields for one more handle. They are kept until the last handle and the message itself are dropped.</summary>
    internal Fields View()
    {
        Interlocked.Increment(ref _users);
        return new(this);
    }

    /// <summary>Bytes that the fields take.</summary>
    internal long Bytes => (long)_size + ((long)_entries.Count * WasiLimits.FieldBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDropped, 1) == 0)
        {
            (_original ?? this).LetGo();
        }
    }

    /// <summary><c>get: func(name: field-name) -> list&lt;field-value&gt;</c></summary>
    public byte[][] Get(string name)
    {
        var values = new List<byte[]>();
        foreach (var (key, value) in _entries)
        {
            if (Same(key, name))
            {
                values.Add(value);
            }
        }
        return [.. values];
    }

    /// <summary><c>has: func(name: field-name) -> bool</c></summary>
    public bool Has(string name) => First(name) is not null;

    /// <summary><c>set: func(name: field-name, value: list&lt;field-value&gt;) -> result&lt;_, header-error&gt;</c></summary>
    public Result<Unit, HeaderError> Set(string name, byte[][] value)
    {
        if (IsImmutable)
        {
            return HeaderError.Immutable;
        }
        if (Check(name, []) is { } wrongName)
        {
            return wrongName;
        }
        foreach (var one in value)
        {
            if (Check(name, one) is { } wrongValue)
            {
                return wrongValue;
            }
        }
        Remove(name);
        foreach (var one in value)
        {
            Add(name, one);
        }
        return default(Unit);
    }

    /// <summary><c>delete: func(name: field-name) -> result&lt;_, header-error&gt;</c></summary>
    public Result<Unit, HeaderError> Delete(string name)
    {
        if (IsImmutable)
        {
            return HeaderError.Immutable;
        }
        if (!HttpTokens.IsToken(name))
        {
            return HeaderError.InvalidSyntax;
        }
        if (ForbiddenNames.Contains(name))
        {
            return HeaderError.Forbidden;
        }
        Remove(name);
        return default(Unit);
    }

    /// <summary><c>append: func(name: field-name, value: field-value) -> result&lt;_, header-error&gt;</c></summary>
    public Result<Unit, HeaderError> Append(string name, byte[] value)
    {
        if (IsImmutable)
        {
            return HeaderError.Immutable;
        }
        if (Check(name, value) is { } error)
        {
            return error;
        }
        Add(name, value);
        return default(Unit);
    }

    /// <summary><c>entries: func() -> list&lt;tuple&lt;field-name, field-value&gt;&gt;</c></summary>
    public (string Name, byte[] Value)[] Entries()
    {
        var entries = new (string, byte[])[_entries.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = (_entries[i].Key, _entries[i].Value);
        }
        return entries;
    }

    /// <summary><c>clone: func() -> fields</c></summary>
    public Fields Clone(WasiContext wasi)
    {
        var clone = new Fields(wasi.Budget, _entries.Count) { _size = _size };
        clone.Charge(Bytes);
        clone._entries.AddRange(_entries);
        return clone;
    }

    /// <summary>From here on changes are refused: the fields belong to a message.</summary>
    internal Fields Freeze()
    {
        IsImmutable = true;
        return this;
    }

    /// <summary>Whether names and values of so many bytes fit in.</summary>
    internal bool HasRoomFor(long bytes) => _size + bytes <= WasiLimits.FieldsBytes;

    /// <summary>The value of <c>content-length</c>, or null when it is absent or not a number.</summary>
    internal ulong? ContentLength =>
        First("content-length") is { } value && HttpTokens.TryParseLength(value, out var length) ? (ulong)length : null;

    /// <summary>Whether a field is about the connection, which is the host's.</summary>
    internal static bool IsOfConnection(string name) => ForbiddenNames.Contains(name);

    private void LetGo()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _budget?.Release(_charged);
            _charged = 0;
        }
    }

    private static HeaderError? Check(string name, byte[] value) =>
        !HttpTokens.IsToken(name) || !HttpTokens.IsFieldValue(value) ? HeaderError.InvalidSyntax
        : ForbiddenNames.Contains(name) ? HeaderError.Forbidden
        : null;

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private void Add(string name, byte[] value)
    {
        _size += name.Length + value.Length;
        if (_size > WasiLimits.FieldsBytes)
        {
            throw new Trap(LimitedResource.Fields, $"more than {WasiLimits.FieldsBytes} bytes of header fields");
        }
        Charge(name.Length + value.Length + WasiLimits.FieldBytes);
        _entries.Add(new(name, value));
    }

    private void Charge(long bytes)
    {
        _budget?.Charge(LimitedResource.Fields, bytes);
        _charged += bytes;
    }

    private byte[]? First(string name)
    {
        foreach (var (key, value) in _entries)
        {
            if (Same(key, name))
            {
                return value;
            }
        }
        return null;
    }

    private void Remove(string name)
    {
        if (First(name) is null)
        {
            return;
        }
        var before = Bytes;
        foreach (var (key, value) in _entries)
        {
            _size -= Same(key, name) ? key.Length + value.Length : 0;
        }
        _entries.RemoveAll(entry => Same(entry.Key, name));
        var freed = before - Bytes;
        _charged -= freed;
        _budget?.Release(freed);
    }
}
