using Mik.Server.Problems;

namespace Mik.Cli.Explaining;

internal static partial class ErrorTable
{
    private static readonly Dictionary<string, (string Causes, string Remedy)> Problems = new(StringComparer.Ordinal)
    {
        ["not-found"] = ("No route, file or tenant has that path. Modules are below /run/, scripts below /script/, files below /static/.",
            "Compare with the routes that mik run prints; mik dev names the nearest one."),
        ["module-not-found"] = ("There is no component of that name in the modules folder, or it is another tenant's.",
            "mik run lists the modules. A declared dependency is installed by mik sync."),
        ["script-not-found"] = ("The scripts folder has no such file. Names beginning with _ and tests are no endpoints.", "mik run lists the scripts."),
        ["invalid-request"] = ("The request breaks HTTP's rules, or names what cannot be a module or tenant. The detail says which.", "Correct the client."),
        ["method-not-allowed"] = ("The route has other methods: files take GET and HEAD.", "The answer's Allow lists them."),
        ["precondition-failed"] = ("The file is not as If-Match or If-Unmodified-Since say.", "Ask for the file without them, and go on from the ETag of now."),
        ["range-not-satisfiable"] = ("The Range begins behind the end of the file.", "The answer's Content-Range has its length."),
        ["module-invalid"] = ("The module's file is there and is no component that can be served. The detail says what is wrong with it.",
            "mik explain of the code in the log; build or copy it again."),
        ["payload-too-large"] = ("The body is above server.max_body_size_mb.", "Send less, or raise the limit."),
        ["rate-limited"] =
            ("Too many requests are in this module at once: server.max_per_module_requests.",
                "Try again after Retry-After; raise the limit if the machine can bear it."),
        ["overloaded"] = ("Too many requests are in the server at once: server.max_concurrent_requests.", "Try again after Retry-After."),
        ["circuit-open"] =
            ("The module failed five times in a row, so it is left alone for half a minute.", "The log has the traps. It is tried again by itself."),
        ["timeout"] = ("The handler was not done within server.execution_timeout_secs: it waits, or never ends.",
            "The log shows where it stood, with lines of its source where it was built with debug information."),
        ["handler-error"] = ("The guest trapped, ran out of memory or stack, gave no response, or answered with its own error code. A member limit "
            + "names the limit that ended it.", "The log has the guest's stack, with lines of its source where it was built with debug information."),
        ["client-gone"] = ("The client closed the connection before it had the answer. Only the log shows it.", "Nothing is to be done."),
        ["shutting-down"] = ("The server drains: requests under way end, new ones go elsewhere.", "Try again at another instance."),
        ["internal-error"] = ("mik itself failed. That is a fault of mik.", "Run it with -v and report what it prints or logs."),
    };

    private static ErrorPage[] RequestPages =>
    [
        .. ProblemTable.All.Select(
            row => new ErrorPage(row.Slug, ErrorArea.Requests, $"{row.Title} (status {row.Status}).", Problems[row.Slug].Causes, Problems[row.Slug].Remedy)),
    ];
}
