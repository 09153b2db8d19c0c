using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Endpoints;
using Mik.Testing;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Tests;

/// <summary>A component as an endpoint of a program on a real Kestrel.</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("/g/a%2Fb/c?q=%20", "/a%2Fb/c?q=%20")]
    [InlineData("/g", "/")]
    [InlineData("/g/", "/")]
    [InlineData("/g//x", "//x")]
    public async Task Path_BelowThePattern_IsWhatTheClientSent(string path, string seen)
    {
        await using var program = await EmbeddedProgram.StartAsync("echo");

        using var answer = await SendAsync(program, path);

        Assert.Equal(seen, Assert.Single(answer.Headers.GetValues("x-echo-path")));
    }

    [Theory]
    [InlineData("/v1/api/x/y%2Fz?q=1", "/x/y%2Fz?q=1")]
    [InlineData("/v1/t/acme/b/x", "/x")]
    public async Task Path_BelowThePatternOfGroups_IsWhatTheClientSent(string path, string seen)
    {
        await using var program = await EmbeddedProgram.StartAsync("echo", use: app =>
        {
            var group = app.MapGroup("/v1");
            group.MapWasiHttp("/api/{**rest}", "guest");
            group.MapGroup("/t/{tenant}").MapWasiHttp("/b/{**rest}", "guest");
        });

        using var answer = await SendAsync(program, path);

        Assert.Equal(seen, Assert.Single(answer.Headers.GetValues("x-echo-path")));
    }

    [Fact]
    public async Task Path_InFull_BeginsBelowPathBase()
    {
        await using var program = await EmbeddedProgram.StartAsync(
            "echo", options => options.PathSeenByGuest = GuestPathView.Full, use: app => app.UsePathBase("/base").UseRouting());

        using var answer = await SendAsync(program, "/base/g/x%20y");

        Assert.Equal("/g/x%20y", Assert.Single(answer.Headers.GetValues("x-echo-path")));
    }

    [Fact]
    public async Task Path_ThatAMiddlewareRewrote_IsTheNewOne()
    {
        await using var program = await EmbeddedProgram.StartAsync("echo", use: app => app
            .Use((http, next) =>
            {
                http.Request.Path = http.Request.Path.Value!.Replace("/old/", "/g/", StringComparison.Ordinal);
                return next(http);
            })
            .UseRouting());

        using var answer = await SendAsync(program, "/old/x%20y?z");

        Assert.Equal("/x%20y?z", Assert.Single(answer.Headers.GetValues("x-echo-path")));
    }

    [Fact]
    public async Task Body_OfAnySize_ComesBack()
    {
        await using var program = await EmbeddedProgram.StartAsync("echo");
        var body = new byte[300_000];
        Random.Shared.NextBytes(body);

        using var answer = await program.Client.PostAsync("/g/", new ByteArrayContent(body));

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Body_AboveTheServersLimit_HasTheServersStatus()
    {
        await using var program = await EmbeddedProgram.StartAsync(
            "echo", build: builder => builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = 1000));

        using var answer = await program.Client.PostAsync("/g/", new ByteArrayContent(new byte[100_000]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Values_BeyondAscii_ReachTheGuestAsTheClientSentThem()
    {
        await using var program = await EmbeddedProgram.StartAsync("echo");
        using var client = new HttpClient(
            new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 })
        { BaseAddress = program.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/g/headers");
        request.Headers.TryAddWithoutValidation("x-name", "é€");

        using var answer = await client.SendAsync(request);

        Assert.Contains("x-name: é€", Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trap", "/g/unreachable", HttpStatusCode.InternalServerError, WasiHttpError.Trap)]
    [InlineData("noreply", "/g/", HttpStatusCode.BadGateway, WasiHttpError.NoResponse)]
    [InlineData("framing", "/g/?status=101", HttpStatusCode.BadGateway, WasiHttpError.InvalidResponse)]
    [InlineData("big", "/g/error?code=0", HttpStatusCode.GatewayTimeout, WasiHttpError.ErrorCode)]
    public async Task Failures_AreAStatusAndAFeature(string guest, string path, HttpStatusCode status, WasiHttpError error)
    {
        IWasiHttpErrorFeature? seen = null;
        await using var program = await EmbeddedProgram.StartAsync(guest, use: app => app.Use(async (http, next) =>
        {
            await next(http);
            seen = http.Features.Get<IWasiHttpErrorFeature>();
        }));

        using var answer = await program.Client.GetAsync(path);

        Assert.Equal((status, error), (answer.StatusCode, seen!.Error));
        Assert.Equal(error == WasiHttpError.Trap, seen.Exception is Trap);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Failures_BecomeProblemDetails_WhereTheProgramWantsThem()
    {
        await using var program = await EmbeddedProgram.StartAsync(
            "trap", build: builder => builder.Services.AddProblemDetails(), use: app => app.UseStatusCodePages());

        using var answer = await program.Client.GetAsync("/g/unreachable");

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Deadline_OfAGuestThatNeverEnds_Is504()
    {
        await using var program = await EmbeddedProgram.StartAsync("loop", options => options.Deadline = TimeSpan.FromMilliseconds(300));

        using var answer = await program.Client.GetAsync("/g/");

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RequestTimeout_OfTheProgram_AnswersAsForAnyOtherEndpoint(bool isMiddleware)
    {
        await using var program = await EmbeddedProgram.StartAsync(
            builder =>
            {
                builder.Services.AddWasiHttp();
                builder.Services.AddRequestTimeouts(options => options.AddPolicy("short", new RequestTimeoutPolicy
                {
                    Timeout = TimeSpan.FromMilliseconds(200),
                    TimeoutStatusCode = StatusCodes.Status418ImATeapot,
                    WriteTimeoutResponse = http => http.Response.WriteAsync("too late"),
                }));
            },
            app =>
            {
                app.UseRouting();
                app.UseRequestTimeouts();
                if (isMiddleware)
                {
                    app.UseWasiMiddleware(RepositoryRoot.Combine("guests", "p3", "middleware.wasm"));
                    app.MapGet("/g", (HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted)).WithRequestTimeout("short");
                }
                else
                {
                    app.MapWasiHttp("/g/{**rest}", EmbeddedProgram.Guest("slow")).WithRequestTimeout("short");
                }
            });

        using var answer = await program.Client.GetAsync("/g?ms=60000");

        Assert.Equal((StatusCodes.Status418ImATeapot, "too late"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Client_ThatGoes_IsNoErrorOfTheProgram()
    {
        var ended = new TaskCompletionSource<Exception?>();
        await using var program = await EmbeddedProgram.StartAsync("slow", use: app => app.Use(async (http, next) =>
        {
            var failure = await Record.ExceptionAsync(() => next(http));
            ended.TrySetResult(failure);
            if (failure is not null)
            {
                throw failure;
            }
        }).UseRouting());
        using var left = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => program.Client.GetAsync("/g?ms=60000", left.Token));

        Assert.IsType<OperationCanceledException>(await ended.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(HttpStatusCode.OK, (await program.Client.GetAsync("/g?ms=1")).StatusCode);
        Assert.DoesNotContain(program.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task MemoryLimit_OfAComponent_Holds()
    {
        await using var program = await EmbeddedProgram.StartAsync("memory", options => options.MemoryLimit = 8 << 20);

        using var answer = await program.Client.GetAsync("/g/hog");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public async Task Environment_IsWhatTheOptionsGive_AndOutputIsTheGuestsOwnCategory()
    {
        await using var program = await EmbeddedProgram.StartAsync("env", options => options.Environment["NAME"] = "value");

        Assert.Equal("NAME=value\n", await program.Client.GetStringAsync("/g/"));
        using var printed = await program.Client.GetAsync("/g/print?said");

        await program.Log.WaitForAsync(line => line == ("Mik.AspNetCore.Guest.guest", LogLevel.Information, "said"));
        await program.Log.WaitForAsync(line => line == ("Mik.AspNetCore.Guest.guest", LogLevel.Warning, "said"));
    }

    [Fact]
    public async Task Output_WithoutEnd_IsCutAtTheLimit()
    {
        await using var program = await EmbeddedProgram.StartAsync("noise", options => options.LogLimit = 10_000);

        using var answer = await program.Client.GetAsync("/g/lines?kb=1000");

        // The guest ends after its answer.
        await program.Log.WaitForAsync(line => line.Text.Contains("are left out", StringComparison.Ordinal));
        var lines = program.Log.Lines.Where(line => line.Category.EndsWith("Guest.guest", StringComparison.Ordinal)).ToArray();
        Assert.InRange(lines.Sum(line => line.Text.Length), 100, 12_000);
        Assert.Contains("bytes of output are left out", lines[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conventions_HoldAsForAnyOtherEndpoint()
    {
        await using var program = await EmbeddedProgram.StartAsync(
            builder =>
            {
                builder.Services.AddWasiHttp();
                builder.Services.AddCors();
            },
            app =>
            {
                app.UseCors();
                app.MapWasiHttp("/g/{**rest}", EmbeddedProgram.Guest("hello")).RequireCors(policy => policy.WithOrigins("http://a.example"));
            });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/g/");
        request.Headers.Add("Origin", "http://a.example");

        using var answer = await program.Client.SendAsync(request);

        Assert.Equal("http://a.example", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("Hello from mik!\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Spans_OfGuests_AreBelowTheRequests()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Mik.AspNetCore" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var program = await EmbeddedProgram.StartAsync("hello");

        // Programs of other tests are heard too; and a span ends behind the answer.
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/g/");
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        (await program.Client.SendAsync(request)).Dispose();

        await UntilAsync(() => Task.FromResult(OfTheRequest().Any(span => span.Source.Name == "Microsoft.AspNetCore")));
        var guest = Assert.Single(OfTheRequest(), span => span.OperationName == "guest guest");
        Assert.Contains(OfTheRequest(), span => span.Id == guest.ParentId);

        Activity[] OfTheRequest()
        {
            lock (spans)
            {
                return [.. spans.Where(span => span.TraceId == trace)];
            }
        }
    }

    [Fact]
    public async Task ChangedFile_IsServed_AndABadOneIsNot()
    {
        var folder = Directory.CreateTempSubdirectory("mik-embedded-").FullName;
        var file = Path.Combine(folder, "guest.wasm");
        try
        {
            var old = DateTime.UtcNow.AddMinutes(-2);
            Put("hello", old);
            await using var program = await EmbeddedProgram.StartAsync("hello", options => options.Path = file);
            Assert.Equal("Hello from mik!\n", await program.Client.GetStringAsync("/g/"));

            File.WriteAllText(file, "no component");
            File.SetLastWriteTimeUtc(file, old.AddSeconds(1));
            await UntilAsync(async () =>
            {
                Assert.Equal("Hello from mik!\n", await program.Client.GetStringAsync("/g/"));
                return program.Log.Lines.Any(line => line.Text.Contains("was not replaced", StringComparison.Ordinal));
            });

            Put("state", old.AddSeconds(2));
            await UntilAsync(async () => await program.Client.GetStringAsync("/g/") != "Hello from mik!\n");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Put(string guest, DateTime time)
        {
            File.Copy(EmbeddedProgram.Guest(guest), file, overwrite: true);
            File.SetLastWriteTimeUtc(file, time);
        }
    }

    [Fact]
    public async Task ThreadPool_OfTheProcess_IsLeftAsItIs()
    {
        ThreadPool.GetMinThreads(out var before, out _);
        await using var program = await EmbeddedProgram.StartAsync("hello");
        await program.Client.GetStringAsync("/g/");
        ThreadPool.GetMinThreads(out var after, out _);

        Assert.Equal(before, after);
    }

    private static Task<HttpResponseMessage> SendAsync(EmbeddedProgram program, string path) =>
        program.Client.SendAsync(
            new HttpRequestMessage(
                HttpMethod.Get,
                new Uri(
                    program.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path,
                    new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })));

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var limit = DateTime.UtcNow.AddSeconds(60);
        while (!await isSo())
        {
            Assert.True(DateTime.UtcNow < limit, "it did not come to that");
            await Task.Yield();
        }
    }
}
