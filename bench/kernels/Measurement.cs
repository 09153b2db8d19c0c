using System.Diagnostics;

namespace Mik.Bench.Kernels;

/// <summary>How long an iteration takes once everything is compiled.</summary>
internal static class Measurement
{
    /// <summary>Runs for <paramref name="warm"/> ms, then measures slices.</summary>
    /// <param name="run">Does the work so many times.</param>
    /// <param name="warm">Milliseconds to warm up.</param>
    /// <param name="slice">Milliseconds that a slice should take.</param>
    /// <param name="count">How many slices.</param>
    /// <returns>Nanoseconds of an iteration, the median over the slices; iterations of a slice.</returns>
    public static (double Nanoseconds, int Iterations) Of(Func<int, int> run, double warm, double slice, int count)
    {
        var watch = Stopwatch.StartNew();
        var iterations = 1;
        double batch;
        do
        {
            batch = Milliseconds(run, iterations);
            if (batch < slice)
            {
                iterations = batch < slice / 4 ? iterations * 2 : (int)(iterations * slice / batch) + 1;
            }
        }
        while (watch.Elapsed.TotalMilliseconds < warm || batch < slice / 2);
        var slices = new double[count];
        for (var i = 0; i < count; i++)
        {
            slices[i] = Milliseconds(run, iterations) * 1e6 / iterations;
        }
        Array.Sort(slices);
        return (slices[count / 2], iterations);
    }

    // Processor time: what else runs on the machine counts less.
    private static double Milliseconds(Func<int, int> run, int iterations)
    {
        var from = Environment.CpuUsage.TotalTime;
        run(iterations);
        return (Environment.CpuUsage.TotalTime - from).TotalMilliseconds;
    }
}
