using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Mik;

/// <summary>Adds projects of mik to an application.</summary>
public static class MikResourceBuilderExtensions
{
    /// <summary>
    /// Adds a project: its port is the application's to choose, it is healthy when it is ready, and its traces go where the application's go.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name, by which others find it.</param>
    /// <param name="folder">The folder of <c>mik.toml</c>, or a component; relative to the application's own folder.</param>
    /// <param name="command">The program: <c>mik</c> on the PATH, or a path, relative to the application's own folder when it has a separator.</param>
    public static IResourceBuilder<MikResource> AddMik(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string folder, string command = "mik")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(command);
        var path = Path.GetFullPath(folder, builder.AppHostDirectory);
        var program = command.AsSpan().ContainsAny('/', '\\') ? Path.GetFullPath(command, builder.AppHostDirectory) : command;
        return builder
            .AddResource(new MikResource(name, program, Directory.Exists(path) ? path : Path.GetDirectoryName(path)!))
            .WithArgs("run", path)
            .WithHttpEndpoint(name: MikResource.HttpEndpointName, env: "PORT")
            .WithHttpHealthCheck("/health/ready", endpointName: MikResource.HttpEndpointName)
            .WithOtlpExporter();
    }

    /// <summary>
    /// Lets guests and scripts call an endpoint: they find it in their environment as <c>services__NAME__ENDPOINT__0</c>, as .NET's service discovery has it,
    /// and may call that host and port, and no other for it. (<c>WithReference</c> sets the variable for mik itself, which shows guests nothing of its own.)
    /// </summary>
    /// <param name="builder">The project.</param>
    /// <param name="endpoint">The endpoint.</param>
    public static IResourceBuilder<MikResource> WithGuestReference(this IResourceBuilder<MikResource> builder, EndpointReference endpoint)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        return builder.WithArgs(context =>
        {
            context.Args.Add("--env");
            context.Args.Add(
                ReferenceExpression.Create($"services__{endpoint.Resource.Name}__{endpoint.EndpointName}__0={endpoint.Property(EndpointProperty.Url)}"));
            context.Args.Add("--http-allowed");
            context.Args.Add(
                ReferenceExpression.Create(
                    $"{endpoint.Property(EndpointProperty.Scheme)}://{endpoint.Property(EndpointProperty.Host)}:{endpoint.Property(EndpointProperty.Port)}"));
        });
    }
}
