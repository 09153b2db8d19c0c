using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Tests.Http;

/// <summary>A client that takes everything of a guest's response.</summary>
internal sealed class GuestAnswer : IResponseReceiver
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));

    /// <summary>The status, or that of the error code in place of a response; 0 before.</summary>
    public int Status { get; private set; }

    /// <summary>The fields, of equal ones the last.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <inheritdoc/>
    public PipeWriter Body => _pipe.Writer;

    /// <summary>The body as text, once the guest has ended.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The body, once the guest has ended.</summary>
    public byte[] Bytes
    {
        get
        {
            Body.Complete();
            return _pipe.Reader.TryRead(out var read) ? read.Buffer.ToArray() : [];
        }
    }

    /// <inheritdoc/>
    public void Start(int status, IReadOnlyList<KeyValuePair<string, byte[]>> headers)
    {
        Status = status;
        foreach (var (name, value) in headers)
        {
            Headers[name] = Encoding.Latin1.GetString(value);
        }
    }

    /// <inheritdoc/>
    public void Trailers(IReadOnlyList<KeyValuePair<string, byte[]>> trailers)
    {
    }

    /// <inheritdoc/>
    public void Fail(ErrorCode error) => Status = error.Status;
}
