using Microsoft.Extensions.Logging.Abstractions;
using Mik.AspNetCore.Threads;
using Mik.Server.Modules;
using Mik.Server.Options;

namespace Mik.Server.Tests.Modules;

/// <summary>Modules that are not served by a server.</summary>
internal static class TestModules
{
    public static ModuleFactory Factory(Func<ModuleConfig, ModuleModel> load, MikServerOptions? options = null, TimeProvider? clock = null) =>
        new(options ?? new MikServerOptions(), (module, _) => load(module), new GuestThreads(4), clock ?? TimeProvider.System, NullLogger.Instance);

    public static ModuleState State(string name, string path, Func<ModuleConfig, ModuleModel> load) => Factory(load).Create(new ModuleConfig(name, path));
}
