using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.V03;

/// <summary>What requests and responses have: fields, and a body that comes from wherever. The one who takes the body has it for himself.</summary>
/// <param name="fields">The fields.</param>
/// <param name="contents">The body, or null for none.</param>
/// <param name="trailers">What comes after the body.</param>
/// <param name="transmission">Tells whoever made the message how its way out ended; null for one that arrived.</param>
internal sealed class Message(
    Types.Fields fields, GuestStream? contents, GuestFuture<Result<Fields?, ErrorCode>> trailers, GuestFuture<Result<Unit, ErrorCode>>? transmission)
{
    private bool _isTaken;

    /// <summary>The fields, not to be changed.</summary>
    public Types.Fields Fields { get; } = fields.Freeze();

    /// <summary>The body, or null for none.</summary>
    public GuestStream? Contents => contents;

    /// <summary>What comes after the body.</summary>
    public GuestFuture<Result<Fields?, ErrorCode>> Trailers => trailers;

    /// <summary>One more handle of the fields.</summary>
    public Fields View() => new(Fields.View());

    /// <summary>Somebody takes the body.</summary>
    public (GuestStream Contents, GuestFuture<Result<Fields?, ErrorCode>> Trailers) Take()
    {
        _isTaken = true;
        return (contents ?? GuestStream.Empty(), trailers);
    }

    /// <summary>Its way out has ended.</summary>
    public void EndTransmission(Result<Unit, ErrorCode> result) => transmission?.Resolve(result);

    /// <summary>Nobody has the message any more.</summary>
    public void Drop()
    {
        Fields.Dispose();
        if (!_isTaken)
        {
            _isTaken = true;
            contents?.Dispose();
            trailers.Dispose();
            EndTransmission(ErrorCode.Of("HTTP-protocol-error"));
        }
    }
}
