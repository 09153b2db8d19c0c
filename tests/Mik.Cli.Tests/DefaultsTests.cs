using System.CommandLine;
using Mik.Cli.Running;
using Mik.Configuration.Keys;
using Mik.Server.Options;

namespace Mik.Cli.Tests;

/// <summary>Each default is stated by the table of keys; the server's own, for programs that use it, are the same.</summary>
public sealed class DefaultsTests
{
    [Fact]
    public void ServerOptions_WithoutAnything_HaveTheDefaultsOfTheTable()
    {
        var options = new MikServerOptions();

        Assert.Equal(
            [
                Default<long>(KeyTable.Port), Default<double>(KeyTable.ExecutionTimeout), Default<double>(KeyTable.LoadTimeout),
                Default<long>(KeyTable.MemoryLimit), Default<long>(KeyTable.MaxBodySize),
                Default<long>(KeyTable.MaxConcurrentRequests), Default<double>(KeyTable.ShutdownDelay), Default<long>(KeyTable.ShutdownTimeout),
                Default<long>(KeyTable.LogMaxRequest), Default<long>(KeyTable.LogMaxModule),
                Default<long>(KeyTable.CacheSize), Default<long>(KeyTable.MaxCacheMegabytes), Default<long>(KeyTable.WatchDebounce),
            ],
            (double[])
            [
                options.Port, options.ExecutionTimeout.TotalSeconds, options.LoadTimeout.TotalSeconds, options.MemoryLimitBytes >> 20,
                options.MaxBodyBytes >> 20,
                options.MaxConcurrentRequests, options.ShutdownDelay.TotalSeconds, options.ShutdownTimeout.TotalSeconds, options.MaxRequestLogBytes >> 10,
                options.MaxModuleLogBytes >> 10,
                options.CacheSize, options.MaxCacheBytes >> 20, options.WatchDebounce.TotalMilliseconds,
            ]);
        Assert.Equal((string)KeyTable.Host.Default!, options.Host);
    }

    [Fact]
    public void EveryFlagOfTheTable_IsAnOptionOfRun()
    {
        var run = new Command("run");
        _ = new RunOptions(run);

        Assert.Empty(KeyTable.Keys.Select(key => key.Flag).OfType<string>().Except(run.Options.Select(option => option.Name)));
    }

    private static double Default<T>(ConfigurationKey key)
        where T : struct, IConvertible => ((T)key.Default!).ToDouble(System.Globalization.CultureInfo.InvariantCulture);
}
