using System.Buffers;

namespace Mik.Cli.Output.Logging;

/// <summary>What events look like. Used by any thread.</summary>
internal interface ILineFormat
{
    /// <summary>Whether it writes the message of an event with these values, and not one that is the same for all of its kind.</summary>
    bool WritesMessage(IReadOnlyList<KeyValuePair<string, object?>>? values);

    /// <summary>Writes an event as UTF-8, with the end of its line.</summary>
    void Write(in LogRecord record, IBufferWriter<byte> output);
}
