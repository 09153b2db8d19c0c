using System.Globalization;

namespace Mik.Server.Observability.Metrics;

/// <summary>
/// Statuses as values of a label. Guests may answer with any, and each would be a series of its own; so those that are registered stand for
/// themselves, and all others of a class for one: <c>4xx</c>.
/// </summary>
internal static class StatusLabels
{
    private const int Classes = 10;
    private const int StatusesPerClass = 100;

    // The registry of RFC 9110, and 499 for a client that went away.
    private static readonly int[] Known =
    [
        100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308,
        400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499,
        500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
    ];

    private static readonly string[] Labels = MakeLabels();

    private static readonly byte[] Indexes = MakeIndexes();

    /// <summary>How many labels there are.</summary>
    public static int Count => Labels.Length;

    /// <summary>A label.</summary>
    public static string At(int index) => Labels[index];

    /// <summary>Where the label of a status is.</summary>
    public static int IndexOf(int status) => Indexes[Math.Clamp(status, 0, Indexes.Length - 1)];

    private static string[] MakeLabels()
    {
        var labels = new string[Classes + Known.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = i < Classes ? i.ToString(CultureInfo.InvariantCulture) + "xx" : Known[i - Classes].ToString(CultureInfo.InvariantCulture);
        }

        return labels;
    }

    private static byte[] MakeIndexes()
    {
        var indexes = new byte[Classes * StatusesPerClass];
        for (var status = 0; status < indexes.Length; status++)
        {
            indexes[status] = (byte)(status / StatusesPerClass);
        }

        for (var index = 0; index < Known.Length; index++)
        {
            indexes[Known[index]] = (byte)(Classes + index);
        }

        return indexes;
    }
}
