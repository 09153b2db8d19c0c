using Mik.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddWasiHttp();
builder.Services.AddHealthChecks().AddWasiHttp();
builder.Services.AddProblemDetails();

var app = builder.Build();
app.UseStatusCodePages();
app.MapHealthChecks("/health");
app.MapWasiHttp(); // every component of appsettings.json that has a Route
app.Run();
