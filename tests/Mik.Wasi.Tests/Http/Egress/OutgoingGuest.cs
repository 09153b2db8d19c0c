using System.IO.Pipelines;
using System.Text;
using Mik.Testing;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Egress;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http.Egress;

/// <summary>The guest <c>outgoing</c>: it asks for what it is told to and answers with what it gets, or with the name of the error.</summary>
internal static class OutgoingGuest
{
    private const int StackBytes = 16 << 20;

    private static readonly Lazy<HttpComponent> Component = new(() => HttpComponent.Load(Guests.Read("outgoing"), "outgoing"));

    /// <summary>Lets the guest ask for a URL.</summary>
    public static Task<(int Status, string Body)> AskAsync(OutgoingHttp outgoing, string url)
    {
        var answer = new GuestAnswer();
        var body = new Pipe();
        body.Writer.Complete();
        var exchange = new HttpExchange
        {
            Method = "GET",
            Scheme = "http",
            PathWithQuery = "/",
            RequestHeaders = [new("x-target", Encoding.UTF8.GetBytes(url))],
            RequestBody = body.Reader,
            Response = answer,
        };
        var done = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
                    Component.Value.Handle(exchange, new WasiHttpContext { OutgoingHttp = outgoing, CancellationToken = limit.Token }, new ExecutionLimits());
                    done.SetResult((answer.Status, answer.Text));
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            },
            StackBytes);
        thread.UnsafeStart();
        return done.Task;
    }
}
