namespace Mik.Wasi.Http.Egress;

/// <summary>Looks for the status line of the final response among the bytes of a connection, whose interim responses (1xx) it passes over.</summary>
internal sealed class ResponseHeadScanner
{
    // "HTTP/1.1 200"
    private const int StatusBegins = 9;
    private const int StatusEnds = 12;

    private int _column;
    private int _status;
    private bool _isInStatusLine = true;

    /// <summary>The status; meaningful when the line was found.</summary>
    public int Status => _status;

    /// <summary>Looks at bytes that follow those before.</summary>
    /// <returns>Where the status line of the final response has ended, or -1.</returns>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var octet = bytes[i];
            if (octet != (byte)'\n')
            {
                if (_isInStatusLine && _column is >= StatusBegins and < StatusEnds)
                {
                    _status = (_status * 10) + (octet - (byte)'0');
                }
                _column += octet == (byte)'\r' ? 0 : 1;
                continue;
            }
            if (_isInStatusLine && _status is < 100 or > 199 or 101)
            {
                return i + 1;
            }
            if (!_isInStatusLine && _column == 0)
            {
                // The end of an interim response.
                _isInStatusLine = true;
                _status = 0;
            }
            else
            {
                _isInStatusLine = false;
            }
            _column = 0;
        }
        return -1;
    }
}
