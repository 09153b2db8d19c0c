using Microsoft.AspNetCore.Http;
using Mik.Server.Requests;

namespace Mik.Server.Tests.Requests;

public sealed class CallDepthTests
{
    [Theory]
    [InlineData("3", 3)]
    [InlineData("8", 8)]
    [InlineData("99", 8)]
    [InlineData("99999999999999", 8)]
    [InlineData("-1", 8)]
    [InlineData("x", 8)]
    [InlineData("", 8)]
    public void Of_WhateverAClientSends_OnlyEndsAChainSooner(string sent, int depth) =>
        Assert.Equal(depth, CallDepth.Of(new HeaderDictionary { [CallDepth.Header] = sent }));

    [Fact]
    public void Of_TwoFields_IsTheEnd() => Assert.Equal(CallDepth.Maximum, CallDepth.Of(new HeaderDictionary { [CallDepth.Header] = new(["0", "7"]) }));
}
