namespace Mik.Wasi.Io.Streams;

/// <summary>Watches how long a body becomes.</summary>
internal interface IBodyLength
{
    /// <summary>Bytes were written: the failure if they are too many.</summary>
    IoError? Check();
}
