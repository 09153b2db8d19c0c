using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Testing;

namespace Mik.Server.Tests.Modules;

public sealed class ModuleLoaderTests
{
    private static readonly ModuleConfig Hello = new("hello", RepositoryRoot.Combine("guests", "hello", "hello.wasm"));

    [Fact]
    public void Load_AComponent_GivesItsSize() =>
        Assert.Equal(new FileInfo(Hello.Path).Length, new ModuleLoader(new MikServerOptions()).Load(Hello, CancellationToken.None).SizeBytes);

    [Fact]
    public void Load_FileAboveTheLimit_IsRefusedUnread()
    {
        var exception = Assert.Throws<ModuleLoadException>(
            () => new ModuleLoader(new MikServerOptions { MaxModuleBytes = 100 }).Load(Hello, CancellationToken.None));

        Assert.Contains("above the limit of 100", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MoreFunctionsThanTheLimit_IsRefused()
    {
        var exception = Assert.Throws<ModuleLoadException>(
            () => new ModuleLoader(new MikServerOptions { MaxModuleFunctions = 2 }).Load(Hello, CancellationToken.None));

        Assert.Contains("functions, above the limit of 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFile_SaysSo()
    {
        var exception = Assert.Throws<ModuleLoadException>(
            () => new ModuleLoader(new MikServerOptions()).Load(new ModuleConfig("m", "no/such.wasm"), CancellationToken.None));

        Assert.True(exception.IsMissing);
    }

    [Fact]
    public void Load_FolderWhereTheFileWas_CannotBeRead()
    {
        var exception = Assert.Throws<ModuleLoadException>(
            () => new ModuleLoader(new MikServerOptions()).Load(new ModuleConfig("m", RepositoryRoot.Combine("guests")), CancellationToken.None));

        Assert.Equal("module-unreadable", exception.Code);
    }
}
