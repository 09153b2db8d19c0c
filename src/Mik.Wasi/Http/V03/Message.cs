using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.V03;

/// <summary>What requests and responses have: fields, and a body that comes from wherever. The one who takes the body has it for himself.</summary>
internal sealed class Message
{
    private readonly IReadOnlyList<KeyValuePair<string, byte[]>>? _head;
    private readonly ArrivedBody? _arrived;
    private readonly GuestStream? _contents;
    private readonly GuestFuture<Result<Fields?, ErrorCode>>? _trailers;
    private readonly GuestFuture<Result<Unit, ErrorCode>>? _transmission;
    private Types.Fields? _fields;
    private bool _isTaken;

    /// <summary>A message that the guest made.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="contents">The body, or null for none.</param>
    /// <param name="trailers">What comes after the body.</param>
    /// <param name="transmission">Tells whoever made the message how its way out ended.</param>
    public Message(
        Types.Fields fields, GuestStream? contents, GuestFuture<Result<Fields?, ErrorCode>> trailers, GuestFuture<Result<Unit, ErrorCode>> transmission) =>
        (_fields, _contents, _trailers, _transmission) = (fields.Freeze(), contents, trailers, transmission);

    /// <summary>A message that arrived.</summary>
    public Message(Types.Fields fields, ArrivedBody body) => (_fields, _arrived) = (fields, body);

    /// <summary>A message that arrived, whose fields most guests do not ask for.</summary>
    public Message(IReadOnlyList<KeyValuePair<string, byte[]>> head, ArrivedBody body) => (_head, _arrived) = (head, body);

    /// <summary>The fields, not to be changed. Once its call is over there are none that were not read before: the connection has the next request's.</summary>
    public Types.Fields Fields => _fields ??= Types.Fields.Received(_arrived!.IsOver ? [] : _head!);

    /// <summary>Whether it may have a body.</summary>
    public bool HasContents => _arrived is { MayHaveContents: true } || _contents is not null;

    /// <summary>One more handle of the fields.</summary>
    public Fields View() => new(Fields.View());

    /// <summary>Somebody takes the body.</summary>
    public (GuestStream Contents, GuestFuture<Result<Fields?, ErrorCode>> Trailers) Take()
    {
        _isTaken = true;
        return _arrived?.Take() ?? (_contents ?? GuestStream.Empty(), _trailers!);
    }

    /// <summary>Its way out has ended.</summary>
    public void EndTransmission(Result<Unit, ErrorCode> result) => _transmission?.Resolve(result);

    /// <summary>Nobody has the message any more.</summary>
    public void Drop()
    {
        _fields?.Dispose();
        if (!_isTaken)
        {
            _isTaken = true;
            _arrived?.Dispose();
            _contents?.Dispose();
            _trailers?.Dispose();
            _transmission?.Resolve(ErrorCode.Of("HTTP-protocol-error"));
        }
    }
}
