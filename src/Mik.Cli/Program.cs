using Mik.Cli.Commands;

return await CommandLine.RunAsync(args);
