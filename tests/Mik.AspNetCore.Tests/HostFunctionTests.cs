using Microsoft.Extensions.DependencyInjection;
using Mik.AspNetCore.Configuration;
using Mik.Components.HostBinding;
using Mik.Testing;
using Mik.Wasi;

namespace Mik.AspNetCore.Tests;

/// <summary>Functions of the program that guests import, with services from its container.</summary>
public sealed class HostFunctionTests
{
    [Fact]
    public async Task Functions_OfTheProgram_AreGivenTheRequestsServices()
    {
        await using var program = await EmbeddedProgram.StartAsync(
            builder =>
            {
                builder.Services.AddScoped<Counter>();
                builder.Services.AddWasiHttp(options =>
                {
                    options.HostInterfaces.Add(typeof(One));
                    options.HostInterfaces.Add(typeof(Two));
                    options.Components["parts"] =
                        new WasiComponentOptions { Path = RepositoryRoot.Combine("guests", "parts", "main.wasm"), Route = "/g/{**rest}" };
                });
            },
            app => app.MapWasiHttp());

        // Each request has a counter of its own, since it is scoped; both interfaces share it.
        Assert.Equal("12", await program.Client.GetStringAsync("/g/"));
        Assert.Equal("12", await program.Client.GetStringAsync("/g/"));
    }

    [Fact]
    public async Task Import_ThatNobodyOffers_IsToldByName()
    {
        await using var program = await EmbeddedProgram.StartAsync(
            builder => builder.Services.AddWasiHttp(options =>
            {
                options.HostInterfaces.Add(typeof(One));
                options.Components["parts"] = new WasiComponentOptions { Path = RepositoryRoot.Combine("guests", "parts", "main.wasm"), Route = "/g/{**rest}" };
            }),
            app => app.MapWasiHttp());

        using var answer = await program.Client.GetAsync("/g/");

        Assert.Equal(500, (int)answer.StatusCode);
        await program.Log.WaitForAsync(line => line.Text.Contains("test:parts/two", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(typeof(Counter), "neither [WitInterface] nor [WitResource]")]
    [InlineData(typeof(Imposter), "wasi:")]
    public async Task Types_ThatCannotBeOffered_StopTheStart(Type type, string said)
    {
        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => EmbeddedProgram.StartAsync(
            builder => builder.Services.AddWasiHttp(options => options.HostInterfaces.Add(type)), _ => { }));

        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [WitInterface("test:parts/one")]
    public static class One
    {
        public static uint Get(WasiContext guest) => guest.Services!.GetRequiredService<Counter>().Next();
    }

    [WitInterface("test:parts/two")]
    public static class Two
    {
        public static uint Get(WasiContext guest) => guest.Services!.GetRequiredService<Counter>().Next();
    }

    [WitInterface("wasi:random/random")]
    public static class Imposter;

    public sealed class Counter
    {
        private uint _last;

        public uint Next() => ++_last;
    }
}
