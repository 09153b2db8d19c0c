using Aspire.Hosting.Mik;

// Without the dashboard, whose package is one more; take the option away where it is.
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true, AllowUnsecuredTransport = true });
builder.Configuration["DcpPublisher:DashboardPath"] = typeof(Program).Assembly.Location; // asked for though it is not started

// Each is the folder of a mik.toml. Here mik is the one of this clone; without the last argument it is the one on the PATH.
var mik = builder.Configuration["MikCommand"] ?? "../../mik";
var hello = builder.AddMik("hello", "../hello", mik);
builder.AddMik("checkout", "../checkout", mik).WithGuestReference(hello.Resource.HttpEndpoint).WaitFor(hello);

await builder.Build().RunAsync();
