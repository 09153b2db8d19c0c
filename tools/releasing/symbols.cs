// dotnet run tools/releasing/symbols.cs -- FILE.snupkg…   fails unless every document of every .pdb in the packages has its source inside
#:property RestorePackagesWithLockFile=false
using System.IO.Compression;
using System.Reflection.Metadata;

var embeddedSource = new Guid("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
var failed = false;
foreach (var package in args)
{
    using var archive = ZipFile.OpenRead(package);
    var documents = 0;
    foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)))
    {
        using var bytes = new MemoryStream();
        using (var stream = entry.Open())
        {
            stream.CopyTo(bytes);
        }
        bytes.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(bytes);
        var reader = provider.GetMetadataReader();
        foreach (var handle in reader.Documents)
        {
            documents++;
            if (!reader.GetCustomDebugInformation(handle).Any(item => reader.GetGuid(reader.GetCustomDebugInformation(item).Kind) == embeddedSource))
            {
                Console.Error.WriteLine($"{package}: {reader.GetString(reader.GetDocument(handle).Name)} has no source inside");
                failed = true;
            }
        }
    }
    if (documents == 0)
    {
        Console.Error.WriteLine($"{package}: no symbols");
        failed = true;
    }
    Console.WriteLine($"   {Path.GetFileName(package)}: {documents} sources");
}
return failed ? 1 : 0;
