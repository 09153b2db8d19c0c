using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Modules;

/// <summary>The one way to a module, for requests by HTTP and for calls by scripts.</summary>
internal interface IModuleEndpoint
{
    /// <summary>Admits a request and takes it through a module's guest. A problem means that there is no whole response.</summary>
    ValueTask<Problem?> EnterAsync(RequestContext request, ModuleState module, string pathWithQuery);
}
