// The yardstick of bench/: what Kestrel alone does with the answers that the guests give.
using Microsoft.AspNetCore.Http.Features;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
var app = builder.Build();
var hello = "Hello from mik!\n"u8.ToArray();

// --answers FOLDER: what /answer/NAME returns.
var answers = builder.Configuration["answers"] is { } folder && Directory.Exists(folder)
    ? Directory.EnumerateFiles(folder).ToDictionary(file => "/answer/" + Path.GetFileName(file), File.ReadAllBytes, StringComparer.Ordinal)
    : [];

app.Run(async context =>
{
    var response = context.Response;
    if (context.Request.Path.StartsWithSegments("/echo", StringComparison.Ordinal))
    {
        response.ContentType = context.Request.ContentType;
        await context.Request.BodyReader.CopyToAsync(response.BodyWriter, context.RequestAborted).ConfigureAwait(false);
        return;
    }
    var answer = answers.GetValueOrDefault(context.Request.Path.Value ?? "", hello);
    response.ContentType = "text/plain";
    response.ContentLength = answer.Length;
    context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    await response.BodyWriter.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
});

await app.RunAsync().ConfigureAwait(false);
