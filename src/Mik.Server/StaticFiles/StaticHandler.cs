using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging.Abstractions;
using Mik.Server.Limits;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.StaticFiles;

/// <summary>
/// <c>/static/…</c>: files, by ASP.NET Core's own middleware (types, ETag, Last-Modified, conditions, ranges). What it is asked for has
/// passed <see cref="StaticPath"/>, and what it finds is in <see cref="ContainedFiles"/>.
/// </summary>
internal sealed class StaticHandler : IDisposable
{
    private const string IndexFile = "index.html";

    private readonly ContainedFiles _files;
    private readonly OpenFiles _open = new();
    private readonly ClientShares _answers;
    private readonly TimeProvider _clock;
    private readonly DefaultFilesMiddleware _middleware;

    /// <summary>Serves a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="answers">How many files may be on their way at once.</param>
    /// <param name="clock">The clock.</param>
    public StaticHandler(string folder, ClientShares answers, TimeProvider clock)
    {
        (_answers, _clock) = (answers, clock);
        _files = new ContainedFiles(folder);
        var environment = new Environment(_files);
        var files = new StaticFileMiddleware(NotThere, environment, Microsoft.Extensions.Options.Options.Create(new StaticFileOptions
        {
            FileProvider = _files,
            ServeUnknownFileTypes = true,
            DefaultContentType = "application/octet-stream",
            OnPrepareResponse = Prepare,
        }), NullLoggerFactory.Instance);
        _middleware = new DefaultFilesMiddleware(files.Invoke, environment, Microsoft.Extensions.Options.Options.Create(new DefaultFilesOptions
        {
            FileProvider = _files,
            DefaultFileNames = [IndexFile],
        }));
    }

    /// <summary>Answers an admitted request whose path after <c>/static</c> is given as it was sent.</summary>
    public async Task<Problem?> HandleAsync(RequestContext request, string encodedPath)
    {
        var http = request.Http;
        http.Features.Set(request.Permit);
        if (!StaticPath.TryParse(encodedPath, out var path))
        {
            return NoFile();
        }

        // A client that takes nothing holds 64 KB of buffers with each.
        if (!_answers.TryTake(request.Client, 1))
        {
            return new Problem(ProblemKind.Overloaded, "As many files are on their way to this client, or to all, as may be at once.");
        }

        try
        {
            return await SendAsync(http, encodedPath, path);
        }
        finally
        {
            _answers.Return(request.Client, 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private async Task<Problem?> SendAsync(HttpContext http, string encodedPath, string path)
    {
        var body = new FileBody(http, http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), _open, _clock);
        http.Features.Set<IHttpResponseBodyFeature>(body);
        http.Request.PathBase = StaticPath.Root;
        http.Request.Path = new PathString(path);
        FileConditions.Narrow(http.Request, () => _files.GetFileInfo(path.EndsWith('/') ? path + IndexFile : path));
        await _middleware.Invoke(http);
        if (body.IsCut)
        {
            return RequestProblems.ClientGone;
        }

        if (http.Response.StatusCode == StatusCodes.Status301MovedPermanently)
        {
            // Whoever stands before this server may speak HTTPS or have another name.
            http.Response.Headers.Location = $"{StaticPath.Root}{encodedPath}/{http.Request.QueryString}";
        }

        return http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => NoFile(),
            StatusCodes.Status412PreconditionFailed => new Problem(ProblemKind.PreconditionFailed, "The file is not as the request's conditions say."),
            StatusCodes.Status416RangeNotSatisfiable => new Problem(ProblemKind.RangeNotSatisfiable, "The file ends before the range."),
            _ => null,
        };
    }

    private static Problem NoFile() => new(ProblemKind.NotFound, "There is no such file.");

    private static Task NotThere(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void Prepare(StaticFileResponseContext context)
    {
        // From here on it is the client's pace that counts: one that reads slowly keeps nobody out.
        context.Context.Features.Get<ServerPermit>()?.Dispose();
        var headers = context.Context.Response.Headers;
        if (headers.ContentType.ToString() is var type
            && (type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/javascript"))
        {
            headers.ContentType = type + "; charset=utf-8";
        }

        // A client may keep a file, and asks each time whether it is still the same.
        headers.CacheControl = "public, max-age=0, must-revalidate";
        headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>The little that the middleware wants to know of a web host.</summary>
    private sealed class Environment(IFileProvider files) : IWebHostEnvironment
    {
        public string WebRootPath { get; set; } = "";

        public IFileProvider WebRootFileProvider { get; set; } = files;

        public string ApplicationName { get; set; } = "mik";

        public IFileProvider ContentRootFileProvider { get; set; } = files;

        public string ContentRootPath { get; set; } = "";

        public string EnvironmentName { get; set; } = "Production";
    }
}
