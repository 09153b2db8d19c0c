using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mik.Packages.Tests.Git;

/// <summary>Git's own HTTP server: the CGI program <c>git http-backend</c>.</summary>
internal static class GitHttpBackend
{
    /// <summary>Answers a request below <c>/repo.git</c> from a repository.</summary>
    public static async Task<bool> AnswerAsync(HttpContext context, string repository)
    {
        var request = context.Request;
        var start = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["PATH_TRANSLATED"] = repository + request.Path.Value!["/repo.git".Length..];
        start.Environment["PATH_INFO"] = request.Path.Value!["/repo.git".Length..];
        start.Environment["REQUEST_METHOD"] = request.Method;
        start.Environment["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?') ?? "";
        start.Environment["CONTENT_TYPE"] = request.ContentType ?? "";
        start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding.ToString();
        start.Environment["GIT_PROTOCOL"] = request.Headers["Git-Protocol"].ToString();
        start.Environment["REMOTE_ADDR"] = "127.0.0.1";

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        start.Environment["CONTENT_LENGTH"] = body.Length.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var writing = WriteAsync(process, body.ToArray());
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await writing;
        await process.WaitForExitAsync();

        var bytes = output.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n"))
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            if (name == "Status")
            {
                context.Response.StatusCode = int.Parse(value[..3], CultureInfo.InvariantCulture);
            }
            else
            {
                context.Response.Headers[name] = value;
            }
        }

        await context.Response.Body.WriteAsync(bytes.AsMemory(end + 4));
        return true;
    }

    private static async Task WriteAsync(Process process, byte[] body)
    {
        await process.StandardInput.BaseStream.WriteAsync(body);
        process.StandardInput.Close();
    }
}
