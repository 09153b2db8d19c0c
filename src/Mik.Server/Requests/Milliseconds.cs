using System.Globalization;

namespace Mik.Server.Requests;

/// <summary>Durations in headers.</summary>
internal static class Milliseconds
{
    /// <summary>Milliseconds with up to three decimals, as the format <c>0.###</c> has them; that one costs several times as much.</summary>
    public static string Format(TimeSpan duration)
    {
        var (whole, rest) = Math.DivRem((long)Math.Round(duration.TotalMicroseconds), 1000);
        Span<char> text = stackalloc char[24];
        whole.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        if (rest != 0)
        {
            text[length++] = '.';
            for (var place = 100; rest != 0; place /= 10)
            {
                (var digit, rest) = Math.DivRem(rest, place);
                text[length++] = (char)('0' + digit);
            }
        }

        return new string(text[..length]);
    }
}
