using System.Threading.RateLimiting;
using Mik.AspNetCore;
using Mik.AspNetCore.Endpoints;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddWasiHttp();
builder.Services.AddHealthChecks().AddWasiHttp();
builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = problem =>
    problem.ProblemDetails.Detail = problem.HttpContext.Features.Get<IWasiHttpErrorFeature>()?.Detail);
builder.Services.AddRateLimiter(limiter =>
{
    limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
    limiter.AddPolicy(
        "two-a-minute",
        _ => RateLimitPartition.GetFixedWindowLimiter(0, _ => new FixedWindowRateLimiterOptions { PermitLimit = 2, Window = TimeSpan.FromMinutes(1) }));
});

var app = builder.Build();
app.UsePathBase("/base");
app.UseStatusCodePages();
app.UseRouting();
app.UseRateLimiter();
app.UseWhen(http => http.Request.Path.StartsWithSegments("/marked", StringComparison.Ordinal), marked => marked.UseWasiMiddleware("mark"));
app.MapGet("/", () => "A minimal endpoint beside components.");
app.MapGet("/marked", () => "An endpoint behind a component.");
app.MapHealthChecks("/health");
app.MapWasiHttp();
app.MapWasiHttp("/limited/{**rest}", "hello").RequireRateLimiting("two-a-minute");
app.Run();

/// <summary>Named so that tests can start the program.</summary>
public partial class Program;
