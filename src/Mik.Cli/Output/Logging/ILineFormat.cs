using System.Buffers;

namespace Mik.Cli.Output.Logging;

/// <summary>What events look like. Used by any thread.</summary>
internal interface ILineFormat
{
    /// <summary>Writes an event as UTF-8, with the end of its line.</summary>
    void Write(in LogRecord record, IBufferWriter<byte> output);
}
