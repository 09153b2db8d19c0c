namespace Mik.Testing;

/// <summary>Damages binary modules at random, and always in the same way for the same seed.</summary>
public sealed class ModuleMutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private static readonly byte[] InterestingBytes = [0x00, 0x01, 0x0B, 0x40, 0x41, 0x7B, 0x7F, 0x80, 0xFC, 0xFD, 0xFE, 0xFF];
    private static readonly byte[] HugeNumber = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];

    // A fixed seed is the point: every run damages the same bytes.
#pragma warning disable CA5394
    private readonly Random _random = new(seed);

    /// <summary>Whether bytes are only replaced, one or two of them: about a tenth of such mutants is still valid.</summary>
    public bool KeepsLength { get; init; }

    /// <summary>A copy of some module of the corpus with one to four changes.</summary>
    public byte[] Next()
    {
        var bytes = new List<byte>(Pick(corpus));
        for (var changes = _random.Next(1, KeepsLength ? 3 : 5); changes > 0; changes--)
        {
            Change(bytes);
        }
        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        // The preamble stays, or nearly all mutants would end there.
        if (bytes.Count <= 9)
        {
            bytes.Add((byte)_random.Next(256));
            return;
        }
        var position = _random.Next(8, bytes.Count);
        var length = Math.Min(_random.Next(1, 9), bytes.Count - position);
        switch (_random.Next(KeepsLength ? 4 : 9))
        {
            case 0:
                bytes[position] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[position] = (byte)_random.Next(256);
                break;
            case 2:
                bytes[position] = Pick(InterestingBytes);
                break;
            case 3:
                bytes[position] += (byte)(_random.Next(2) == 0 ? 1 : -1);
                break;
            case 4:
                bytes.RemoveRange(position, length);
                break;
            case 5:
                bytes.InsertRange(position, bytes.GetRange(position, length));
                break;
            case 6:
                bytes.RemoveAt(position);
                bytes.InsertRange(position, HugeNumber);
                break;
            case 7:
                var donor = Pick(corpus);
                var from = _random.Next(donor.Length);
                bytes.InsertRange(position, donor.AsSpan(from, Math.Min(_random.Next(1, 17), donor.Length - from)).ToArray());
                break;
            default:
                bytes.RemoveRange(position, bytes.Count - position);
                break;
        }
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
#pragma warning restore CA5394
}
