using Mik.Packages.Cache;

namespace Mik.Packages.Install;

/// <summary>
/// Changes to several files that happen together: all new bytes are on the disk before the first file changes, and a failure puts back what
/// was there. A kill in the middle leaves every single file whole, old or new.
/// </summary>
internal sealed class FileTransaction : IDisposable
{
    private readonly List<(string Path, string? Staged)> _changes = [];
    private readonly List<string> _temporary = [];

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Writes a file when the transaction is committed.</summary>
    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var staged = AtomicFile.Stage(path, bytes);
        _temporary.Add(staged);
        _changes.Add((path, staged));
    }

    /// <summary>Deletes a file when the transaction is committed.</summary>
    public void Delete(string path) => _changes.Add((path, null));

    /// <summary>Makes the changes, in the order in which they were asked for.</summary>
    /// <exception cref="IOException">A change could not be made; those before it were taken back.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Commit()
    {
        var undo = new Stack<(string Path, string? Backup)>();
        try
        {
            foreach (var (path, staged) in _changes)
            {
                undo.Push((path, Backup(path)));
                if (staged is null)
                {
                    File.Delete(path);
                }
                else
                {
                    File.Move(staged, path, overwrite: true);
                }
            }
        }
        catch
        {
            Undo(undo);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _temporary)
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The next sync removes it.
            }
        }
    }

    private string? Backup(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var backup = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}{AtomicFile.Unfinished}");
        _temporary.Add(backup);
        File.Copy(path, backup);
        return backup;
    }

    private static void Undo(Stack<(string Path, string? Backup)> changes)
    {
        foreach (var (path, backup) in changes)
        {
            try
            {
                if (backup is null)
                {
                    File.Delete(path);
                }
                else
                {
                    File.Move(backup, path, overwrite: true);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The first failure is the one to tell; the rest is put back as far as it goes.
            }
        }
    }
}
