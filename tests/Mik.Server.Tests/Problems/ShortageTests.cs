using System.Net;
using System.Net.Sockets;

using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Problems;

/// <summary>What the system does not give is 503 for the request that needed it, and no fault of a module.</summary>
public sealed class ShortageTests
{
    public static TheoryData<Exception> Shortages => new()
    {
        new InsufficientMemoryException(),
        new SocketException((int)SocketError.TooManyOpenSockets),
        new IOException("Too many open files", 24),
        new InvalidOperationException("wrapped", new IOException("Too many open files in system", 23)),
    };

    [Theory]
    [MemberData(nameof(Shortages))]
    public async Task WhatTheSystemDoesNotGive_Is503AndNeutral(Exception shortage)
    {
        var isShort = true;
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            if (isShort)
            {
                throw shortage;
            }

            Guests.Respond(exchange, "ok");
        });
        for (var round = 0; round < 6; round++)
        {
            await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 503, "overloaded");
        }

        isShort = false;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task ModuleFile_ThatCannotBeOpenedNow_IsNotForgottenFor()
    {
        var isShort = true;
        await using var server = await TestServer.StartAsync(_ => isShort
            ? throw new IOException("Too many open files", 24)
            : new Mik.Server.Modules.ModuleModel((exchange, _, _) => Guests.Respond(exchange, "ok"), 1, TimeSpan.Zero));
        await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 503, "overloaded");

        isShort = false;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).StatusCode);
    }
}
