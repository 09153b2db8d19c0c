using System.Collections.Concurrent;
using Mik.Scripting.Sources;

namespace Mik.Scripting.Testing;

/// <summary>Runs the test files of a folder, several side by side.</summary>
internal static class TestSession
{
    private const int StackBytes = 16 << 20;

    /// <summary>Runs all files. Gives their results in the order of their names.</summary>
    /// <param name="folder">The folder of scripts.</param>
    /// <param name="filter">Part of the name of a file or of a test; null is all.</param>
    /// <param name="memoryBytes">Memory limit of each file.</param>
    /// <param name="cancellationToken">Stops them.</param>
    public static Task<IReadOnlyList<TestFileResult>> RunAsync(ScriptFolder folder, string? filter, long memoryBytes, CancellationToken cancellationToken) =>
        RunAsync(folder, folder.Tests(), filter, memoryBytes, cancellationToken);

    /// <summary>Runs some files.</summary>
    /// <param name="folder">The folder of scripts.</param>
    /// <param name="tests">The test files, as modules.</param>
    /// <param name="filter">Part of the name of a file or of a test; null is all.</param>
    /// <param name="memoryBytes">Memory limit of each file.</param>
    /// <param name="cancellationToken">Stops them.</param>
    public static async Task<IReadOnlyList<TestFileResult>> RunAsync(
        ScriptFolder folder, IEnumerable<string> tests, string? filter, long memoryBytes, CancellationToken cancellationToken)
    {
        var files = new ConcurrentQueue<string>(tests);
        var results = new ConcurrentBag<TestFileResult>();
        await Task.WhenAll(Enumerable.Range(0, Math.Clamp(files.Count, 1, Environment.ProcessorCount)).Select(_ => OnDeepStackAsync(() =>
        {
            while (!cancellationToken.IsCancellationRequested && files.TryDequeue(out var file))
            {
                results.Add(TestFile.Run(folder, file, filter, memoryBytes, cancellationToken));
            }
        })));
        cancellationToken.ThrowIfCancellationRequested();
        return [.. results.OrderBy(result => result.File, StringComparer.Ordinal)];
    }

    private static Task OnDeepStackAsync(Action work)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(
            () =>
            {
                try
                {
                    work();
                    completion.SetResult();
                }
                catch (Exception exception)
                {
                    completion.SetException(exception);
                }
            },
            StackBytes)
        { IsBackground = true, Name = "tests" }.Start();
        return completion.Task;
    }
}
