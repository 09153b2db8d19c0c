using System.Net;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Platform;

namespace Mik.Wasi.Http.Egress;

/// <summary>
/// Makes the connections of outgoing HTTP. The policy names hosts; here the address that is dialled is checked, so that no name leads elsewhere.
/// </summary>
internal sealed class EgressDialer(EgressPolicy policy, EgressNetwork network)
{
    /// <summary>How long a connection may take to be there.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan?> ConnectTimeout = new("mik.connect-timeout");

    /// <summary>On whose account a connection is made.</summary>
    public static readonly HttpRequestOptionsKey<OutgoingShare> Share = new("mik.share");

    /// <summary>Which addresses may be dialled.</summary>
    public EgressPolicy Policy => policy;

    /// <summary>Connects to the host of a request.</summary>
    public async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var scheme = context.InitialRequestMessage.RequestUri!.Scheme;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        context.InitialRequestMessage.Options.TryGetValue(ConnectTimeout, out var timeout);
        if (timeout is { } limit)
        {
            deadline.CancelAfter(limit);
        }
        try
        {
            var addresses = IPAddress.TryParse(EgressEntry.Normalize(endpoint.Host), out var literal)
                ? [literal]
                : await network.Resolve(endpoint.Host, deadline.Token).ConfigureAwait(false);
            IPAddress[] admitted = [.. addresses.Where(address => policy.Admits(scheme, endpoint.Host, endpoint.Port, address))];
            if (admitted.Length == 0 && addresses.Length > 0)
            {
                throw new EgressRefusedException(ErrorCode.Of("destination-IP-prohibited"), EgressPolicy.NotAdmitted(endpoint.Host, endpoint.Port, addresses));
            }
            // What was looked at is what is dialled: the name is not asked for again.
            context.InitialRequestMessage.Options.TryGetValue(Share, out var share);
            return (share?.Descriptors ?? DescriptorPool.OfProcess).TryTake(out var place)
                ? await network.Dial(admitted, endpoint.Port, place, deadline.Token).ConfigureAwait(false)
                : throw new OutgoingRequestException(ErrorCode.Of("connection-limit-reached"), "no file descriptor is left for the connection");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutgoingRequestException(ErrorCode.Of("connection-timeout"), "no connection within connect-timeout");
        }
    }
}
