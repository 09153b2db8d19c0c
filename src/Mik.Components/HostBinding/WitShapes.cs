using System.Diagnostics.CodeAnalysis;
using Mik.Components.Runtime;

namespace Mik.Components.HostBinding;

/// <summary>
/// A C# variant: a readonly struct with a public constructor <c>(int @case, object? payload)</c> and <see cref="WitCaseAttribute"/>s in WIT order.
/// </summary>
public interface IWitVariant
{
    /// <summary>Index of the case in WIT order.</summary>
    int Case { get; }

    /// <summary>The payload as the type that the case's attribute names, or null.</summary>
    object? Payload { get; }
}

/// <summary>The absent side of a <c>result</c>.</summary>
public readonly record struct Unit;

/// <summary>A WIT <c>result</c>.</summary>
public readonly record struct Result<T, TError> : IResultValue
{
    private Result(bool isOk, T? value, TError? error)
    {
        IsOk = isOk;
        Value = value;
        Error = error;
    }

    /// <summary>Whether this is the ok case.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOk { get; }

    /// <summary>The value when <see cref="IsOk"/>.</summary>
    public T? Value { get; }

    /// <summary>The error when not <see cref="IsOk"/>.</summary>
    public TError? Error { get; }

    /// <inheritdoc/>
    object? IResultValue.Held => IsOk ? Value : Error;

    /// <summary>The ok case.</summary>
    public static Result<T, TError> Ok(T value) => new(true, value, default);

    /// <summary>The error case.</summary>
    public static Result<T, TError> Err(TError error) => new(false, default, error);

    /// <summary>The ok case.</summary>
    public static implicit operator Result<T, TError>(T value) => Ok(value);

    /// <summary>The error case.</summary>
    public static implicit operator Result<T, TError>(TError error) => Err(error);
}

/// <summary>A WIT <c>option</c> where C#'s null cannot say it: an option of an option.</summary>
public readonly record struct Option<T>(bool HasValue, T Value);
